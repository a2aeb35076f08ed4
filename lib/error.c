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

const char *why(int error)
{
	switch (error) {
	case EMFILE:
		return "too many open files in this process (ulimit -n; of a service: LimitNOFILE=)";
	case ENFILE:
		return "too many open files in the system (sysctl fs.file-max)";
	case EROFS:
		return "its file system is mounted read-only, as a container's /sys mostly is";
	default:
		return strerror(error);
	}
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

const char *duration(char buffer[DURATION_SIZE], int64_t ns)
{
	static const struct { const char *name; int64_t ns; } units[] = { { "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 } };
	int length;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		int64_t unit = units[i].ns, rest = ns % unit;
		int digits = 3 * (int)(sizeof(units) / sizeof(*units) - i);

		if (ns < unit)
			continue;
		length = snprintf(buffer, DURATION_SIZE, "%lld", (long long)(ns / unit));
		if (rest) {
			length += snprintf(buffer + length, DURATION_SIZE - (size_t)length, ".%0*lld", digits, (long long)rest);
			while (buffer[length - 1] == '0')
				length--;
		}
		snprintf(buffer + length, DURATION_SIZE - (size_t)length, " %s", units[i].name);
		return buffer;
	}
	snprintf(buffer, DURATION_SIZE, "%lld %s", (long long)ns, ns ? "ns" : "s");
	return buffer;
}
