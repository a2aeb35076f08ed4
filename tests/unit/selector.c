/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The one grammar of selectors and of MATCH in uiomap.conf; and devices on their bus, with any
 * driver.
 */
#include "bus-devices.h"
#include "fake-sysfs.h"

TestSuite(selector, .init = tree_begin, .fini = tree_end);

/* A form that both accept has the same meaning in both. */
Test(selector, one_grammar)
{
	static const char * const both[] = { "pci:0000:01:00.0",     "pci:0000:AF:1F.7",
					     "pci:1234:11e8",	     "pci:8086:FFFF",
					     "of:/soc/dma@40000000", "platform:uio_dummy.0",
					     "platform:a:b" };

	for (size_t i = 0; i < sizeof(both) / sizeof(*both); i++) {
		struct selector a, b;

		cr_assert_eq(uiomap_i_selector_parse(both[i], &a), 0, "%s: %s", both[i],
			     uiomap_i_error_text());
		cr_assert_eq(uiomap_i_selector_parse_match(both[i], &b), 0, "%s: %s", both[i],
			     uiomap_i_error_text());
		cr_expect_eq(a.form, b.form, "%s", both[i]);
		cr_expect_str_eq(a.text, b.text);
		cr_expect_eq(a.vendor, b.vendor, "%s", both[i]);
		cr_expect_eq(a.device_id, b.device_id, "%s", both[i]);
		cr_expect(!a.device == !b.device && (!a.device || !strcmp(a.device, b.device)),
			  "%s", both[i]);
		cr_expect(uiomap_i_selector_of_bus(&a), "%s", both[i]);
		uiomap_i_selector_clear(&a);
		uiomap_i_selector_clear(&b);
	}
}

/* Forms only for conf lines: patterns and compatible strings. */
Test(selector, of_a_line)
{
	struct selector s;

	cr_assert_eq(uiomap_i_selector_parse_match("of:acme,dma", &s), 0);
	cr_expect_eq(s.form, FORM_COMPATIBLE);
	uiomap_i_selector_clear(&s);
	cr_expect_eq(uiomap_i_selector_parse("of:acme,dma", &s), -1);
	cr_expect_eq(errno, EINVAL);
	cr_assert_eq(uiomap_i_selector_parse_match("platform:uio_*", &s), 0);
	cr_expect(s.pattern);
	uiomap_i_selector_clear(&s);
	cr_assert_eq(uiomap_i_selector_parse("platform:uio_*", &s), 0);
	cr_expect(!s.pattern, "a * is a * to who selects one device");
	uiomap_i_selector_clear(&s);
}

/*
 * Forms not for conf lines: UIO devices, and instances, whose numbers change when devices are
 * added.
 */
Test(selector, not_of_a_line)
{
	static const char * const wrong[] = { "uio0",	     "counter",	  "name:counter",
					      "addr:0x1000", "/dev/uio0", "pci:1234:11e8#0",
					      "pci:01:00.0", "usb:1-1" };
	struct selector s;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		cr_assert_eq(uiomap_i_selector_parse(wrong[i], &s), 0, "%s: %s", wrong[i],
			     uiomap_i_error_text());
		uiomap_i_selector_clear(&s);
		errno = 0;
		cr_expect_eq(uiomap_i_selector_parse_match(wrong[i], &s), -1, "%s", wrong[i]);
		cr_expect_eq(errno, EINVAL);
		cr_expect_null(s.text);
	}
}

/* A card on its bus, without a UIO driver. */
static void card(const char *address, const char *device_id)
{
	char path[128], target[128];

	snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s/vendor", address);
	tree_write(path, "0x1234\n");
	snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s/device", address);
	tree_write(path, "%s\n", device_id);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", address);
	snprintf(target, sizeof(target), "../../../devices/pci0000:00/%s", address);
	tree_link(target, path);
}

static size_t found(const char *text, char names[256])
{
	struct bus_device *list;
	struct selector s;
	size_t count;

	*names = '\0';
	cr_assert_eq(uiomap_i_selector_parse(text, &s), 0, "%s: %s", text, uiomap_i_error_text());
	cr_assert_eq(uiomap_i_bus_devices(&s, &list, &count), 0, "%s: %s", text,
		     uiomap_i_error_text());
	for (size_t i = 0; i < count; i++)
		strcat(strcat(names, list[i].name), " ");
	uiomap_i_bus_devices_free(list, count);
	uiomap_i_selector_clear(&s);
	return count;
}

