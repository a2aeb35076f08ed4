/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#ifndef DRIVER_GUARD_H
#define DRIVER_GUARD_H

#include <uiomap.h>

/*
 * Run body(arg) in uiomap_guard(): if the device is removed meanwhile, the call
 * fails instead of raising SIGBUS. Returns body's return value, or -1 with
 * errno and the text of driver-error.h if the guard ended it (ENODEV) or could
 * not run it.
 */
int driver_guard(struct uiomap_device *device, int (*body)(void *arg), void *arg);

#endif /* DRIVER_GUARD_H */
