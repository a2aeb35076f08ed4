/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The NVMe driver on QEMU's controller. The tests compare each byte that it writes with the disk's
 * image, which is a file on the host: $UIOMAP_OUT/nvme.img.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "nvme-disk.h"
#include "stream.h"

static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/*
 * Check the controller's identity. Read and write in all sizes, and compare each byte on the host.
 * Check the texts of errors.
 */
static void small(const char *driver, enum nvme_mode mode)
{
	struct disk d;
	const struct nvme_identity *id;
	struct nvme_stats stats;
	struct nvme_io io;
	struct nvme_done done;
	uint32_t random = 1 + mode;

	open_disk(&d, driver, mode, 0);
	id = nvme_identity(d.nvme);
	cr_assert_str_eq(id->serial, "uiomap");
	cr_assert_str_eq(id->model, "QEMU NVMe Ctrl");
	cr_assert_eq(id->vendor, 0x1b36);
	cr_assert_eq(id->block_size, BLOCK);
	cr_assert_eq(id->blocks * BLOCK, DISK);
	cr_assert_eq(id->transfer_max, 512 * 1024);
	cr_assert_eq(id->depth, 32);

	for (uint32_t count = 1; count <= id->transfer_max / BLOCK; count += 1 + count / 2) {
		const size_t offset = 4 * (next(&random) % 4096), bytes = count * BLOCK;
		const uint64_t block = next(&random) % (id->blocks - count);

		for (size_t i = 0; i < bytes; i += 4)
			uiomap_write32(d.data, offset + i, next(&random));
		NVME_OK(transfer(&d, NVME_WRITE, block, count, offset));
		NVME_OK(transfer(&d, NVME_FLUSH, 0, 0, 0));
		cr_assert(on_the_host(&d, block * BLOCK, d.data + offset, bytes),
			  "%u blocks from %zu", count, offset);
		/* Read to another address. */
		NVME_OK(transfer(&d, NVME_READ, block, count, 0x80000 - 2048));
		cr_assert_eq(memcmp(d.data + offset, d.data + 0x80000 - 2048,
				    offset + bytes > 0x80000 - 2048 ? 0 : bytes),
			     0);
	}

	NVME_FAILS(transfer(&d, NVME_READ, id->blocks - 1, 2, 0), EIO);
	cr_assert(strstr(nvme_error(), "LBA Out of Range (type 0h, code 80h)"), "%s", nvme_error());
	io = (struct nvme_io){ .op = NVME_WRITE,
			       .block = UINT64_MAX,
			       .count = 1,
			       .buffer = d.buffer,
			       .cookie = &d };
	NVME_OK(nvme_submit(d.nvme, &io));
	cr_assert_eq(nvme_reap(d.nvme, &done, 1, 20 * SECOND), 1);
	cr_assert(done.error == EIO && done.status == 0x080 && done.final && done.cookie == &d);
	NVME_OK(transfer(&d, NVME_READ, 0, 1, 0));
	nvme_stats(d.nvme, &stats);
	cr_assert_eq(stats.errors, 2);
	/* A busy host delays some interrupts. If none came at all, each wait would be late. */
	cr_assert_leq(stats.late * 4, stats.sleeps, "%lu interrupts of %lu were late", stats.late,
		      stats.sleeps);
	cr_assert(mode == NVME_POLL ? !stats.sleeps : stats.interrupts > 0);
	close_disk(&d);
}

Test(nvme, small_uio_stub)
{
	small("uio_stub", NVME_INTERRUPT);
	small("uio_stub", NVME_POLL);
}

/* Here the interrupt is a line, and DMA memory comes from hugepages. */
Test(nvme, small_uio_pci_generic)
{
	small("uio_pci_generic", NVME_INTERRUPT);
	small("uio_pci_generic", NVME_POLL);
}

static uint64_t seed;

/* A different value for every 8 bytes of the disk. */
static uint64_t pattern(uint64_t offset)
{
	return (offset + seed) * UINT64_C(0x9e3779b97f4a7c15);
}

struct checked {
	uint64_t bytes, wrong;
};

