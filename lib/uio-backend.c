/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The backend for the kernel's UIO. */
#include "internal.h"

#include <stdio.h>

static bool removed(const struct uiomap_device *device)
{
	return uiomap_i_uio_gone(device->dirfd, device->info->number);
}

static int open_uio(struct uiomap_device *device, unsigned int number)
{
	char driver[LINK_SIZE], name[16];

	/*
	 * From here on sysfs is read through this descriptor. It stays with this registration of
	 * the device: if the number is reused between two steps, the next read fails.
	 */
	device->dirfd = uiomap_i_uio_dir(number);
	if (device->dirfd < 0 && errno == ENODEV) {
		snprintf(name, sizeof(name), "uio%u", number);
		uiomap_i_fail_none(NULL, name);
	}
	if (device->dirfd < 0)
		return -1;
	uiomap_i_info_settle(device->dirfd);
	if (uiomap_i_info_driver(device->dirfd, number, driver) < 0 ||
	    uiomap_i_node_baseline(device, number) < 0)
		return -1;
	device->total = device->node_total;
	/*
	 * Some drivers know their addresses only while the node is open (uio_dmem_genirq). So take
	 * the snapshot after opening.
	 */
	if (!uiomap_i_node_waits(driver) && uiomap_i_node_open(device, number) < 0)
		return -1;
	device->info = uiomap_i_info_read(device->dirfd, number, driver);
	if (!device->info)
		return -1;
	return 0;
}

static int irq_total(struct uiomap_device *device)
{
	return uiomap_i_node_baseline(device, device->info->number);
}

/*
 * uio_stub turns bus mastering on while the device is open. uio_pci_generic
 * doesn't, and turns it off at every close (uio-node.c).
 */
static int start_dma(struct uiomap_device *device)
{
	return uiomap_i_pci_generic(device->info) ? uiomap_i_config_bus_master(device) : 0;
}

const struct backend uiomap_i_uio_backend = {
	.class = UIOMAP_CLASS,
	.prefix = "uio",
	.kind = UIOMAP_BACKEND_UIO,
	.scan = uiomap_i_uio_scan,
	.snapshot = uiomap_i_uio_snapshot,
	.open = open_uio,
	.hold = uiomap_i_node_hold,
	.need = uiomap_i_node_need,
	.close = uiomap_i_node_close,
	.removed = removed,
	.map = uiomap_i_uio_map,
	.irq_switch = uiomap_i_uio_irq_switch,
	.irq_read = uiomap_i_uio_irq_read,
	.irq_total = irq_total,
	.start_dma = start_dma,
	.config = uiomap_i_sysfs_config,
};
