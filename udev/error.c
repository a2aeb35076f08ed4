// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* What failed last, in words, one text a thread. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "bind.h"
#include "escape.h"

static _Thread_local char error_text[1024];

const char *bind_error(void)
{
	return error_text;
}

int bind_fail(int error, const char *format, ...)
{
	char text[sizeof(error_text)];
	va_list args;

	va_start(args, format);
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	va_end(args);
	escape(text, error_text, sizeof(error_text));
	errno = error;
	return -1;
}
