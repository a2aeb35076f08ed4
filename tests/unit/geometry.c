/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The place of the device's memory in a mapping, by the rules of all kernel versions. */
#include "fake-sysfs.h"

TestSuite(geometry, .init = tree_begin, .fini = tree_end);

static void is(uint64_t addr, uint64_t size, uint64_t offset, uint64_t begin, uint64_t usable,
	       uint32_t start, uint64_t length)
{
	struct uiomap_i_geometry g;
	const char *wrong = uiomap_i_geometry(addr, size, offset, PAGE, &g);

	cr_assert_null(wrong, "addr 0x%lx size 0x%lx offset 0x%lx: %s", addr, size, offset, wrong);
	cr_expect_eq(g.addr, begin, "addr 0x%lx size 0x%lx offset 0x%lx begins at 0x%lx", addr,
		     size, offset, g.addr);
	cr_expect_eq(g.size, usable, "addr 0x%lx size 0x%lx offset 0x%lx has 0x%lx bytes", addr,
		     size, offset, g.size);
	cr_expect_eq(g.start, start, "addr 0x%lx size 0x%lx offset 0x%lx starts 0x%x into it", addr,
		     size, offset, g.start);
	cr_expect_eq(g.length, length, "addr 0x%lx size 0x%lx offset 0x%lx maps 0x%lx", addr, size,
		     offset, g.length);
}

static void is_wrong(uint64_t addr, uint64_t size, uint64_t offset, const char *part)
{
	struct uiomap_i_geometry g;
	const char *wrong = uiomap_i_geometry(addr, size, offset, PAGE, &g);

	cr_assert(wrong, "addr 0x%lx size 0x%lx offset 0x%lx is taken", addr, size, offset);
	cr_expect(strstr(wrong, part), "addr 0x%lx size 0x%lx offset 0x%lx: %s", addr, size, offset,
		  wrong);
}

Test(geometry, page_aligned)
{
	is(0x10000, 0x1000, 0, 0x10000, 0x1000, 0, 0x1000);
	is(0x10000, 0x5000, 0, 0x10000, 0x5000, 0, 0x5000);
	is(0, 0x1000, 0, 0, 0x1000, 0, 0x1000);
	/* sizes are not rounded, mappings are */
	is(0x10000, 1, 0, 0x10000, 1, 0, 0x1000);
	is(0x10000, 0x1001, 0, 0x10000, 0x1001, 0, 0x2000);
	/* current kernels: addr is rounded down, size includes the offset */
	is(0x10000, 0x100 + 0x40, 0x100, 0x10100, 0x40, 0x100, 0x1000);
	is(0x10000, 0x1000, 0xff0, 0x10ff0, 0x10, 0xff0, 0x1000);
	/* kernel virtual addresses */
	is(0xffff888004321000, 0x1000, 0, 0xffff888004321000, 0x1000, 0, 0x1000);
	is(0xffff888004321000, 0x1000, 0x321, 0xffff888004321321, 0x1000 - 0x321, 0x321, 0x1000);
	is(0xffffffffffffe000, 0x2000, 0, 0xffffffffffffe000, 0x2000, 0, 0x2000);
	/* uio_dmem_genirq before its first open */
	is(UINT64_MAX, 0x2000, 0, UINT64_MAX, 0x2000, 0, 0x2000);
}

/* 0x40 bytes at 0xfe0: a page more than the size alone needs. */
Test(geometry, crosses_a_page)
{
	is(0x10000, 0xfe0 + 0x40, 0xfe0, 0x10fe0, 0x40, 0xfe0, 0x2000);
	is(0x10fe0, 0x40, 0xfe0, 0x10fe0, 0x40, 0xfe0, 0x2000);
	is(0x10fe0, 0x40, 0, 0x10fe0, 0x40, 0xfe0, 0x2000);
	is(0x10001, 0x1000, 0, 0x10001, 0x1000, 1, 0x2000);
}

