/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "option-number.h"

bool number_take(const char **text, uint32_t min, uint32_t max, uint32_t *value)
{
	const char *at = *text;
	uint64_t n = 0;

	for (; *at >= '0' && *at <= '9' && n <= max; at++)
		n = n * 10 + (uint64_t)(*at - '0');
	if (at == *text || n < min || n > max)
		return false;
	*text = at;
	*value = (uint32_t)n;
	return true;
}
