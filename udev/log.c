// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "log.h"
#include "quote.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

void report(const char *format, ...)
{
	char text[8192], line[ESCAPE_SIZE(sizeof(text))];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	uiomap_i_escape(text, line, sizeof(line));
	/*
	 * udevd logs standard error with the device's name, but only at log level debug. So write
	 * to syslog, too.
	 */
	fprintf(stderr, "%s\n", line);
	syslog(LOG_WARNING, "%s", line);
}
