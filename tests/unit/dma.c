/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Allocations from the coherent map. */
#include "dma-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static struct uiomap_device *device;

/* The bus address is aligned to only 4 KiB; the memory begins 0x40 into its first page. */
enum { BUS = 0x80003040, SIZE = 0x10000 - 0x40 };

static void begin(void)
{
	tree_begin();
	tree_device(1, &(struct tree_device){
			       .name = "ring",
			       .driver = "uio_stub",
			       .stub_irq = "none",
			       .stub_maps = "0 uncached\n1 dma-coherent\n",
			       .map_count = 2,
			       .maps = { { "registers", 0x1000, 0x1000, 0, false },
					 { "dma", BUS - 0x40, SIZE + 0x40, 0x40, false } } });
	device = uiomap_open("ring", 0);
	assert_ok(device);
}

static void end(void)
{
	uiomap_close(device);
	tree_end();
}

TestSuite(dma, .init = begin, .fini = end);

Test(dma, addresses_belong_together)
{
	struct uiomap_region *region = uiomap_map_name(device, "dma", 0);
	struct uiomap_dma *a = piece(device, 100, 0), *b = piece(device, 1, 0);

	cr_assert_eq(uiomap_dma_size(a), 100);
	cr_assert_eq(uiomap_dma_addr(a), BUS);
	cr_assert_eq(uiomap_dma_addr(b), BUS + 128);
	cr_assert_eq((char *)uiomap_dma_cpu(b) - (char *)uiomap_dma_cpu(a), 128);
	/* what the CPU writes appears at that bus address */
	memcpy(uiomap_dma_cpu(b), "x", 1);
	cr_assert_eq(uiomap_read8(uiomap_region_base(region), uiomap_dma_addr(b) - BUS), 'x');
}

Test(dma, alignment_is_of_the_bus_address)
{
	static const size_t aligns[] = { 1, 2, 64, 256, 4096, 8192, 16384 };

	for (size_t i = 0; i < sizeof(aligns) / sizeof(*aligns); i++) {
		piece(device, 1, 1);
		piece(device, 10, aligns[i]);
	}
	piece(device, 3, 0);
}

Test(dma, zeroed_also_when_used_before)
{
	struct uiomap_dma *dma = piece(device, SIZE, 0);
	const unsigned char *bytes;

	memset(uiomap_dma_cpu(dma), 0x55, SIZE);
	uiomap_dma_free(dma);
	dma = piece(device, SIZE, 0);
	bytes = uiomap_dma_cpu(dma);
	for (size_t i = 0; i < SIZE; i++)
		cr_assert_eq(bytes[i], 0);
}

Test(dma, all_of_it_and_no_byte_more)
{
	struct uiomap_dma *dma;

	no_piece(
		device, SIZE + 1, 1, ENOMEM,
		"65472 of 65472 bytes are left, at most 65472 in one piece; for more, as root: uiomap bind platform:dev.1 take dma=SIZE");
	dma = piece(device, SIZE, 1);
	no_piece(device, 1, 1, ENOMEM, "0 of 65472 bytes are left");
	uiomap_dma_free(dma);
	dma = piece(device, SIZE, 0);
	uiomap_dma_free(dma);
}

/*
 * The suggested command repeats the present settings, since a new binding would lose them.
 * Content that no kernel writes must not get into a command.
 */
Test(dma, other_settings_are_kept)
{
	tree_write("sys/devices/platform/dev.1/uio_stub/options",
		   "dma=65472\ndma_bits=40\nwc=1\n$(reboot)\nshare_page\n");
	no_piece(device, SIZE + 1, 1, ENOMEM,
		 "as root: uiomap bind platform:dev.1 take dma_bits=40 wc=1 share_page dma=SIZE");
}

