/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A real udevd in the VM, which has none of its own. One at a time; it knows
 * only the rules that the test gives it, and ends with the test's process at
 * the latest. What fails here fails the test.
 */
#ifndef UDEVD_H
#define UDEVD_H

/*
 * Rules for the udevd that is started next: as text, under a name that ends with .rules; or a file
 * as it is.
 */
void udevd_rules(const char *name, const char *text);
void udevd_rules_file(const char *path);

/*
 * When this returns, no uevent that comes is missed. Those of devices that are there already don't
 * come by themselves.
 */
void udevd_start(void);

/* Wait until udevd has handled all events. */
void udevd_settle(void);

/* Stop udevd (it handles no event) until it is thawed. */
void udevd_freeze(void);
void udevd_thaw(void);

/* Kill udevd: its files below /run/udev stay. */
void udevd_kill(void);

/* End udevd, if it runs, and empty /run/udev, including database and rules. Links in /dev stay. */
void udevd_stop(void);

#endif /* UDEVD_H */
