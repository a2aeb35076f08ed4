/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The names that a UIO device gets below /dev/uio. */
#ifndef NODE_NAME_H
#define NODE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "bus-device.h"
#include "paths.h"

#ifndef UIOMAP_LINKS
#define UIOMAP_LINKS "/dev/uio"
#endif

/*
 * A name of a link, with #K and a 0 byte. Longer ones are no file's name, so there is no such link.
 */
#define NAME_SIZE 256

/*
 * As udev writes names (ID_FS_LABEL_ENC): letters, digits and #+-.:=@_ stay, all
 * other bytes are \xNN, and so is a dot at the beginning. Two names are never
 * written alike. "" if there is nothing, or not room for it and #K.
 */
void name_encode(const char *raw, char encoded[NAME_SIZE]);

/*
 * Room for the name of a driver's service: systemd has no unit with more than
 * 255 bytes, and the device's own unit, which the service is bound to, is 4 longer
 * (dev-uio-by\x2dpath-NAME.device, uiomap-driver@NAME.service).
 */
#define NAME_SERVICE_SIZE (256 - 4)

/* PREFIX NAME SUFFIX, a unit's name, with NAME as systemd-escape writes it. false: no room. */
bool name_unit(const char *prefix, const char *name, const char *suffix, char *unit, size_t size);

struct name_device {
	unsigned int number;	  /* N of uioN */
	char name[NAME_SIZE];	  /* encoded */
	struct bus_device parent; /* as far as it is read: path, bus, name */
	/* BUS:DEVICE of that parent, encoded; "" if it is on no bus */
	char place[NAME_SIZE];
};

/* Read uioN. -1 with errno: it has gone; then there is nothing to clear. */
int name_read(const char *uio, struct name_device *dev);
void name_clear(struct name_device *dev);

/* All there are, in the order of the library's NAME#K. NULL with errno: they can't all be told. */
struct name_device *name_list(size_t *count);
void name_list_free(struct name_device *list, size_t count);

/*
 * The one whose link by-path/BUS:DEVICE is `path`, as sysfs is now. -1 with ENODEV: there is none;
 * then there is nothing to clear.
 */
int name_find(const char *path, struct name_device *dev);

/* The links of one of them; "" where it gets none. */
struct name_links {
	char name[NAME_SIZE];	  /* by-name/NAME: it is the only one of this name */
	char instance[NAME_SIZE]; /* by-name/NAME#K */
	/* by-path/BUS:DEVICE, or BUS:DEVICE#K where a device has several */
	char path[NAME_SIZE];
};
void name_links(const struct name_device *list, size_t count, const struct name_device *dev,
		struct name_links *links);

#endif /* NODE_NAME_H */
