// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "previous-driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef UIOMAP_RUN
#define UIOMAP_RUN "/run/uiomap"
#endif
#define FOLDER UIOMAP_RUN "/before"

static void path_of(const char *bus, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, FOLDER "/%s:%s", bus, name);
}

/*
 * The inode of the device's directory: sysfs never reuses it for another
 * device. 0: the device was removed.
 */
static unsigned long long identity(const struct bus_device *dev)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s", dev->bus, dev->name);
	return stat(path, &st) == 0 ? (unsigned long long)st.st_ino : 0;
}

bool previous_driver_is_ours(const struct bus_device *dev)
{
	return bind_is_uio(*dev->driver ? dev->driver : dev->override);
}

void previous_driver_forget(const char *bus, const char *name)
{
	char path[PATH_MAX];

	path_of(bus, name, path);
	if (unlink(path) == 0)
		rmdir(FOLDER);
}

int previous_driver_keep(const struct bus_device *dev)
{
	char path[PATH_MAX], text[sizeof(struct previous_driver) + 64];
	int fd, length;
	bool good;

	if (previous_driver_is_ours(dev))
		return 0;
	if (!*dev->driver && (!*dev->override || bind_is_aside(dev->override))) {
		previous_driver_forget(dev->bus, dev->name);
		return 0;
	}
	/*
	 * An override to a UIO driver, or from setting it aside, was not the former state: the
	 * device has another driver.
	 */
	length = snprintf(
		text, sizeof(text), "%llu\n%s\n%s\n", identity(dev), dev->driver,
		bind_is_uio(dev->override) || bind_is_aside(dev->override) ? "" : dev->override);
	path_of(dev->bus, dev->name, path);
	mkdir(UIOMAP_RUN, 0700);
	mkdir(FOLDER, 0700);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	good = fd >= 0 && write(fd, text, (size_t)length) == length;
	if (fd >= 0)
		close(fd);
	return good ? 0 :
		      uiomap_i_fail(
			      errno,
			      "%s: its driver %s (driver_override: %s) can't be recorded, so it could not be restored later: "
			      "%s: %s; nothing was changed",
			      dev->name, *dev->driver ? dev->driver : "none",
			      *dev->override ? dev->override : "none", path, strerror(errno));
}

/* Copy the next line; returns false if it doesn't fit. */
static bool next_line(char **text, char *to, size_t size)
{
	const size_t length = strcspn(*text, "\n");
	const bool good = (*text)[length] == '\n' && length < size;

	if (good) {
		memcpy(to, *text, length);
		to[length] = '\0';
		*text += length + 1;
	}
	return good;
}

void previous_driver_get(const struct bus_device *dev, struct previous_driver *before)
{
	char path[PATH_MAX], text[sizeof(struct previous_driver) + 64], number[32], wanted[32],
		*at = text;
	ssize_t n;
	int fd;

	path_of(dev->bus, dev->name, path);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	snprintf(wanted, sizeof(wanted), "%llu", identity(dev));
	if (!next_line(&at, number, sizeof(number)) || strcmp(number, wanted) ||
	    !next_line(&at, before->driver, sizeof(before->driver)) ||
	    !next_line(&at, before->override, sizeof(before->override)) ||
	    strchr(before->driver, '/'))
		*before = (struct previous_driver){ "", "" };
}
