/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "bus-device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attribute.h"
#include "error-text.h"
#include "number.h"

void uiomap_i_bus_device_at(struct bus_device *dev, int dirfd, const char *prefix)
{
	*dev = (struct bus_device){ .vendor = -1, .device = -1, .uio = -1, .dirfd = dirfd };
	snprintf(dev->prefix, sizeof(dev->prefix), "%s", prefix);
}

/* The path of one of the device's files. For "": of its directory, without the final slash. */
static const char *place(const struct bus_device *dev, const char *file, char path[64])
{
	size_t length = (size_t)snprintf(path, 64, "%s%s", dev->prefix, file);

	if (!*file && length)
		path[length - 1] = '\0';
	return path;
}

/* Read a link into *field, once. part() selects what to keep of the target. */
static const char *read_link(struct bus_device *dev, char **field, const char *file,
			     const char *(*part)(const char *link))
{
	char path[64], link[LINK_SIZE];

	if (*field || dev->dirfd < 0)
		return *field;
	if (uiomap_i_attr_link(dev->dirfd, place(dev, file, path), link) == 0)
		*field = strdup(part(link));
	if (!*field)
		dev->error = errno;
	return *field;
}

/* The device-tree path, from the target of of_node. */
static const char *of_path(const char *link)
{
	static const char base[] = "/devicetree/base";
	const char *found = strstr(link, base);

	return found ? found + strlen(base) : "";
}

const char *uiomap_i_bus_device_bus(struct bus_device *dev)
{
	return read_link(dev, &dev->bus, "subsystem", uiomap_i_last_name);
}

const char *uiomap_i_bus_device_name(struct bus_device *dev)
{
	return read_link(dev, &dev->name, "", uiomap_i_last_name);
}

const char *uiomap_i_bus_device_driver(struct bus_device *dev)
{
	return read_link(dev, &dev->driver, "driver", uiomap_i_last_name);
}

const char *uiomap_i_bus_device_of_path(struct bus_device *dev)
{
	return read_link(dev, &dev->of_path, "of_node", of_path);
}

int uiomap_i_bus_device_id(struct bus_device *dev, const char *which)
{
	int *id = *which == 'v' ? &dev->vendor : &dev->device;
	char path[64], text[ATTR_SIZE];
	uint64_t value;

	if (*id >= 0 || dev->dirfd < 0)
		return *id;
	if (uiomap_i_attr_read(dev->dirfd, place(dev, which, path), text) < 0) {
		dev->error = errno;
		return -1;
	}
	if (strlen(text) != 6 || strncmp(text, "0x", 2) ||
	    !uiomap_i_parse_number(text, true, UINT16_MAX, &value)) {
		dev->error = errno = EBADMSG;
		return -1;
	}
	return *id = (int)value;
}

static char *read_line(int dirfd, const char *file)
{
	char text[ATTR_SIZE];

	uiomap_i_attr_line(dirfd, file, text, sizeof(text));
	return strdup(text);
}

/* If they don't all fit, keep whole strings only: a cut one could match another device. */
static void read_compatible(struct bus_device *dev)
{
	char *text = malloc(BUS_COMPATIBLE_SIZE);
	size_t n;

	dev->compatible = text;
	if (!text)
		return;
	n = uiomap_i_attr_bytes(dev->dirfd, "of_node/compatible", text, BUS_COMPATIBLE_SIZE - 1);
	if (n == BUS_COMPATIBLE_SIZE - 1)
		while (n && text[n - 1])
			n--;
	text[n] = '\0';
	dev->compatible_size = n;
	/* Usually the text is much shorter. */
	text = realloc(text, n + 1);
	if (text)
		dev->compatible = text;
}

/* A text that could not be read becomes empty. */
static bool default_to(char **field, const char *text)
{
	if (!*field)
		*field = strdup(text);
	return *field;
}

int uiomap_i_bus_device_settle(struct bus_device *dev)
{
	if (default_to(&dev->path, "") && default_to(&dev->bus, "") &&
	    default_to(&dev->name, uiomap_i_last_name(dev->path)) && default_to(&dev->driver, "") &&
	    default_to(&dev->of_path, "") && default_to(&dev->override, "") &&
	    default_to(&dev->modalias, "") && default_to(&dev->compatible, ""))
		return 0;
	errno = ENOMEM;
	return -1;
}

