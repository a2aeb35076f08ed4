/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Start a real udevd in the VM, where none runs otherwise. Only one at a time. It uses only the
 * rules that the test adds, and ends when the test's process does, at the latest. A failure here
 * fails the test.
 */
#ifndef UDEVD_H
#define UDEVD_H

/* Add rules for the next udevd: as text, with a name that ends with .rules; or as a file. */
void udevd_rules(const char *name, const char *text);
void udevd_rules_file(const char *path);

/* Start udevd. After this returns, no uevent is missed. It gets no uevents of existing devices. */
void udevd_start(void);

/* Wait until udevd has handled all events. */
void udevd_settle(void);

/* Stop udevd by SIGSTOP until udevd_thaw(): it handles no events. */
void udevd_freeze(void);
void udevd_thaw(void);

/* Kill udevd: its files below /run/udev stay. */
void udevd_kill(void);

/* End udevd, if it runs, and empty /run/udev, including database and rules. Links in /dev stay. */
void udevd_stop(void);

#endif /* UDEVD_H */
