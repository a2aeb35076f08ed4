/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A PCI device under uio_stub, by raw system calls: what its tests share. What fails here fails the
 * test.
 */
#ifndef PCI_FIXTURE_H
#define PCI_FIXTURE_H

#include "sim-fixture.h"
#include "pci.h"

/* Where a map begins in the file: index × PAGE. */
#define PAGE 4096

/* How long to wait to see that no interrupt comes. */
#define NOTHING_MS 50
#define LATE_MS	   10000

/* Registers of QEMU's edu, docs/specs/edu.txt there. */
#define EDU_ID		  0x00
#define EDU_IRQ_RAISE	  0x60
#define EDU_IRQ_ACK	  0x64
#define EDU_DMA_FROM	  0x80
#define EDU_DMA_TO	  0x88
#define EDU_DMA_COUNT	  0x90
#define EDU_DMA_COMMAND	  0x98
#define EDU_DMA_START	  0x1
#define EDU_DMA_TO_MEMORY 0x2
#define EDU_DMA_IRQ	  0x4
#define EDU_BUFFER	  0x40000 /* its own memory, for EDU_DMA_FROM or _TO */
#define EDU_DMA_MS	  100	  /* what every transfer takes */

struct card {
	char address[PCI_ADDRESS];
	int fd;
	uint32_t seen; /* events */
};

/* The first device of these ids, bound to uio_stub. */
void fixture_bind(struct card *c, uint16_t vendor, uint16_t device, const char *options);
void fixture_open(struct card *c);
void fixture_close(struct card *c);
volatile void *fixture_map(const struct card *c, unsigned int index, size_t size);

/* A file of its folder in sysfs, without the last newline; valid until the next call. */
const char *fixture_text(const struct card *c, const char *file);
void fixture_write(const struct card *c, const char *file, const char *text);

/* Interrupts since open or the last call; 0 if none comes in this time. */
unsigned int fixture_events(struct card *c, int timeout_ms);
/* write(0), write(1) */
void fixture_enable(const struct card *c, int32_t on);

/* Bits of its command register: PCI_COMMAND_MASTER, … */
bool fixture_command(const struct card *c, unsigned int bits);

/* Where the DMA map is for the device: `addr` of map `index`. */
uint64_t fixture_bus_address(const struct card *c, unsigned int index);

/* Start a transfer of edu's, and wait for its end. */
void edu_start(volatile void *edu, uint64_t from, uint64_t to, uint32_t size, uint32_t flags);
void edu_transfer(volatile void *edu, uint64_t from, uint64_t to, uint32_t size, uint32_t flags);

/* For states without an event: a device that works while its file is closed. */
void nap_ms(long ms);

#endif /* PCI_FIXTURE_H */
