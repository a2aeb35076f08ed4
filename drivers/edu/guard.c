/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Errors in words, and what survives the card's removal. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "internal.h"

static _Thread_local char text[512];

const char *edu_error(void)
{
	return text;
}

int edu_fail(const struct uiomap_device *device, int error, const char *format, ...)
{
	const struct uiomap_info *info = uiomap_device_info(device);
	va_list args;
	int at;

	/* A name is no longer than a file's. */
	at = snprintf(text, sizeof(text), "%.255s (uio%u): ", uiomap_info_name(info), uiomap_info_number(info));
	va_start(args, format);
	vsnprintf(text + at, sizeof(text) - (size_t)at, format, args);
	va_end(args);
	return error;
}

int edu_fail_uiomap(void)
{
	const int error = errno;

	snprintf(text, sizeof(text), "%s", uiomap_error());
	return error;
}

int64_t edu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int edu_guarded(struct call *call, int (*body)(void *call))
{
	int error;

	if (call->timeout_ns > 0)
		call->end = edu_now() + call->timeout_ns;
	error = uiomap_guard(call->edu->device, body, call);
	if (error == UIOMAP_GUARD_FAILED)
		error = edu_fail_uiomap();
	if (!error)
		return 0;
	errno = error;
	return -1;
}

static bool nothing(uint32_t value)
{
	return value == 0 || value == UINT32_MAX;
}

bool edu_answers(const struct edu *edu, size_t offset, uint32_t *value)
{
	*value = uiomap_read32le(edu->regs, offset);
	return !nothing(*value) || !nothing(uiomap_read32le(edu->regs, EDU_ID));
}

int edu_is_gone(const struct edu *edu)
{
	return edu_fail(edu->device, ENODEV, "it doesn't answer: it was pulled out, or stands still");
}
