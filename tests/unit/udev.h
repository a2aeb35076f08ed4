/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A false libudev: the test says what uevents come. */
#ifndef UDEV_H
#define UDEV_H

#include <stdbool.h>

/* As if udevd ran: the file that tells so; or as if it had ended. */
void udev_run(void);
void udev_end(void);

/* A uevent for uioN (or whatever name it is) arrives from the kernel; its number. */
unsigned int udev_send(const char *action, const char *name);

/* udevd passes that one on. */
void udev_passes_on(unsigned int seqnum, const char *action, const char *name);

/* udevd's database has this device; NULL: none. */
void udev_initialized(const char *name);

/*
 * The socket of "kernel" or "udev" overflows: the next receive fails with ENOBUFS, what was queued
 * is lost.
 */
void udev_overflow(const char *source);

/* Does the monitor filter by subsystem uio before it receives, from the kernel and from udevd? */
bool udev_filtered(void);

/* Called when the monitor begins to receive: what happens between that and the scan. */
extern void (*udev_on_listen)(void);

/* Objects of libudev that were not given back. */
int udev_leaked(void);

#endif /* UDEV_H */