Test(dma, first_fit_in_holes)
{
	struct uiomap_dma *d[8];

	for (int i = 0; i < 8; i++)
		d[i] = piece(device, SIZE / 8, 1);
	uiomap_dma_free(d[2]);
	uiomap_dma_free(d[5]);
	uiomap_dma_free(d[6]);
	no_piece(device, SIZE / 8 * 2 + 1, 1, ENOMEM,
		 "24552 of 65472 bytes are left, at most 16368 in one piece");
	d[5] = piece(device, SIZE / 8 * 2, 1);
	cr_assert_eq(uiomap_dma_addr(d[5]), BUS + SIZE / 8 * 5);
	d[2] = piece(device, SIZE / 8, 1);
	cr_assert_eq(uiomap_dma_addr(d[2]), BUS + SIZE / 8 * 2);
	no_piece(device, 1, 1, ENOMEM, "0 of");
	uiomap_dma_free(d[0]);
	d[0] = piece(device, 10, 1);
	cr_assert_eq(uiomap_dma_addr(d[0]), BUS);
}

/* Check that nobody has changed the memory's bytes, and free it. */
static void free_checked(struct uiomap_dma **dma, unsigned int byte)
{
	const unsigned char *bytes = uiomap_dma_cpu(*dma);

	for (size_t k = 0; k < uiomap_dma_size(*dma); k++)
		cr_assert_eq(bytes[k], byte);
	uiomap_dma_free(*dma);
	*dma = NULL;
}

/* Random allocations and frees: at each step none overlap, and written data stays. */
Test(dma, random)
{
	enum { COUNT = 40 };
	struct uiomap_dma *d[COUNT] = { 0 };
	unsigned int seed = 12345;

	for (int step = 0; step < 4000; step++) {
		unsigned int i = (unsigned int)rand_r(&seed) % COUNT;

		if (d[i]) {
			free_checked(&d[i], i + 1);
		} else {
			size_t align = (size_t)1 << rand_r(&seed) % 13;

			d[i] = uiomap_dma_alloc(device, (size_t)rand_r(&seed) % 3000 + 1, align);
			if (!d[i]) {
				assert_errno(ENOMEM);
				continue;
			}
			cr_assert_eq(uiomap_dma_addr(d[i]) % align, 0);
			cr_assert_leq(uiomap_dma_addr(d[i]) + uiomap_dma_size(d[i]), BUS + SIZE);
			memset(uiomap_dma_cpu(d[i]), (int)i + 1, uiomap_dma_size(d[i]));
		}
	}
	for (int i = 0; i < COUNT; i++)
		uiomap_dma_free(d[i]);
	piece(device, SIZE, 1);
}

Test(dma, wrong_arguments)
{
	no_piece(device, 0, 0, EINVAL, "0 bytes");
	no_piece(device, 1, 3, EINVAL, "aligned to 3");
	no_piece(device, 1, 1 << 21, EINVAL, "1 MiB");
	no_piece(device, SIZE_MAX, 0, ENOMEM, "no room");
	no_piece(device, SIZE_MAX - 63, 64, ENOMEM, "no room");
	piece(device, 64, 64);
	no_piece(device, SIZE_MAX - 63, 64, ENOMEM, "no room");
	errno = 0;
	cr_assert_null(uiomap_dma_alloc(NULL, 1, 0));
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_null(uiomap_dma_cpu(NULL));
	assert_errno(EINVAL);
	cr_assert_eq(uiomap_dma_addr(NULL), 0);
	cr_assert_eq(uiomap_dma_size(NULL), 0);
	errno = 77;
	uiomap_dma_free(NULL);
	cr_assert_eq(errno, 77);
}

/* 1 MiB is a valid alignment; if the map has no such address, there is no room. */
Test(dma, largest_alignment)
{
	no_piece(device, 1, 1 << 20, ENOMEM,
		 "no room for 1 bytes of DMA memory, aligned to 1048576");
}

Test(dma, none)
{
	struct uiomap_device *plain;

	tree_device(2, &(struct tree_device){ .name = "plain",
					      .map_count = 1,
					      .maps = { { "r", 0x1000, 0x1000, 0, false } } });
	plain = uiomap_open("plain", 0);
	errno = 0;
	cr_assert_null(uiomap_dma_alloc(plain, 1, 0));
	assert_errno(ENOTSUP);
	assert_text("uiomap bind platform:dev.2 take dma=SIZE");
	uiomap_close(plain);
}

