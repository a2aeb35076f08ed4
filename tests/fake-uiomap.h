/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Common part of the fake libuiomaps of drivers/ring and drivers/nvme. The
 * device works whenever the driver enters a guard, polls, sleeps or reads the
 * clock. It has no thread and a fake clock, so each run is the same. Link with
 * -Wl,--wrap=clock_gettime.
 */
#ifndef FAKE_UIOMAP_H
#define FAKE_UIOMAP_H

#include <uiomap.h>

/* Each test's struct uiomap_device begins with this. */
struct fake {
	enum uiomap_irq irq;
	/* a thread runs the device, with the real clock */
	bool threaded;
	int64_t now;			/* the clock, ns */
	unsigned int pace;		/* the device works in one of this many guards */
	uint64_t guards;		/* calls of uiomap_guard() */
	uint64_t gone_at;		/* removed at this guard; 0: never */
	unsigned int mapped, installed; /* not released yet */
};

struct uiomap_region {
	struct uiomap_device *device;
};

/* Use this device's clock from now on; reset its guard count and clock. */
void fake_uiomap_begin(struct uiomap_device *device, enum uiomap_irq irq);

/* Let time pass and the device work. */
void fake_uiomap_pass(struct uiomap_device *device, int64_t ns);
int64_t fake_uiomap_now(struct uiomap_device *device);

bool fake_uiomap_gone(const struct uiomap_device *device);

/* Set errno and the text of uiomap_error(). Returns -1. */
int fake_uiomap_fail(int error, const char *text);

/*
 * Provided by each test, called when: the device should work; the driver reads the clock; the
 * driver polls a register.
 */
void fake_work(struct uiomap_device *device);
void fake_looked(struct uiomap_device *device);
uint32_t fake_reg(const struct uiomap_device *device, size_t offset);

#endif /* FAKE_UIOMAP_H */
