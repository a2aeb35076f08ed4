// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* What a device is, and which lines are for it. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bind.h"

/* As much of a file as fits; what is not there is empty. Returns its size, there is a 0 byte behind. */
static size_t read_attr(int dirfd, const char *file, char *text, size_t size)
{
	const int fd = openat(dirfd, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t length = 0;
	ssize_t n;

	/* The kernel gives a page at a time. */
	while (fd >= 0 && (n = read(fd, text + length, size - 1 - length)) > 0)
		length += n;
	if (fd >= 0)
		close(fd);
	text[length] = '\0';
	return length;
}

/* Attributes that are text have a page at most, with the newline that goes. */
static void read_line(int dirfd, const char *file, char *text, size_t size)
{
	const size_t n = read_attr(dirfd, file, text, size);

	if (n && text[n - 1] == '\n')
		text[n - 1] = '\0';
}

/* Whole strings only: a part of one would be another one. */
static size_t read_compatible(int dirfd, char *text, size_t size)
{
	size_t n = read_attr(dirfd, "of_node/compatible", text, size);

	if (n == size - 1)
		while (n && text[n - 1])
			n--;
	return n;
}

/* Where a link leads; "" if it isn't there. */
static void read_link(int dirfd, const char *file, char *text, size_t size)
{
	const ssize_t n = readlinkat(dirfd, file, text, size);

	text[n < 0 || (size_t)n >= size ? 0 : n] = '\0';
}

/* What doesn't fit is cut off. */
static void keep(const char *from, char *to, size_t size)
{
	const size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

static void read_driver(int dirfd, char *driver, size_t size)
{
	char link[PATH_MAX], *slash;

	read_link(dirfd, "driver", link, sizeof(link));
	slash = strrchr(link, '/');
	keep(slash ? slash + 1 : link, driver, size);
}

static void read_of_path(int dirfd, char *path, size_t size)
{
	static const char base[] = "/devicetree/base";
	char link[PATH_MAX], *found;

	read_link(dirfd, "of_node", link, sizeof(link));
	found = strstr(link, base);
	keep(found ? found + strlen(base) : "", path, size);
}

static uint16_t read_id(int dirfd, const char *file)
{
	char text[16];

	read_line(dirfd, file, text, sizeof(text));
	return strtoul(text, NULL, 0);
}

int bind_device_read(const char *bus, const char *name, struct bind_device *dev)
{
	char path[PATH_MAX];
	int dirfd;

	memset(dev, 0, sizeof(*dev));
	if (strcmp(bus, "pci") && strcmp(bus, "platform"))
		return bind_fail(EINVAL, "bus '%s': only devices on pci and platform can be bound", bus);
	if (!*name || *name == '.' || strchr(name, '/') || strlen(name) > NAME_MAX)
		return bind_fail(EINVAL, "'%s' is no name of a device on the bus %s", name, bus);
	strcpy(dev->bus, bus);
	strcpy(dev->name, name);
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s", bus, name);
	dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return errno == ENOENT ? bind_fail(ENODEV, "there is no device %s on the bus %s", name, bus) :
					 bind_fail(errno, "%s: %s", path, strerror(errno));
	read_driver(dirfd, dev->driver, sizeof(dev->driver));
	read_line(dirfd, "driver_override", dev->override, sizeof(dev->override));
	if (!strcmp(dev->override, "(null)"))
		dev->override[0] = '\0';
	read_line(dirfd, "modalias", dev->modalias, sizeof(dev->modalias));
	read_of_path(dirfd, dev->of_path, sizeof(dev->of_path));
	dev->compatible_size = read_compatible(dirfd, dev->compatible, sizeof(dev->compatible));
	if (!strcmp(bus, "pci")) {
		dev->vendor = read_id(dirfd, "vendor");
		dev->device = read_id(dirfd, "device");
	}
	close(dirfd);
	return 0;
}

/* The device's name, or what it was called before its instance was added: uio_dummy for uio_dummy.0 and for uio_dummy.0.auto. */
static bool match_platform(const char *pattern, const char *name)
{
	char copy[NAME_MAX + 1], *dot;
	size_t length;

	if (fnmatch(pattern, name, 0) == 0)
		return true;
	strcpy(copy, name);
	length = strlen(copy);
	if (length > 5 && !strcmp(copy + length - 5, ".auto"))
		copy[length - 5] = '\0';
	dot = strrchr(copy, '.');
	if (!dot || !dot[1] || dot[1 + strspn(dot + 1, "0123456789")])
		return false;
	*dot = '\0';
	return !strcmp(pattern, copy);
}

static bool match_compatible(const char *text, const struct bind_device *dev)
{
	for (size_t at = 0; at < dev->compatible_size; at += strlen(dev->compatible + at) + 1)
		if (!strcmp(dev->compatible + at, text))
			return true;
	return false;
}

bool bind_match(const struct conf_line *line, const struct bind_device *dev)
{
	const bool pci = !strcmp(dev->bus, "pci");

	switch (line->form) {
	case CONF_ADDRESS:
		return pci && !strcmp(line->text, dev->name);
	case CONF_PCI_ID:
		return pci && line->vendor == dev->vendor && line->device == dev->device;
	case CONF_PLATFORM:
		return !pci && match_platform(line->text, dev->name);
	case CONF_COMPATIBLE:
		return !pci && match_compatible(line->text, dev);
	case CONF_OF_PATH:
		return !pci && !strcmp(line->text, dev->of_path);
	}
	return false;
}

const struct conf_line *bind_find(const struct conf_line *lines, const struct bind_device *dev)
{
	while (lines && !bind_match(lines, dev))
		lines = lines->next;
	return lines;
}

bool bind_is_uio(const char *driver)
{
	for (size_t i = 0; conf_drivers[i]; i++)
		if (!strcmp(driver, conf_drivers[i]))
			return true;
	return false;
}
