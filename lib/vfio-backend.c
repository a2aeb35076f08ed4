/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The backend for VFIO, for PCI devices. */
#include "internal.h"

static int open_vfio(struct uiomap_device *device, unsigned int number)
{
	device->dirfd = uiomap_i_vfio_dir(number);
	if (device->dirfd < 0)
		return -1;
	device->info = uiomap_i_vfio_info_read(device->dirfd, number);
	return device->info ? 0 : -1;
}

static int hold(struct uiomap_device *device)
{
	return uiomap_i_fail(ENOTSUP, "%s is bound to VFIO, which this library only lists yet",
			     LABEL(device->info));
}

static void close_vfio(struct uiomap_device *device)
{
	(void)device;
}

const struct backend uiomap_i_vfio_backend = {
	.class = VFIO_CLASS,
	.prefix = "vfio",
	.kind = UIOMAP_BACKEND_VFIO,
	.scan = uiomap_i_vfio_scan,
	.snapshot = uiomap_i_vfio_snapshot,
	.open = open_vfio,
	.hold = hold,
	.close = close_vfio,
};
