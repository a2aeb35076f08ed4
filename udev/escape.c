// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "escape.h"

char *escape(const char *text, char *out, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	char *p = out;

	for (; *text && p + 4 < out + size; text++) {
		const unsigned char c = *text;

		if (c >= ' ' && c < 0x7f) {
			*p++ = c;
			continue;
		}
		*p++ = '\\';
		*p++ = 'x';
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	}
	*p = '\0';
	return out;
}
