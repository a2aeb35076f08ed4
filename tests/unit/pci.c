/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* PCI: BARs under uio_pci_generic, configuration space, INTx; malformed content. */
#include "fake-sysfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

TestSuite(pci, .init = tree_begin, .fini = tree_end);

#define PARENT "sys/devices/pci0000:00/0000:01:00.0/"
#define NONE   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"

/*
 * BAR0: 32-bit; BAR1: I/O; BAR2 and BAR3: 64-bit, prefetchable; BAR4: prefetchable, half a page;
 * BAR5: without an address.
 */
#define RESOURCE                                                                                   \
	"0x00000000fe000000 0x00000000fe003fff 0x0000000000040200\n"                               \
	"0x000000000000c140 0x000000000000c17f 0x0000000000040101\n"                               \
	"0x0000008000000000 0x000000800000ffff 0x000000000014220c\n" NONE                          \
	"0x00000000fd000800 0x00000000fd000fff 0x0000000000042208\n"                               \
	"0x0000000000000000 0x0000000000000fff 0x0000000020040200\n"                               \
	"0x00000000feb00000 0x00000000feb7ffff 0x000000000006620c\n" NONE NONE NONE NONE NONE NONE

static const struct tree_device card = {
	.name = "uio_pci_generic",
	.parent = "pci0000:00/0000:01:00.0",
	.bus = "pci",
	.driver = "uio_pci_generic",
	.vendor = "0x1234",
	.device_id = "0x11e8",
	.resource = RESOURCE,
	.map_count = 1,
	.maps = { { "0000:01:00.0", 0xfe000000, 0x4000, 0, false } },
};

static void file_of_size(const char *path, off_t size)
{
	tree_write(path, "%s", "");
	cr_assert_eq(truncate(path, size), 0);
}

static void begin(void)
{
	tree_device(1, &card);
	core_irq(1, CORE_NO_IRQCONTROL);
	file_of_size(PARENT "resource0", 0x4000);
	file_of_size(PARENT "resource2", 0x10000);
	file_of_size(PARENT "resource2_wc", 0x10000);
	file_of_size(PARENT "resource4", 0x1000);
}

static struct uiomap_device *open_card(unsigned int flags)
{
	struct uiomap_device *device = uiomap_open("pci:1234:11e8", flags);

	assert_ok(device);
	return device;
}

static void is_map(const struct uiomap_info *info, unsigned int index, const char *name,
		   uint64_t addr, uint64_t size, uint32_t offset, enum uiomap_memtype memtype)
{
	const struct uiomap_map_info *map = uiomap_info_map(info, index);

	assert_ok(map);
	cr_expect_str_eq(map->name, name);
	cr_expect_eq(map->addr, addr, "%s: 0x%llx", name, (unsigned long long)map->addr);
	cr_expect_eq(map->size, size, "%s: 0x%llx", name, (unsigned long long)map->size);
	cr_expect_eq(map->offset, offset, "%s: 0x%x", name, map->offset);
	cr_expect_eq(map->memtype, memtype, "%s: %s", name, uiomap_memtype_name(map->memtype));
}

Test(pci, all_bars_in_their_order)
{
	struct uiomap_info *info, *copy;

	begin();
	/* no kernel creates this file: BAR0 is not prefetchable */
	tree_write(PARENT "resource0_wc", "%s", "");
	info = uiomap_find("uio1");
	assert_ok(info);
	copy = uiomap_info_copy(info);
	uiomap_info_free(info);
	cr_assert_eq(uiomap_info_map_count(copy), 3);
	is_map(copy, 0, "BAR0", 0xfe000000, 0x4000, 0, UIOMAP_MEMTYPE_UNCACHED);
	is_map(copy, 1, "BAR2", 0x8000000000, 0x10000, 0, UIOMAP_MEMTYPE_WRITE_COMBINING);
	/* prefetchable, but without a file for a write-combining mapping */
	is_map(copy, 2, "BAR4", 0xfd000800, 0x800, 0x800, UIOMAP_MEMTYPE_UNCACHED);
	cr_assert_eq(uiomap_info_port_count(copy), 1);
	cr_assert_str_eq(uiomap_info_port(copy, 0)->name, "BAR1");
	cr_assert_eq(uiomap_info_port(copy, 0)->start, 0xc140);
	cr_assert_eq(uiomap_info_port(copy, 0)->size, 0x40);
	cr_assert_str_eq(uiomap_info_port(copy, 0)->type, "port_x86");
	uiomap_info_free(copy);
}

