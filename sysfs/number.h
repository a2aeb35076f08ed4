/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Numbers in texts. */
#ifndef UIOMAP_NUMBER_H
#define UIOMAP_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#define parse_number uiomap_i_parse_number
#define parse_uio    uiomap_i_parse_uio

/* Strict: decimal, or 0x and hexadecimal digits where hex is allowed; nothing before or after. */
bool parse_number(const char *text, bool hex, uint64_t max, uint64_t *value);

/* "uio12" -> 12; leading zeros, signs and anything else are no number. */
bool parse_uio(const char *text, unsigned int *number);

#endif /* UIOMAP_NUMBER_H */
