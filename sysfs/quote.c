/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "quote.h"

#include <stdbool.h>
#include <string.h>

/*
 * Copy as much of *text as fits before end. Bytes that aren't printable, and
 * those in special, become \xNN. Returns the end of the copy.
 */
static char *put(char *to, const char *end, const char **text, const char *special)
{
	static const char hex[] = "0123456789abcdef";

	for (; **text; ++*text) {
		const unsigned char c = (unsigned char)**text;
		const bool plain = c >= ' ' && c < 0x7f && !strchr(special, c);

		if (end - to < (plain ? 1 : 4))
			break;
		if (plain) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '\\';
		*to++ = 'x';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	return to;
}

char *uiomap_i_escape(const char *text, char *out, size_t size)
{
	*put(out, out + size - 1, &text, "") = '\0';
	return out;
}

const char *uiomap_i_quote(char buffer[QUOTE_SIZE], const char *text)
{
	static const char cut[] = "...\"";
	char *end;

	*buffer = '"';
	end = put(buffer + 1, buffer + QUOTE_SIZE - sizeof(cut), &text, "\"\\");
	strcpy(end, *text ? cut : "\"");
	return buffer;
}
