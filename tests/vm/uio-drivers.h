/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Fixture for tests of the library on QEMU's PCI devices: each test runs with the device bound to
 * uio_stub and to the kernel's uio_pci_generic.
 */
#ifndef UIO_DRIVERS_H
#define UIO_DRIVERS_H

#include "edu-transfer.h"
#include "pci.h"
#include "sim-fixture.h"

/* The drivers that a device is bound to in turn. */
extern const char * const drivers[2];
bool generic(const char *driver);

/* Bind and open the device with these ids. `options` are for uio_stub. */
struct uiomap_device *take(uint16_t vendor, uint16_t id, const char *driver, const char *options,
			   unsigned int flags);

/* Close and unbind it. */
void leave(struct uiomap_device *device);

/* Map a BAR for reading and writing. */
volatile void *map(struct uiomap_device *device, const char *name);

/* Acknowledge edu's interrupt. The card has received the write when this returns. */
void edu_ack(volatile void *regs);

/* Returns true if bus mastering is on. */
bool is_master(const char *address);

#endif /* UIO_DRIVERS_H */
