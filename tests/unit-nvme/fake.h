/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What drivers/nvme uses of libuiomap, over a controller (controller.h) that is
 * moved on whenever the driver guards, polls, sleeps or looks at the clock: no
 * thread, a clock of its own, the same on every run. With `threaded` the
 * controller is moved on by its own thread, and the clock is the real one.
 */
#ifndef FAKE_H
#define FAKE_H

#include <uiomap.h>

#include "controller.h"

struct uiomap_device {
	struct controller c;
	enum uiomap_irq irq;
	bool threaded;
	int64_t now;		/* the clock, ns */
	unsigned int seen;	/* interrupts told to the driver */
	unsigned int steps;	/* commands that the controller may complete each time */
	unsigned int pace;	/* of how many guards it works in one; 1: also whenever the clock is looked at */
	uint32_t garbage;	/* seed of the nonsense; 0: none */
	uint64_t guards;	/* calls of uiomap_guard() */
	uint64_t gone_at;	/* it is gone from this guard on; 0: it stays */
	bool wake;		/* the next wait ends with ECANCELED */
	bool no_dma;
	size_t region_size;	/* 0: the controller's */
	size_t dma_used;	/* of the controller's memory */
	unsigned int allocated, mapped, installed;	/* not given back */
};

void fake_init(struct uiomap_device *device);
void fake_fini(struct uiomap_device *device);

#endif /* FAKE_H */
