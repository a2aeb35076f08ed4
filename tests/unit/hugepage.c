/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* DMA memory from hugepages: its properties, and each reason to refuse it. */
#include "dma-fixture.h"

#include <fcntl.h>
#include <sys/mman.h>

#define PARENT	 "sys/devices/pci0000:00/0000:01:00.0/"
#define HUGE	 (2 << 20)
#define PHYSICAL UINT64_C(0x1c0000000)

static struct uiomap_device *device;

static void begin(void)
{
	tree_begin();
	tree_device(1, &(struct tree_device){ .name = "card",
					      .parent = "pci0000:00/0000:01:00.0",
					      .bus = "pci",
					      .driver = "uio_pci_generic" });
	tree_write(
		"proc/meminfo",
		"MemTotal:       16384 kB\nHugePages_Free:        3\nHugepagesize:       2048 kB\nHugetlb: 0 kB\n");
	core_hugepages(3, PHYSICAL, 0);
	device = uiomap_open("card", 0);
	assert_ok(device);
}

static void end(void)
{
	uiomap_close(device);
	tree_end();
}

TestSuite(hugepage, .init = begin, .fini = end);

static uint16_t command(void)
{
	int fd = open(PARENT "config", O_RDONLY | O_CLOEXEC);
	unsigned char bytes[2];

	cr_assert_eq(pread(fd, bytes, 2, 4), 2);
	close(fd);
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

Test(hugepage, bus_address_is_the_physical_one)
{
	struct uiomap_dma *a = piece(device, 100, 0), *b = piece(device, HUGE / 2, 4096), *c;

	cr_assert(core_last_mmap().flags & MAP_SHARED,
		  "after a fork() it would be elsewhere for the writer");
	cr_assert_eq(uiomap_dma_addr(a), PHYSICAL);
	cr_assert_eq(uiomap_dma_addr(b), PHYSICAL + 4096);
	cr_assert_eq((char *)uiomap_dma_cpu(b) - (char *)uiomap_dma_cpu(a), 4096);
	memset(uiomap_dma_cpu(b), 0x55, HUGE / 2);
	uiomap_dma_free(b);
	c = piece(device, HUGE / 2, 4096);
	cr_assert_eq(uiomap_dma_addr(c), PHYSICAL + 4096);
	cr_assert_eq(*(char *)uiomap_dma_cpu(c), 0, "not zeroed");
	cr_assert_eq(((char *)uiomap_dma_cpu(c))[HUGE / 2 - 1], 0, "not zeroed");
}

/*
 * Another hugepage is taken only if the others have no room, and kept until the handle is
 * closed.
 */
Test(hugepage, as_many_as_it_takes)
{
	struct uiomap_dma *a, *b, *c;
	unsigned char resident;
	void *gone;

	no_piece(device, HUGE + 1, 0, ENOMEM, "2097152 is the most");
	a = piece(device, HUGE, 1 << 20);
	b = piece(device, HUGE / 2 + 1, 0);
	c = piece(device, HUGE / 2, 0);
	cr_assert_eq(uiomap_dma_addr(a), PHYSICAL);
	cr_assert_eq(uiomap_dma_addr(b), PHYSICAL + (1 << 30));
	cr_assert_eq(uiomap_dma_addr(c), PHYSICAL + (2u << 30));
	/* It is in no map of the device, so it has no offset. */
	cr_assert_eq(uiomap_dma_offset(c), SIZE_MAX);
	no_piece(device, HUGE, 0, ENOMEM,
		 "echo 8 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
	uiomap_dma_free(a);
	a = piece(device, HUGE, 0);
	cr_assert_eq(uiomap_dma_addr(a), PHYSICAL);
	gone = uiomap_dma_cpu(c);
	cr_assert_eq(mincore(gone, 1, &resident), 0);
	uiomap_close(device);
	cr_assert_eq(mincore(gone, 1, &resident), -1, "it is still mapped");
	cr_assert(core_hugepage_at_close(),
		  "it was given back while the card could still write to it");
	device = NULL;
}

/* The kernel turns bus mastering off at each close, so each allocation turns it on. */
Test(hugepage, bus_mastering)
{
	static const unsigned char off[] = { 0x03, 0x05 };
	int fd = open(PARENT "config", O_WRONLY | O_CLOEXEC);

	for (int i = 0; i < 2; i++) {
		cr_assert_eq(pwrite(fd, off, 2, 4), 2);
		piece(device, 1, 0);
		cr_assert_eq(command(), 0x0507, "command 0x%04x", command());
	}
	/* a failed allocation changes nothing */
	cr_assert_eq(pwrite(fd, off, 2, 4), 2);
	no_piece(device, HUGE + 1, 0, ENOMEM, "no room");
	cr_assert_eq(command(), 0x0503);
	close(fd);
}

/*
 * Only the low byte of the command register is written: another controller may change Interrupt
 * Disable in the high byte meanwhile.
 */
Test(hugepage, bus_mastering_leaves_the_rest_alone)
{
	cr_assert_eq(truncate(PARENT "config", 5), 0);
	piece(device, 1, 0);
	cr_assert_eq(truncate(PARENT "config", 256), 0);
	cr_assert_eq(command(), 0x0004);
}

Test(hugepage, bus_mastering_that_can_not_be_turned_on)
{
	core_openat_error("config", O_WRONLY, EPERM);
	no_piece(device, 1, 0, EACCES, "config");
	core_openat_error(NULL, 0, 0);
	/* the refused hugepage was given back */
	cr_assert_eq(uiomap_dma_addr(piece(device, HUGE, 0)), PHYSICAL);
}

Test(hugepage, behind_an_iommu)
{
	tree_link("../../../kernel/iommu_groups/7", PARENT "iommu_group");
	no_piece(device, 1, 0, ENOTSUP, "IOMMU");
	assert_text("dma=SIZE");
	tree_write("sys/kernel/iommu_groups/7/type", "DMA-FQ\n");
	no_piece(device, 1, 0, ENOTSUP, "IOMMU");
	tree_write("sys/kernel/iommu_groups/7/type", "identity-not\n");
	no_piece(device, 1, 0, ENOTSUP, "IOMMU");
	tree_write("sys/kernel/iommu_groups/7/type", "identity\n");
	piece(device, 1, 0);
}

Test(hugepage, none_free)
{
	core_hugepages(0, PHYSICAL, 0);
	no_piece(
		device, 1, 0, ENOMEM,
		"to get some, as root: uiomap bind pci:0000:01:00.0 take dma=SIZE. Hugepages can be used too, but none of 2048 KiB is free");
}

Test(hugepage, kernel_without_them)
{
	static const char * const wrong[] = { "",
					      "MemTotal: 1 kB\n",
					      "\nHugepagesize:\n",
					      "\nHugepagesize:       0 kB\n",
					      "\nHugepagesize: 3000 kB\n",
					      "\nHugepagesize: 4 kB\n",
					      "\nHugepagesize: -2048 kB\n",
					      "\nHugepagesize: 18446744073709551615 kB\n",
					      "\nHugepagesize: 9223372036854775808 kB\n",
					      "\nHugepagesize: 18014398509481984 kB\n" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		tree_write("proc/meminfo", "%s", wrong[i]);
		no_piece(device, 1, 0, ENOTSUP, "this kernel has none");
	}
	tree_unlink("proc/meminfo");
	no_piece(device, 1, 0, ENOTSUP, "meminfo: No such file");
}

/* pagemap: frame 0 without privilege, not present, and impossible values. */
Test(hugepage, pagemap)
{
	const uint64_t present = UINT64_C(1) << 63;

	core_hugepages(5, PHYSICAL, present);
	no_piece(device, 1, 0, EACCES, "CAP_SYS_ADMIN");
	core_hugepages(5, PHYSICAL, 1);
	no_piece(device, 1, 0, ENOMEM, "control group");
	/* all its pages at the same address; not aligned */
	core_hugepages(5, PHYSICAL, present | PHYSICAL / PAGE);
	no_piece(device, 1, 0, EPROTO, "which is impossible");
	core_hugepages(5, PHYSICAL + PAGE, 0);
	no_piece(device, 1, 0, EPROTO, "which is impossible");
	core_hugepages(5, PHYSICAL, 0);
	piece(device, 1, 0);
}

Test(hugepage, not_for_what_is_not_pci)
{
	struct uiomap_device *plain;

	tree_device(2, &(struct tree_device){ .name = "plain" });
	plain = uiomap_open("plain", 0);
	errno = 0;
	cr_assert_null(uiomap_dma_alloc(plain, 1, 0));
	assert_errno(ENOTSUP);
	assert_text("dma=SIZE");
	uiomap_close(plain);
}

/* A coherent map is preferred, and hugepages don't supplement it when it is full. */
Test(hugepage, not_beside_a_map)
{
	struct uiomap_device *stub;

	tree_device(2,
		    &(struct tree_device){ .name = "stub",
					   .parent = "pci0000:00/0000:02:00.0",
					   .bus = "pci",
					   .driver = "uio_stub",
					   .stub_irq = "none",
					   .stub_maps = "0 dma-coherent\n",
					   .map_count = 1,
					   .maps = { { "dma", 0x80000000, 0x1000, 0, false } } });
	stub = uiomap_open("stub", 0);
	assert_ok(stub);
	cr_assert_eq(uiomap_dma_addr(uiomap_dma_alloc(stub, 1, 0)), 0x80000000);
	errno = 0;
	cr_assert_null(uiomap_dma_alloc(stub, 0x1000, 0));
	assert_errno(ENOMEM);
	assert_text("of 4096 bytes are left");
	uiomap_close(stub);
}

Test(hugepage, read_only_or_gone)
{
	struct uiomap_device *reader = uiomap_open("card", UIOMAP_RDONLY);

	errno = 0;
	cr_assert_null(uiomap_dma_alloc(reader, 1, 0));
	assert_errno(EACCES);
	uiomap_close(reader);
	tree_remove(1);
	no_piece(device, 1, 0, ENODEV, "is gone");
}
