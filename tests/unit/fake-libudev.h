/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A fake libudev: the test sends the uevents. */
#ifndef FAKE_LIBUDEV_H
#define FAKE_LIBUDEV_H

#include <stdbool.h>

/* Create the file that shows that udevd runs, or remove it. */
void udev_run(void);
void udev_end(void);

/* Send a uevent of the kernel for uioN (or another name). Returns its sequence number. */
unsigned int udev_send(const char *action, const char *name);

/* udevd sends this uevent on. */
void udev_passes_on(unsigned int seqnum, const char *action, const char *name);

/* Set the device in udevd's database; NULL: none. */
void udev_initialized(const char *name);

/*
 * Let the socket of "kernel" or "udev" overflow: the next receive fails with ENOBUFS, and
 * queued uevents are lost.
 */
void udev_overflow(const char *source);

/*
 * Whether the monitor set the filter for subsystem uio on both sources before it started
 * receiving.
 */
bool udev_filtered(void);

/* Called when the monitor starts receiving, to change devices before its scan. */
extern void (*udev_on_listen)(void);

/* The number of libudev objects that were not released. */
int udev_leaked(void);

#endif /* FAKE_LIBUDEV_H */
