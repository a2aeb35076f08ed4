/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "number.h"

#include <string.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

bool uiomap_i_parse_number(const char *text, bool hex, uint64_t max, uint64_t *value)
{
	uint64_t base = 10, result = 0;

	if (hex && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		uint64_t d = (uint64_t)digit(*text);

		if (d >= base || d > max || result > (max - d) / base)
			return false;
		result = result * base + d;
	}
	*value = result;
	return true;
}

bool uiomap_i_parse_entry(const char *text, const char *prefix, unsigned int *number)
{
	const size_t length = strlen(prefix);
	uint64_t value;

	if (strncmp(text, prefix, length) || (text[length] == '0' && text[length + 1]) ||
	    !uiomap_i_parse_number(text + length, false, INT32_MAX, &value))
		return false;
	*number = (unsigned int)value;
	return true;
}

bool uiomap_i_parse_uio(const char *text, unsigned int *number)
{
	return uiomap_i_parse_entry(text, "uio", number);
}
