/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the fake libuiomaps under drivers/ring and drivers/nvme share: a device
 * that is moved on whenever the driver guards, polls, sleeps or looks at the
 * clock. No thread, a clock of its own, the same on every run. Links with
 * -Wl,--wrap=clock_gettime.
 */
#ifndef FAKE_UIOMAP_H
#define FAKE_UIOMAP_H

#include <uiomap.h>

/* Each test's struct uiomap_device begins with this. */
struct fake {
	enum uiomap_irq irq;
	/* a thread of its own moves the device on, and the clock is the real one */
	bool threaded;
	int64_t now;			/* the clock, ns */
	unsigned int pace;		/* of how many guards the device works in one */
	uint64_t guards;		/* calls of uiomap_guard() */
	uint64_t gone_at;		/* it is gone from this guard on; 0: it stays */
	unsigned int mapped, installed; /* not given back */
};

struct uiomap_region {
	struct uiomap_device *device;
};

/* From now on the clock is this device's; its first guard and its first ns come. */
void fake_uiomap_begin(struct uiomap_device *device, enum uiomap_irq irq);

/* Time passes, the device works. */
void fake_uiomap_pass(struct uiomap_device *device, int64_t ns);
int64_t fake_uiomap_now(struct uiomap_device *device);

bool fake_uiomap_gone(const struct uiomap_device *device);

/* errno and what uiomap_error() will say. -1 */
int fake_uiomap_fail(int error, const char *text);

/*
 * Of each test: the device works for a while; the driver looks at its clock; the driver polls a
 * register.
 */
void fake_work(struct uiomap_device *device);
void fake_looked(struct uiomap_device *device);
uint32_t fake_reg(const struct uiomap_device *device, size_t offset);

#endif /* FAKE_UIOMAP_H */
