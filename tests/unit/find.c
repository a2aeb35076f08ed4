/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Selectors: each form, ambiguous, missing, malformed; enumeration; content of snapshots. */
#include "fake-sysfs.h"

TestSuite(find, .init = tree_begin, .fini = tree_end);

/* Six devices, two with the same name, whose paths sort opposite to their numbers. */
static void populate(void)
{
	tree_device(0, &(struct tree_device){
			       .name = "counter",
			       .parent = "platform/uio_dummy.0",
			       .driver = "uio_stub",
			       .stub_maps = "0 uncached\n",
			       .stub_irq = "masked",
			       .map_count = 1,
			       .maps = { { "registers", 0x40000000, 0x1000, 0, false } } });
	tree_device(3, &(struct tree_device){ .name = "ring", .parent = "platform/uio_dummy.10" });
	tree_device(4, &(struct tree_device){ .name = "ring", .parent = "platform/uio_dummy.2" });
	tree_device(7, &(struct tree_device){
			       .name = "card",
			       .parent = "pci0000:00/0000:01:00.0",
			       .bus = "pci",
			       .vendor = "0x1234",
			       .device_id = "0x11e8",
			       .driver = "uio_pci_generic",
			       .resource = "0xfe000000 0xfe000fff 0x40200\n0x0 0x0 0x0\n"
					   "0xfd000200 0xfd0002ff 0x40200\n0x0 0x0 0x0\n"
					   "0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n",
			       .map_count = 2,
			       .maps = { { "0000:01:00.0", 0xfe000000, 0x1000, 0, false },
					 { "0000:01:00.0", 0xfd000000, 0x1000, 0x200, false } } });
	tree_device(12, &(struct tree_device){
				.name = "dma@40000000",
				.parent = "platform/40000000.dma",
				.of_node = "/soc/dma@40000000",
				.map_count = 1,
				.maps = { { "regs", 0x50000104, 0x40, 0x104, false } } });
	tree_device(13, &(struct tree_device){ .name = "uio5", .parent = "" });
}

static void finds(const char *selector, unsigned int number)
{
	struct uiomap_info *info = uiomap_find(selector);
	struct uiomap_device *device;

	cr_assert(info, "%s: %s", selector, uiomap_error());
	cr_expect_eq(uiomap_info_number(info), number, "%s is uio%u", selector,
		     uiomap_info_number(info));
	uiomap_info_free(info);
	/* open() finds the same device by a shorter way */
	device = uiomap_open(selector, 0);
	cr_assert(device, "%s: %s", selector, uiomap_error());
	cr_expect_eq(uiomap_info_number(uiomap_device_info(device)), number);
	uiomap_close(device);
}

static void fails(const char *selector, int error, const char *text)
{
	errno = 0;
	cr_assert_null(uiomap_find(selector), "%s is found", selector);
	cr_assert_eq(errno, error, "%s: errno %d: %s", selector, errno, uiomap_error());
	assert_text(text);
	errno = 0;
	cr_assert_null(uiomap_open(selector, 0), "%s is opened", selector);
	cr_assert_eq(errno, error, "%s: errno %d: %s", selector, errno, uiomap_error());
	assert_text(text);
}

static char *below_tree(const char *path)
{
	static char absolute[256];

	snprintf(absolute, sizeof(absolute), "%s/%s", tree_path(), path);
	return absolute;
}

Test(find, uiomap_i_by_number)
{
	populate();
	finds("uio0", 0);
	finds("uio12", 12);
	fails("uio1", ENODEV, "uio0 \"counter\"");
	fails("uio99999999", ENODEV, "no UIO device matches \"uio99999999\"");
}

Test(find, by_name)
{
	populate();
	finds("counter", 0);
	finds("dma@40000000", 12);
	fails("count", ENODEV,
	      "\"count\"; there are uio0 \"counter\" (platform:uio_dummy.0), uio3 \"ring\" (platform:uio_dummy.10)");
	fails("counterx", ENODEV, "counterx");
	fails("COUNTER", ENODEV, "COUNTER");
	/* not a number as the kernel writes it, so a name */
	fails("uio00", ENODEV, "uio00");
	fails("uio", ENODEV, "no UIO device");
	fails("uio-1", ENODEV, "uio-1");
	fails("uio99999999999999999999", ENODEV, "uio9999");
}

