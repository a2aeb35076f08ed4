/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Errors in words, and why a controller stands. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "internal.h"

static _Thread_local char text[NVME_TEXT];

const char *nvme_error(void)
{
	return text;
}

static void set_text(const struct uiomap_device *device, const char *format, va_list args)
{
	const struct uiomap_info *info = device ? uiomap_device_info(device) : NULL;
	int at = 0;

	/* A name is no longer than a file's. */
	if (info)
		at = snprintf(text, sizeof(text), "%.255s (uio%u): ", uiomap_info_name(info), uiomap_info_number(info));
	vsnprintf(text + at, sizeof(text) - (size_t)at, format, args);
}

int nvme_error_set(const struct uiomap_device *device, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_text(device, format, args);
	va_end(args);
	errno = error;
	return -1;
}

int nvme_error_uiomap(void)
{
	const int error = errno;

	snprintf(text, sizeof(text), "%s", uiomap_error());
	errno = error;
	return -1;
}

int nvme_fail(struct nvme *n, int error, const char *format, ...)
{
	va_list args;

	if (!n->failed) {
		n->failed = error;
		va_start(args, format);
		vsnprintf(n->why, sizeof(n->why), format, args);
		va_end(args);
	}
	return nvme_stands(n);
}

int nvme_stands(const struct nvme *n)
{
	if (n->gone)
		return nvme_error_set(n->device, ENODEV, "the controller is gone");
	return nvme_error_set(n->device, n->failed, "%s; nvme_reset() starts it again", n->why);
}

int nvme_is_gone(struct nvme *n)
{
	n->gone = true;
	return nvme_stands(n);
}
