/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qmp.h"
#include "nvme-disk.h"

static void image_path(char path[512])
{
	snprintf(path, 512, "%s/nvme.img", getenv("UIOMAP_OUT") ?: ".");
}

void open_at(struct disk *d, const char *driver, enum nvme_mode mode, uint32_t depth)
{
	const struct nvme_config config = { .mode = mode, .depth = depth };
	char selector[32], image[512];

	pci_bind(d->address, driver, strcmp(driver, "uio_stub") ? NULL : "dma=4M");
	/* uio_pci_generic provides no DMA memory. */
	pci_hugepages(strcmp(driver, "uio_stub") ? 8 : 0);
	snprintf(selector, sizeof(selector), "pci:%s", d->address);
	d->device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	cr_assert(d->device, "%s", uiomap_error());
	d->nvme = nvme_open(d->device, &config);
	cr_assert(d->nvme, "%s", nvme_error());
	d->buffer = uiomap_dma_alloc(d->device, MIB, 4096);
	cr_assert(d->buffer, "%s", uiomap_error());
	d->data = uiomap_dma_cpu(d->buffer);
	image_path(image);
	d->image = open(image, O_RDONLY | O_CLOEXEC);
	cr_assert_geq(d->image, 0, "%s: %s", image, strerror(errno));
}

void open_disk(struct disk *d, const char *driver, enum nvme_mode mode, uint32_t depth)
{
	cr_assert(pci_find(PCI_NVME, 0, d->address));
	open_at(d, driver, mode, depth);
}

void close_disk(struct disk *d)
{
	nvme_close(d->nvme);
	uiomap_close(d->device);
	close(d->image);
	pci_unbind(d->address);
	pci_hugepages(0);
}

int transfer(struct disk *d, enum nvme_op op, uint64_t block, uint32_t count, size_t offset)
{
	const struct nvme_io io = { .op = op,
				    .block = block,
				    .count = count,
				    .buffer = d->buffer,
				    .offset = offset };

	return nvme_do(d->nvme, &io, 20 * SECOND);
}

bool on_the_host(const struct disk *d, uint64_t offset, const void *expected, size_t bytes)
{
	unsigned char *there = malloc(bytes);
	bool equal;

	cr_assert_eq(pread(d->image, there, bytes, (off_t)offset), (ssize_t)bytes);
	equal = memcmp(there, expected, bytes) == 0;
	free(there);
	return equal;
}

void whole_image(void (*look)(void *arg, uint64_t offset, unsigned char *data, size_t bytes),
		 void *arg)
{
	struct monitor *m = qmp_open();
	unsigned char *data = aligned_alloc(4096, MIB);
	const int64_t end = now() + 10 * SECOND;
	char image[512];
	int fd;

	image_path(image);
	cr_assert_eq(system("modprobe virtio_blk"), 0);
	qmp_execute(
		m, "blockdev-add",
		"{\"driver\": \"raw\", \"node-name\": \"image\", \"read-only\": true, \"file\": "
		"{\"driver\": \"file\", \"filename\": \"%s\", \"locking\": \"off\"}}",
		image);
	qmp_plug(m, "virtio-blk-pci", "image", "port1", ", \"drive\": \"image\"");
	while ((fd = open("/dev/vda", O_RDONLY | O_DIRECT | O_CLOEXEC)) < 0 && now() < end)
		usleep(1000);
	cr_assert_geq(fd, 0, "/dev/vda: %s", strerror(errno));
	for (uint64_t at = 0; at < DISK; at += MIB) {
		cr_assert_eq(pread(fd, data, MIB, (off_t)at), MIB, "at %lu: %s", at,
			     strerror(errno));
		look(arg, at, data, MIB);
	}
	close(fd);
	free(data);
	qmp_unplug(m, "image");
	qmp_unplugged(m, "image");
	qmp_execute(m, "blockdev-del", "{\"node-name\": \"image\"}");
	qmp_close(m);
}