Test(find, by_prefixed_name)
{
	populate();
	finds("name:counter", 0);
	finds("name:uio5", 13);
	finds("name:ring#0", 4);
	fails("uio5", ENODEV, "uio5");
}

Test(find, ambiguous_name_lists_all)
{
	populate();
	fails("ring", ENOTUNIQ,
	      "#0 is uio4 (sys/devices/platform/uio_dummy.2), #1 is uio3 (sys/devices/platform/uio_dummy.10)");
	finds("ring#0", 4);
	finds("ring#1", 3);
	finds("counter#0", 0);
	fails("ring#2", ENODEV, "of those, #0 is uio4");
	fails("counter#1", ENODEV, "of those, #0 is uio0");
	fails("nothing#0", ENODEV, "there are");
}

/* The instance depends on the devices' paths, not on the order in which they were added. */
Test(find, instances_keep_their_order_when_numbers_change)
{
	tree_device(1, &(struct tree_device){ .name = "ring", .parent = "platform/uio_dummy.0" });
	tree_device(2, &(struct tree_device){ .name = "ring", .parent = "platform/uio_dummy.1" });
	finds("ring#0", 1);
	finds("ring#1", 2);
	tree_remove(1);
	tree_remove(2);
	tree_device(2, &(struct tree_device){ .name = "ring", .parent = "platform/uio_dummy.0" });
	tree_device(1, &(struct tree_device){ .name = "ring", .parent = "platform/uio_dummy.1" });
	finds("ring#0", 2);
	finds("ring#1", 1);
}

Test(find, by_bus)
{
	populate();
	finds("platform:uio_dummy.0", 0);
	finds("platform:uio_dummy.10", 3);
	finds("pci:0000:01:00.0", 7);
	finds("pci:1234:11e8", 7);
	finds("pci:1234:11E8#0", 7);
	fails("pci:1234:11e8#1", ENODEV, "#0 is uio7");
	fails("pci:1234:11e9", ENODEV, "pci:1234:11e9");
	fails("pci:1235:11e8", ENODEV, "pci:1235:11e8");
	fails("usb:0000:01:00.0", ENODEV, "usb");
	fails("pci:uio_dummy.0", ENODEV, "pci:uio_dummy.0");
	fails("platform:uio_dummy.1", ENODEV, "uio_dummy.1");
}

/* uio_stub names PCI devices by their ids, as `list` prints them. */
Test(find, by_name_of_ids)
{
	populate();
	fails("8086:100e", ENODEV,
	      "no UIO device matches \"8086:100e\"; no such card is on the PCI bus: uiomap doctor pci:8086:100e; there are");
	tree_device(8, &(struct tree_device){ .name = "8086:100e",
					      .parent = "pci0000:00/0000:00:04.0",
					      .bus = "pci",
					      .vendor = "0x8086",
					      .device_id = "0x100e" });
	finds("8086:100e", 8);
	finds("8086:100e#0", 8);
	finds("pci:8086:100e", 8);
	fails("8086:100e#1", ENODEV, "#0 is uio8");
	tree_device(9, &(struct tree_device){ .name = "8086:100e",
					      .parent = "pci0000:00/0000:00:05.0",
					      .bus = "pci",
					      .vendor = "0x8086",
					      .device_id = "0x100e" });
	finds("8086:100e#1", 9);
	fails("8086:100e", ENOTUNIQ, "#1 is uio9");
}

