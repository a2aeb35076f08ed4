/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Errors in words, one text a thread. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "internal.h"

static _Thread_local char text[1024];

const char *fb_error(void)
{
	return text;
}

int fb_fail(const struct fb *fb, int error, const char *format, ...)
{
	const struct uiomap_info *info = fb ? uiomap_device_info(fb->device) : NULL;
	va_list args;
	int at = 0;

	/* A name is no longer than a file's. */
	if (info)
		at = snprintf(text, sizeof(text), "%.255s (uio%u): ", uiomap_info_name(info), uiomap_info_number(info));
	va_start(args, format);
	vsnprintf(text + at, sizeof(text) - (size_t)at, format, args);
	va_end(args);
	errno = error;
	return -1;
}

int fb_fail_uiomap(void)
{
	return fb_fail(NULL, errno, "%s", uiomap_error());
}

int fb_guarded(struct fb *fb, int (*body)(void *arg), void *arg)
{
	const int rc = uiomap_guard(fb->device, body, arg);

	return rc == UIOMAP_GUARD_FAILED ? fb_fail_uiomap() : rc;
}
