/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Reading a device, matching lines to it, and errors before anything is written. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind.h"
#include "temp-dir.h"

TestSuite(match, .init = temp_dir_begin, .fini = temp_dir_end);

#define EDU "sys/bus/pci/devices/0000:01:00.0/"
#define DMA "sys/bus/platform/devices/40000000.dma/"

static int modules;

/* Replaces module.c. */
int bind_module(const char *name)
{
	modules++;
	return uiomap_i_fail(ENOENT, "no module %s in this test", name);
}

static void edu(const char *driver, const char *override)
{
	temp_dir_file(EDU "vendor", "0x1234\n");
	temp_dir_file(EDU "device", "0x11e8\n");
	temp_dir_file(EDU "modalias", "pci:v00001234d000011E8\n");
	temp_dir_file(EDU "driver_override", override);
	if (driver)
		temp_dir_link(EDU "driver", driver);
	temp_dir_file("sys/bus/pci/drivers_probe", "");
}

static void dma(void)
{
	static const char compatible[] = "acme,dma-2\0acme,dma";

	temp_dir_link(DMA "of_node", "../../../../firmware/devicetree/base/soc/dma@40000000");
	temp_dir_bytes("sys/firmware/devicetree/base/soc/dma@40000000/compatible", compatible,
		       sizeof(compatible));
	temp_dir_file(DMA "driver_override", "(null)\n");
}

static bool matches(const char *text, struct bus_device *dev)
{
	struct conf_line *line;
	bool result;

	cr_assert_eq(conf_parse(text, &line), 1, "%s: %s", text, uiomap_i_error_text());
	result = bind_match(line, dev);
	conf_free(line);
	return result;
}

Test(match, pci)
{
	struct bus_device dev;

	edu("../../../bus/pci/drivers/e1000", "uio_stub\n");
	cr_assert_eq(bind_device_read("pci", "0000:01:00.0", &dev), 0, "%s", uiomap_i_error_text());
	cr_assert_str_eq(dev.driver, "e1000");
	cr_assert_str_eq(dev.override, "uio_stub");
	cr_assert_str_eq(dev.modalias, "pci:v00001234d000011E8");
	cr_assert_eq(dev.vendor, 0x1234);
	cr_assert_eq(dev.device, 0x11e8);
	cr_assert(matches("pci:1234:11e8", &dev));
	cr_assert(matches("pci:1234:11E8", &dev));
	cr_assert(matches("pci:0000:01:00.0", &dev));
	cr_assert(!matches("pci:1234:11e9", &dev));
	cr_assert(!matches("pci:1235:11e8", &dev));
	cr_assert(!matches("pci:0000:01:00.1", &dev));
	cr_assert(!matches("platform:0000:01:00.0", &dev));
	cr_assert(!matches("of:acme,dma", &dev));
	uiomap_i_bus_device_clear(&dev);
}

Test(match, platform)
{
	static const struct {
		const char *pattern, *name;
		bool match;
	} names[] = {
		{ "uio_dummy.0", "uio_dummy.0", true },
		{ "uio_dummy.0", "uio_dummy.1", false },
		{ "uio_dummy", "uio_dummy.17", true },
		{ "uio_dummy", "uio_dummy.17.auto", true },
		{ "uio_dummy", "uio_dummy", true },
		{ "uio_dummy", "uio_dummy.x", false },
		{ "uio_dummy", "uio_dummy2.0", false },
		{ "uio_*", "uio_dummy.0", true },
		{ "uio_dummy.[0-3]", "uio_dummy.2", true },
		{ "uio_dummy.[0-3]", "uio_dummy.4", false },
		{ "*.serial", "40001000.serial", true },
	};
	struct bus_device dev;

	dma();
	cr_assert_eq(bind_device_read("platform", "40000000.dma", &dev), 0, "%s",
		     uiomap_i_error_text());
	cr_assert_str_eq(dev.driver, "");
	cr_assert_str_eq(dev.override, "");
	cr_assert_str_eq(dev.of_path, "/soc/dma@40000000");
	cr_assert(matches("of:acme,dma", &dev));
	cr_assert(matches("of:acme,dma-2", &dev));
	cr_assert(!matches("of:acme,dm", &dev));
	cr_assert(!matches("of:dma-2", &dev));
	cr_assert(matches("of:/soc/dma@40000000", &dev));
	cr_assert(!matches("of:/soc/dma", &dev));
	cr_assert(!matches("pci:0000:01:00.0", &dev));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char text[64] = "platform:", path[128] = "sys/bus/platform/devices/";

		temp_dir_file(strcat(strcat(path, names[i].name), "/driver_override"), "(null)\n");
		uiomap_i_bus_device_clear(&dev);
		cr_assert_eq(bind_device_read("platform", names[i].name, &dev), 0, "%s",
			     uiomap_i_error_text());
		cr_assert_eq(matches(strcat(text, names[i].pattern), &dev), names[i].match,
			     "%s, %s", names[i].pattern, names[i].name);
	}
	uiomap_i_bus_device_clear(&dev);
}