/* Three reasons why a BAR is no map; only one is the program's fault. */
Test(pci, a_bar_that_is_no_map)
{
	struct uiomap_device *device;

	begin();
	device = uiomap_open("uio1", 0);
	assert_ok(device);
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR1", 0));
	assert_errno(ERANGE);
	assert_text(
		"no map \"BAR1\"; there are 0 \"BAR0\", 1 \"BAR2\", 2 \"BAR4\"; that is a port region");
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR3", 0));
	assert_errno(ERANGE);
	assert_text(
		"2 \"BAR4\"; if the card has it, the kernel found no address for it: see dmesg");
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "registers", 0));
	assert_errno(ERANGE);
	cr_assert_null(strstr(uiomap_error(), "dmesg"), "%s", uiomap_error());
	uiomap_close(device);
}

/* More BARs than UIO has maps. */
Test(pci, six_bars)
{
	struct tree_device six = card;
	struct uiomap_info *info;

	six.resource = "0x1000 0x1fff 0x200\n0x2000 0x2fff 0x200\n0x3000 0x3fff 0x200\n"
		       "0x4000 0x4fff 0x200\n0x5000 0x5fff 0x200\n0x6000 0x6fff 0x200\n";
	tree_device(1, &six);
	info = uiomap_find("uio1");
	assert_ok(info);
	cr_assert_eq(uiomap_info_map_count(info), UIOMAP_MAX_MAPS);
	is_map(info, 5, "BAR5", 0x6000, 0x1000, 0, UIOMAP_MEMTYPE_UNCACHED);
	uiomap_info_free(info);
}

/* uio_stub registers all BARs, so sysfs isn't read for more. */
Test(pci, under_the_stub)
{
	struct tree_device stub = card;
	struct uiomap_info *info;

	stub.driver = "uio_stub";
	stub.maps[0].name = "BAR0";
	stub.stub_maps = "0 uncached\n";
	stub.stub_irq = "counted";
	tree_device(1, &stub);
	info = uiomap_find("pci:1234:11e8");
	assert_ok(info);
	cr_assert_eq(uiomap_info_map_count(info), 1);
	cr_assert_eq(uiomap_info_port_count(info), 0);
	uiomap_info_free(info);
}

/* Find by address: a BAR that only sysfs has, and one that is also a map. */
Test(pci, by_address)
{
	static const char * const addresses[] = { "addr:0xfe000000", "addr:0x8000000000",
						  "addr:0xfd000800" };
	struct uiomap_device *device;

	begin();
	tree_device(2, &(struct tree_device){ .name = "other",
					      .map_count = 1,
					      .maps = { { "m", 0x1000, 0x1000, 0, false } } });
	for (int i = 0; i < 3; i++) {
		device = uiomap_open(addresses[i], 0);
		assert_ok(device);
		cr_assert_eq(uiomap_info_number(uiomap_device_info(device)), 1);
		uiomap_close(device);
	}
	errno = 0;
	/* an I/O port is not a memory address */
	cr_assert_null(uiomap_find("addr:0xc140"));
	assert_errno(ENODEV);
}

Test(pci, several_of_one_kind)
{
	struct tree_device second = card;
	struct uiomap_info *info, **list;
	size_t count;

	begin();
	second.parent = "pci0000:00/0000:00:02.0";
	tree_device(2, &second);
	/* the same ids on another bus, where they mean something else */
	second.parent = "virtio/virtio0";
	second.bus = "virtio";
	second.driver = "";
	tree_device(3, &second);
	tree_write("sys/devices/virtio/virtio0/vendor", "0x1234\n");
	tree_write("sys/devices/virtio/virtio0/device", "0x11e8\n");
	errno = 0;
	cr_assert_null(uiomap_find("pci:1234:11e8"));
	assert_errno(ENOTUNIQ);
	assert_text("#0 is uio2");
	assert_text("#1 is uio1");
	info = uiomap_find("pci:1234:11e8#1");
	assert_ok(info);
	cr_assert_eq(uiomap_info_number(info), 1);
	uiomap_info_free(info);
	list = uiomap_list("pci:1234:11e8", &count);
	assert_ok(list);
	cr_assert_eq(count, 2);
	uiomap_list_free(list);
	tree_remove(2);
	uiomap_close(open_card(0));
	tree_remove(1);
	errno = 0;
	cr_assert_null(uiomap_open("pci:1234:11e8", 0));
	assert_errno(ENODEV);
	assert_text("no UIO device matches");
}

