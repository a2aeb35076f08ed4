/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Finding VFIO devices: each selector, beside UIO devices, and content that the kernel hasn't. */
#include "fake-sysfs.h"

TestSuite(vfio, .init = tree_begin, .fini = tree_end);

#define ADDRESS "0000:01:00.0"
#define PARENT	"sys/devices/pci0000:00/" ADDRESS "/"
#define RESOURCE                                                                                   \
	"0xfe000000 0xfe000fff 0x40200\n0xe000 0xe007 0x40101\n"                                   \
	"0xfc000000 0xfcffffff 0x42208\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n"

/* A PCI device that is bound to vfio-pci, with its entry in the class. */
static void vfio_device(unsigned int number, const char *address, unsigned int group,
			const char *resource)
{
	char path[256], target[256];

#define FILE_OF(...) (snprintf(path, sizeof(path), __VA_ARGS__), path)
#define LINK_TO(...) (snprintf(target, sizeof(target), __VA_ARGS__), target)
	tree_write(FILE_OF("sys/devices/pci0000:00/%s/vendor", address), "0x1234\n");
	tree_write(FILE_OF("sys/devices/pci0000:00/%s/device", address), "0x11e8\n");
	tree_write(FILE_OF("sys/devices/pci0000:00/%s/resource", address), "%s", resource);
	tree_link("../../../bus/pci", FILE_OF("sys/devices/pci0000:00/%s/subsystem", address));
	tree_link("../../../bus/pci/drivers/vfio-pci",
		  FILE_OF("sys/devices/pci0000:00/%s/driver", address));
	tree_link(LINK_TO("../../../kernel/iommu_groups/%u", group),
		  FILE_OF("sys/devices/pci0000:00/%s/iommu_group", address));
	tree_link(LINK_TO("../../../%s", address),
		  FILE_OF("sys/devices/pci0000:00/%s/vfio-dev/vfio%u/device", address, number));
	tree_link(LINK_TO("../../devices/pci0000:00/%s/vfio-dev/vfio%u", address, number),
		  FILE_OF("sys/class/vfio-dev/vfio%u", number));
}

/* The group's node, which is a node of the fakes under another name. */
static void vfio_group(unsigned int group)
{
	char path[64], target[32];

	core_add(group, CORE_IRQ);
	snprintf(path, sizeof(path), "dev/vfio/%u", group);
	snprintf(target, sizeof(target), "../uio%u", group);
	tree_link(target, path);
	snprintf(path, sizeof(path), "sys/class/vfio/%u/dev", group);
	tree_write(path, "240:%u\n", group);
}

static void card(void)
{
	vfio_device(3, ADDRESS, 12, RESOURCE);
	tree_write(PARENT "resource2_wc", "%s", "");
	vfio_group(12);
}

static void finds(const char *selector, const char *address)
{
	struct uiomap_info *info = uiomap_find(selector);

	cr_assert(info, "%s: %s", selector, uiomap_error());
	cr_expect_eq(uiomap_info_backend(info), UIOMAP_BACKEND_VFIO, "%s", selector);
	cr_expect_str_eq(uiomap_info_device(info), address, "%s", selector);
	uiomap_info_free(info);
}

static void fails(const char *selector, int error, const char *text)
{
	errno = 0;
	cr_assert_null(uiomap_find(selector), "%s is found", selector);
	assert_errno(error);
	assert_text(text);
}

static const char *below_tree(const char *path)
{
	static char absolute[256];

	snprintf(absolute, sizeof(absolute), "%s/%s", tree_path(), path);
	return absolute;
}

