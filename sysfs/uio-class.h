/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The class directory of UIO: which UIO devices there are. Each has a directory,
 * uioN, with a link to its device on the bus (bus-device.h), if it has one.
 */
#ifndef UIOMAP_UIO_CLASS_H
#define UIOMAP_UIO_CLASS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "paths.h"

#define by_number	 uiomap_i_by_number
#define class_numbers	 uiomap_i_class_numbers
#define class_scan_add	 uiomap_i_class_scan_add
#define class_scan_close uiomap_i_class_scan_close
#define class_scan_open	 uiomap_i_class_scan_open
#define fail_attr	 uiomap_i_fail_attr
#define sysfs_mounted	 uiomap_i_sysfs_mounted
#define uio_dir		 uiomap_i_uio_dir
#define uio_gone	 uiomap_i_uio_gone

#define UIOMAP_CLASS UIOMAP_SYSFS "/class/uio"

/* MAX_UIO_MAPS, MAX_UIO_PORT_REGIONS in linux/uio_driver.h. */
#define UIO_MAX_MAPS  5
#define UIO_MAX_PORTS 5

/* Without it nothing can be found, whatever is loaded and whatever nodes there are. */
#define NO_SYSFS                                                                                   \
	UIOMAP_SYSFS " is empty: sysfs is not mounted here (mount -t sysfs sysfs " UIOMAP_SYSFS    \
		     "), and only it tells what devices there are"
bool sysfs_mounted(void);

/*
 * The directory, and the numbers of its devices that are of interest. Without any class there are
 * none, which is no error.
 */
struct class_scan {
	DIR *dir;	       /* NULL: there is no class, or it isn't needed */
	unsigned int *numbers; /* rising */
	size_t count;
};

/* All devices. -1 with errno and text. */
int class_scan_open(struct class_scan *scan);
int class_scan_add(struct class_scan *scan, unsigned int number); /* ENOMEM */
void class_scan_close(struct class_scan *scan);

/* The numbers alone; owned by the caller. */
int class_numbers(unsigned int **numbers, size_t *count);
int by_number(const void *a, const void *b); /* for qsort(3), bsearch(3) */

/* The directory of uioN; -1 with errno ENODEV if there is none. */
int uio_dir(unsigned int number);

/*
 * Is this directory's device unregistered? Right also while the kernel is at it, and if another has
 * the number.
 */
bool uio_gone(int dirfd, unsigned int number);

/* An attribute that should be there can't be read, by errno: say so. */
int fail_attr(int dirfd, unsigned int number, const char *path);

#endif /* UIOMAP_UIO_CLASS_H */