Test(pci, malformed_selectors)
{
	static const char * const wrong[] = { "pci:1234",	 "pci:1234:",
					      "pci:1234:11e",	 "pci:1234:11e88",
					      "pci:01234:11e8",	 "pci:1234:11g8",
					      "pci:0x12:11e8",	 "pci:1234:11e8#",
					      "pci:1234:11e8#x", "pci:1234:11e8#99999999999",
					      "pci:#0",		 "pci:1234 11e8",
					      "pci:12345:1e8" };

	begin();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		errno = 0;
		cr_assert_null(uiomap_find(wrong[i]), "%s is found", wrong[i]);
		cr_assert_eq(errno, EINVAL, "%s: %s", wrong[i], uiomap_error());
	}
}

static void refused(const char *text)
{
	errno = 0;
	cr_assert_null(uiomap_find("uio1"), "it is taken");
	cr_assert_eq(errno, EPROTO, "errno %d: %s", errno, uiomap_error());
	assert_text(text);
	errno = 0;
	cr_assert_null(uiomap_open("uio1", 0));
	assert_errno(EPROTO);
	/* by its ids it is either found and malformed, or doesn't match */
	errno = 0;
	cr_assert_null(uiomap_find("pci:1234:11e8"));
	cr_assert(errno == EPROTO || errno == ENODEV, "errno %d", errno);
	errno = 0;
	cr_assert_null(uiomap_find("addr:0x12345000"));
	assert_errno(ENODEV);
}

Test(pci, resource_that_is_none)
{
	static const char binary[] = NONE "\0" NONE NONE NONE NONE NONE;
	static const char * const lines[] = { "\n", "0x1000\n", "0x1000 0x1fff\n",
					      "0x1000 0x1fff 0x200 0x0\n", "0x1000,0x1fff,0x200\n",
					      "-0x1000 0x1fff 0x200\n",
					      "0x1000 0x10000000000000000 0x200\n", "a b c\n",
					      /* it ends before it begins */
					      "0x2000 0x1fff 0x200\n", "0x2000 0x1fff 0x100\n",
					      /* 2^64 bytes */
					      "0x0 0xffffffffffffffff 0x200\n",
					      /* more than can be mapped */
					      "0x1000 0xfffffffffffffffe 0x200\n",
					      "0x1000 0x8000000000000fff 0x200\n",
					      "0x1000 0x1fff 0x\n", "0x1000 0x1fff 0x200z\n" };

	begin();
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		/* as the first line, and as the last one that is used */
		tree_write(PARENT "resource", "%s%s", lines[i], NONE NONE NONE NONE NONE);
		refused("resource");
		tree_write(PARENT "resource", "%s%s", NONE NONE NONE NONE NONE, lines[i]);
		refused("resource");
	}
	tree_write(PARENT "resource", "%s", NONE NONE NONE NONE NONE);
	refused("resource");
	tree_write(PARENT "resource", "%s", "");
	refused("resource");
	tree_write_bytes(PARENT "resource", binary, sizeof(binary));
	refused("resource");
	tree_unlink(PARENT "resource");
	refused("resource");
	tree_write(PARENT "resource", "%s", RESOURCE);
	uiomap_close(open_card(0));
}

Test(pci, ids_that_are_none)
{
	static const char * const wrong[] = { "",	  "\n",	       "0x\n",
					      "0x123\n",  "0x12345\n", "1234\n",
					      "0x123g\n", "0x-123\n",  "0x1234 \n" };

	begin();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		tree_write(PARENT "vendor", "%s", wrong[i]);
		refused("device/vendor");
		tree_write(PARENT "vendor", "0x1234\n");
		tree_write(PARENT "device", "%s", wrong[i]);
		refused("device/device");
		tree_write(PARENT "device", "0x11e8\n");
	}
	tree_unlink(PARENT "vendor");
	refused("device/vendor");
}