Test(geometry, unaligned_address)
{
	/* old kernels: offset repeats the low bits of addr; size counts from addr */
	is(0x10104, 0x40, 0x104, 0x10104, 0x40, 0x104, 0x1000);
	/* kernels in between: addr unaligned, offset 0 */
	is(0x10104, 0x40, 0, 0x10104, 0x40, 0x104, 0x1000);
	is(0x10104, 0xefc, 0, 0x10104, 0xefc, 0x104, 0x1000);
	is(0x10104, 0xefd, 0, 0x10104, 0xefd, 0x104, 0x2000);
}

Test(geometry, contradictions)
{
	is_wrong(0x10000, 0, 0, "size is 0");
	is_wrong(0x10000, 0x100, 0x100, "beyond its size");
	is_wrong(0x10000, 0x100, 0x101, "beyond its size");
	is_wrong(0x10000, 0x100, UINT64_MAX, "beyond its size");
	is_wrong(0x10104, 0x100, 0x105, "contradicts");
	is_wrong(0x10000, UINT64_MAX, 0, "more than can be mapped");
	is_wrong(0x10001, UINT64_MAX, 0, "more than can be mapped");
	is_wrong(0x10000, (uint64_t)1 << 63, 0, "more than can be mapped");
	is_wrong(0x10000, (uint64_t)1 << 40, (uint64_t)1 << 33, "4 GiB");
	is_wrong(UINT64_MAX - 0xfff, 0x4000, 0x2000, "beyond the last address");
}

/* The same through the whole library: the region's base shows the device's bytes at this place. */
static void maps_to(struct tree_map map, uint64_t first, uint64_t size, uint64_t length)
{
	struct tree_device d = { .map_count = 1, .maps = { map } };
	struct uiomap_region *region;
	struct uiomap_device *device;
	unsigned char *content;
	size_t file;

	tree_device(1, &d);
	file = (map.addr % PAGE + map.size + PAGE - 1) / PAGE * PAGE;
	content = malloc(file);
	for (size_t i = 0; i < file; i++)
		content[i] = (unsigned char)(i ^ (i >> 8));
	tree_write_bytes(core_map_file(1, 0), content, file);
	device = uiomap_open("uio1", 0);
	assert_ok(device);
	region = uiomap_map(device, 0, 0);
	assert_ok(region);
	cr_assert_eq(uiomap_region_size(region), size, "size 0x%zx", uiomap_region_size(region));
	cr_assert_eq(core_last_mmap().length, length, "length 0x%zx", core_last_mmap().length);
	cr_assert_eq(uiomap_read8(uiomap_region_base(region), 0), content[first]);
	cr_assert_eq(uiomap_read8(uiomap_region_base(region), size - 1), content[first + size - 1]);
	cr_assert_eq(uiomap_region_info(region)->addr % PAGE, first);
	free(content);
	uiomap_close(device);
	tree_remove(1);
}

Test(geometry, bytes_are_where_they_belong)
{
	maps_to((struct tree_map){ "m", 0x40000, 0x1000, 0, false }, 0, 0x1000, 0x1000);
	maps_to((struct tree_map){ "m", 0x40000, 0x1234, 0x234, false }, 0x234, 0x1000, 0x2000);
	maps_to((struct tree_map){ "m", 0x40000, 0x1020, 0xfe0, false }, 0xfe0, 0x40, 0x2000);
	maps_to((struct tree_map){ "m", 0x40fe0, 0x40, 0xfe0, false }, 0xfe0, 0x40, 0x2000);
	maps_to((struct tree_map){ "m", 0x40fe0, 0x40, 0, false }, 0xfe0, 0x40, 0x2000);
	maps_to((struct tree_map){ "m", 0x40fe0, 0x40, 0, true }, 0xfe0, 0x40, 0x2000);
	maps_to((struct tree_map){ NULL, 0x40000, 0x40, 0, true }, 0, 0x40, 0x1000);
}
