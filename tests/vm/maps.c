/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Regions of every kind: user space and kernel see the same memory, from the first byte to the
 * last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "sim-fixture.h"

static bool core_knows_coherent(void)
{
	struct utsname u;

	uname(&u);
	return atof(u.release) != 6.1;
}

static void check_region(struct uiosim *d, struct uiomap_device *device, unsigned int index,
			 const char *kind, size_t offset, size_t size, bool rounded)
{
	struct uiomap_region *region = uiomap_map(device, index, 0), *again;
	volatile char *base;
	char want[128], got[128];
	uint8_t byte;
	size_t length;

	cr_assert(region, "map %u: %s", index, uiomap_error());
	base = uiomap_region_base(region);
	cr_assert_eq((uintptr_t)base % 4096, offset, "map %u begins at %zu", index,
		     (uintptr_t)base % 4096);
	/* Some drivers report whole pages. uio_stub never does. */
	if (!rounded || uiomap_region_size(region) != (offset + size + 4095) / 4096 * 4096 - offset)
		cr_assert_eq(uiomap_region_size(region), size, "map %u has %zu bytes", index,
			     uiomap_region_size(region));

	length = (size_t)snprintf(want, sizeof(want), "uio_dummy %s map%u %s\n", uiosim_name(d),
				  index, kind);
	if (length > size)
		length = size - 1;
	for (size_t i = 0; i < length; i++)
		got[i] = base[i];
	cr_assert_arr_eq(got, want, length, "map %u greets with %.*s", index, (int)length, got);

	/* Ends, and both sides of each page boundary. */
	for (size_t at = 0; at < size; at = at + 1 == size  ? size :
					    at + 509 < size ? at + 509 :
							      size - 1) {
		base[at] = (char)(at * 7 + 1);
		OK(uiosim_read_map(d, index, at, &byte, 1));
		cr_assert_eq(byte, (uint8_t)(at * 7 + 1), "map %u, byte %zu, user to kernel", index,
			     at);
		byte = (uint8_t)(at * 13 + 5);
		OK(uiosim_write_map(d, index, at, &byte, 1));
		cr_assert_eq((uint8_t)base[at], byte, "map %u, byte %zu, kernel to user", index,
			     at);
	}
	/* A second mapping shows the same memory; by name as by number. */
	again = uiomap_map_name(device, uiomap_region_info(region)->name, UIOMAP_MAP_RDONLY);
	cr_assert(again, "%s", uiomap_error());
	base[0] = 'x';
	cr_assert_eq(*(volatile char *)uiomap_region_base(again), 'x');
	uiomap_unmap(again);
	uiomap_unmap(region);
}

static const size_t places[][2] = { { 0, 4096 },
				    { 0x40, 100 },
				    { 0xff0, 0x20 },
				    { 0x123, 9000 },
				    { 4095, 2 } };

/* A device with one map of that kind at each place. */
static struct uiosim *plug_places(const char *kind, const char *driver)
{
	char maps[512];
	size_t used = 0;

	for (int i = 0; i < 5; i++)
		used += (size_t)snprintf(maps + used, sizeof(maps) - used, "%s%s:%zu:%zu:%s%d",
					 i ? "," : "", kind, places[i][0], places[i][1], kind, i);
	return plug("maps-", "memory", NULL, maps, driver);
}