/* The error says what is wrong with the selector, if that is known. */
Test(find, hints)
{
	populate();
	tree_write("sys/bus/pci/devices/0000:00:05.0/vendor", "0x8086\n");
	tree_write("sys/bus/platform/uevent", "%s", "");
	tree_write("dev/file", "x");
	fails("01:00.0", ENODEV, "a PCI address is given as pci:0000:01:00.0; there are uio0");
	fails("0000:01:00.0", ENODEV, "a PCI address is given as pci:0000:01:00.0; there are uio0");
	fails("pci:01:00.0", ENODEV,
	      "a PCI address begins with its domain, mostly pci:0000:01:00.0; there are uio0");
	fails("pci:0000:00:05.0", ENODEV,
	      "pci:0000:00:05.0 has no driver: uiomap bind pci:0000:00:05.0; there are uio0");
	tree_write("sys/bus/usb/devices/1-1/uevent", "%s", "");
	fails("usb:1-1", ENODEV,
	      "usb:1-1 is there, but has no UIO driver: uiomap doctor usb:1-1; there are");
	fails("platform:none", ENODEV, "\"platform:none\"; there are");
	fails("foo:bar", ENODEV,
	      "there is no bus \"foo\"; if it is a name: \"name:foo:bar\"; there are");
	fails("../x:bar", ENODEV, "there is no bus \"../x\"");
	fails("pci:8086:100e", ENODEV,
	      "no such card is on the PCI bus: uiomap doctor pci:8086:100e; there are");
	fails("Counter", ENODEV, "names are case-sensitive: there is \"counter\"; there are");
	fails(below_tree("dev/file"), ENODEV, "it is no UIO device's node or directory; there are");
	fails(below_tree("dev/none"), ENODEV, "there is no such file; there are");
	fails("uio99999999999", ENODEV,
	      "no number is so large, so it is taken as a name; there are");
}

/* The device exists, but has another driver: the error names it and says what to do. */
Test(find, hints_of_another_driver)
{
	populate();
	tree_write("sys/bus/pci/devices/0000:00:06.0/vendor", "0x8086\n");
	tree_write("sys/bus/pci/devices/0000:00:06.0/device", "0x100e\n");
	tree_write("sys/bus/pci/devices/0000:00:05.0/vendor", "0x8086\n");
	tree_write("sys/bus/pci/devices/0000:00:05.0/device", "0x100e\n");
	tree_link("../../drivers/e1000", "sys/bus/pci/devices/0000:00:05.0/driver");
	fails("pci:0000:00:05.0", ENODEV,
	      "the kernel driver \"e1000\" has pci:0000:00:05.0; if the system can do without it (uiomap doctor pci:0000:00:05.0): uiomap bind pci:0000:00:05.0 take; there are");
	/* by its ids, and by its name under uio_stub */
	fails("pci:8086:100e", ENODEV, "the kernel driver \"e1000\" has pci:0000:00:05.0");
	fails("8086:100e", ENODEV, "the kernel driver \"e1000\" has pci:0000:00:05.0");
	tree_unlink("sys/bus/pci/devices/0000:00:05.0/driver");
	tree_link("../../drivers/uio_stub", "sys/bus/pci/devices/0000:00:05.0/driver");
	fails("pci:0000:00:05.0", ENODEV,
	      "is bound to uio_stub, which has made no UIO device of it");
}

Test(find, two_devices_of_one_parent)
{
	tree_device(1, &(struct tree_device){ .name = "a" });
	tree_device(2, &(struct tree_device){ .name = "b" });
	tree_unlink("sys/devices/platform/dev.2/uio/uio2/device");
	tree_link("../../../dev.1", "sys/devices/platform/dev.2/uio/uio2/device");
	fails("platform:dev.1", ENOTUNIQ, "uio1");
	assert_text("uio2");
}

Test(find, by_device_tree_path)
{
	populate();
	finds("of:/soc/dma@40000000", 12);
	fails("of:/soc/dma", ENODEV, "of:/soc/dma");
	fails("of:/", ENODEV, "of:/");
}

Test(find, by_address)
{
	populate();
	finds("addr:0x40000000", 0);
	finds("addr:0xfe000000", 7);
	/* the device's memory, not the beginning of the page */
	finds("addr:0xfd000200", 7);
	finds("addr:0x50000104", 12);
	finds("addr:0x0000000050000104", 12);
	fails("addr:0xfd000000", ENODEV, "addr:0xfd000000");
	fails("addr:0x50000000", ENODEV, "addr:0x50000000");
	fails("addr:0x50000208", ENODEV, "addr:0x50000208");
	fails("addr:0x0", ENODEV, "addr:0x0");
	fails("addr:0xffffffffffffffff", ENODEV, "addr:0xffff");
}