Test(dma, read_only_handle)
{
	struct uiomap_device *reader = uiomap_open("ring", UIOMAP_RDONLY);

	errno = 0;
	cr_assert_null(uiomap_dma_alloc(reader, 1, 0));
	assert_errno(EACCES);
	uiomap_close(reader);
}

Test(dma, gone)
{
	tree_remove(1);
	no_piece(device, 1, 0, ENODEV, "is gone");
}

/* The device has memory already, which is revoked: it must not be accessed. */
Test(dma, gone_after_the_first)
{
	struct uiomap_dma *dma = piece(device, 1, 0);

	cr_assert_eq(truncate(core_map_file(1, 1), 0), 0);
	tree_remove(1);
	no_piece(device, 1, 0, ENODEV, "is gone");
	uiomap_dma_free(dma);
}

/*
 * The removal isn't visible in sysfs yet, but the kernel has revoked the memory: no signal,
 * even without a handler.
 */
Test(dma, taken_away_while_it_is_zeroed)
{
	int fds = tree_open_fds();

	piece(device, 1, 0);
	cr_assert_eq(truncate(core_map_file(1, 1), PAGE), 0);
	no_piece(device, SIZE - 64, 1, ENODEV, "is gone");
	cr_assert_eq(tree_open_fds(), fds);
	/* the failed call keeps no memory */
	cr_assert_eq(truncate(core_map_file(1, 1), SIZE + 0x40), 0);
	piece(device, SIZE - 64, 1);
}

Test(dma, close_takes_back)
{
	piece(device, 1, 0);
	piece(device, 100, 4096);
	uiomap_dma_free(piece(device, 1, 0));
}

/* ---- two controllers, one map ---- */

/* Each writes to its own memory, and neither sees changes of the other. */
Test(dma, two_handles_never_share_a_byte)
{
	struct uiomap_device *second = uiomap_open("ring", 0);
	struct uiomap_dma *a = piece(device, 1000, 0), *b, *c;

	memset(uiomap_dma_cpu(a), 'a', 1000);
	b = piece(second, 1000, 0);
	cr_assert_eq(uiomap_dma_addr(b), BUS + 1024);
	cr_assert_eq(((char *)uiomap_dma_cpu(a))[0], 'a');
	memset(uiomap_dma_cpu(b), 'b', 1000);
	/* Behind both allocations. */
	c = piece(device, 1, 64);
	cr_assert_eq(uiomap_dma_addr(c), BUS + 2048);
	/* Memory that one frees the other can allocate. */
	uiomap_dma_free(a);
	a = piece(second, 1024, 64);
	cr_assert_eq(uiomap_dma_addr(a), BUS);
	cr_assert_eq(((char *)uiomap_dma_cpu(b))[999], 'b');
	uiomap_close(second);
	a = piece(device, 1024, 64);
	cr_assert_eq(uiomap_dma_addr(a), BUS);
}

/* As `random`, with three handles at once. */
Test(dma, three_handles_at_random)
{
	enum { COUNT = 30 };
	struct uiomap_device *handles[3] = { device, uiomap_open("ring", 0),
					     uiomap_open("ring", 0) };
	struct uiomap_dma *d[COUNT] = { 0 };
	unsigned int seed = 54321, refusals = 0;

	for (int step = 0; step < 3000; step++) {
		unsigned int i = (unsigned int)rand_r(&seed) % COUNT;

		if (d[i]) {
			free_checked(&d[i], i + 1);
			continue;
		}
		d[i] = uiomap_dma_alloc(handles[i % 3], (size_t)rand_r(&seed) % 6000 + 1,
					(size_t)1 << rand_r(&seed) % 13);
		if (d[i]) {
			memset(uiomap_dma_cpu(d[i]), (int)i + 1, uiomap_dma_size(d[i]));
			continue;
		}
		assert_errno(EBUSY);
		refusals++;
	}
	cr_assert_gt(refusals, 0);
	for (int i = 0; i < COUNT; i++)
		uiomap_dma_free(d[i]);
	piece(device, SIZE, 1);
	uiomap_close(handles[1]);
	uiomap_close(handles[2]);
}

