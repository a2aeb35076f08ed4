/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The driver and driver_override that a device had before it was first bound to a
 * UIO driver; it gets them again when it is given back. There is one file for
 * each device, for root only. It counts for this device only, and not for one
 * that comes later under the same name, even if nobody told us of the change.
 * After a reboot there is no file.
 */
#ifndef PREVIOUS_DRIVER_H
#define PREVIOUS_DRIVER_H

#include "bind.h"

struct previous_driver {
	char driver[NAME_MAX + 1]; /* "" if it had none */
	char override[4096];	   /* "" if any driver might have it */
};

/*
 * Is its driver, or the driver that it waits for, a UIO driver? Then what it has now is not what it
 * had before.
 */
bool previous_driver_is_ours(const struct bus_device *dev);

/* Keep what it has now, unless it is ours already. -1: that can't be kept, and why. */
int previous_driver_keep(const struct bus_device *dev);

/* What was kept; all empty if nothing was. */
void previous_driver_get(const struct bus_device *dev, struct previous_driver *before);

void previous_driver_forget(const char *bus, const char *name);

#endif /* PREVIOUS_DRIVER_H */
