// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* What failed last, in words, one text a thread. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "bind.h"

static _Thread_local char error_text[1024];

const char *bind_error(void)
{
	return error_text;
}

/* What comes from files and sysfs may hold anything; it must not reach a terminal or a log as it is. */
static void printable(const char *text)
{
	static const char hex[] = "0123456789abcdef";
	char *p = error_text;

	for (; *text && p < error_text + sizeof(error_text) - 5; text++) {
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
}

int bind_fail(int error, const char *format, ...)
{
	char text[sizeof(error_text)];
	va_list args;

	va_start(args, format);
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	va_end(args);
	printable(text);
	errno = error;
	return -1;
}
