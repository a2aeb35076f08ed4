/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What a device had before it was bound to a UIO driver for the first time:
 * driver and driver_override, which are its again when it is given back. A file
 * a device, for root only. It counts for this very device: one that comes later
 * under the same name is another, whether or not anybody told us of the change,
 * and after a reboot there is none.
 */
#ifndef BEFORE_H
#define BEFORE_H

#include "bind.h"

struct before {
	char driver[NAME_MAX + 1];	/* "" if it had none */
	char override[4096];		/* "" if any driver might have it */
};

/* Is it ours by now: is its driver, or the one it waits for, a UIO driver? Then what it was before is not what it is. */
bool before_is_ours(const struct bind_device *dev);

/* Keep what it has now, unless it is ours already. -1: that can't be kept, and why. */
int before_keep(const struct bind_device *dev);

/* What was kept; all empty if nothing was. */
void before_get(const struct bind_device *dev, struct before *before);

void before_forget(const char *bus, const char *name);

#endif /* BEFORE_H */