Test(find, same_address_twice)
{
	populate();
	tree_device(20, &(struct tree_device){ .name = "twin",
					       .map_count = 1,
					       .maps = { { "r", 0x40000000, 0x1000, 0, false } } });
	fails("addr:0x40000000", ENOTUNIQ, "uio20");
}

Test(find, by_node)
{
	populate();
	finds(below_tree("dev/uio7"), 7);
	tree_link("uio7", "dev/card0");
	finds(below_tree("dev/card0"), 7);
	tree_link("../dev/card0", "run/link");
	finds(below_tree("run/link"), 7);
	fails(below_tree("dev/none"), ENODEV, "dev/none");
	tree_write("dev/file", "x");
	fails(below_tree("dev/file"), ENODEV, "dev/file");
	fails("/dev/null", ENODEV, "/dev/null");
	tree_link("loop", "dev/loop");
	fails(below_tree("dev/loop"), ENODEV, "dev/loop");
	fails(below_tree("dev/uio7/x"), ENODEV, "uio7/x");
}

Test(find, by_sysfs_path)
{
	populate();
	finds(below_tree("sys/class/uio/uio7"), 7);
	finds(below_tree("sys/devices/pci0000:00/0000:01:00.0"), 7);
	finds(below_tree("sys/devices/pci0000:00/0000:01:00.0/uio/uio7"), 7);
	finds(below_tree("sys/devices/virtual/uio/uio13"), 13);
	tree_link("../../../devices/pci0000:00/0000:01:00.0", "sys/bus/pci/devices/0000:01:00.0");
	finds(below_tree("sys/bus/pci/devices/0000:01:00.0"), 7);
	fails(below_tree("sys/devices/platform"), ENODEV, "sys/devices/platform");
	fails(below_tree("sys/nothing"), ENODEV, "sys/nothing");
	fails("/", ENODEV, "\"/\"");
}

Test(find, malformed)
{
	static const char * const wrong[] = { "",
					      "name:",
					      "name:#1",
					      "#1",
					      "addr:",
					      "addr:0x",
					      "addr:1000",
					      "addr:0xg",
					      "addr:0x1 ",
					      "addr:-0x1",
					      "addr:0x10000000000000000",
					      "of:",
					      "of:soc",
					      ":",
					      ":x",
					      "pci:",
					      "ring#99999999999999999999" };

	populate();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		fails(wrong[i], EINVAL, *wrong[i] ? "selector \"" : "selector is empty");
	errno = 0;
	cr_assert_null(uiomap_find(NULL));
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_null(uiomap_open(NULL, 0));
	assert_errno(EINVAL);
	cr_assert_null(uiomap_list("addr:x", NULL));
	assert_errno(EINVAL);
}

Test(find, hash_in_a_name)
{
	tree_device(1, &(struct tree_device){ .name = "a#b" });
	tree_device(2, &(struct tree_device){ .name = "c#" });
	tree_device(3, &(struct tree_device){ .name = "d#1" });
	finds("a#b", 1);
	finds("c#", 2);
	finds("c##0", 2);
	finds("d#1#0", 3);
	fails("d#1", ENODEV, "d#1");
}

Test(find, hostile_selectors)
{
	char *longest = malloc(70000);

	populate();
	memset(longest, 'a', 69999);
	longest[69999] = '\0';
	fails(longest, ENODEV, "aaa...\"");
	longest[0] = '/';
	errno = 0;
	cr_assert_null(uiomap_find(longest));
	assert_errno(ENAMETOOLONG);
	fails("../../etc/passwd", ENODEV, "..");
	fails("%s%n%s", ENODEV, "\"%s%n%s\"");
	fails("a\nb\033[2J", ENODEV, "\"a\\x0ab\\x1b[2J\"");
	fails("\xff\xfe", ENODEV, "\\xff\\xfe");
	fails("platform:../uio_dummy.0", ENODEV, "..");
	free(longest);
}

