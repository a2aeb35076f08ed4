/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The names of a UIO device's links in /dev/uio. */
#ifndef LINK_NAMES_H
#define LINK_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "bus-device.h"
#include "paths.h"

#ifndef UIOMAP_LINKS
#define UIOMAP_LINKS "/dev/uio"
#endif

/*
 * Size of a link's name, with #K and a 0 byte. A longer name isn't a valid file
 * name, so there is no such link.
 */
#define NAME_SIZE 256

/*
 * Encode a name as udev does (ID_FS_LABEL_ENC): letters, digits and #+-.:=@_
 * stay; all other bytes, and a dot at the beginning, become \xNN. Different
 * names have different encodings. The result is "" if the name is empty or
 * doesn't fit with #K.
 */
void name_encode(const char *raw, char encoded[NAME_SIZE]);

/*
 * Size of the name of a driver's service. systemd's unit names have at most 255
 * bytes, and the name of the device unit to which the service is bound is 4
 * bytes longer (dev-uio-by\x2dpath-NAME.device, uiomap-driver@NAME.service).
 */
#define NAME_SERVICE_SIZE (256 - 4)

/*
 * Make the unit name PREFIX NAME SUFFIX, with NAME escaped as by
 * systemd-escape. Returns false if it doesn't fit.
 */
bool name_unit(const char *prefix, const char *name, const char *suffix, char *unit, size_t size);

struct name_device {
	unsigned int number;	  /* N of uioN */
	char name[NAME_SIZE];	  /* encoded */
	struct bus_device parent; /* only path, bus and name are read */
	/* BUS:DEVICE of the parent, encoded; "" if it is on no bus */
	char place[NAME_SIZE];
};

/* Read uioN. Returns -1 with errno if it was removed; then there is nothing to clear. */
int name_read(const char *uio, struct name_device *dev);
void name_clear(struct name_device *dev);

/* List all devices, in the order of the library's NAME#K. Returns NULL with errno on failure. */
struct name_device *name_list(size_t *count);
void name_list_free(struct name_device *list, size_t count);

/*
 * Find the device whose link is by-path/PATH, by the present content of sysfs.
 * Returns -1 with ENODEV if there is none; then there is nothing to clear.
 */
int name_find(const char *path, struct name_device *dev);

/* The links of one device; "" for a link that it doesn't get. */
struct name_links {
	char name[NAME_SIZE];	  /* by-name/NAME, if no other device has this name */
	char instance[NAME_SIZE]; /* by-name/NAME#K */
	/* by-path/BUS:DEVICE, or BUS:DEVICE#K if the parent has several UIO devices */
	char path[NAME_SIZE];
};
void name_links(const struct name_device *list, size_t count, const struct name_device *dev,
		struct name_links *links);

#endif /* LINK_NAMES_H */
