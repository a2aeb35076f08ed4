/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Errors in words, one text a thread. */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char error_text[1024];

const char *uiomap_error(void)
{
	return error_text;
}

const char *uiomap_version(void)
{
	return UIOMAP_VERSION;
}

int fail(int error, const char *format, ...)
{
	static const char cut[] = " ...";
	char text[sizeof(error_text)]; /* an argument may be the former text */
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0)
		text[0] = '\0';
	if (length >= (int)sizeof(text))
		memcpy(text + sizeof(text) - sizeof(cut), cut, sizeof(cut));
	strcpy(error_text, text);
	errno = error;
	return -1;
}

const char *quote(char buffer[QUOTE_SIZE], const char *text)
{
	static const char hex[] = "0123456789abcdef";
	static const char cut[] = "...\"";
	char *p = buffer;

	*p++ = '"';
	/* room for one \xNN, the cut mark and the null byte */
	for (; *text && p < buffer + QUOTE_SIZE - 4 - sizeof(cut); text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
			*p++ = (char)c;
			continue;
		}
		*p++ = '\\';
		*p++ = 'x';
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	}
	strcpy(p, *text ? cut : "\"");
	return buffer;
}

const char *label(char buffer[LABEL_SIZE], const struct uiomap_info *info)
{
	snprintf(buffer, LABEL_SIZE, "uio%u %s", info->number, QUOTE(info->name));
	return buffer;
}
