/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "driver-error.h"
#include "driver-guard.h"

int driver_guard(struct uiomap_device *device, int (*body)(void *arg), void *arg)
{
	const int rc = uiomap_guard(device, body, arg);

	return rc == UIOMAP_GUARD_FAILED ? driver_fail_uiomap() : rc;
}
