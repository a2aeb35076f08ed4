/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The backend for VFIO, for PCI devices. */
#include "vfio.h"

#include <poll.h>

static int open_vfio(struct uiomap_device *device, unsigned int number)
{
	device->dirfd = uiomap_i_vfio_dir(number);
	if (device->dirfd < 0)
		return -1;
	device->info = uiomap_i_vfio_info_read(device->dirfd, number);
	return device->info ? 0 : -1;
}

/* Nothing is postponed, but a reader has no interrupt and no DMA memory. */
static int need(struct uiomap_device *device)
{
	(void)device;
	return 0;
}

/*
 * The kernel keeps the device until this handle is closed. So it is removed, as
 * far as a driver is concerned, when the kernel asks for it.
 */
static bool removed(const struct uiomap_device *device)
{
	struct pollfd p = { .fd = device->gonefd, .events = POLLIN };

	return device->gonefd < 0 ? uiomap_i_vfio_gone(device->dirfd) : poll(&p, 1, 0) > 0;
}

const struct backend uiomap_i_vfio_backend = {
	.class = VFIO_CLASS,
	.prefix = "vfio",
	.kind = UIOMAP_BACKEND_VFIO,
	.scan = uiomap_i_vfio_scan,
	.snapshot = uiomap_i_vfio_snapshot,
	.open = open_vfio,
	.hold = uiomap_i_vfio_open,
	.need = need,
	.close = uiomap_i_vfio_close,
	.removed = removed,
	.map = uiomap_i_vfio_map,
	.irq_switch = uiomap_i_vfio_irq_switch,
	.irq_read = uiomap_i_vfio_irq_read,
	.irq_total = uiomap_i_vfio_irq_total,
	.irq_fd = uiomap_i_vfio_irq_fd,
	.start_dma = uiomap_i_vfio_bus_master,
	.dma_get = uiomap_i_vfio_dma_get,
	.dma_put = uiomap_i_vfio_dma_put,
	.config = uiomap_i_vfio_config,
	.port = uiomap_i_vfio_port,
};
