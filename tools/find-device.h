/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Devices as the command takes them, whether or not a UIO driver has them, and what their files
 * tell.
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
 * A selector; of devices on their bus (selector.h) also without a UIO driver. Or
 * a name on some bus, or a folder in sysfs. To be cleared. -1: no such device or
 * several, errno ENODEV or ENOTUNIQ, and uiomap_i_error_text() says it in words.
 */
int device_find(const char *text, struct bus_device *dev);

/*
 * The device of a UIO device, which may be none: bus and name are "" then. -1 with errno: it has
 * gone; to be cleared all the same.
 */
int device_of(const struct uiomap_info *info, struct bus_device *dev);

/*
 * Is it pci:VVVV:DDDD? All devices with these ids, by their paths, in *list, for
 * device_list_free(); how many. 0: errno ENODEV, ENOMEM.
 */
bool device_is_ids(const char *text);
size_t device_list(const char *text, struct bus_device **list);
void device_list_free(struct bus_device *list, size_t count);

/* One of its files, without newline; "" if it isn't there. */
void device_file(const struct bus_device *dev, const char *file, char *text, unsigned int size);

/* Its BARs; false if it has none, or nothing tells. */
bool device_bars(const struct bus_device *dev, struct pci_bar bars[PCI_BARS]);

/* One of its files, for fclose(); NULL if it isn't there. */
FILE *device_open(const struct bus_device *dev, const char *file);

/* "MSI-X", "MSI", "INTx", "edge" or "level"; NULL if it has no interrupt, or nothing tells. */
#define IRQ_KIND_MSIX "MSI-X"
#define IRQ_KIND_MSI  "MSI"
const char *device_irq_kind(const struct bus_device *dev);

/* A byte of its PCI config space, -1 if it has none. */
int device_config(const struct bus_device *dev, unsigned int offset);
/*
 * Where this PCI capability begins; 0: it has none, -1: only root sees. PCI Local Bus Specification
 * 3.0, 6.7.
 */
int device_capability(const struct bus_device *dev, unsigned int id);

/*
 * Where the kernel's map number `index` begins, false if there is none; is there one that begins at
 * `start`?
 */
bool device_map(const struct bus_device *dev, unsigned int index, uint64_t *start);
bool device_map_at(const struct bus_device *dev, uint64_t start);

/* What of a module there is. */
enum module { MODULE_ABSENT, MODULE_INSTALLED, MODULE_LOADED };
enum module module_state(const char *name);

#endif /* FIND_DEVICE_H */
