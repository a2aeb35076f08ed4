/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What the files of the driver share. Registers: kernel/uio_dummy.h, section "framebuffer". */
#ifndef FB_INTERNAL_H
#define FB_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <uio_dummy.h>
#include <uiomap.h>

#include "fb.h"

#define FB_PAGES 2
#define FB_MS INT64_C(1000000)

struct fb {
	struct uiomap_device *device;
	struct uiomap_region *registers, *vram;
	volatile void *regs;
	bool guarded;			/* uiomap_guard_install() is ours to undo */
	struct fb_mode mode;
	struct surface *surface;
	uint32_t page[FB_PAGES];	/* offsets in VRAM */

	/* Page flip. */
	unsigned int back;		/* the page to copy to next; while a flip is pending: its page */
	bool pending;			/* a flip is asked for and hasn't been seen done */
	uint32_t flip;			/* its FLIP_SEQ, or that of the last one */
	uint32_t asked;			/* VSYNC_SEQ when it was asked for */
	uint32_t unlatched;		/* the last vsync that is known not to have latched it */
	uint32_t vsync;			/* the one that latched the page on screen */
	struct fb_stats stats;
};

/* Set errno and the text, behind the device's name if fb is given; return -1. */
int fb_fail(const struct fb *fb, int error, const char *format, ...) __attribute__((__format__(__printf__, 3, 4)));
/* Pass on what the library says. */
int fb_fail_uiomap(void);

/* body(arg), such that the device may go meanwhile. -1 with errno and the text, of whoever failed. */
int fb_guarded(struct fb *fb, int (*body)(void *arg), void *arg);

/* How long a frame takes; 0 if the device doesn't say. */
int64_t fb_frame_ns(const struct fb *fb);

static inline uint32_t fb_read(const struct fb *fb, size_t reg)
{
	return uiomap_read32(fb->regs, reg);
}

static inline void fb_write(struct fb *fb, size_t reg, uint32_t value)
{
	uiomap_write32(fb->regs, reg, value);
}

#endif /* FB_INTERNAL_H */
