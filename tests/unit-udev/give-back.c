/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Restoring a device's former driver, the order of bind steps, and the errors for a missing
 * permission or module.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "previous-driver.h"
#include "module-fault.h"
#include "stub-options.h"
#include "temp-dir.h"

static void begin(void)
{
	temp_dir_begin();
	cr_assert_eq(chmod(".", 0755), 0);
}

TestSuite(give_back, .init = begin, .fini = temp_dir_end);

/* Change the effective user; root can change back to clean up. */
static void become(uid_t user)
{
	cr_assert_eq(seteuid(user), 0, "%s", strerror(errno));
}

#define CARD "sys/bus/pci/devices/0000:01:00.0/"

/* Replaces module.c: all modules are loaded. */
int bind_module(const char *name)
{
	(void)name;
	return 0;
}

static struct bus_device card(const char *driver, const char *override)
{
	char link[128];
	struct bus_device dev;

	temp_dir_file(CARD "driver_override", override);
	unlink(CARD "driver");
	snprintf(link, sizeof(link), "../../drivers/%s", driver);
	if (*driver)
		temp_dir_link(CARD "driver", link);
	cr_assert_eq(bind_device_read("pci", "0000:01:00.0", &dev), 0, "%s", uiomap_i_error_text());
	return dev;
}

static void expect_before(const struct bus_device *dev, const char *driver, const char *override)
{
	struct previous_driver before;

	previous_driver_get(dev, &before);
	cr_assert_str_eq(before.driver, driver);
	cr_assert_str_eq(before.override, override);
}

Test(give_back, kept)
{
	struct bus_device dev = card("nvme", "vfio-pci\n");
	struct stat st;

	expect_before(&dev, "", "");
	cr_assert_eq(previous_driver_keep(&dev), 0, "%s", uiomap_i_error_text());
	cr_assert(stat("run/before/pci:0000:01:00.0", &st) == 0 && (st.st_mode & 0777) == 0600);
	cr_assert(stat("run/before", &st) == 0 && (st.st_mode & 0777) == 0700);
	/*
	 * Binding from one UIO driver to another keeps the record of the driver before the
	 * first.
	 */
	uiomap_i_bus_device_clear(&dev);
	dev = card("uio_stub", "uio_stub\n");
	cr_assert_eq(previous_driver_keep(&dev), 0);
	uiomap_i_bus_device_clear(&dev);
	dev = card("", "uio_stub\n");
	cr_assert_eq(previous_driver_keep(&dev), 0);
	expect_before(&dev, "nvme", "vfio-pci");
	/* The device was unbound by hand and has no driver: nothing is restored. */
	uiomap_i_bus_device_clear(&dev);
	dev = card("", "\n");
	cr_assert_eq(previous_driver_keep(&dev), 0);
	cr_assert_eq(access("run/before", F_OK), -1);
	/* A driver_override that names a UIO driver is not restored. */
	uiomap_i_bus_device_clear(&dev);
	dev = card("e1000", "uio_stub\n");
	cr_assert_eq(previous_driver_keep(&dev), 0);
	expect_before(&dev, "e1000", "");
	uiomap_i_bus_device_clear(&dev);
}

/* Another device has replaced this one without an event: the record is not valid for it. */
Test(give_back, another_device)
{
	struct bus_device dev = card("nvme", "vfio-pci\n");

	cr_assert_eq(previous_driver_keep(&dev), 0);
	cr_assert_eq(rename("sys/bus/pci/devices/0000:01:00.0", "sys/old"), 0);
	uiomap_i_bus_device_clear(&dev);
	dev = card("uio_stub", "uio_stub\n");
	expect_before(&dev, "", "");
	uiomap_i_bus_device_clear(&dev);
}

Test(give_back, not_ours_to_read)
{
	static const char * const texts[] = { "",	   "\n",	  "1",	    "1\n",
					      "x\ny\nz\n", "1\n../x\n\n", "1\n\n\n" };
	struct bus_device dev = card("nvme", "vfio-pci\n");

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		temp_dir_file("run/before/pci:0000:01:00.0", texts[i]);
		expect_before(&dev, "", "");
	}
	unlink("run/before/pci:0000:01:00.0");
	cr_assert_eq(mkfifo("run/before/pci:0000:01:00.0", 0600), 0);
	expect_before(&dev, "", "");
	unlink("run/before/pci:0000:01:00.0");
	temp_dir_link("run/before/pci:0000:01:00.0", "../../../etc/shadow");
	cr_assert_eq(previous_driver_keep(&dev), -1);
	cr_assert(strstr(uiomap_i_error_text(),
			 "its driver nvme (driver_override: vfio-pci) can't be recorded"),
		  "%s", uiomap_i_error_text());
	uiomap_i_bus_device_clear(&dev);
}

