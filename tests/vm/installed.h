/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * udev's part of uiomap where `make install` would put it, in the VM: programs,
 * group, configuration. What fails here fails the test, save in members.
 */
#ifndef INSTALLED_H
#define INSTALLED_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CONF "/etc/uiomap.d/test.conf"

/* Programs from the build, the group uio, no configuration. Before a udevd is started. */
void installed_begin(void);
/* Where the build has a file. */
void installed_source(const char *file, char *path, size_t size);
gid_t installed_group(void);

/* The configuration, from now on. */
void installed_conf(const char *text);

/* The log, /dev/log, as this test's: what came there since the last call, one message a line. */
void installed_log_open(void);
const char *installed_log(void);

/* An event of this device as udevd has it at boot ("add"), or another one. */
void uevent(const char *device, const char *action);

/*
 * Run in a process of user nobody, with the group uio and no privilege. It
 * returns NULL, or what is wrong: the test fails with that.
 */
void as_member(const char *(*work)(const void *data), const void *data);

/* Wait for something, for as long as a busy machine may take. false: in vain. */
bool until(bool (*is)(const void *data), const void *data);

/* How many entries a folder has; 0 if it is not there. */
unsigned int entries(const char *folder, const char *beginning);

/* Where a link leads; "" if there is none. Valid until the next call. */
const char *leads(const char *link);

#endif /* INSTALLED_H */
