/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Parse numbers in the command lines of the drivers' programs. */
#ifndef OPTION_NUMBER_H
#define OPTION_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Parse the number at the beginning of a text. Only decimal digits are
 * accepted: no sign, no space, and no value that wraps at 2^32.
 * @param[in,out] text moved past the number
 * @return false if there is no number, or it is below min or above max
 */
bool number_take(const char **text, uint32_t min, uint32_t max, uint32_t *value);

#endif /* OPTION_NUMBER_H */
