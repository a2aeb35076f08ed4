/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A fake of the libuiomap functions that drivers/ring uses (with fake-uiomap.h),
 * over a model of the device (ring-model.h). With garbage != 0 the device also
 * writes random data to the memory each time it works.
 */
#ifndef FAKE_RING_H
#define FAKE_RING_H

#include "../fake-uiomap.h"
#include "ring-model.h"

struct uiomap_device {
	struct fake fake;
	struct ring_model dev;
	bool asserted;		   /* the line: from an event until all are acknowledged */
	bool masked;		   /* from an interrupt until the next wait */
	uint32_t raised;	   /* events that have asserted the line */
	uint32_t fired, seen;	   /* interrupts, and how many the driver has got */
	unsigned int steps;	   /* messages that the device may transfer each time */
	uint32_t garbage;	   /* seed of the random data; 0: none */
	size_t dma_size, dma_used; /* the device's memory: size, and bytes allocated */
	struct uiomap_dma *dma;
	unsigned int allocated; /* not freed yet */
};

void fake_init(struct uiomap_device *device, uint32_t size_max, uint32_t message_max);
void fake_fini(struct uiomap_device *device);

#endif /* FAKE_RING_H */
