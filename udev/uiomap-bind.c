// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by udevd (60-uiomap.rules), with the event in the environment:
 *
 * device added		Bind it if the configuration says so. This runs before the
 *			rule that loads its normal driver's module. The output
 *			becomes a property of the device.
 * device removed	Delete its options in uio_stub, since the next device of
 *			this name may be another one
 * driver added		A UIO driver's module was loaded: repeat the event of each
 *			device that waits for this driver.
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
 * Bind the normal driver if the device has none. That driver may have been
 * loaded while the device was set aside.
 */
static void bind_normal_driver(struct bus_device *dev)
{
	if (!*dev->driver && (!*dev->override || bind_is_aside(dev->override)) &&
	    bind_let_go(dev) < 0 && errno != ENODEV)
		report("%s", uiomap_i_error_text());
}

static int handle_add(const char *bus, const char *name)
{
	struct conf_line *lines = report_conf_read();
	const struct conf_line *line;
	struct bus_device dev;
	int status = 1;

	if (bind_device_read(bus, name, &dev) < 0) {
		if (errno != ENODEV)
			report("%s", uiomap_i_error_text());
	} else if (!(line = bind_find(lines, &dev))) {
		/*
		 * Its line was removed. Or it was bound by hand: then its normal driver's module
		 * need not be loaded either.
		 */
		if (bind_is_aside(dev.override)) {
			bind_normal_driver(&dev);
		} else if (bind_is_uio(dev.driver)) {
			printf("UIOMAP_DRIVER=%s\n", dev.driver);
			status = 0;
		}
	} else if (bind_device(&dev, line, false) == 0) {
		printf("UIOMAP_DRIVER=%s\n", line->driver);
		status = 0;
	} else if (errno != ENODEV) {
		report("%s:%u: %s; see: uiomap doctor %s:%s", line->file, line->number,
		       uiomap_i_error_text(), dev.bus, dev.name);
		bind_normal_driver(&dev);
	}
	conf_free(lines);
	uiomap_i_bus_device_clear(&dev);
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

/* Does the device wait for this driver? With `take`, it may have another driver. */
static bool waits_for(const struct conf_line *line, const struct bus_device *dev,
		      const char *driver)
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

	/* uio_stub may have been loaded by hand, so give it the devices to claim. */
	if (lines && !strcmp(driver, "uio_stub") && bind_claim(lines) < 0)
		report("%s", uiomap_i_error_text());
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices", bus);
	dir = lines ? opendir(path) : NULL;
	while (dir && (errno = 0, entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || bind_device_read(bus, entry->d_name, &dev) < 0)
			continue;
		if (waits_for(bind_find(lines, &dev), &dev, driver))
			repeat_add(bus, dev.name);
		uiomap_i_bus_device_clear(&dev);
	}
	if (lines && errno)
		report("%s can't be listed: %s; to bind the devices that wait for %s: udevadm trigger --action=add --subsystem-match=%s",
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
			"uiomap-bind is run by udevd (60-uiomap.rules): ACTION, SUBSYSTEM and DEVPATH describe the event; "
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
		report("%s", uiomap_i_error_text());
		return 1;
	}
	return handle_add(subsystem, name);
}
