/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Install uiomap's udev part in the VM as `make install` would: programs, group, configuration.
 * A failure here fails the test, except in as_member().
 */
#ifndef INSTALLED_H
#define INSTALLED_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CONF "/etc/uiomap.d/test.conf"

/*
 * Install the built programs and the group uio, without configuration. Call it before udevd is
 * started.
 */
void installed_begin(void);
/* The path of a file in the build folder. */
void installed_source(const char *file, char *path, size_t size);
gid_t installed_group(void);

/* Replace the configuration. */
void installed_conf(const char *text);

/* Receive /dev/log in this test: messages since the last call, one per line. */
void installed_log_open(void);
const char *installed_log(void);

/* Send an event of this device: "add", as at boot, or another action. */
void uevent(const char *device, const char *action);

/*
 * Run work() in a process of user nobody with the group uio and no privilege. It returns NULL,
 * or an error text, with which the test fails.
 */
void as_member(const char *(*work)(const void *data), const void *data);

/*
 * Wait until is(data) returns true, as long as a busy machine may need. Returns false on timeout.
 */
bool until(bool (*is)(const void *data), const void *data);

/* The number of a folder's entries that begin with `beginning`; 0 if the folder doesn't exist. */
unsigned int entries(const char *folder, const char *beginning);

/* The target of a link; "" if there is none. Valid until the next call. */
const char *leads(const char *link);

#endif /* INSTALLED_H */
