/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A false libudev: the test says what uevents come. */
#ifndef UDEV_H
#define UDEV_H

#include <stdbool.h>

/* As if udevd ran: the file that tells so, and the source "udev". */
void udev_run(void);

/* A uevent for uioN (or whatever name it is) arrives. */
void udev_send(const char *action, const char *name);

/* The socket overflows: the next receive fails with ENOBUFS, what was queued is lost. */
void udev_overflow(void);

/* udevd has events to work on; going idle wakes who waits for that. */
void udev_busy(bool busy);

/* udevd has set up this device. */
void udev_initialized(const char *name, bool yes);

/* What the monitor asked for: "kernel" or "udev"; and whether it filters by subsystem uio before it receives. */
const char *udev_source(void);
bool udev_filtered(void);

/* Called when the monitor begins to receive: what happens between that and the scan. */
extern void (*udev_on_listen)(void);

/* Objects of libudev that were not given back. */
int udev_leaked(void);

#endif /* UDEV_H */