Test(maps, every_kind)
{
	static const struct {
		const char *kind, *driver;
		bool rounded;
		enum uiomap_memtype told;
	} cases[] = {
		{ "physical", "uio_stub", false, UIOMAP_MEMTYPE_UNCACHED },
		{ "prefetchable", "uio_stub", false, UIOMAP_MEMTYPE_WRITE_COMBINING },
		{ "physical", "uio_pdrv_genirq", true, UIOMAP_MEMTYPE_UNCACHED },
		{ "logical", NULL, true, UIOMAP_MEMTYPE_CACHED },
		{ "virtual", NULL, true, UIOMAP_MEMTYPE_CACHED },
		{ "coherent", NULL, true, UIOMAP_MEMTYPE_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct uiosim *d = plug_places(cases[i].kind, cases[i].driver);
		struct uiomap_device *device = open_dummy(d, 0);
		const struct uiomap_info *info = uiomap_device_info(device);

		cr_assert_eq(uiomap_info_map_count(info), 5);
		for (unsigned int m = 0; m < 5; m++) {
			enum uiomap_memtype memtype = uiomap_info_map(info, m)->memtype;

			if (cases[i].told != UIOMAP_MEMTYPE_UNKNOWN)
				cr_assert_eq(memtype, cases[i].told, "%s under %s: told to be %s",
					     cases[i].kind,
					     cases[i].driver ? cases[i].driver : "itself",
					     uiomap_memtype_name(memtype));
			check_region(d, device, m, cases[i].kind, places[m][0], places[m][1],
				     cases[i].rounded);
		}
		uiomap_close(device);
		uiosim_free(d);
	}
}

/* All kinds on one device, where the core has them all. */
Test(maps, mixed)
{
	struct uiosim *d =
		plug("mixed-", "memory", NULL,
		     core_knows_coherent() ?
			     "physical:16:5000,logical:32:100,virtual:4000:200,coherent:0:8192" :
			     "physical:16:5000,logical:32:100,virtual:4000:200",
		     NULL);
	struct uiomap_device *device = open_dummy(d, 0);

	check_region(d, device, 0, "physical", 16, 5000, true);
	check_region(d, device, 1, "logical", 32, 100, true);
	check_region(d, device, 2, "virtual", 4000, 200, true);
	if (core_knows_coherent())
		check_region(d, device, 3, "coherent", 0, 8192, true);
	/* Each index has its own memory. */
	for (unsigned int i = 0; i < uiomap_info_map_count(uiomap_device_info(device)); i++)
		*(volatile char *)uiomap_region_base(uiomap_map(device, i, 0)) = (char)('a' + i);
	for (unsigned int i = 0; i < uiomap_info_map_count(uiomap_device_info(device)); i++) {
		char byte;

		OK(uiosim_read_map(d, i, 0, &byte, 1));
		cr_assert_eq(byte, 'a' + (int)i);
	}
	uiomap_close(device);
	uiosim_free(d);
}

Test(maps, refused)
{
	struct uiosim *d = plug("refused-", "memory", NULL,
				"physical:0:4096:one,physical:0:4096:two,port:16:8:io", "uio_stub");
	struct uiomap_device *device = open_dummy(d, 0), *rdonly;
	struct uiomap_region *region;
	const struct uiomap_port_info *port;
	uint32_t value;

	FAILS_NULL(uiomap_map(device, 2, 0), ERANGE);
	cr_assert(strstr(uiomap_error(), "\"one\"") && strstr(uiomap_error(), "\"two\""), "%s",
		  uiomap_error());
	FAILS_NULL(uiomap_map_name(device, "three", 0), ERANGE);
	FAILS_NULL(uiomap_map(device, 0, 0x80), EINVAL);
	region = uiomap_map(device, 1, 0);
	OK(uiomap_region_write32(region, 4092, 0xfeedbeef));
	OK(uiomap_region_read32(region, 4092, &value));
	cr_assert_eq(value, 0xfeedbeef);
	FAILS(uiomap_region_read32(region, 4096, &value), ERANGE);
	FAILS(uiomap_region_read32(region, SIZE_MAX - 3, &value), ERANGE);
	FAILS(uiomap_region_read32(region, 2, &value), EINVAL);

	cr_assert_eq(uiomap_info_port_count(uiomap_device_info(device)), 1);
	port = uiomap_info_port(uiomap_device_info(device), 0);
	cr_assert_str_eq(port->name, "io");
	cr_assert_eq(port->start % 4096, 16);
	cr_assert_eq(port->size, 8);
	cr_assert_str_eq(port->type, "port_x86");

	rdonly = open_dummy(d, UIOMAP_RDONLY);
	FAILS_NULL(uiomap_map(rdonly, 1, 0), EACCES);
	region = uiomap_map(rdonly, 1, UIOMAP_MAP_RDONLY);
	cr_assert(region, "%s", uiomap_error());
	OK(uiomap_region_read32(region, 4092, &value));
	cr_assert_eq(value, 0xfeedbeef);
	FAILS(uiomap_region_write32(region, 0, 1), EACCES);
	uiomap_close(rdonly);
	uiomap_close(device);
	uiosim_free(d);
}

/*
 * DMA memory: its bus address is not a physical one, it is zeroed, and not shared with other
 * devices.
 */
Test(maps, dma)
{
	struct uiosim *d = uiosim_new("dma-");
	struct uiomap_device *device;
	struct uiomap_dma *a, *b;
	uint8_t *cpu;

	OK(uiosim_set(d, "model", "ring"));
	OK(uiosim_go_live(d));
	OK(uiosim_bind(d, "uio_stub"));
	device = open_dummy(d, 0);
	FAILS_NULL(uiomap_dma_alloc(device, 64, 0), ENOTSUP);
	cr_assert(strstr(uiomap_error(), "dma="), "%s", uiomap_error());
	uiomap_close(device);

	OK(uiosim_unbind(d));
	OK(uiosim_stub_options(d, "dma=64K"));
	OK(uiosim_bind(d, "uio_stub"));
	for (int round = 0; round < 2; round++) {
		device = open_dummy(d, 0);
		a = uiomap_dma_alloc(device, 1000, 0);
		b = uiomap_dma_alloc(device, 60000, 4096);
		cr_assert(a && b, "%s", uiomap_error());
		cr_assert_geq(uiomap_dma_addr(a), UINT64_C(1) << 40, "bus address 0x%llx",
			      (unsigned long long)uiomap_dma_addr(a));
		cr_assert_eq(uiomap_dma_addr(b) % 4096, 0);
		cr_assert_geq(uiomap_dma_addr(b), uiomap_dma_addr(a) + 1000);
		FAILS_NULL(uiomap_dma_alloc(device, 60000, 0), ENOMEM);
		cpu = uiomap_dma_cpu(b);
		for (int i = 0; i < 60000; i++)
			cr_assert_eq(cpu[i], 0, "round %d, byte %d is what the last user left",
				     round, i);
		memset(cpu, 0x5a, 60000);
		uiomap_close(device);
	}
	uiosim_free(d);
}
