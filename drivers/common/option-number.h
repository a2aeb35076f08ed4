/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Numbers in a command line of the drivers' programs. */
#ifndef OPTION_NUMBER_H
#define OPTION_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Take a number off the beginning of a text: decimal digits and nothing else,
 * so that neither sign nor space nor a wrap at 2^32 makes another number of it.
 * @param[in,out] text	afterwards what is behind the number
 * @return false if there is none, or one below min or above max
 */
bool number_take(const char **text, uint32_t min, uint32_t max, uint32_t *value);

#endif /* OPTION_NUMBER_H */
