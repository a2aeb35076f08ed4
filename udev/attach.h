/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The single steps of binding, by sysfs. A function that returns an int returns 0 or an errno; the
 * caller makes the text.
 */
#ifndef ATTACH_H
#define ATTACH_H

#include "bind.h"

int attach_write(const char *path, const char *text);

/* Read it anew; -1 if it has gone, then it is as it was read before. */
int attach_refresh(struct bus_device *dev);

/*
 * Set driver_override: the one driver that may have the device; "": any. It counts for the next
 * binding; a driver that has the device keeps it.
 */
int attach_override(const struct bus_device *dev, const char *driver);

/*
 * Have the kernel bind it to a loaded driver that may have it. If there is none, that is no error.
 */
int attach_probe(const struct bus_device *dev);

/* Bind it to this loaded driver. */
int attach_to(const struct bus_device *dev, const char *driver);

/*
 * udev looks at its nodes once more, and at who may open what of it. That it has gone is no error.
 */
int attach_announce(const struct bus_device *dev);

/*
 * Unbind it from the driver that *dev names. If it has lost that driver meanwhile, that is no
 * error.
 */
int attach_detach(const struct bus_device *dev);

/* Is that driver loaded, on the device's bus? */
bool attach_loaded(const struct bus_device *dev, const char *driver);

/*
 * May this process change a device's driver? If not, -1, with a text that names the right that is
 * missing.
 */
int attach_allowed(const struct bus_device *dev);

/*
 * A PCI device that is being plugged in has its uevent before the kernel lets
 * any driver have it: until then nothing can be bound. Waits for that; true if
 * there was something to wait for.
 */
bool attach_wait_added(const struct bus_device *dev);

/* A short sleep, for callers that ask the kernel again and again. */
void attach_nap(void);

#endif /* ATTACH_H */
