/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "driver-error.h"

static _Thread_local char text[DRIVER_ERROR_SIZE];

const char *driver_error(void)
{
	return text;
}

int driver_fail(const struct uiomap_device *device, int error, const char *format, ...)
{
	const struct uiomap_info *info = device ? uiomap_device_info(device) : NULL;
	va_list args;
	int at = 0;

	/* A name has at most NAME_MAX bytes, like a file name. A VFIO device has none. */
	if (info && !*uiomap_info_name(info))
		at = snprintf(text, sizeof(text), "%s:%.255s: ", uiomap_info_bus(info),
			      uiomap_info_device(info));
	else if (info)
		at = snprintf(text, sizeof(text), "%.255s (uio%u): ", uiomap_info_name(info),
			      uiomap_info_number(info));
	va_start(args, format);
	vsnprintf(text + at, sizeof(text) - (size_t)at, format, args);
	va_end(args);
	errno = error;
	return -1;
}

int driver_fail_uiomap(void)
{
	return driver_fail(NULL, errno, "%s", uiomap_error());
}

struct driver_error driver_error_save(void)
{
	struct driver_error saved = { .error = errno };

	memcpy(saved.text, text, sizeof(text));
	return saved;
}

void driver_error_restore(const struct driver_error *saved)
{
	memcpy(text, saved->text, sizeof(text));
	errno = saved->error;
}
