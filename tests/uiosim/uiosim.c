// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Client of uio_dummy: configfs for configuration, sysfs for stimulus. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "uiosim.h"
#include "file.h"

#define CONFIG	"/sys/kernel/config/uio_dummy"
#define DEVICES "/sys/bus/platform/devices"
#define DRIVERS "/sys/bus/platform/drivers"
#define PROBE	"/sys/bus/platform/drivers_probe"
#define OPTIONS "/sys/module/uio_stub/parameters/options"

struct uiosim {
	char name[64];
	char device[64]; /* "" while not live */
	char node[32];
	bool options; /* uio_stub has options for this device */
};

static const char *config_path(const struct uiosim *d, const char *attribute, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, CONFIG "/%s/%s", d->name, attribute);
	return path;
}

static const char *device_path(const struct uiosim *d, const char *file, char path[PATH_MAX])
{
	/* Without a device, the path must lead nowhere. */
	snprintf(path, PATH_MAX, DEVICES "/%s/%s", d->device[0] ? d->device : "(not-live)", file);
	return path;
}

struct uiosim *uiosim_new(const char *name)
{
	const size_t length = strlen(name);
	struct uiosim *d = calloc(1, sizeof(*d));
	char path[PATH_MAX];
	int n;

	if (!d) {
		uiosim_fail("%s", name);
		return NULL;
	}
	if (length && name[length - 1] == '-')
		n = snprintf(d->name, sizeof(d->name), "%s%d", name, (int)getpid());
	else
		n = snprintf(d->name, sizeof(d->name), "%s", name);
	if (n <= 0 || (size_t)n >= sizeof(d->name)) {
		errno = EINVAL;
		uiosim_fail("device name '%s'", name);
	} else if (access(CONFIG, F_OK) < 0) {
		uiosim_fail(CONFIG " is not there: modprobe uio_dummy, as root");
	} else if (mkdir(config_path(d, "", path), 0755) < 0) {
		uiosim_fail("making %s", path);
	} else {
		return d;
	}
	free(d);
	return NULL;
}

void uiosim_free(struct uiosim *d)
{
	const int err = errno;
	char path[PATH_MAX];

	if (!d)
		return;
	uiosim_unplug(d);
	rmdir(config_path(d, "", path));
	free(d);
	errno = err;
}

const char *uiosim_name(const struct uiosim *d)
{
	return d->name;
}

int uiosim_set(struct uiosim *d, const char *attribute, const char *value)
{
	char path[PATH_MAX];

	return uiosim_write_file(config_path(d, attribute, path), value);
}

int uiosim_set_number(struct uiosim *d, const char *attribute, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return uiosim_set(d, attribute, text);
}

int uiosim_get(struct uiosim *d, const char *attribute, char *value, size_t size)
{
	char path[PATH_MAX];

	return uiosim_read_text(config_path(d, attribute, path), value, size);
}

int uiosim_go_live(struct uiosim *d)
{
	if (uiosim_set(d, "live", "1") < 0)
		return -1;
	return uiosim_get(d, "device", d->device, sizeof(d->device));
}

int uiosim_unplug(struct uiosim *d)
{
	/* Options are for the device's name, which another device may get now. */
	if (d->options && d->device[0])
		uiosim_stub_options(d, NULL);
	if (uiosim_set(d, "live", "0") < 0)
		return -1;
	d->device[0] = 0;
	return 0;
}

const char *uiosim_device(const struct uiosim *d)
{
	return d->device;
}

int uiosim_bind(struct uiosim *d, const char *driver)
{
	char path[PATH_MAX], link[PATH_MAX];
	ssize_t length;

	snprintf(path, sizeof(path), DRIVERS "/%s", driver);
	if (access(path, F_OK) < 0)
		return uiosim_fail("driver %s is not there: modprobe %s", driver, driver);
	if (uiosim_write_file(device_path(d, "driver_override", path), driver) < 0)
		return -1;
	/* Synchronous: after it the driver has probed, and devtmpfs has made the node. */
	if (uiosim_write_file(PROBE, d->device) < 0)
		return -1;
	length = readlink(device_path(d, "driver", path), link, sizeof(link) - 1);
	if (length < 0)
		return uiosim_fail("%s was not bound to %s, the kernel log may say why", driver,
				   d->device);
	link[length] = 0;
	if (strcmp(strrchr(link, '/') ? strrchr(link, '/') + 1 : link, driver) != 0) {
		errno = EBUSY;
		return uiosim_fail("%s is bound to %s", d->device, link);
	}
	return uiosim_uio_number(d) < 0 ? -1 : 0;
}

int uiosim_unbind(struct uiosim *d)
{
	char path[PATH_MAX];

	return uiosim_write_file(device_path(d, "driver/unbind", path), d->device);
}