/* Very long attributes. If a list of strings is too long even so, only whole strings are used. */
Test(match, long_attributes)
{
	static char compatible[BUS_COMPATIBLE_SIZE + 100], override[301];
	struct bus_device dev;
	size_t n = 0;

	dma();
	while (n < 8000)
		n += sprintf(compatible + n, "acme,dma-%zu", n) + 1;
	n += sprintf(compatible + n, "acme,last") + 1;
	temp_dir_bytes("sys/firmware/devicetree/base/soc/dma@40000000/compatible", compatible, n);
	memset(override, 'x', sizeof(override) - 1);
	temp_dir_file(DMA "driver_override", override);
	cr_assert_eq(bind_device_read("platform", "40000000.dma", &dev), 0, "%s",
		     uiomap_i_error_text());
	cr_assert(matches("of:acme,dma-0", &dev));
	cr_assert(matches("of:acme,last", &dev));
	cr_assert_str_eq(dev.override, override);

	memset(compatible + n, 'y', sizeof(compatible) - n);
	temp_dir_bytes("sys/firmware/devicetree/base/soc/dma@40000000/compatible", compatible,
		       sizeof(compatible));
	uiomap_i_bus_device_clear(&dev);
	cr_assert_eq(bind_device_read("platform", "40000000.dma", &dev), 0, "%s",
		     uiomap_i_error_text());
	cr_assert(matches("of:acme,last", &dev));
	cr_assert_eq(dev.compatible_size, n);
	uiomap_i_bus_device_clear(&dev);
}

Test(match, no_device)
{
	struct bus_device dev;
	static const char * const names[] = { "", ".", "..", "../..", "a/b", "/etc" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		errno = 0;
		cr_assert_eq(bind_device_read("pci", names[i], &dev), -1);
		cr_assert_eq(errno, EINVAL);
	}
	cr_assert_eq(bind_device_read("usb", "1-1", &dev), -1);
	cr_assert_eq(errno, EINVAL);
	cr_assert_eq(bind_device_read("../pci", "0000:01:00.0", &dev), -1);
	cr_assert_eq(errno, EINVAL);
	cr_assert_eq(bind_device_read("pci", "0000:01:00.0", &dev), -1);
	cr_assert_eq(errno, ENODEV);
	cr_assert_str_eq(uiomap_i_error_text(), "there is no device 0000:01:00.0 on the bus pci");
	uiomap_i_bus_device_clear(&dev);
}

static void bind_refused(const char *text, int error, const char *why)
{
	struct conf_line *line;
	struct bus_device dev;

	cr_assert_eq(bind_device_read("pci", "0000:01:00.0", &dev), 0, "%s", uiomap_i_error_text());
	cr_assert_eq(conf_parse(text, &line), 1, "%s: %s", text, uiomap_i_error_text());
	errno = 0;
	cr_assert_eq(bind_device(&dev, line, false), -1);
	cr_assert_eq(errno, error, "%s: %s", text, uiomap_i_error_text());
	cr_assert(strstr(uiomap_i_error_text(), why), "%s", uiomap_i_error_text());
	conf_free(line);
	uiomap_i_bus_device_clear(&dev);
}

