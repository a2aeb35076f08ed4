/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A text from a file, from sysfs, from a device or from the command line may have
 * any bytes; it must not reach a terminal or a log unchanged.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stddef.h>

/* Room for a text of that length, however it is written. */
#define ESCAPE_SIZE(length) (4 * (length) + 1)

/* Into `out`: bytes that are not printable ASCII as \xNN. What has no room is cut off. Returns out. */
char *escape(const char *text, char *out, size_t size);

#endif /* ESCAPE_H */