Test(vfio, each_selector)
{
	card();
	vfio_device(4, "0000:02:00.0", 13,
		    "0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n"
		    "0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n");
	vfio_group(13);
	finds("pci:" ADDRESS, ADDRESS);
	finds("pci:1234:11e8#0", ADDRESS);
	finds("pci:1234:11e8#1", "0000:02:00.0");
	fails("pci:1234:11e8", ENOTUNIQ, "#0 is pci:" ADDRESS " (sys/devices/pci0000:00/" ADDRESS);
	fails("pci:1234:11e8#2", ENODEV, "#1 is pci:0000:02:00.0");
	finds("addr:0xfc000000", ADDRESS);
	fails("addr:0xe000", ENODEV, "under VFIO: pci:" ADDRESS ", pci:0000:02:00.0");
	finds(below_tree("dev/vfio/12"), ADDRESS);
	finds(below_tree("dev/vfio/13"), "0000:02:00.0");
	finds(below_tree("sys/class/vfio-dev/vfio3"), ADDRESS);
	finds(below_tree(PARENT), ADDRESS);
	/* no name, and no number */
	fails("vfio3", ENODEV, "no UIO device");
	fails("uio3", ENODEV, "no UIO device");
	fails("name:", EINVAL, "");
}

/* Kernels with CONFIG_VFIO_DEVICE_CDEV have a node of the device beside its group's. */
Test(vfio, nodes)
{
	struct uiomap_info *info;

	card();
	info = uiomap_find("pci:" ADDRESS);
	assert_ok(info);
	cr_expect_str_eq(uiomap_info_node(info), "dev/vfio/12");
	uiomap_info_free(info);
	core_add(30, CORE_IRQ);
	tree_link("../../uio30", "dev/vfio/devices/vfio3");
	tree_write(PARENT "vfio-dev/vfio3/dev", "240:30\n");
	finds(below_tree("dev/vfio/devices/vfio3"), ADDRESS);
	finds(below_tree("dev/vfio/12"), ADDRESS);
	/* no nodes of groups */
	tree_unlink("sys/class/vfio/12");
	info = uiomap_find("pci:" ADDRESS);
	assert_ok(info);
	cr_expect_str_eq(uiomap_info_node(info), "dev/vfio/devices/vfio3");
	uiomap_info_free(info);
	/* no IOMMU */
	tree_write("sys/class/vfio/noiommu-12/dev", "240:12\n");
	info = uiomap_find("pci:" ADDRESS);
	assert_ok(info);
	cr_expect_str_eq(uiomap_info_node(info), "dev/vfio/noiommu-12");
	uiomap_info_free(info);
}

Test(vfio, description)
{
	struct uiomap_info *info;

	card();
	info = uiomap_find("pci:1234:11e8");
	assert_ok(info);
	cr_expect_str_eq(uiomap_backend_name(uiomap_info_backend(info)), "vfio");
	cr_expect_eq(uiomap_info_number(info), 3);
	cr_expect_str_eq(uiomap_info_name(info), "");
	cr_expect_str_eq(uiomap_info_version(info), "");
	cr_expect_str_eq(uiomap_info_driver(info), "vfio-pci");
	cr_expect_str_eq(uiomap_info_bus(info), "pci");
	cr_expect_str_eq(uiomap_info_syspath(info), "sys/devices/pci0000:00/" ADDRESS);
	cr_expect_eq(uiomap_info_irq(info), UIOMAP_IRQ_UNKNOWN);
	cr_assert_eq(uiomap_info_map_count(info), 2);
	cr_expect_str_eq(uiomap_info_map(info, 0)->name, "BAR0");
	cr_expect_str_eq(uiomap_info_map(info, 1)->name, "BAR2");
	cr_expect_eq(uiomap_info_map(info, 1)->size, 0x1000000);
	/* VFIO maps a prefetchable BAR uncached, too */
	cr_expect_eq(uiomap_info_map(info, 1)->memtype, UIOMAP_MEMTYPE_UNCACHED);
	cr_assert_eq(uiomap_info_port_count(info), 1);
	cr_expect_str_eq(uiomap_info_port(info, 0)->name, "BAR1");
	cr_expect_eq(uiomap_info_port(info, 0)->start, 0xe000);
	cr_expect_eq(uiomap_info_port(info, 0)->size, 8);
	uiomap_info_free(info);
}

/* A node of a group belongs to all its devices. */
Test(vfio, two_devices_of_a_group)
{
	card();
	vfio_device(4, "0000:01:00.1", 12, RESOURCE);
	fails(below_tree("dev/vfio/12"), ENOTUNIQ, "pci:0000:01:00.1");
	finds("pci:0000:01:00.1", "0000:01:00.1");
}

