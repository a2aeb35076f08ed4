/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A device on its bus (PCI, platform, or another), with a UIO driver, another
 * driver, or none. For UIO devices see uio-class.h.
 */
#ifndef UIOMAP_BUS_DEVICE_H
#define UIOMAP_BUS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a device-tree node's compatible strings; those that don't fit are left out. */
#define BUS_COMPATIBLE_SIZE 16384

/*
 * What was read about a device. The record owns its texts. NULL: not read yet;
 * after uiomap_i_bus_device_read() no text is NULL.
 */
struct bus_device {
	/* its real path in sysfs; "": none, the UIO device has no parent */
	char *path;
	char *bus;     /* "pci", "platform"; "" if none */
	char *name;    /* on the bus: 0000:01:00.0, uio_dummy.0 */
	char *driver;  /* the driver it is bound to; "" if none */
	char *of_path; /* of its device-tree node: /soc/dma@40000000; "" if it has none */
	int vendor;    /* PCI ids; -1: not read yet; 0 on other buses */
	int device;
	/* For binding; read by uiomap_i_bus_device_read() only. */
	char *override; /* driver_override; "" if any driver may bind it */
	char *modalias; /* to find its normal driver's module; "" if it has none */
	/* its device-tree node's compatible strings, each with a 0 byte */
	char *compatible;
	size_t compatible_size;
	int uio; /* N of uioN, its first UIO device; -1 if it has none */
	/* Where texts are read from when they are first needed. */
	int dirfd;	 /* -1: they can't be read */
	char prefix[32]; /* path prefix of its files below dirfd: "device/" */
	int error;	 /* errno of the last failed read; or 0 */
};

/*
 * Initialize a record in which nothing is read yet. The caller owns dirfd and
 * keeps it open while the record is used.
 */
void uiomap_i_bus_device_at(struct bus_device *dev, int dirfd, const char *prefix);

/*
 * Read on first use. Return NULL with errno, also in dev->error; "" if there is
 * none. They set no text.
 */
const char *uiomap_i_bus_device_bus(struct bus_device *dev);
const char *uiomap_i_bus_device_name(struct bus_device *dev);
const char *uiomap_i_bus_device_driver(struct bus_device *dev);
const char *uiomap_i_bus_device_of_path(struct bus_device *dev);

/*
 * A PCI device's "vendor" or "device" id. Returns -1 with errno: EBADMSG if it
 * is not 0x and 4 hexadecimal digits.
 */
int uiomap_i_bus_device_id(struct bus_device *dev, const char *which);

/*
 * Read all about a device. path: its directory in sysfs, or a link to it. bus:
 * NULL to read that, too. A text that can't be read is empty. Returns -1 with
 * errno and text: ENODEV if there is no such directory, ENOMEM, or an error of
 * open(2). Then there is nothing to clear.
 */
int uiomap_i_bus_device_read(struct bus_device *dev, const char *bus, const char *path);

/* Set all texts that are still NULL to "". Returns -1 with errno ENOMEM. */
int uiomap_i_bus_device_settle(struct bus_device *dev);

/* Returns -1 with errno ENOMEM; then there is nothing to clear. */
int uiomap_i_bus_device_copy(struct bus_device *to, const struct bus_device *from);

/* Preserves errno. */
void uiomap_i_bus_device_clear(struct bus_device *dev);

#endif /* UIOMAP_BUS_DEVICE_H */
