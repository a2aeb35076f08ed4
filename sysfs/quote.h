/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A text from a file, from sysfs, from a device or from the command line may have
 * any bytes; it must not reach a terminal or a log unchanged.
 */
#ifndef UIOMAP_QUOTE_H
#define UIOMAP_QUOTE_H

#include <stddef.h>

#define escape uiomap_i_escape
#define quote  uiomap_i_quote

/* Room for a text of that length, however it is written. */
#define ESCAPE_SIZE(length) (4 * (length) + 1)

/*
 * Into `out`: bytes that are not printable ASCII as \xNN. What has no room is cut off. Returns out.
 */
char *escape(const char *text, char *out, size_t size);

/*
 * The same in quotes, for a part of a sentence; a quote or backslash as \xNN, too. What is cut off
 * ends with "...".
 */
#define QUOTE_SIZE  96
#define QUOTE(text) quote((char[QUOTE_SIZE]){ 0 }, text)
const char *quote(char buffer[QUOTE_SIZE], const char *text);

#endif /* UIOMAP_QUOTE_H */
