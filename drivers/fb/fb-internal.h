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

/* When a call's time is over. */
struct fb_deadline {
	int64_t timeout_ns; /* as the caller said */
	int64_t end;	    /* on CLOCK_MONOTONIC, or UIOMAP_FOREVER */
};

/*
 * One kind of device. All but the first two run inside uiomap_guard(). Those
 * that give an int: 0, or -1 with errno and the text.
 */
struct fb_backend {
	/* Is this one of them? By what the kernel says of it: nothing is mapped yet. */
	bool (*recognise)(struct fb *fb);
	/* fb->registers, fb->vram. */
	int (*map)(struct fb *fb);
	/*
	 * fb->mode, as it is or as it will be set; only what was requested must
	 * fit together. And how much VRAM the device says it has.
	 */
	int (*mode)(struct fb *fb, const struct fb_mode *requested, uint64_t *vram);
	/*
	 * Stop what an earlier user left on, set the mode; fb->back is the page to begin with.
	 * Nothing is shown yet.
	 */
	int (*start)(struct fb *fb);
	/*
	 * Ask for page[back], after all that was written to it. The first one switches the screen
	 * on.
	 */
	int (*flip)(struct fb *fb);
	/* Wait for that. fb->pending is false afterwards, unless the device still may do it. */
	int (*wait)(struct fb *fb, const struct fb_deadline *deadline);
	/* Stop. */
	void (*stop)(struct fb *fb);
};

extern const struct fb_backend fb_sim, fb_bochs;

struct fb {
	const struct fb_backend *backend;
	struct uiomap_device *device;
	struct uiomap_region *registers, *vram;
	bool guarded; /* uiomap_guard_install() is ours to undo */
	struct fb_mode mode;
	struct surface *surface;
	uint32_t page[FB_PAGES]; /* offsets in VRAM, multiples of 64 */
	/* the page to copy to next; while a flip is pending: its page */
	unsigned int back;
	bool pending; /* a flip is asked for and hasn't been seen done */
	struct fb_stats stats;
	union {
		struct {
			/* the pending flip's FLIP_SEQ, or that of the last one */
			uint32_t flip;
			uint32_t asked; /* VSYNC_SEQ when it was asked for */
			/* the last vsync that is known not to have latched it */
			uint32_t unlatched;
			uint32_t vsync; /* the one that latched the page on screen */
		} sim;
		struct {
			bool on; /* scanout */
		} bochs;
	};
};

#endif /* FB_INTERNAL_H */