Test(find, nothing_there)
{
	size_t count = 9;
	struct uiomap_info **list = uiomap_list(NULL, &count);

	cr_assert(list && !list[0]);
	cr_assert_eq(count, 0);
	uiomap_list_free(list);
	fails("counter", ENODEV, "there is no UIO device at all");
	fails("uio0", ENODEV, "there is no UIO device at all");
}

/* A container may have nodes but no sysfs. "No module loaded" would be the wrong cause. */
Test(find, no_sysfs)
{
	size_t count;

	populate();
	tree_unlink("sys");
	fails("uio0", ENODEV, "sys is empty: sysfs is not mounted here");
	fails("counter", ENODEV, "sysfs is not mounted here");
	fails(below_tree("dev/uio0"), ENODEV, "sysfs is not mounted here");
	errno = 0;
	cr_assert_null(uiomap_list(NULL, &count));
	assert_errno(ENODEV);
	assert_text("sysfs is not mounted here");
	errno = 0;
	cr_assert_null(uiomap_monitor_open(NULL));
	assert_errno(ENODEV);
}

Test(find, uio_is_not_loaded)
{
	size_t count = 9;
	struct uiomap_info **list;

	tree_unlink("sys/class/uio");
	fails("counter", ENODEV, "modprobe uio_stub");
	fails("pci:8086:100e", ENODEV, "uiomap doctor pci:8086:100e; ");
	list = uiomap_list(NULL, &count);
	cr_assert(list && !list[0]);
	cr_assert_eq(count, 0);
	uiomap_list_free(list);
}

static void lists(const char *selector, size_t count, const unsigned int *numbers)
{
	struct uiomap_info **list;
	size_t found = 99;

	list = uiomap_list(selector, &found);
	assert_ok(list);
	cr_assert_eq(found, count, "%s: %zu", selector ? selector : "all", found);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(uiomap_info_number(list[i]), numbers[i]);
	cr_assert_null(list[count]);
	uiomap_list_free(list);
}

Test(find, list)
{
	populate();
	tree_write("sys/class/uio/version", "no device");
	lists(NULL, 6, (unsigned int[]){ 0, 3, 4, 7, 12, 13 });
	lists("ring", 2, (unsigned int[]){ 3, 4 });
	lists("ring#0", 1, (unsigned int[]){ 4 });
	lists("ring#7", 0, NULL);
	lists("uio7", 1, (unsigned int[]){ 7 });
	lists("uio8", 0, NULL);
	lists("pci:0000:01:00.0", 1, (unsigned int[]){ 7 });
	uiomap_list_free(NULL);
}

/*
 * No descriptor of devices that match, that don't match or that can't be read, nor if none is
 * found.
 */
Test(find, leaves_no_descriptor)
{
	int before = tree_open_fds();
	struct uiomap_info **list;

	populate();
	finds("uio0", 0);
	finds("ring#1", 3);
	finds("addr:0x40000000", 0);
	finds("pci:1234:11e8", 7);
	finds("of:/soc/dma@40000000", 12);
	fails("ring", ENOTUNIQ, "uio3");
	fails("nothing", ENODEV, "there are");
	tree_write(tree_attr(4, "dev"), "no number\n");
	fails("ring#0", EPROTO, "uio4");
	list = uiomap_list(NULL, NULL);
	assert_ok(list);
	uiomap_list_free(list);
	cr_assert_eq(tree_open_fds(), before);
}

Test(find, many)
{
	size_t count;
	struct uiomap_info **list;

	for (unsigned int i = 0; i < 300; i++) {
		char name[16];

		snprintf(name, sizeof(name), "dev%u", i);
		tree_device(i, &(struct tree_device){ .name = name });
	}
	list = uiomap_list(NULL, &count);
	assert_ok(list);
	cr_assert_eq(count, 300);
	for (unsigned int i = 0; i < 300; i++)
		cr_assert_eq(uiomap_info_number(list[i]), i);
	uiomap_list_free(list);
	errno = 0;
	cr_assert_null(uiomap_find("none"));
	assert_errno(ENODEV);
	assert_text("...");
}