/* A device with a driver or a driver_override is not changed. */
Test(match, left_alone)
{
	struct bus_device dev;

	edu("../../../bus/pci/drivers/e1000", "(null)\n");
	temp_dir_file("sys/bus/pci/drivers/e1000/unbind", "");
	bind_refused("pci:1234:11e8", EBUSY, "0000:01:00.0 has the driver e1000 and is left alone");
	cr_assert_str_eq(temp_dir_content(EDU "driver_override"), "(null)\n");
	cr_assert_str_eq(temp_dir_content("sys/bus/pci/drivers/e1000/unbind"), "");
	cr_assert_eq(bind_device_read("pci", "0000:01:00.0", &dev), 0);
	cr_assert_eq(bind_release(&dev), -1);
	cr_assert_eq(errno, EBUSY);
	cr_assert(strstr(uiomap_i_error_text(), "e1000, which is not a UIO driver"), "%s",
		  uiomap_i_error_text());
	cr_assert_str_eq(temp_dir_content("sys/bus/pci/drivers/e1000/unbind"), "");
	cr_assert_eq(modules, 0);
	uiomap_i_bus_device_clear(&dev);
}

Test(match, set_aside)
{
	edu(NULL, "vfio-pci\n");
	bind_refused("pci:1234:11e8", EBUSY, "set aside for the driver vfio-pci");
	cr_assert_str_eq(temp_dir_content(EDU "driver_override"), "vfio-pci\n");
	temp_dir_file(
		EDU "driver_override",
		"a-driver-that-has-a-name-of-more-than-sixty-four-bytes-for-whatever-reason\n");
	bind_refused(
		"pci:1234:11e8", EBUSY,
		"set aside for the driver a-driver-that-has-a-name-of-more-than-sixty-four-bytes");
	cr_assert_str_eq(temp_dir_content("sys/bus/pci/drivers_probe"), "");
}

Test(match, no_module)
{
	edu(NULL, "(null)\n");
	bind_refused("pci:1234:11e8", ENOENT, "no module uio_stub");
	bind_refused("pci:1234:11e8 driver=uio_pci_generic", ENOENT, "no module uio_pci_generic");
	cr_assert_eq(modules, 2);
	cr_assert_str_eq(temp_dir_content(EDU "driver_override"), "(null)\n");
	bind_refused("platform:x driver=uio_pdrv_genirq", EINVAL, "not a driver for the bus pci");
}

/* Record all writes to this file, one after the other. */
static int record(const char *path)
{
	int fd;

	unlink(path);
	cr_assert_eq(mkfifo(path, 0600), 0, "%s: %s", path, strerror(errno));
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	cr_assert(fd >= 0, "%s: %s", path, strerror(errno));
	return fd;
}

static void expect_record(int fd, const char *wanted)
{
	char text[256];
	const ssize_t n = read(fd, text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	cr_assert_str_eq(text, wanted);
	close(fd);
}

/*
 * uio_stub is loaded but doesn't bind the device: options and driver_override are removed, and
 * no other driver is tried.
 */
Test(match, put_back)
{
	int options, probes;

	edu(NULL, "\n");
	temp_dir_folder("sys/bus/pci/drivers/uio_stub");
	temp_dir_folder("sys/module/uio_stub/parameters");
	options = record("sys/module/uio_stub/parameters/options");
	probes = record("sys/bus/pci/drivers_probe");
	bind_refused("pci:1234:11e8 take dma=4K", EIO,
		     "the driver uio_stub doesn't bind 0000:01:00.0");
	expect_record(options, "0000:01:00.0,dma=4096"
			       "0000:01:00.0");
	expect_record(probes, "0000:01:00.0");
	cr_assert_eq(temp_dir_content(EDU "driver_override")[0], '\n');
}
