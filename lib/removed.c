/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Is the device still there? All that is done with it may ask. */
#include "internal.h"

int fail_gone(const struct uiomap_device *device)
{
	return fail(ENODEV, "%s is gone (unbound or unplugged); close it and open it again when it is back",
		    LABEL(device->info));
}

bool uiomap_device_removed(const struct uiomap_device *device)
{
	int error = errno;
	bool gone = !device || uio_gone(device->dirfd, device->info->number);

	errno = error;
	return gone;
}
