// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by udevd (60-uiomap.rules), which tells what happened in the environment:
 *
 * a device has come	it is bound if the configuration says so. Before the rule
 *			that loads its normal driver's module, so that this finds
 *			it taken. What is printed becomes the device's property.
 * it has gone		uio_stub forgets its options, as the next device of
 *			this name may be another one
 * a UIO driver is new	its module was loaded only now: devices that wait for
 *			it come once more
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "attach.h"
#include "previous-driver.h"
#include "bind.h"
#include "conf-report.h"
#include "log.h"

/*
 * It has no driver, and is to have its normal one: that may have come meanwhile, and have found the
 * device set aside.
 */
static void let_go(struct bus_device *dev)
{
	if (!*dev->driver && (!*dev->override || bind_is_aside(dev->override)) &&
	    bind_let_go(dev) < 0 && errno != ENODEV)
		report("%s", error_text());
}

static int handle_add(const char *bus, const char *name)
{
	struct conf_line *lines = report_conf_read();
	const struct conf_line *line;
	struct bus_device dev;
	int status = 1;

	if (bind_device_read(bus, name, &dev) < 0) {
		if (errno != ENODEV)
			report("%s", error_text());
	} else if (!(line = bind_find(lines, &dev))) {
		/*
		 * Its line has gone since. Or it was bound by hand: then, too, its normal driver's
		 * module is for nothing.
		 */
		if (bind_is_aside(dev.override)) {
			let_go(&dev);
		} else if (bind_is_uio(dev.driver)) {
			printf("UIOMAP_DRIVER=%s\n", dev.driver);
			status = 0;
		}
	} else if (bind_device(&dev, line, false) == 0) {
		printf("UIOMAP_DRIVER=%s\n", line->driver);
		status = 0;
	} else if (errno != ENODEV) {
		report("%s:%u: %s; see: uiomap doctor %s:%s", line->file, line->number,
		       error_text(), dev.bus, dev.name);
		let_go(&dev);
	}
	conf_free(lines);
	bus_device_clear(&dev);
	return status;
}

static void repeat_add(const char *bus, const char *name)
{
	char path[PATH_MAX];
	int error;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s/uevent", bus, name);
	error = attach_write(path, "add");
	if (error && error != ENOENT && error != ENODEV)
		report("%s: %s", path, strerror(error));
}

/* A device without a driver that is to have this one. With `take`, one with a driver too. */
static bool waits(const struct conf_line *line, const struct bus_device *dev, const char *driver)
{
	return line && !strcmp(line->driver, driver) && strcmp(dev->driver, driver) &&
	       (!*dev->driver || line->take);
}

static int handle_driver(const char *bus, const char *driver)
{
	struct conf_line *lines = report_conf_read();
	char path[PATH_MAX];
	struct bus_device dev;
	struct dirent *entry;
	DIR *dir;

	/* Whoever loaded it, it is to know of them. */
	if (lines && !strcmp(driver, "uio_stub") && bind_claim(lines) < 0)
		report("%s", error_text());
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices", bus);
	dir = lines ? opendir(path) : NULL;
	while (dir && (errno = 0, entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || bind_device_read(bus, entry->d_name, &dev) < 0)
			continue;
		if (waits(bind_find(lines, &dev), &dev, driver))
			repeat_add(bus, dev.name);
		bus_device_clear(&dev);
	}
	if (lines && errno)
		report("%s can't be listed: %s; devices that waited for %s get it when they come again: udevadm trigger --action=add --subsystem-match=%s",
		       path, strerror(errno), driver, bus);
	if (dir)
		closedir(dir);
	conf_free(lines);
	return 0;
}

int main(void)
{
	const char *action = getenv("ACTION"), *subsystem = getenv("SUBSYSTEM"),
		   *devpath = getenv("DEVPATH");
	const char *name = devpath ? strrchr(devpath, '/') : NULL;

	if (!action || !subsystem || !name) {
		fprintf(stderr,
			"uiomap-bind is run by udevd (60-uiomap.rules): ACTION, SUBSYSTEM and DEVPATH say for what; "
			"%s says which devices are bound\n",
			CONF_DIR);
		return 2;
	}
	openlog("uiomap-bind", LOG_PID, LOG_DAEMON);
	name++;
	if (!strcmp(subsystem, "drivers"))
		return handle_driver(strstr(devpath, "/bus/pci/") == devpath ? "pci" : "platform",
				     name);
	if (!strcmp(action, "remove")) {
		previous_driver_forget(subsystem, name);
		if (bind_forget(name) == 0)
			return 0;
		report("%s", error_text());
		return 1;
	}
	return handle_add(subsystem, name);
}