Test(find, snapshot)
{
	struct uiomap_info *info, *copy;
	const struct uiomap_map_info *map;

	populate();
	info = uiomap_find("card");
	assert_ok(info);
	copy = uiomap_info_copy(info);
	cr_assert_neq(copy, info);
	uiomap_info_free(info);
	tree_remove(7);
	cr_assert_str_eq(uiomap_info_name(copy), "card");
	cr_assert_str_eq(uiomap_info_version(copy), "1.0");
	cr_assert_str_eq(uiomap_info_node(copy), "dev/uio7");
	cr_assert_str_eq(uiomap_info_syspath(copy), "sys/devices/pci0000:00/0000:01:00.0");
	cr_assert_str_eq(uiomap_info_bus(copy), "pci");
	cr_assert_str_eq(uiomap_info_device(copy), "0000:01:00.0");
	cr_assert_str_eq(uiomap_info_driver(copy), "uio_pci_generic");
	cr_assert_eq(uiomap_info_irq(copy), UIOMAP_IRQ_MASKED);
	cr_assert_eq(uiomap_info_map_count(copy), 2);
	cr_assert_eq(uiomap_info_port_count(copy), 0);
	map = uiomap_info_map(copy, 1);
	cr_assert_str_eq(map->name, "BAR2");
	cr_assert_eq(map->addr, 0xfd000200);
	cr_assert_eq(map->size, 0x100);
	cr_assert_eq(map->offset, 0x200);
	cr_assert_eq(map->memtype, UIOMAP_MEMTYPE_UNCACHED);
	errno = 0;
	cr_assert_null(uiomap_info_map(copy, 2));
	assert_errno(ERANGE);
	cr_assert_null(uiomap_info_port(copy, 0));
	assert_errno(ERANGE);
	uiomap_info_free(copy);
}

Test(find, ports)
{
	struct uiomap_info *info;

	tree_device(1, &(struct tree_device){ .port_count = 2,
					      .ports = { { "io", "port_x86", 0x3f8, 8 },
							 { "gpio", "port_gpio", 0, 3 } } });
	info = uiomap_find("uio1");
	assert_ok(info);
	cr_assert_eq(uiomap_info_port_count(info), 2);
	cr_assert_str_eq(uiomap_info_port(info, 0)->name, "io");
	cr_assert_str_eq(uiomap_info_port(info, 0)->type, "port_x86");
	cr_assert_eq(uiomap_info_port(info, 0)->start, 0x3f8);
	cr_assert_eq(uiomap_info_port(info, 0)->size, 8);
	cr_assert_str_eq(uiomap_info_port(info, 1)->type, "port_gpio");
	uiomap_info_free(info);
}

Test(find, without_parent)
{
	struct uiomap_info *info;

	populate();
	info = uiomap_find("name:uio5");
	assert_ok(info);
	cr_assert_str_eq(uiomap_info_syspath(info), "");
	cr_assert_str_eq(uiomap_info_bus(info), "");
	cr_assert_str_eq(uiomap_info_device(info), "");
	cr_assert_str_eq(uiomap_info_driver(info), "");
	uiomap_info_free(info);
}

static enum uiomap_memtype memtype_of(const char *driver, uint64_t addr)
{
	struct uiomap_info *info;
	enum uiomap_memtype memtype;

	tree_device(1, &(struct tree_device){ .driver = driver,
					      .map_count = 1,
					      .maps = { { "m", addr, 0x1000, 0, false } } });
	info = uiomap_find("uio1");
	assert_ok(info);
	memtype = uiomap_info_map(info, 0)->memtype;
	uiomap_info_free(info);
	tree_remove(1);
	return memtype;
}

Test(find, memtypes_of_mainline_drivers)
{
	cr_expect_eq(memtype_of("uio_pdrv_genirq", 0x40000000), UIOMAP_MEMTYPE_UNCACHED);
	cr_expect_eq(memtype_of("uio_pci_generic", 0xfe000000), UIOMAP_MEMTYPE_UNCACHED);
	cr_expect_eq(memtype_of("uio_dmem_genirq", 0x40000000), UIOMAP_MEMTYPE_UNKNOWN);
	cr_expect_eq(memtype_of("uio_dmem_genirq", UINT64_MAX), UIOMAP_MEMTYPE_UNKNOWN);
	cr_expect_eq(memtype_of("uio_dmem_genirq", 0xffff888001234000), UIOMAP_MEMTYPE_UNKNOWN);
	cr_expect_eq(memtype_of("some_other", 0x40000000), UIOMAP_MEMTYPE_UNKNOWN);
	cr_expect_eq(memtype_of("some_other", 0xffff888001234000), UIOMAP_MEMTYPE_CACHED);
	cr_expect_eq(memtype_of("", 0xffffc90000123000), UIOMAP_MEMTYPE_CACHED);
	cr_expect_eq(memtype_of("some_other", UINT64_MAX), UIOMAP_MEMTYPE_UNKNOWN);
}

