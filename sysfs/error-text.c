/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "error-text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "quote.h"

static _Thread_local char last[1024];

const char *uiomap_i_error_text(void)
{
	return last;
}

int uiomap_i_fail(int error, const char *format, ...)
{
	static const char cut[] = " ...";
	char text[sizeof(last)]; /* not last: an argument may be the previous text */
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0)
		text[0] = '\0';
	if (length >= (int)sizeof(text))
		memcpy(text + sizeof(text) - sizeof(cut), cut, sizeof(cut));
	uiomap_i_escape(text, last, sizeof(last));
	errno = error;
	return -1;
}

const char *uiomap_i_why(int error)
{
	switch (error) {
	case EMFILE:
		return "too many open files in this process (ulimit -n; of a service: LimitNOFILE=)";
	case ENFILE:
		return "too many open files in the system (sysctl fs.file-max)";
	case EROFS:
		return "its file system is mounted read-only, as /sys is in most containers";
	default:
		return strerror(error);
	}
}