/* Record all writes to this file, one after the other. */
static int record(const char *path)
{
	int fd;

	unlink(path);
	temp_dir_file(path, "");
	unlink(path);
	cr_assert_eq(mkfifo(path, 0600), 0, "%s: %s", path, strerror(errno));
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	cr_assert(fd >= 0, "%s: %s", path, strerror(errno));
	return fd;
}

static const char *recorded(int fd)
{
	static char text[256];
	const ssize_t n = read(fd, text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	close(fd);
	return text;
}

/*
 * In this tree the driver stays bound, as if unbinding failed. driver_override is set back to
 * that driver by its name, so that no other may bind meanwhile.
 */
Test(give_back, order)
{
	struct bus_device dev = card("e1000", "\n");
	struct conf_line *line;
	int unbind, bind, probe;

	temp_dir_folder("sys/bus/pci/drivers/uio_stub");
	temp_dir_folder("sys/module/uio_stub/parameters");
	temp_dir_file("sys/module/uio_stub/parameters/options", "");
	unbind = record("sys/bus/pci/drivers/e1000/unbind");
	bind = record("sys/bus/pci/drivers/e1000/bind");
	probe = record("sys/bus/pci/drivers_probe");
	cr_assert_eq(conf_parse("pci:1234:11e8 take", &line), 1);
	cr_assert_eq(bind_device(&dev, line, false), -1);
	cr_assert_eq(errno, EBUSY);
	/*
	 * Writes don't truncate the file, so later ones overlie earlier ones: uio_stub, e1000,
	 * then none.
	 */
	cr_assert_str_eq(temp_dir_content(CARD "driver_override"), "\n1000tub");
	cr_assert_str_eq(recorded(unbind), "0000:01:00.0");
	cr_assert_str_eq(recorded(probe), "0000:01:00.0");
	cr_assert_str_eq(recorded(bind), "0000:01:00.0");
	cr_assert(strstr(uiomap_i_error_text(), "Everything is restored: driver e1000"), "%s",
		  uiomap_i_error_text());
	cr_assert_eq(access("run/before", F_OK), -1, "noted what was put back");
	conf_free(line);
	uiomap_i_bus_device_clear(&dev);
}

/*
 * The device stays bound: an event makes udev restore the group's permissions, which were
 * removed before.
 */
Test(give_back, its_driver_keeps_it)
{
	struct bus_device dev = card("uio_stub", "uio_stub\n");
	int told;

	temp_dir_folder("sys/bus/pci/drivers/uio_stub/unbind"); /* a folder: writing fails */
	told = record(CARD "uio/uio3/uevent");
	cr_assert_eq(bind_release(&dev), -1);
	cr_assert(strstr(uiomap_i_error_text(), "can't be taken from its driver uio_stub"), "%s",
		  uiomap_i_error_text());
	cr_assert_str_eq(recorded(told), "change");
	uiomap_i_bus_device_clear(&dev);
}

/*
 * Binding again: driver_override always permits only the present driver, which gets its former
 * settings again.
 */
Test(give_back, anew)
{
	struct bus_device dev = card("uio_pci_generic", "uio_pci_generic\n");
	struct conf_line *line;

	temp_dir_folder("sys/bus/pci/drivers/uio_pci_generic");
	temp_dir_file("sys/bus/pci/drivers/uio_pci_generic/unbind", "");
	temp_dir_file("sys/bus/pci/drivers_probe", "");
	cr_assert_eq(conf_parse("pci:1234:11e8 take driver=uio_pci_generic", &line), 1);
	cr_assert_eq(bind_device(&dev, line, false), 0, "%s", uiomap_i_error_text());
	cr_assert_eq(access("sys/bus/pci/drivers_probe", F_OK), 0);
	cr_assert_eq(bind_device(&dev, line, true), 0, "%s", uiomap_i_error_text());
	conf_free(line);
	uiomap_i_bus_device_clear(&dev);
}

/*
 * uio_stub gets the settings of the present binding again, even if its module parameter no
 * longer has them.
 */
Test(give_back, settings)
{
	struct bus_device dev = card("uio_stub", "uio_stub\n");
	struct conf_line *line;
	char *entry;

	temp_dir_folder("sys/module/uio_stub/parameters");
	temp_dir_file("sys/module/uio_stub/parameters/options",
		      "0000:02:00.0,dma=4096;0000:01:00.0,dma=8192\n");
	temp_dir_file(CARD "uio_stub/options", "dma=65536\nwc=1\nshare_page\n");
	entry = options_get(&dev);
	cr_assert_str_eq(entry, "0000:01:00.0,dma=65536,wc=1,share_page");
	free(entry);
	cr_assert_eq(conf_parse("pci:1234:11e8 share_page dma=64K wc=1 config_write", &line), 1);
	cr_assert(options_in_force(&dev, line));
	conf_free(line);
	cr_assert_eq(conf_parse("pci:1234:11e8 share_page dma=64K wc", &line), 1);
	cr_assert(!options_in_force(&dev, line));
	conf_free(line);

	/* Bound without settings. */
	temp_dir_file(CARD "uio_stub/options", "");
	entry = options_get(&dev);
	cr_assert_str_eq(entry, "0000:01:00.0");
	free(entry);
	/* Settings that are stored for the next binding. */
	uiomap_i_bus_device_clear(&dev);
	dev = card("e1000", "\n");
	entry = options_get(&dev);
	cr_assert_str_eq(entry, "0000:01:00.0,dma=8192");
	free(entry);
	uiomap_i_bus_device_clear(&dev);
}

static void refused(const char *text, int error, const char *why)
{
	struct bus_device dev;
	struct conf_line *line;

	cr_assert_eq(bind_device_read("pci", "0000:01:00.0", &dev), 0, "%s", uiomap_i_error_text());
	cr_assert_eq(conf_parse(text, &line), 1, "%s", uiomap_i_error_text());
	cr_assert_eq(bind_device(&dev, line, true), -1);
	cr_assert_eq(errno, error, "%s", uiomap_i_error_text());
	cr_assert(strstr(uiomap_i_error_text(), why), "%s", uiomap_i_error_text());
	conf_free(line);
	uiomap_i_bus_device_clear(&dev);
}

/* There is no file `unbind`: binding fails before anything is written. */
Test(give_back, refused_beforehand)
{
	uiomap_i_bus_device_clear((struct bus_device[]){ card("uio_stub", "uio_stub\n") });
	temp_dir_folder("sys/bus/pci/drivers/uio_stub");
	temp_dir_folder("sys/module/uio_stub/parameters");
	temp_dir_file("sys/module/uio_stub/parameters/options", "0000:01:00.0,dma=65536\n");
	refused("pci:1234:11e8 take dma=8000000G", EINVAL,
		"MiB of memory that this machine has; nothing was changed");
	refused("pci:1234:11e8 take dma=8K dma_bits=12", EINVAL,
		"more than addresses of 12 bits reach; nothing was changed");
	if (geteuid() == 0) {
		become(1234);
		refused("pci:1234:11e8 take dma=8K", EACCES,
			"only root may change a device's driver, and this is user 1234");
		become(0);
	}
}

static void module_says(int error, bool found, const char *command, const char *what)
{
	struct module_fault fault = { .error = error, .found = found };

	snprintf(fault.command, sizeof(fault.command), "%s", command);
	cr_assert_eq(module_fail("uio_stub", &fault), -1);
	cr_assert_eq(errno, error);
	cr_assert(strstr(uiomap_i_error_text(), what), "%s", uiomap_i_error_text());
}

Test(give_back, modules)
{
	module_says(ENOENT, false, "", "there is no module uio_stub");
	module_says(ENOENT, true, "/bin/false", "install uio_stub /bin/false");
	module_says(ENOENT, true, "", "unknown symbol");
	module_says(ENOEXEC, true, "", "built for another kernel");
	module_says(EKEYREJECTED, true, "", "signed");
	module_says(ENOMEM, true, "", "Cannot allocate memory");
	if (geteuid() == 0) {
		module_says(EPERM, true, "", "CAP_SYS_MODULE");
		temp_dir_file("proc/sys/kernel/modules_disabled", "1\n");
		module_says(EPERM, true, "", "until the next boot");
		temp_dir_file("proc/sys/kernel/modules_disabled", "0\n");
		temp_dir_file("proc/cmdline", "quiet module_blacklist=e1000,uio_stub ro\n");
		module_says(EPERM, true, "", "module_blacklist=");
		temp_dir_file("proc/cmdline", "quiet module_blacklist=uio_stub2 ro\n");
		temp_dir_file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
		module_says(EPERM, true, "", "locked down");
		become(1234);
	}
	module_says(EPERM, true, "", "only root may");
	become(getuid());
}
