/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The NVMe driver as it is, on a disk under VFIO and under uio_stub; and from memory that the
 * program has, without a copy.
 */
#include <string.h>
#include <sys/mman.h>

#include "nvme-disk.h"
#include "vfio.h"

TestSuite(vfio_nvme, .init = vfio_begin);

enum { COUNT = 128, BYTES = COUNT * BLOCK };

/* What the driver before has written is there, and then what this one writes. */
static void write_after(const char *driver, unsigned int before, unsigned int seed)
{
	static unsigned char expected[BYTES];
	struct nvme_stats stats;
	struct disk d;

	open_disk(&d, driver, NVME_INTERRUPT, 0);
	NVME_OK(transfer(&d, NVME_READ, 1000, COUNT, 4096));
	card_fill(expected, BYTES, before);
	if (before)
		cr_assert_eq(memcmp(d.data + 4096, expected, BYTES), 0, "%s", driver);
	card_fill(d.data, BYTES, seed);
	NVME_OK(transfer(&d, NVME_WRITE, 1000, COUNT, 0));
	NVME_OK(transfer(&d, NVME_FLUSH, 0, 0, 0));
	cr_assert(on_the_host(&d, UINT64_C(1000) * BLOCK, d.data, BYTES), "%s", driver);
	nvme_stats(d.nvme, &stats);
	cr_assert_gt(stats.interrupts, 0, "%s: no interrupt came", driver);
	close_disk(&d);
}

Test(vfio_nvme, one_driver)
{
	write_after("uio_stub", 0, 1);
	write_after("vfio-pci", 1, 2);
	write_after("uio_stub", 2, 3);
}

Test(vfio_nvme, without_a_copy)
{
	unsigned char *memory =
		mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct nvme_io io = { .op = NVME_WRITE, .block = 5000, .count = COUNT };
	struct uiomap_dma *mapped;
	struct disk d;

	cr_assert_neq(memory, MAP_FAILED);
	open_disk(&d, "vfio-pci", NVME_INTERRUPT, 0);
	card_fill(memory, BYTES, 4);
	mapped = uiomap_dma_map(d.device, memory, BYTES);
	cr_assert(mapped, "%s", uiomap_error());
	io.buffer = mapped;
	NVME_OK(nvme_do(d.nvme, &io, 20 * SECOND));
	NVME_OK(transfer(&d, NVME_FLUSH, 0, 0, 0));
	cr_assert(on_the_host(&d, UINT64_C(5000) * BLOCK, memory, BYTES));
	memset(memory, 0, BYTES);
	io.op = NVME_READ;
	NVME_OK(nvme_do(d.nvme, &io, 20 * SECOND));
	uiomap_dma_unmap(mapped);
	cr_assert(on_the_host(&d, UINT64_C(5000) * BLOCK, memory, BYTES));
	close_disk(&d);
	munmap(memory, BYTES);
}
