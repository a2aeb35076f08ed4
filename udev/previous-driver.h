/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The driver and driver_override from before a device was first bound to a UIO
 * driver. They are restored when it is released. Each device has a file that
 * only root can read. The file is valid for this device only, and not for a
 * later one with the same name, even if the removal was missed. After a reboot
 * there is no file.
 */
#ifndef PREVIOUS_DRIVER_H
#define PREVIOUS_DRIVER_H

#include "bind.h"

struct previous_driver {
	char driver[NAME_MAX + 1]; /* "" if none */
	char override[4096];	   /* "" if none */
};

/*
 * Is its driver, or the driver in driver_override, a UIO driver? Then the
 * present state is not the former one.
 */
bool previous_driver_is_ours(const struct bus_device *dev);

/*
 * Record the present driver, unless it is a UIO driver. Returns -1 with a text
 * if it can't be recorded.
 */
int previous_driver_keep(const struct bus_device *dev);

/* Read the recorded driver; both texts are "" if there is none. */
void previous_driver_get(const struct bus_device *dev, struct previous_driver *before);

void previous_driver_forget(const char *bus, const char *name);

#endif /* PREVIOUS_DRIVER_H */
