/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The driver of QEMU's pci-testdev. */
#include "driver-error.h"
#include "pci.h"
#include "sim-fixture.h"
#include "testdev.h"

Test(testdev, counts_each_write)
{
	char address[PCI_ADDRESS];
	struct uiomap_device *device;
	struct testdev *card;
	uint32_t count;

	cr_assert(pci_find(PCI_TESTDEV, 0, address));
	pci_bind(address, "uio_stub", NULL);
	device = uiomap_open(TESTDEV_SELECTOR, UIOMAP_EXCLUSIVE);
	cr_assert(device, "%s", uiomap_error());
	card = testdev_open(device);
	cr_assert(card, "%s", driver_error());
	for (unsigned int n = 0; n < 3; n++) {
		cr_assert_eq(testdev_count(card, n, &count), 0, "%s", driver_error());
		cr_assert_eq(count, n);
	}
	/* Taken away while it is open. */
	pci_unbind(address);
	errno = 0;
	cr_assert_eq(testdev_count(card, 1, &count), -1);
	cr_assert_eq(errno, ENODEV, "%s", driver_error());
	testdev_close(card);
	uiomap_close(device);
}
