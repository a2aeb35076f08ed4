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

/* Create or replace the file atomically. Returns an exit status; an error has been printed. */
int persist_write(const char *match, const char *settings, char path[PATH_MAX]);

/* Remove the file. *was is whether it existed. Returns an exit status. */
int persist_remove(const char *match, bool *was, char path[PATH_MAX]);

/* Whether the file exists. */
bool persist_exists(const char *match);

/*
 * The configuration line that applies to a device, as "FILE:NUMBER: DRIVER"; "" if there is
 * none.
 */
void persist_line(struct bus_device *device, char text[PATH_MAX + 128]);

/*
 * Apply changed lines: from now on, new devices that they match are kept from their normal
 * drivers. Prints errors.
 */
void persist_claim(void);

#endif /* PERSIST_CONF_H */
