/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Record why a controller has failed, or that it was removed. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "nvme-internal.h"

const char *nvme_error(void)
{
	return driver_error();
}

int nvme_set_failed(struct nvme *n, int error, const char *format, ...)
{
	va_list args;

	if (!n->failed) {
		n->failed = error;
		va_start(args, format);
		vsnprintf(n->why, sizeof(n->why), format, args);
		va_end(args);
	}
	return nvme_failed(n);
}

int nvme_failed(const struct nvme *n)
{
	if (n->gone)
		return driver_fail(n->device, ENODEV, "the controller is gone");
	return driver_fail(n->device, n->failed, "%s; nvme_reset() starts it again", n->why);
}

int nvme_is_gone(struct nvme *n)
{
	n->gone = true;
	nvme_complete_all(n, ENODEV);
	return nvme_failed(n);
}

int nvme_guarded(struct nvme *n, int (*body)(void *))
{
	int rc;

	if (n->gone)
		return nvme_failed(n);
	rc = driver_guard(n->device, body, n);
	/* Either the guard caught an access, or body returned ENODEV itself. */
	if (rc < 0 && errno == ENODEV) {
		n->gone = true;
		nvme_complete_all(n, ENODEV);
		errno = ENODEV;
	}
	return rc;
}
