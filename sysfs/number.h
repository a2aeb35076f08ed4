/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Parse numbers. */
#ifndef UIOMAP_NUMBER_H
#define UIOMAP_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Parse a number strictly: decimal digits, or if hex, also 0x and hexadecimal
 * digits; no other bytes.
 */
bool uiomap_i_parse_number(const char *text, bool hex, uint64_t max, uint64_t *value);

/* "vfio12", "vfio" -> 12. Fails for leading zeros, signs and other bytes. */
bool uiomap_i_parse_entry(const char *text, const char *prefix, unsigned int *number);

/* "uio12" -> 12. */
bool uiomap_i_parse_uio(const char *text, unsigned int *number);

#endif /* UIOMAP_NUMBER_H */
