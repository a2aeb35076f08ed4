/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The files that `bind --persist` makes in the configuration's folder: one for each device, with
 * its one line.
 */
#ifndef PERSIST_CONF_H
#define PERSIST_CONF_H

#include <limits.h>
#include <stdbool.h>

#include "bind.h"

/* Longest MATCH: a bus, a device's name. */
#define PERSIST_MATCH (NAME_MAX + 32)

/*
 * Put the file there, or in place of the one that is there: all of it or
 * nothing. An exit status; what failed has been said.
 */
int persist_write(const char *match, const char *settings, char path[PATH_MAX]);

/* Take it away. *was: it was there. An exit status. */
int persist_remove(const char *match, bool *was, char path[PATH_MAX]);

/* Is there one? */
bool persist_exists(const char *match);

/* The line that counts for a device, as "FILE:NUMBER: DRIVER"; "" if there is none. */
void persist_line(struct bus_device *device, char text[PATH_MAX + 128]);

/*
 * The lines have changed: devices that appear from now on are kept from their normal drivers by
 * them. What fails is said.
 */
void persist_claim(void);

#endif /* PERSIST_CONF_H */
