/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Tests and errors for a removed device and a missing interrupt, used by all other files. */
#include "internal.h"

int uiomap_i_fail_gone(const struct uiomap_device *device)
{
	if (device->gonefd >= 0)
		return uiomap_i_fail(
			ENODEV,
			"%s is to be released: it is unbound or unplugged, which waits until this handle is closed",
			LABEL(device->info));
	return uiomap_i_fail(
		ENODEV,
		"%s is gone (unbound or unplugged); close it and open it again when it is back",
		LABEL(device->info));
}

bool uiomap_device_removed(const struct uiomap_device *device)
{
	int error = errno;
	bool gone = !device || device->backend->removed(device);

	errno = error;
	return gone;
}

int uiomap_i_fail_no_irq(const struct uiomap_device *device)
{
	if (uiomap_device_removed(device))
		return uiomap_i_fail_gone(device);
	if (device->gonefd >= 0)
		return uiomap_i_fail(ENOTSUP, "%s has no interrupt: VFIO finds none",
				     LABEL(device->info));
	return uiomap_i_fail(ENOTSUP, "%s has no interrupt: its driver %s registered none",
			     LABEL(device->info), QUOTE(device->info->dev.driver));
}
