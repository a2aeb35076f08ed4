/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Makes text safe to print. Text from a file, sysfs, a device or the command
 * line may contain any bytes, which must not reach a terminal or a log
 * unchanged.
 */
#ifndef UIOMAP_QUOTE_H
#define UIOMAP_QUOTE_H

#include <stddef.h>

/* Room for the longest result for a text of this length. */
#define ESCAPE_SIZE(length) (4 * (length) + 1)

/*
 * Copy text to out, with bytes that are not printable ASCII as \xNN. What
 * doesn't fit is cut. Returns out.
 */
char *uiomap_i_escape(const char *text, char *out, size_t size);

/*
 * As uiomap_i_escape(), in quotes, for use inside a sentence. Quotes and backslashes
 * become \xNN, too. A text that is cut ends with "...".
 */
#define QUOTE_SIZE  96
#define QUOTE(text) uiomap_i_quote((char[QUOTE_SIZE]){ 0 }, text)
const char *uiomap_i_quote(char buffer[QUOTE_SIZE], const char *text);

#endif /* UIOMAP_QUOTE_H */