/* Data stored in a region must be in the BAR's file, at the right offset in the page. */
static void maps_file(struct uiomap_device *device, const char *name, const char *file, off_t at)
{
	struct uiomap_region *region = uiomap_map_name(device, name, 0), *reader;
	char path[128];
	uint32_t value;
	int fd;

	assert_ok(region);
	cr_assert_eq(uiomap_region_write32(region, 0x10, 0x600dcafe), 0);
	snprintf(path, sizeof(path), PARENT "%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	cr_assert_eq(pread(fd, &value, sizeof(value), at + 0x10), sizeof(value));
	close(fd);
	cr_assert_eq(value, 0x600dcafe, "%s", name);
	reader = uiomap_map_name(device, name, UIOMAP_MAP_RDONLY);
	assert_ok(reader);
	cr_assert_eq(uiomap_read32(uiomap_region_base(reader), 0x10), 0x600dcafe);
	cr_assert_eq(uiomap_region_write32(reader, 0x10, 1), -1);
	assert_errno(EACCES);
	uiomap_unmap(reader);
	uiomap_unmap(region);
}

Test(pci, maps_are_the_files_of_bars)
{
	struct uiomap_device *device;
	int descriptors;

	begin();
	device = open_card(0);
	descriptors = tree_open_fds();
	maps_file(device, "BAR0", "resource0", 0);
	maps_file(device, "BAR2", "resource2_wc", 0);
	maps_file(device, "BAR4", "resource4", 0x800);
	cr_assert_eq(tree_open_fds(), descriptors, "the file of a BAR is left open");
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR1", 0));
	assert_errno(ERANGE);
	assert_text("there are 0 \"BAR0\", 1 \"BAR2\", 2 \"BAR4\"");
	uiomap_close(device);
	/* a read-only open uses read-only files */
	core_openat_error("resource4", O_WRONLY, EACCES);
	device = open_card(UIOMAP_RDONLY);
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR4", 0));
	assert_errno(EACCES);
	assert_ok(uiomap_map_name(device, "BAR4", UIOMAP_MAP_RDONLY));
	uiomap_close(device);
}

/* The node may be accessible to all, but these files only to root. */
Test(pci, maps_without_root)
{
	struct uiomap_device *device;
	struct uiomap_region *region;

	begin();
	device = open_card(0);
	core_openat_error("resource0", O_RDONLY, EACCES);
	region = uiomap_map_name(device, "BAR0", 0);
	assert_ok(region);
	cr_assert_eq(core_last_mmap().index, 0);
	cr_assert_eq(core_last_mmap().length, 0x4000);
	core_openat_error("resource2_wc", O_RDONLY, EACCES);
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR2", 0));
	assert_errno(EACCES);
	assert_text("resource2_wc");
	assert_text("the group uio");
	assert_text("uio_stub needs no such file");
	/* in a container, /sys is read-only or lacks these files */
	core_openat_error("resource0", O_RDONLY, EROFS);
	assert_ok(uiomap_map_name(device, "BAR0", 0));
	core_openat_error("resource0", O_RDONLY, ENOENT);
	assert_ok(uiomap_map_name(device, "BAR0", 0));
	core_openat_error("resource2_wc", O_RDONLY, EROFS);
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR2", 0));
	assert_errno(EROFS);
	assert_text("mounted read-only");
	/* other failures are not reported as missing permission */
	core_openat_error("resource0", O_RDONLY, EMFILE);
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR0", 0));
	assert_errno(EMFILE);
	core_openat_error(NULL, 0, 0);
	tree_remove(1);
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR0", 0));
	assert_errno(ENODEV);
	assert_text("is gone");
	uiomap_close(device);
}

/* Replace a file by a FIFO without a writer, where open(2) would block forever. */
static void fifo_instead(const char *file)
{
	char path[128];

	snprintf(path, sizeof(path), PARENT "%s", file);
	tree_unlink("%s", path);
	cr_assert_eq(mkfifo(path, 0644), 0);
}

Test(pci, fifos_in_place_of_files)
{
	struct uiomap_device *device;
	uint16_t value;
	int descriptors;

	begin();
	fifo_instead("config");
	fifo_instead("resource2_wc");
	device = open_card(UIOMAP_RDONLY);
	descriptors = tree_open_fds();
	errno = 0;
	cr_assert_eq(uiomap_config_read16(device, 0, &value), -1);
	assert_errno(EPROTO);
	assert_text("config is not a regular file");
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR2", UIOMAP_MAP_RDONLY));
	assert_errno(EPROTO);
	assert_text("resource2_wc is not a regular file");
	cr_assert_eq(tree_open_fds(), descriptors);
	uiomap_close(device);
}

#define CONFIG_FAILS(call, error, text)                                                            \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_eq((call), -1);                                                          \
		assert_errno(error);                                                               \
		assert_text(text);                                                                 \
	} while (0)

