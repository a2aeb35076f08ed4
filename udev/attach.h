/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The steps of binding, through sysfs. A function that returns int returns 0 or
 * an errno; the caller sets the error text.
 */
#ifndef ATTACH_H
#define ATTACH_H

#include "bind.h"

int attach_write(const char *path, const char *text);

/* Read the device again. Returns -1 and leaves *dev unchanged if it was removed. */
int attach_refresh(struct bus_device *dev);

/*
 * Set driver_override, the only driver that may bind the device; "" allows any.
 * It affects the next binding; the current driver keeps the device.
 */
int attach_override(const struct bus_device *dev, const char *driver);

/*
 * Ask the kernel to bind the device to a loaded driver that matches. It is not
 * an error if there is none.
 */
int attach_probe(const struct bus_device *dev);

/* Bind the device to this driver, which must be loaded. */
int attach_to(const struct bus_device *dev, const char *driver);

/*
 * Send a change event for each UIO node of the device: udev then sets links and
 * permissions again. It is not an error if the device was removed.
 */
int attach_announce(const struct bus_device *dev);

/* Unbind the device from the driver in *dev. It is not an error if that driver no longer has it. */
int attach_detach(const struct bus_device *dev);

/* Is this driver loaded on the device's bus? */
bool attach_loaded(const struct bus_device *dev, const char *driver);

/*
 * May this process change a device's driver? If not, returns -1 with a text
 * that names the missing permission.
 */
int attach_allowed(const struct bus_device *dev);

/*
 * When a PCI device is plugged in, its uevent is sent before the kernel allows
 * any driver to bind it. Wait until binding is possible. Returns true if there
 * was something to wait for.
 */
bool attach_wait_added(const struct bus_device *dev);

/* Sleep for 2 ms, for callers that poll the kernel. */
void attach_nap(void);

#endif /* ATTACH_H */