/* Sets dev->uio to the number of the device's first UIO device, or to -1. */
static int find_uio(struct bus_device *dev)
{
	struct dirent *entry;
	unsigned int number;
	char path[4096];
	int error = 0;
	DIR *dir;

	dev->uio = -1;
	if (!*dev->driver)
		return 0;
	snprintf(path, sizeof(path), "%s/uio", dev->path);
	dir = opendir(path);
	if (!dir)
		error = errno == ENOENT ? 0 : errno;
	while (dir && dev->uio < 0 && (errno = 0, entry = readdir(dir)))
		if (uiomap_i_parse_uio(entry->d_name, &number))
			dev->uio = (int)number;
	if (dir) {
		error = dev->uio < 0 ? errno : 0;
		closedir(dir);
	}
	return error ? uiomap_i_fail(error, "%s can't be listed: %s", path, uiomap_i_why(error)) :
		       0;
}

int uiomap_i_bus_device_read(struct bus_device *dev, const char *bus, const char *path)
{
	const int dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool pci;

	uiomap_i_bus_device_at(dev, dirfd, "");
	if (dirfd < 0)
		return uiomap_i_fail(errno == ENOENT ? ENODEV : errno, "%s: %s", path,
				     uiomap_i_why(errno));
	dev->path = realpath(path, NULL);
	if (bus)
		dev->bus = strdup(bus);
	pci = uiomap_i_bus_device_bus(dev) && !strcmp(dev->bus, "pci");
	uiomap_i_bus_device_driver(dev);
	uiomap_i_bus_device_of_path(dev);
	if (!pci || uiomap_i_bus_device_id(dev, "vendor") < 0)
		dev->vendor = 0;
	if (!pci || uiomap_i_bus_device_id(dev, "device") < 0)
		dev->device = 0;
	dev->override = read_line(dirfd, "driver_override");
	/* The kernel prints "(null)" if there is no override. */
	if (dev->override && !strcmp(dev->override, "(null)"))
		*dev->override = '\0';
	dev->modalias = read_line(dirfd, "modalias");
	read_compatible(dev);
	dev->dirfd = -1;
	close(dirfd);
	if (uiomap_i_bus_device_settle(dev) < 0) {
		uiomap_i_bus_device_clear(dev);
		return uiomap_i_fail(ENOMEM, "%s: no memory for its description", path);
	}
	if (find_uio(dev) < 0) {
		uiomap_i_bus_device_clear(dev);
		return -1;
	}
	return 0;
}

static bool copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return *to || !from;
}

int uiomap_i_bus_device_copy(struct bus_device *to, const struct bus_device *from)
{
	bool good;

	*to = *from;
	/*
	 * Copy each text even after a failure: a pointer that was not replaced still belongs to the
	 * other record.
	 */
	good = copy_text(&to->path, from->path);
	good &= copy_text(&to->bus, from->bus);
	good &= copy_text(&to->name, from->name);
	good &= copy_text(&to->driver, from->driver);
	good &= copy_text(&to->of_path, from->of_path);
	good &= copy_text(&to->override, from->override);
	good &= copy_text(&to->modalias, from->modalias);
	to->compatible = from->compatible ? malloc(from->compatible_size + 1) : NULL;
	if (to->compatible)
		memcpy(to->compatible, from->compatible, from->compatible_size + 1);
	if (good && (to->compatible || !from->compatible))
		return 0;
	uiomap_i_bus_device_clear(to);
	errno = ENOMEM;
	return -1;
}

void uiomap_i_bus_device_clear(struct bus_device *dev)
{
	const int error = errno;

	free(dev->path);
	free(dev->bus);
	free(dev->name);
	free(dev->driver);
	free(dev->of_path);
	free(dev->override);
	free(dev->modalias);
	free(dev->compatible);
	uiomap_i_bus_device_at(dev, -1, "");
	errno = error;
}