Test(pci, configuration_space)
{
	static const unsigned char bytes[256] = { 0x34, 0x12, 0xe8, 0x11, [255] = 0x99 };
	struct uiomap_device *device;
	uint32_t v32 = 77;
	uint16_t v16;
	uint8_t v8;

	begin();
	tree_write_bytes(PARENT "config", bytes, sizeof(bytes));
	device = open_card(0);
	cr_assert_eq(uiomap_config_read32(device, 0, &v32), 0);
	cr_assert_eq(v32, 0x11e81234);
	cr_assert_eq(uiomap_config_read16(device, 2, &v16), 0);
	cr_assert_eq(v16, 0x11e8);
	cr_assert_eq(uiomap_config_read8(device, 255, &v8), 0);
	cr_assert_eq(v8, 0x99);
	cr_assert_eq(uiomap_config_write32(device, 0x40, 0x04030201), 0);
	cr_assert_eq(uiomap_config_write16(device, 0x44, 0x0605), 0);
	cr_assert_eq(uiomap_config_write8(device, 0x46, 0x07), 0);
	for (uint8_t i = 0; i < 7; i++) {
		cr_assert_eq(uiomap_config_read8(device, 0x40u + i, &v8), 0);
		cr_assert_eq(v8, i + 1, "byte %u", i);
	}
	v32 = 77;
	CONFIG_FAILS(uiomap_config_read32(device, 256, &v32), ERANGE, "0x100 are beyond");
	CONFIG_FAILS(uiomap_config_read32(device, SIZE_MAX - 3, &v32), ERANGE, "beyond");
	CONFIG_FAILS(uiomap_config_read32(device, 2, &v32), EINVAL, "not aligned for 4");
	CONFIG_FAILS(uiomap_config_read16(device, 1, &v16), EINVAL, "not aligned for 2");
	CONFIG_FAILS(uiomap_config_write32(device, 0x1000, 0), ERANGE, "beyond");
	CONFIG_FAILS(uiomap_config_write16(device, 3, 0), EINVAL, "not aligned for 2");
	CONFIG_FAILS(uiomap_config_read32(device, 0, NULL), EINVAL, "no value");
	CONFIG_FAILS(uiomap_config_read8(NULL, 0, &v8), EINVAL, "no device");
	CONFIG_FAILS(uiomap_config_write8(NULL, 0, 0), EINVAL, "no device");
	cr_assert_eq(v32, 77, "touched on failure");
	tree_remove(1);
	CONFIG_FAILS(uiomap_config_read32(device, 0, &v32), ENODEV, "is gone");
	CONFIG_FAILS(uiomap_config_write8(device, 0x40, 0), ENODEV, "is gone");
	uiomap_close(device);
}

