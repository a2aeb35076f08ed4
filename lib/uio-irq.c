/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Interrupts with the node: a read of 4 bytes returns the total so far, a write
 * of 4 bytes enables or disables the interrupt. For read(2), write(2) and
 * poll(2) of /dev/uioN see uio_read(), uio_write() and uio_poll() in the
 * kernel's drivers/uio/uio.c.
 *
 * All three fail in the same way if the device is unregistered and if it has no
 * interrupt. sysfs tells the two apart.
 */
#include "internal.h"

#include <unistd.h>

int uiomap_i_uio_irq_switch(struct uiomap_device *device, bool enable)
{
	const int32_t on = enable;

	/*
	 * The kernel expects an s32: 4 bytes of a long would be wrong on 64-bit big-endian
	 * machines.
	 */
	if (write(device->fd, &on, sizeof(on)) == sizeof(on))
		return 0;
	switch (errno) {
	case ENOSYS:
		/* uio_pci_generic has no irqcontrol(): mask INTx in configuration space. */
		if (uiomap_i_pci_generic(device->info))
			return uiomap_i_config_intx(device, on);
		device->unmaskable = true;
		return uiomap_i_fail(
			ENOSYS,
			"%s: its driver %s can't enable or disable the interrupt by write(2); use the device's own registers",
			LABEL(device->info), QUOTE(device->info->dev.driver));
	case EIO:
		return uiomap_i_fail_no_irq(device);
	case ENODEV:
		return uiomap_i_fail_gone(device);
	default:
		if (uiomap_device_removed(device))
			return uiomap_i_fail_gone(device);
		return uiomap_i_fail(errno, "%s: write(2) of %d to %s: %s", LABEL(device->info), on,
				     device->info->node, uiomap_i_why(errno));
	}
}

int uiomap_i_uio_irq_read(struct uiomap_device *device, uint32_t *total)
{
	const ssize_t length = read(device->fd, total, sizeof(*total));

	if (length == sizeof(*total))
		return 0;
	if (length >= 0)
		return uiomap_i_fail(EPROTO,
				     "%s: read(2) of %s gave %zd bytes; the kernel's UIO gives 4",
				     LABEL(device->info), device->info->node, length);
	switch (errno) {
	case EAGAIN:
		return -1;
	case EINTR:
		return uiomap_i_fail(EINTR, "%s: a signal ended the wait for an interrupt",
				     LABEL(device->info));
	case EIO:
		return uiomap_i_fail_no_irq(device);
	default:
		if (uiomap_device_removed(device))
			return uiomap_i_fail_gone(device);
		return uiomap_i_fail(errno, "%s: read(2) of %s: %s", LABEL(device->info),
				     device->info->node, uiomap_i_why(errno));
	}
}
