/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The kernel's UIO as a way to a device. */
#include "internal.h"

#include <stdio.h>

static bool removed(const struct uiomap_device *device)
{
	return uio_gone(device->dirfd, device->info->number);
}

static int open_uio(struct uiomap_device *device, unsigned int number)
{
	char driver[LINK_SIZE], name[16];

	/*
	 * From here on sysfs is read through this descriptor. It stays with this
	 * registration of the device: if another device got the number between
	 * any two steps, what follows would fail.
	 */
	device->dirfd = uio_dir(number);
	if (device->dirfd < 0 && errno == ENODEV) {
		snprintf(name, sizeof(name), "uio%u", number);
		fail_none(NULL, name);
	}
	if (device->dirfd < 0)
		return -1;
	info_settle(device->dirfd);
	if (info_driver(device->dirfd, number, driver) < 0 || node_baseline(device, number) < 0)
		return -1;
	device->total = device->node_total;
	/* Some drivers know their addresses only when they are open (uio_dmem_genirq), so the snapshot comes afterwards. */
	if (!node_waits(driver) && node_open(device, number) < 0)
		return -1;
	device->info = info_read(device->dirfd, number, driver);
	if (!device->info)
		return -1;
	return 0;
}

static int irq_total(struct uiomap_device *device)
{
	return node_baseline(device, device->info->number);
}

/* uio_stub has bus mastering on while the device is open; uio_pci_generic leaves it to us, and turns it off at every close (uio-node.c). */
static int start_dma(struct uiomap_device *device)
{
	return pci_generic(device->info) ? config_bus_master(device) : 0;
}

const struct backend uio_backend = {
	.open = open_uio,
	.hold = node_hold,
	.need = node_need,
	.close = node_close,
	.removed = removed,
	.map = uio_map,
	.irq_switch = uio_irq_switch,
	.irq_read = uio_irq_read,
	.irq_total = irq_total,
	.start_dma = start_dma,
};
