/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What drivers/ring uses of libuiomap, over a device (device.h) that is moved
 * on whenever the driver guards, polls or sleeps: no thread, a clock of its
 * own, the same on every run. With garbage != 0 the device also writes
 * nonsense into the memory each time.
 */
#ifndef FAKE_H
#define FAKE_H

#include <uiomap.h>

#include "device.h"

struct uiomap_device {
	struct device dev;
	enum uiomap_irq irq;
	int64_t now;		/* the clock, ns */
	bool asserted;		/* the line: from an event until all are acknowledged */
	bool masked;		/* from an interrupt until the next wait */
	uint32_t raised;	/* events that the line knows of */
	uint32_t fired, seen;	/* interrupts that came, and those told to the driver */
	unsigned int steps;	/* messages that the device may transfer each time */
	unsigned int pace;	/* of how many guards it works in one */
	uint32_t garbage;	/* seed of the nonsense; 0: none */
	uint64_t guards;	/* calls of uiomap_guard() */
	uint64_t gone_at;	/* it is gone from this guard on; 0: it stays */
	size_t dma_size, dma_used;	/* of the device's memory, what may be and is allocated */
	struct uiomap_dma *dma;
	unsigned int allocated, mapped, installed;	/* not given back */
};

void fake_init(struct uiomap_device *device, uint32_t size_max, uint32_t message_max);
void fake_fini(struct uiomap_device *device);

#endif /* FAKE_H */
