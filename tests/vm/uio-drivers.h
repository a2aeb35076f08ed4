/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Fixture for tests of the library on QEMU's PCI devices: each test runs with the device bound to
 * uio_stub and to the kernel's uio_pci_generic.
 */
#ifndef UIO_DRIVERS_H
#define UIO_DRIVERS_H

#include "sim-fixture.h"
#include "pci.h"

/* Registers of QEMU's edu: docs/specs/edu.rst in QEMU's source. */
#define EDU_ID		  0x00
#define EDU_LIVENESS	  0x04 /* answers with what was written, inverted */
#define EDU_IRQ_STATUS	  0x24
#define EDU_IRQ_RAISE	  0x60
#define EDU_IRQ_ACK	  0x64
#define EDU_DMA_FROM	  0x80
#define EDU_DMA_TO	  0x88
#define EDU_DMA_COUNT	  0x90
#define EDU_DMA_COMMAND	  0x98
#define EDU_DMA_RUN	  0x1
#define EDU_DMA_TO_MEMORY 0x2
#define EDU_BUFFER	  0x40000

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

/* Transfer EDU_DMA_BYTES between the card's buffer and this bus address, and wait until it ends. */
#define EDU_DMA_BYTES 2048
void edu_transfer(volatile void *regs, uint64_t bus, bool to_memory);

/* Returns true if bus mastering is on. */
bool is_master(const char *address);

#endif /* UIO_DRIVERS_H */