/*
 * Another process has all but 64 bytes: the error names it. When it is killed, all memory is
 * free again.
 */
Test(dma, who_has_the_rest_and_what_a_killed_process_leaves)
{
	int ready[2], status;
	char pid[64], byte;
	pid_t child;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (!child) {
		prctl(PR_SET_NAME, "driver");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* Close the descriptor inherited from the parent. */
		close(device->fd);
		device = uiomap_open("ring", 0);
		_exit(!device || !uiomap_dma_alloc(device, SIZE - 64, 0) ||
		      write(ready[1], "", 1) != 1 || pause());
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	no_piece(device, 65, 1, EBUSY,
		 "64 of 65472 bytes are left, at most 64 in one piece; the device is also held by");
	/* Only the child is named. */
	snprintf(pid, sizeof(pid), "held by \"driver\" (pid %d);", child);
	assert_text(pid);
	cr_assert_eq(uiomap_dma_addr(piece(device, 64, 1)), BUS + SIZE - 64);
	cr_assert_eq(kill(child, SIGKILL), 0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSIGNALED(status));
	cr_assert_eq(uiomap_dma_addr(piece(device, SIZE - 64, 0)), BUS);
}

/* After fork() the memory stays allocated until both copies of the handle are closed. */
Test(dma, a_forked_childs_copy_keeps_it)
{
	struct uiomap_device *second = uiomap_open("ring", 0);
	int ready[2], done[2], status;
	pid_t child;
	char byte;

	piece(device, SIZE, 1);
	cr_assert(pipe(ready) == 0 && pipe(done) == 0);
	child = fork();
	if (!child) {
		close(second->fd);
		close(done[1]);
		_exit(write(ready[1], "", 1) != 1 || read(done[0], &byte, 1) != 0);
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	uiomap_close(device);
	device = NULL;
	no_piece(second, 1, 1, EBUSY, "0 of");
	close(done[1]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
	piece(second, SIZE, 1);
	uiomap_close(second);
}

/* A lock without an end, on the whole file, counts as all of the memory. */
Test(dma, a_strangers_lock)
{
	struct flock all = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int fd = open("dev/uio1", O_RDWR | O_CLOEXEC);

	cr_assert(fd >= 0 && fcntl(fd, F_OFD_SETLK, &all) == 0);
	no_piece(device, 1, 1, EBUSY, "0 of 65472 bytes are left, at most 0 in one piece");
	all.l_start = 100;
	all.l_type = F_UNLCK;
	cr_assert_eq(fcntl(fd, F_OFD_SETLK, &all), 0);
	cr_assert_eq(uiomap_dma_addr(piece(device, SIZE - 128, 1)), BUS + 100);
	no_piece(device, 100, 1, EBUSY, "28 of 65472 bytes are left, at most 28 in one piece");
	close(fd);
}

/* The offset in the map shows a reader where the buffer is. */
Test(dma, a_reader_finds_a_buffer_by_its_offset)
{
	struct uiomap_dma *first = piece(device, 100, 0), *dma = piece(device, 100, 4096);
	struct uiomap_device *reader = uiomap_open("ring", UIOMAP_RDONLY);
	struct uiomap_region *region = uiomap_map_name(reader, "dma", UIOMAP_MAP_RDONLY);

	assert_ok(region);
	cr_assert_eq(uiomap_dma_offset(first), 0);
	cr_assert_eq(uiomap_dma_offset(dma), uiomap_dma_addr(dma) - BUS);
	memcpy(uiomap_dma_cpu(dma), "told", 4);
	cr_assert_eq(memcmp((const char *)uiomap_region_base(region) + uiomap_dma_offset(dma),
			    "told", 4),
		     0);
	cr_assert_eq(uiomap_dma_offset(NULL), 0);
	uiomap_close(reader);
}