/* Devices without a driver, in the order of #K. */
Test(selector, unbound_cards)
{
	char names[256];

	/* Added neither in sorted nor in reverse order. */
	card("0000:02:00.0", "0x11e8");
	card("0000:0a:00.0", "0x11e8");
	card("0000:01:00.0", "0x11e8");
	card("0000:03:00.0", "0x11e9");
	cr_expect_eq(found("pci:1234:11E8", names), 3);
	cr_expect_str_eq(names, "0000:01:00.0 0000:02:00.0 0000:0a:00.0 ");
	cr_expect_eq(found("pci:0000:0A:00.0", names), 1);
	cr_expect_str_eq(names, "0000:0a:00.0 ");
	cr_expect_eq(found("pci:0000:0b:00.0", names), 0);
	cr_expect_eq(found("pci:1234:0000", names), 0);
	cr_expect_eq(found("pci:../0000:02:00.0", names), 0);
	cr_expect_eq(found("nobus:x", names), 0);
}

/* An incomplete list would be mistaken for fewer devices, or for one that is meant. */
Test(selector, list_that_breaks_off)
{
	struct bus_device *list;
	struct selector s;
	size_t count;

	card("0000:01:00.0", "0x11e8");
	cr_assert_eq(uiomap_i_selector_parse("pci:1234:11e8", &s), 0);
	core_readdir_error(1, EIO);
	errno = 0;
	cr_assert_eq(uiomap_i_bus_devices(&s, &list, &count), -1);
	assert_errno(EIO);
	cr_assert(strstr(uiomap_i_error_text(), "sys/bus/pci/devices can't be listed"), "%s",
		  uiomap_i_error_text());
	cr_assert(!list && !count);
	uiomap_i_selector_clear(&s);
}

/* All fields of the record; those of missing attributes are empty. */
Test(selector, record)
{
	struct bus_device dev, copy;

	card("0000:02:00.0", "0x11e8");
	tree_write("sys/devices/pci0000:00/0000:02:00.0/driver_override", "(null)\n");
	tree_write_bytes("sys/devices/pci0000:00/0000:02:00.0/of_node/compatible", "acme,a\0acme,b",
			 14);
	cr_assert_eq(uiomap_i_bus_device_read(&dev, "pci", "sys/bus/pci/devices/0000:02:00.0"), 0,
		     "%s", uiomap_i_error_text());
	cr_assert_eq(uiomap_i_bus_device_copy(&copy, &dev), 0);
	uiomap_i_bus_device_clear(&dev);
	cr_expect_str_eq(copy.name, "0000:02:00.0");
	cr_expect(strstr(copy.path, "/sys/devices/pci0000:00/0000:02:00.0"), "%s", copy.path);
	cr_expect_str_eq(copy.override, "");
	cr_expect_str_eq(copy.driver, "");
	cr_expect_str_eq(copy.modalias, "");
	cr_expect_eq(copy.vendor, 0x1234);
	cr_expect_eq(copy.device, 0x11e8);
	cr_expect_eq(copy.uio, -1);
	cr_expect_eq(copy.compatible_size, 14);
	cr_expect_str_eq(copy.compatible + 7, "acme,b");
	uiomap_i_bus_device_clear(&copy);
	cr_assert_eq(uiomap_i_bus_device_read(&dev, "pci", "sys/bus/pci/devices/0000:02:00.1"), -1);
	cr_expect_eq(errno, ENODEV);
}

/* A device that can't be looked at is not one that doesn't match. */
Test(selector, device_without_permission)
{
	struct bus_device *list;
	struct selector s;
	size_t count;

	if (geteuid())
		cr_skip_test("only root can become somebody else");
	card("0000:01:00.0", "0x11e8");
	cr_assert_eq(chmod(".", 0755), 0);
	cr_assert_eq(chmod("sys/devices/pci0000:00/0000:01:00.0", 0), 0);
	cr_assert_eq(uiomap_i_selector_parse("pci:1234:11e8", &s), 0);
	cr_assert_eq(seteuid(65534), 0);
	cr_assert_eq(uiomap_i_bus_devices(&s, &list, &count), -1);
	cr_assert_eq(errno, EACCES);
	cr_assert_eq(seteuid(0), 0);
	cr_assert(strstr(uiomap_i_error_text(), "0000:01:00.0: "), "%s", uiomap_i_error_text());
	cr_assert(!list && !count);
	uiomap_i_selector_clear(&s);
}

/* An incomplete list is not a device without UIO. */
Test(selector, record_that_breaks_off)
{
	struct bus_device dev;

	card("0000:02:00.0", "0x11e8");
	tree_link("../../../bus/pci/drivers/uio_stub",
		  "sys/devices/pci0000:00/0000:02:00.0/driver");
	tree_write("sys/devices/pci0000:00/0000:02:00.0/uio/other", "\n");
	core_readdir_error(1, EMFILE);
	errno = 0;
	cr_assert_eq(uiomap_i_bus_device_read(&dev, "pci", "sys/bus/pci/devices/0000:02:00.0"), -1);
	assert_errno(EMFILE);
	cr_assert(strstr(uiomap_i_error_text(), "0000:02:00.0/uio can't be listed"), "%s",
		  uiomap_i_error_text());
}
