/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What the files of the driver share: the core (fb.c) and the two kinds of device under it. */
#ifndef FB_INTERNAL_H
#define FB_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <uiomap.h>

#include "driver-error.h"
#include "driver-guard.h"
#include "fb.h"

#define FB_PAGES 2
#define FB_MS	 INT64_C(1000000)

/* When a call times out. */
struct fb_deadline {
	int64_t timeout_ns; /* as the caller said */
	int64_t end;	    /* on CLOCK_MONOTONIC, or UIOMAP_FOREVER */
};

/*
 * One kind of device. All functions but the first two run inside uiomap_guard(). Those with an
 * int result return 0, or -1 with errno and text.
 */
struct fb_backend {
	/* Whether the device is of this kind, decided by sysfs: nothing is mapped yet. */
	bool (*recognise)(struct fb *fb);
	/* Set fb->registers and fb->vram. */
	int (*map)(struct fb *fb);
	/*
	 * Fill in fb->mode, the current mode or the one that start() will set, and *vram, the
	 * size of VRAM that the device reports. The core checks whether they are consistent.
	 */
	int (*mode)(struct fb *fb, const struct fb_mode *requested, uint64_t *vram);
	/*
	 * Stop scanout that an earlier user left on and set the mode. Set fb->back to the first
	 * page to draw to. Nothing is shown yet.
	 */
	int (*start)(struct fb *fb);
	/* Request a flip to page[back], after all writes to it. The first flip enables scanout. */
	int (*flip)(struct fb *fb);
	/* Wait for the flip. Clears fb->pending, unless the device may still do it. */
	int (*wait)(struct fb *fb, const struct fb_deadline *deadline);
	/* Stop. */
	void (*stop)(struct fb *fb);
};

extern const struct fb_backend fb_sim, fb_bochs;

struct fb {
	const struct fb_backend *backend;
	struct uiomap_device *device;
	struct uiomap_region *registers, *vram;
	bool guarded; /* we must undo uiomap_guard_install() */
	struct fb_mode mode;
	struct surface *surface;
	uint32_t page[FB_PAGES]; /* offsets in VRAM, multiples of 64 */
	/* the page to copy to next; while a flip is pending: its page */
	unsigned int back;
	bool pending; /* a flip is requested and not yet known to be done */
	struct fb_stats stats;
	union {
		struct {
			/* FLIP_SEQ of the pending flip, or of the last one */
			uint32_t flip;
			uint32_t asked; /* VSYNC_SEQ when the flip was requested */
			/* last vsync that is known not to have latched the flip */
			uint32_t unlatched;
			uint32_t vsync; /* vsync that latched the page on screen */
		} sim;
		struct {
			bool on; /* scanout is enabled */
		} bochs;
	};
};

#endif /* FB_INTERNAL_H */