Test(find, memtypes_of_the_stub)
{
	struct uiomap_info *info;

	tree_device(
		1,
		&(struct tree_device){
			.driver = "uio_stub",
			.map_count = 4,
			.stub_irq = "counted",
			.stub_maps =
				"0 uncached\n1 write-combining\n2 dma-coherent\n3 something-newer\n",
			.maps = { { "a", 0x1000, 0x1000, 0, false },
				  { "b", 0x2000, 0x1000, 0, false },
				  { "dma", 0x80000000, 0x1000, 0, false },
				  { "d", 0x4000, 0x1000, 0, false } } });
	tree_device(2, &(struct tree_device){ .driver = "uio_stub", .stub_irq = "none" });
	tree_device(3, &(struct tree_device){ .driver = "uio_stub", .stub_irq = "masked" });
	tree_device(4,
		    &(struct tree_device){ .driver = "uio_stub", .stub_irq = "something newer" });
	info = uiomap_find("uio1");
	assert_ok(info);
	cr_assert_eq(uiomap_info_map(info, 0)->memtype, UIOMAP_MEMTYPE_UNCACHED);
	cr_assert_eq(uiomap_info_map(info, 1)->memtype, UIOMAP_MEMTYPE_WRITE_COMBINING);
	cr_assert_eq(uiomap_info_map(info, 2)->memtype, UIOMAP_MEMTYPE_DMA_COHERENT);
	cr_assert_eq(uiomap_info_map(info, 3)->memtype, UIOMAP_MEMTYPE_UNKNOWN);
	cr_assert_eq(uiomap_info_irq(info), UIOMAP_IRQ_COUNTED);
	uiomap_info_free(info);
	for (int i = 2; i <= 4; i++) {
		static const enum uiomap_irq irqs[] = { UIOMAP_IRQ_NONE, UIOMAP_IRQ_MASKED,
							UIOMAP_IRQ_UNKNOWN };
		char selector[16];

		snprintf(selector, sizeof(selector), "uio%d", i);
		info = uiomap_find(selector);
		assert_ok(info);
		cr_assert_eq(uiomap_info_irq(info), irqs[i - 2]);
		uiomap_info_free(info);
	}
}

Test(find, memtype_names)
{
	cr_assert_str_eq(uiomap_memtype_name(UIOMAP_MEMTYPE_UNCACHED), "uncached");
	cr_assert_str_eq(uiomap_memtype_name(UIOMAP_MEMTYPE_WRITE_COMBINING), "write-combining");
	cr_assert_str_eq(uiomap_memtype_name(UIOMAP_MEMTYPE_CACHED), "cached");
	cr_assert_str_eq(uiomap_memtype_name(UIOMAP_MEMTYPE_DMA_COHERENT), "dma-coherent");
	cr_assert_str_eq(uiomap_memtype_name(UIOMAP_MEMTYPE_UNKNOWN), "unknown");
	cr_assert_str_eq(uiomap_memtype_name((enum uiomap_memtype)99), "unknown");
}

Test(find, null)
{
	int error = errno = 77;

	uiomap_info_free(NULL);
	cr_assert_eq(errno, error);
	cr_assert_str_eq(uiomap_info_name(NULL), "");
	cr_assert_str_eq(uiomap_info_node(NULL), "");
	cr_assert_eq(uiomap_info_map_count(NULL), 0);
	cr_assert_null(uiomap_info_copy(NULL));
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_null(uiomap_info_map(NULL, 0));
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_null(uiomap_info_port(NULL, 0));
	assert_errno(EINVAL);
}
