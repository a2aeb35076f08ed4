/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Devices on their bus, found by a selector, whatever driver they have. */
#ifndef UIOMAP_BUS_DEVICES_H
#define UIOMAP_BUS_DEVICES_H

#include "selector.h"

#define bus_devices	 uiomap_i_bus_devices
#define bus_devices_free uiomap_i_bus_devices_free

/*
 * All that match, in the order of their paths, by which instances are counted;
 * an instance is not looked at. The selector is one of devices on a bus
 * (selector_of_bus()). None is no error. -1 with errno ENOMEM and text.
 */
int bus_devices(const struct selector *selector, struct bus_device **list, size_t *count);
void bus_devices_free(struct bus_device *list, size_t count);

#endif /* UIOMAP_BUS_DEVICES_H */
