/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The single steps of binding, by sysfs. Those that return an int return 0, or the errno of it: what it means is the caller's to say. */
#ifndef ATTACH_H
#define ATTACH_H

#include "bind.h"

int attach_write(const char *path, const char *text);

/* Read it anew; -1 if it has gone. */
int attach_refresh(struct bind_device *dev);

/* The one driver that may have it; "": any. It counts for the next binding, and takes nothing from the driver that has it. */
int attach_override(const struct bind_device *dev, const char *driver);

/* Any loaded driver that wants it, and may. That none does is no error. */
int attach_probe(const struct bind_device *dev);

/* This loaded driver. */
int attach_to(const struct bind_device *dev, const char *driver);

/* From the driver that *dev says; one that it has lost by itself meanwhile is no error. */
int attach_detach(const struct bind_device *dev);

/* Is that driver there, on the device's bus? */
bool attach_loaded(const struct bind_device *dev, const char *driver);

/* May we? -1, with a text that names the right that is missing. */
int attach_allowed(const struct bind_device *dev);

/*
 * A PCI device that is being plugged in has its uevent before the kernel lets
 * any driver have it: until then nothing can be bound. Waits for that; true if
 * there was something to wait for.
 */
bool attach_wait_added(const struct bind_device *dev);

/* For who asks the kernel again and again. */
void attach_nap(void);

#endif /* ATTACH_H */