Test(pci, configuration_space_of_others)
{
	struct uiomap_device *device;
	uint8_t v;

	begin();
	device = open_card(UIOMAP_RDONLY);
	CONFIG_FAILS(uiomap_config_write8(device, 0x40, 1), EACCES, "UIOMAP_RDONLY");
	core_openat_error("config", O_WRONLY, EACCES);
	cr_assert_eq(uiomap_config_read8(device, 0x40, &v), 0, "%s", uiomap_error());
	uiomap_close(device);
	/* without root: reading works, before and after a write was refused */
	device = open_card(0);
	CONFIG_FAILS(uiomap_config_write8(device, 0x40, 1), EACCES, "the group uio");
	cr_assert_eq(uiomap_config_read8(device, 0x40, &v), 0, "%s", uiomap_error());
	CONFIG_FAILS(uiomap_config_write8(device, 0x40, 1), EACCES, "the group uio");
	cr_assert_eq(uiomap_config_read8(device, 0x40, &v), 0);
	uiomap_close(device);
	/* a container's /sys: reading works, too */
	core_openat_error("config", O_WRONLY, EROFS);
	device = open_card(0);
	cr_assert_eq(uiomap_config_read8(device, 0x40, &v), 0, "%s", uiomap_error());
	CONFIG_FAILS(uiomap_config_write8(device, 0x40, 1), EROFS, "mounted read-only");
	cr_assert_eq(uiomap_config_read8(device, 0x40, &v), 0, "%s", uiomap_error());
	uiomap_close(device);
	core_openat_error("config", O_RDONLY, EMFILE);
	device = open_card(0);
	CONFIG_FAILS(uiomap_config_read8(device, 0, &v), EMFILE, "config");
	uiomap_close(device);
	tree_device(2, &(struct tree_device){ .name = "plain" });
	device = uiomap_open("plain", 0);
	CONFIG_FAILS(uiomap_config_read8(device, 0, &v), ENOTSUP, "not a PCI device");
	CONFIG_FAILS(uiomap_config_write8(device, 0, 0), ENOTSUP, "not a PCI device");
	uiomap_close(device);
}

static uint16_t command(void)
{
	int fd = open(PARENT "config", O_RDONLY | O_CLOEXEC);
	unsigned char bytes[2];

	cr_assert_eq(pread(fd, bytes, 2, 4), 2);
	close(fd);
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static void set_command(uint16_t value)
{
	const unsigned char bytes[] = { value & 0xff, value >> 8 };
	int fd = open(PARENT "config", O_WRONLY | O_CLOEXEC);

	cr_assert_eq(pwrite(fd, bytes, 2, 4), 2);
	close(fd);
}

/* Like the handler of uio_pci_generic: an event masks INTx, and user space must unmask it. */
Test(pci, intx_is_masked_in_configuration_space)
{
	struct uiomap_device *device;
	uint32_t n;

	begin();
	device = open_card(0);
	cr_assert_eq(uiomap_info_irq(uiomap_device_info(device)), UIOMAP_IRQ_MASKED);
	for (int i = 0; i < 3; i++) {
		set_command(0x0503);
		core_event(1, 1);
		cr_assert_eq(uiomap_irq_wait(device, UIOMAP_FOREVER, &n), 0, "%s", uiomap_error());
		cr_assert_eq(n, 1);
		cr_assert_eq(command(), 0x0103, "command 0x%04x", command());
	}
	cr_assert_eq(uiomap_irq_disable(device), 0);
	cr_assert_eq(command(), 0x0503, "command 0x%04x", command());
	cr_assert_eq(uiomap_irq_enable(device), 0);
	cr_assert_eq(command(), 0x0103, "command 0x%04x", command());
	tree_remove(1);
	CONFIG_FAILS(uiomap_irq_enable(device), ENODEV, "is gone");
	CONFIG_FAILS(uiomap_irq_wait(device, 0, NULL), ENODEV, "is gone");
	uiomap_close(device);
}

Test(pci, intx_without_root)
{
	struct uiomap_device *device;
	uint32_t n;

	begin();
	set_command(0x0503);
	core_openat_error("config", O_WRONLY, EACCES);
	device = open_card(0);
	/* instead of waiting for an interrupt that can't come */
	CONFIG_FAILS(uiomap_irq_wait(device, UIOMAP_FOREVER, &n), EACCES, "the group uio");
	CONFIG_FAILS(uiomap_irq_enable(device), EACCES, "the group uio");
	uiomap_close(device);
	/* a reader doesn't enable the interrupt and needs no permission */
	device = open_card(UIOMAP_RDONLY);
	core_event(1, 2);
	cr_assert_eq(uiomap_irq_wait(device, UIOMAP_FOREVER, &n), 0, "%s", uiomap_error());
	cr_assert_eq(n, 2);
	cr_assert_eq(command(), 0x0503);
	uiomap_close(device);
}