Test(vfio, beside_uio)
{
	struct uiomap_info **list, *info;
	size_t count;

	card();
	tree_device(7, &(struct tree_device){ .name = "edu",
					      .parent = "pci0000:00/0000:05:00.0",
					      .bus = "pci",
					      .vendor = "0x1234",
					      .device_id = "0x11e8",
					      .driver = "uio_stub",
					      .stub_irq = "none",
					      .stub_maps = "" });
	list = uiomap_list(NULL, &count);
	assert_ok(list);
	cr_assert_eq(count, 2);
	cr_expect_eq(uiomap_info_backend(list[0]), UIOMAP_BACKEND_UIO);
	cr_expect_str_eq(uiomap_info_device(list[1]), ADDRESS);
	uiomap_list_free(list);
	list = uiomap_list("pci:1234:11e8", &count);
	assert_ok(list);
	cr_assert_eq(count, 2);
	uiomap_list_free(list);
	/* UIO takes precedence, but #K counts all, by path */
	info = uiomap_find("pci:1234:11e8");
	assert_ok(info);
	cr_expect_eq(uiomap_info_backend(info), UIOMAP_BACKEND_UIO);
	uiomap_info_free(info);
	finds("pci:1234:11e8#0", ADDRESS);
	info = uiomap_find("pci:1234:11e8#1");
	assert_ok(info);
	cr_expect_eq(uiomap_info_number(info), 7);
	uiomap_info_free(info);
	/* UIO's number 3 isn't VFIO's */
	fails("uio3", ENODEV, "there are uio7");
}

/* What is bound to VFIO on another bus isn't found. */
Test(vfio, on_another_bus)
{
	size_t count;

	card();
	tree_unlink(PARENT "subsystem");
	tree_link("../../../bus/platform", PARENT "subsystem");
	fails("platform:" ADDRESS, ENODEV, "no UIO device");
	uiomap_list_free(uiomap_list(NULL, &count));
	cr_expect_eq(count, 0);
}

static void malformed(const char *text)
{
	const int before = tree_open_fds();
	struct uiomap_info **list;
	size_t count = 1;

	fails("pci:" ADDRESS, EPROTO, text);
	/* A list leaves it out. */
	list = uiomap_list(NULL, &count);
	assert_ok(list);
	cr_expect_eq(count, 0, "%s", text);
	uiomap_list_free(list);
	cr_expect_eq(tree_open_fds(), before);
}

Test(vfio, malformed_content)
{
	card();
	tree_write("sys/class/vfio/12/dev", "240\n");
	malformed("sys/class/vfio/12/dev is not MAJOR:MINOR");
	tree_unlink("sys/class/vfio/12");
	malformed("neither it nor its IOMMU group 12 has a node");
	tree_write("sys/class/vfio/12/dev", "240:12\n");
	tree_write(PARENT "resource", "nothing\n");
	malformed("resource is not a start, an end and flags");
	tree_write(PARENT "resource", "0xfe000000 0xfdffffff 0x40200\n");
	malformed("resource is not a start, an end and flags");
	tree_write(PARENT "resource", RESOURCE);
	tree_write(PARENT "vendor", "1234\n");
	malformed("vfio3/device/vendor is not 0x and 4 hexadecimal digits");
	tree_write(PARENT "vendor", "0x1234\n");
	finds("pci:" ADDRESS, ADDRESS);
	tree_unlink(PARENT "iommu_group");
	malformed("iommu_group is not a link to a group");
	tree_link("../../../kernel/iommu_groups/x", PARENT "iommu_group");
	malformed("iommu_group is not a link to a group");
}

/* The class may be missing, or its directory unreadable. */
Test(vfio, without_vfio)
{
	size_t count = 1;

	fails("pci:" ADDRESS, ENODEV, "no UIO device at all");
	uiomap_list_free(uiomap_list(NULL, &count));
	cr_expect_eq(count, 0);
	tree_write("sys/class/vfio-dev", "%s", "");
	fails("pci:" ADDRESS, ENOTDIR, "sys/class/vfio-dev");
}