int uiosim_uio_number(struct uiosim *d)
{
	char path[PATH_MAX], node[32];
	struct dirent *entry;
	int number = -1;
	DIR *dir;

	dir = opendir(device_path(d, "uio", path));
	while (dir && number < 0 && (entry = readdir(dir)))
		sscanf(entry->d_name, "uio%d", &number);
	if (dir)
		closedir(dir);
	snprintf(node, sizeof(node), "/dev/uio%d", number);
	if (number < 0 || access(node, F_OK) < 0) {
		errno = ENODEV;
		return uiosim_fail("%s (%s) has no UIO device", d->name,
				   d->device[0] ? d->device : "not live");
	}
	return number;
}

const char *uiosim_uio_node(struct uiosim *d)
{
	const int number = uiosim_uio_number(d);

	if (number < 0)
		return NULL;
	snprintf(d->node, sizeof(d->node), "/dev/uio%d", number);
	return d->node;
}

int uiosim_stub_options(struct uiosim *d, const char *options)
{
	char text[256];

	if (!d->device[0]) {
		errno = ENODEV;
		return uiosim_fail("%s is not live: options go by the device's name", d->name);
	}
	snprintf(text, sizeof(text), "%s%s%s", d->device, options ? "," : "",
		 options ? options : "");
	if (uiosim_write_file(OPTIONS, text) < 0)
		return -1;
	d->options = options;
	return 0;
}

int uiosim_stimulate(struct uiosim *d, const char *file, uint64_t value)
{
	char path[PATH_MAX], text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return uiosim_write_file(device_path(d, file, path), text);
}

int uiosim_stat(struct uiosim *d, const char *file, const char *name, uint64_t *value)
{
	const size_t length = strlen(name);
	char path[PATH_MAX], *content, *line, *rest;
	size_t size;
	int found = 0;

	content = uiosim_read_file(device_path(d, file, path), &size);
	if (!content)
		return -1;
	for (line = strtok_r(content, "\n", &rest); line && !found;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, name, length) == 0 && line[length] == ' ')
			found = sscanf(line + length, "%" SCNu64, value);
	}
	free(content);
	if (found == 1)
		return 0;
	errno = ENOENT;
	return uiosim_fail("no line '%s' in %s", name, path);
}

/* Open the file mapN and transfer all of `size`, in pieces: sysfs takes a page at a time. */
static int move_map(struct uiosim *d, unsigned int map, size_t offset, void *to, const void *from,
		    size_t size)
{
	char path[PATH_MAX], file[16];
	size_t done = 0;
	ssize_t n = 1;
	int fd, err;

	snprintf(file, sizeof(file), "map%u", map);
	fd = open(device_path(d, file, path), (to ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
	if (fd < 0)
		return uiosim_fail("%s", path);
	while (done < size && n > 0) {
		if (to)
			n = pread(fd, (char *)to + done, size - done, offset + done);
		else
			n = pwrite(fd, (const char *)from + done, size - done, offset + done);
		if (n > 0)
			done += n;
	}
	err = n < 0 ? errno : ERANGE;
	close(fd);
	if (done == size)
		return 0;
	errno = err;
	return uiosim_fail("%s bytes %zu to %zu of %s", to ? "reading" : "writing", offset,
			   offset + size, path);
}

int uiosim_read_map(struct uiosim *d, unsigned int map, size_t offset, void *to, size_t size)
{
	return move_map(d, map, offset, to, NULL, size);
}

int uiosim_write_map(struct uiosim *d, unsigned int map, size_t offset, const void *from,
		     size_t size)
{
	return move_map(d, map, offset, NULL, from, size);
}

void *uiosim_scanout(struct uiosim *d, size_t *size)
{
	char path[PATH_MAX];

	return uiosim_read_file(device_path(d, "scanout", path), size);
}

struct uiosim_frame *uiosim_frame_log(struct uiosim *d, size_t *count)
{
	char path[PATH_MAX], *content, *line, *rest;
	struct uiosim_frame *frames = NULL;
	size_t size, n = 0;

	content = uiosim_read_file(device_path(d, "frame_log", path), &size);
	if (!content)
		return NULL;
	/* The shortest line has 14 bytes, so this is room for all. */
	frames = calloc(size / 14 + 1, sizeof(*frames));
	for (line = strtok_r(content, "\n", &rest); frames && line;
	     line = strtok_r(NULL, "\n", &rest)) {
		struct uiosim_frame *f = &frames[n];

		if (sscanf(line, "%" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNx32, &f->vsync,
			   &f->flip, &f->offset, &f->crc) != 4) {
			errno = EPROTO;
			uiosim_fail("%s: line '%s'", path, line);
			free(frames);
			free(content);
			return NULL;
		}
		n++;
	}
	free(content);
	if (!frames)
		uiosim_fail("%s", path);
	*count = n;
	return frames;
}
