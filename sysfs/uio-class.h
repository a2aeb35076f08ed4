/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The class directory of UIO, which lists the UIO devices. Each has a
 * directory, uioN, with a link to its device on the bus (bus-device.h), if it
 * has one.
 */
#ifndef UIOMAP_UIO_CLASS_H
#define UIOMAP_UIO_CLASS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "paths.h"

#define UIOMAP_CLASS UIOMAP_SYSFS "/class/uio"

/* MAX_UIO_MAPS, MAX_UIO_PORT_REGIONS in linux/uio_driver.h. */
#define UIO_MAX_MAPS  5
#define UIO_MAX_PORTS 5

/* Without sysfs no device can be found, even if drivers are loaded and nodes exist. */
#define NO_SYSFS                                                                                   \
	UIOMAP_SYSFS " is empty: sysfs is not mounted here (mount -t sysfs sysfs " UIOMAP_SYSFS    \
		     "), and devices can't be found without it"
bool uiomap_i_sysfs_mounted(void);

/*
 * The class directory and the numbers of the devices to examine. If the class
 * doesn't exist there are none, which is not an error.
 */
struct class_scan {
	DIR *dir;	       /* NULL: the class doesn't exist, or isn't needed */
	unsigned int *numbers; /* sorted */
	size_t count;
};

/* The same for any class directory, whose devices are PREFIX0, PREFIX1, … */
int uiomap_i_class_scan_entries(struct class_scan *scan, const char *path, const char *prefix);

/* Open the class and list all devices. Returns -1 with errno and text. */
int uiomap_i_class_scan_open(struct class_scan *scan);
int uiomap_i_class_scan_add(struct class_scan *scan, unsigned int number); /* fails with ENOMEM */
void uiomap_i_class_scan_close(struct class_scan *scan);

/* List the numbers of all devices. The caller frees *numbers. */
int uiomap_i_class_numbers(unsigned int **numbers, size_t *count);
int uiomap_i_by_number(const void *a, const void *b); /* for qsort(3), bsearch(3) */

/* Open the directory of uioN. Fails with ENODEV if there is none. */
int uiomap_i_uio_dir(unsigned int number);

/*
 * Was this directory's device unregistered? Also true during unregistration,
 * and if another device has the number.
 */
bool uiomap_i_uio_gone(int dirfd, unsigned int number);

/* Set the error text for an attribute that can't be read, from errno. Returns -1. */
int uiomap_i_fail_attr(int dirfd, unsigned int number, const char *path);

#endif /* UIOMAP_UIO_CLASS_H */
