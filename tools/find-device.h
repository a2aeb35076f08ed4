/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Find the device that a command's argument names, with or without a UIO driver, and read its
 * files in sysfs.
 */
#ifndef FIND_DEVICE_H
#define FIND_DEVICE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <uiomap.h>

#include "bus-device.h"
#include "pci-resource.h"

/*
 * Find a device by selector (those of selector.h for devices on a bus also match
 * without a UIO driver), by its name on any bus, or by its folder in sysfs. The
 * caller clears dev with uiomap_i_bus_device_clear(). -1 if there is no such device
 * (errno ENODEV) or several (ENOTUNIQ); uiomap_i_error_text() has the text.
 */
int device_find(const char *text, struct bus_device *dev);

/*
 * The device below a UIO device; bus and name are "" if it has none. -1 with errno if it was
 * removed. The caller clears dev in either case.
 */
int device_of(const struct uiomap_info *info, struct bus_device *dev);

/*
 * device_is_ids(): whether text is pci:VVVV:DDDD. device_list(): all devices with these ids,
 * sorted by path; free *list with device_list_free(). Returns their number; 0 with errno ENODEV
 * or ENOMEM.
 */
bool device_is_ids(const char *text);
size_t device_list(const char *text, struct bus_device **list);
void device_list_free(struct bus_device *list, size_t count);

/* Read an attribute file, without its newline; "" if it doesn't exist. */
void device_file(const struct bus_device *dev, const char *file, char *text, unsigned int size);

/* Read the BARs; false if there are none or they can't be read. */
bool device_bars(const struct bus_device *dev, struct pci_bar bars[PCI_BARS]);

/* Open an attribute file; close it with fclose(). NULL if it doesn't exist. */
FILE *device_open(const struct bus_device *dev, const char *file);

/*
 * "MSI-X", "MSI", "INTx", "edge" or "level"; NULL if it has no interrupt or the kind isn't
 * known.
 */
#define IRQ_KIND_MSIX "MSI-X"
#define IRQ_KIND_MSI  "MSI"
const char *device_irq_kind(const struct bus_device *dev);

/* A byte of its PCI config space, -1 if it has none. */
int device_config(const struct bus_device *dev, unsigned int offset);
/*
 * Offset of this PCI capability; 0 if there is none, -1 if only root can read it. PCI Local Bus
 * Specification 3.0, 6.7.
 */
int device_capability(const struct bus_device *dev, unsigned int id);

/*
 * device_map(): the start of the kernel's map number `index`; false if there is none.
 * device_map_at(): whether a map begins at `start`.
 */
bool device_map(const struct bus_device *dev, unsigned int index, uint64_t *start);
bool device_map_at(const struct bus_device *dev, uint64_t start);

/* Whether a module exists and is loaded. */
enum module { MODULE_ABSENT, MODULE_INSTALLED, MODULE_LOADED };
enum module module_state(const char *name);

#endif /* FIND_DEVICE_H */
