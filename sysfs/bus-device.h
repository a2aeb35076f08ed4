/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A device on its bus: PCI, platform, whichever; with a UIO driver or another or
 * none. What it is as a UIO device is not said here: uio-class.h.
 */
#ifndef UIOMAP_BUS_DEVICE_H
#define UIOMAP_BUS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define bus_device_at	   uiomap_i_bus_device_at
#define bus_device_bus	   uiomap_i_bus_device_bus
#define bus_device_clear   uiomap_i_bus_device_clear
#define bus_device_copy	   uiomap_i_bus_device_copy
#define bus_device_driver  uiomap_i_bus_device_driver
#define bus_device_id	   uiomap_i_bus_device_id
#define bus_device_name	   uiomap_i_bus_device_name
#define bus_device_of_path uiomap_i_bus_device_of_path
#define bus_device_read	   uiomap_i_bus_device_read
#define bus_device_settle  uiomap_i_bus_device_settle

/* Room for a node's compatible strings; of more, those that fit are taken. */
#define BUS_COMPATIBLE_SIZE 16384

/*
 * What was read of it. Texts are owned; NULL: not read yet, which after
 * bus_device_read() none is.
 */
struct bus_device {
	/* its folder in sysfs, from the root; "": it has none, the UIO device registered itself */
	char *path;
	char *bus;     /* "pci", "platform"; "" without */
	char *name;    /* there: 0000:01:00.0, uio_dummy.0 */
	char *driver;  /* that it is bound to; "" if none */
	char *of_path; /* of its device-tree node, /soc/dma@40000000; "" if it has none */
	int vendor;    /* PCI ids; -1: not read yet; 0 on other buses */
	int device;
	/* By bus_device_read() alone: what binding asks for. */
	char *override; /* the only driver that it may be bound to; "" if any */
	char *modalias; /* by which its normal driver's module is found; "" if it has none */
	/* its device-tree node's strings, one after the other, each with a 0 byte */
	char *compatible;
	size_t compatible_size;
	int uio; /* N of uioN, the UIO device that it has, the first if it has several; -1 */
	/* Where what is not read yet is read when it is asked for. */
	int dirfd;	 /* -1: nowhere */
	char prefix[32]; /* of its files below dirfd: "device/" */
	int error;	 /* errno of the last one that could not be read; 0 */
};

/*
 * A record of which nothing is read yet. dirfd stays the caller's, who keeps it open as long as the
 * record is asked.
 */
void bus_device_at(struct bus_device *dev, int dirfd, const char *prefix);

/*
 * Read when first asked for. NULL with errno, also in dev->error; what isn't there is "". No text
 * is set.
 */
const char *bus_device_bus(struct bus_device *dev);
const char *bus_device_name(struct bus_device *dev);
const char *bus_device_driver(struct bus_device *dev);
const char *bus_device_of_path(struct bus_device *dev);

/*
 * The PCI ids, of a device on that bus: "vendor", "device". -1 with errno, EBADMSG: it is not 0x
 * and 4 hexadecimal digits.
 */
int bus_device_id(struct bus_device *dev, const char *which);

/*
 * Read all there is to know of a device, by its folder in sysfs, which may be a
 * link. bus: which it is on, NULL to read that, too. What can't be read is empty. -1 with errno and
 * text: ENODEV there is no such folder, ENOMEM, errors of opening it; then there is nothing to
 * clear.
 */
int bus_device_read(struct bus_device *dev, const char *bus, const char *path);

/* What of the texts was not read, or could not be, is empty from now on. -1 with errno ENOMEM. */
int bus_device_settle(struct bus_device *dev);

/* -1 with errno ENOMEM; then there is nothing to clear. */
int bus_device_copy(struct bus_device *to, const struct bus_device *from);

/* Keeps errno. */
void bus_device_clear(struct bus_device *dev);

#endif /* UIOMAP_BUS_DEVICE_H */
