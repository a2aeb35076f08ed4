// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "attach.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "access.h"

int attach_write(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static int device_write(const struct bus_device *dev, const char *file, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s/%s", dev->bus, dev->name,
		 file);
	return attach_write(path, text);
}

int attach_refresh(struct bus_device *dev)
{
	struct bus_device fresh;

	if (bind_device_read(dev->bus, dev->name, &fresh) < 0)
		return -1;
	uiomap_i_bus_device_clear(dev);
	*dev = fresh;
	return 0;
}

int attach_override(const struct bus_device *dev, const char *driver)
{
	return device_write(dev, "driver_override", *driver ? driver : "\n");
}

int attach_probe(const struct bus_device *dev)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/drivers_probe", dev->bus);
	return attach_write(path, dev->name);
}

int attach_to(const struct bus_device *dev, const char *driver)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/drivers/%s/bind", dev->bus, driver);
	return attach_write(path, dev->name);
}

int attach_announce(const struct bus_device *dev)
{
	char path[PATH_MAX], file[PATH_MAX];
	struct dirent *entry;
	int error = 0;
	DIR *dir;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s/uio", dev->bus, dev->name);
	dir = opendir(path);
	while (dir && !error && (errno = 0, entry = readdir(dir)))
		if (entry->d_name[0] != '.' && snprintf(file, sizeof(file), "%s/%s/uevent", path,
							entry->d_name) < (int)sizeof(file))
			error = attach_write(file, "change");
	if (!error)
		error = errno;
	if (dir)
		closedir(dir);
	return error == ENOENT || error == ENODEV ? 0 : error;
}

/*
 * First remove the group's access to the files in sysfs. udev does this too,
 * but later, when the next driver may already have the device. If the unbind
 * fails, udev gives the access back.
 */
int attach_detach(const struct bus_device *dev)
{
	char path[PATH_MAX];
	int error = 0;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s", dev->bus, dev->name);
	if (bind_is_uio(dev->driver) && access_take_back(path) < 0)
		error = errno;
	else if (*dev->driver)
		error = device_write(dev, "driver/unbind", dev->name);
	if (error == ENOENT || error == ENODEV)
		return 0;
	if (error && bind_is_uio(dev->driver))
		attach_announce(dev);
	return error;
}

bool attach_loaded(const struct bus_device *dev, const char *driver)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/drivers/%s", dev->bus, driver);
	return access(path, F_OK) == 0;
}

int attach_allowed(const struct bus_device *dev)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s/driver_override", dev->bus,
		 dev->name);
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
		return 0;
	switch (errno) {
	case ENOENT:
		return uiomap_i_fail(ENODEV, "%s was removed", dev->name);
	case EROFS:
		return uiomap_i_fail(
			EROFS,
			"%s: " UIOMAP_SYSFS
			" is mounted read-only, as in most containers, so that its driver can't be changed here: "
			"do it on the host, or mount -o remount,rw " UIOMAP_SYSFS,
			dev->name);
	case EACCES:
	case EPERM:
		if (geteuid() != 0)
			return uiomap_i_fail(
				EACCES,
				"%s: only root may change a device's driver, and this is user %u",
				dev->name, geteuid());
		return uiomap_i_fail(
			EACCES,
			"%s: root of a container (of a user namespace) may not change a device's driver: do it on the host",
			dev->name);
	}
	return uiomap_i_fail(errno, "%s: %s", path, strerror(errno));
}

void attach_nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
}

/*
 * The kernel doesn't announce this moment. But it creates the device's file in
 * /proc just before (pci_bus_add_device() in drivers/pci/bus.c).
 */
bool attach_wait_added(const struct bus_device *dev)
{
	char path[64];
	int n = 0;

	if (strcmp(dev->bus, "pci") || strlen(dev->name) != 12 ||
	    access("/proc/bus/pci/devices", F_OK) < 0)
		return false;
	/* 0000:01:00.0 is 01/00.0; in other domains it is 0001:01/00.0. */
	snprintf(path, sizeof(path), "/proc/bus/pci/%.7s/%s", dev->name, dev->name + 8);
	if (!strncmp(dev->name, "0000:", 5) && access(path, F_OK) < 0)
		snprintf(path, sizeof(path), "/proc/bus/pci/%.2s/%s", dev->name + 5, dev->name + 8);
	for (; access(path, F_OK) < 0 && n < 1000; n++)
		attach_nap();
	return n > 0;
}