static void fill(void *arg, uint64_t offset, unsigned char *data, size_t bytes)
{
	uint64_t *words = (uint64_t *)(void *)data;

	(void)arg;
	for (size_t i = 0; i < bytes / 8; i++)
		words[i] = pattern(offset + i * 8);
}

static void look(void *arg, uint64_t offset, unsigned char *data, size_t bytes)
{
	const uint64_t *words = (const uint64_t *)(const void *)data;
	struct checked *c = arg;

	for (size_t i = 0; i < bytes / 8; i++)
		c->wrong += words[i] != pattern(offset + i * 8);
	c->bytes += bytes;
}

/*
 * Write the whole disk with many I/Os in flight, read it back, and compare the host's whole file.
 */
static void whole_disk(const char *driver, enum nvme_mode mode)
{
	struct disk d;
	struct checked disk = { 0 }, host = { 0 };
	struct stream s = { .chunk = 128 * 1024, .data = fill };

	open_disk(&d, driver, mode, 16);
	/* Different data than an earlier test wrote. */
	seed = (uint64_t)now();
	s.device = d.device;
	s.nvme = d.nvme;
	NVME_OK(stream_move(&s, NVME_WRITE, 0, DISK / BLOCK));
	NVME_OK(transfer(&d, NVME_FLUSH, 0, 0, 0));
	s.data = look;
	s.arg = &disk;
	NVME_OK(stream_move(&s, NVME_READ, 0, DISK / BLOCK));
	cr_assert(disk.bytes == DISK && !disk.wrong, "%lu bytes, %lu words wrong", disk.bytes,
		  disk.wrong);
	whole_image(look, &host);
	cr_assert(host.bytes == DISK && !host.wrong, "on the host: %lu words wrong", host.wrong);
	close_disk(&d);
}

Test(nvme, whole_disk_uio_stub)
{
	whole_disk("uio_stub", NVME_INTERRUPT);
}

Test(nvme, whole_disk_uio_pci_generic)
{
	whole_disk("uio_pci_generic", NVME_POLL);
}

/* Run the demo program on d's disk. Returns its exit status, and its output in text. */
static int run_demo(const struct disk *d, const char *options, char text[4096])
{
	char library[600], program[600], line[1400];
	FILE *demo;
	size_t length;

	command_in_build(library, sizeof(library), "lib/.libs");
	command_in_build(program, sizeof(program), "drivers/nvme/.libs/nvme-demo");
	snprintf(line, sizeof(line), "LD_LIBRARY_PATH=%s exec %s %s pci:%s 2>&1", library, program,
		 options, d->address);
	demo = popen(line, "r");
	cr_assert(demo);
	length = fread(text, 1, 4095, demo);
	text[length] = '\0';
	return WEXITSTATUS(pclose(demo));
}

/* The demo program overwrites a disk only if it is told to. */
Test(nvme, demo_asks_for_overwrite)
{
	unsigned char before[BLOCK];
	char text[4096];
	struct disk d;

	open_disk(&d, "uio_stub", NVME_INTERRUPT, 0);
	for (size_t i = 0; i < BLOCK; i++)
		before[i] = d.data[i] = (unsigned char)(i * 7 + 3);
	NVME_OK(transfer(&d, NVME_WRITE, 0, 1, 0));
	NVME_OK(transfer(&d, NVME_FLUSH, 0, 0, 0));
	nvme_close(d.nvme);
	uiomap_close(d.device);

	cr_assert_eq(run_demo(&d, "--size 1", text), 64, "%s", text);
	cr_assert(strstr(text, d.address) && strstr(text, "Nothing was done") &&
			  strstr(text, "--overwrite"),
		  "%s", text);
	cr_assert(on_the_host(&d, 0, before, BLOCK), "overwritten all the same");
	cr_assert_eq(run_demo(&d, "--overwrite --size 1", text), 0, "%s", text);
	cr_assert(strstr(text, " 0 bytes wrong"), "%s", text);
	cr_assert_not(on_the_host(&d, 0, before, BLOCK), "not overwritten");

	close(d.image);
	pci_unbind(d.address);
}
