/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Finds devices on their bus by a selector, whatever driver they have. */
#ifndef UIOMAP_BUS_DEVICES_H
#define UIOMAP_BUS_DEVICES_H

#include "selector.h"

/*
 * Find all devices that match, sorted by path, which is the order of instances.
 * Ignores the selector's instance. The selector must be for devices on a bus
 * (uiomap_i_selector_of_bus()). No match is not an error. Returns -1 with errno ENOMEM
 * and text.
 */
int uiomap_i_bus_devices(const struct selector *selector, struct bus_device **list, size_t *count);
void uiomap_i_bus_devices_free(struct bus_device *list, size_t count);

#endif /* UIOMAP_BUS_DEVICES_H */
