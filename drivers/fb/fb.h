/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file fb.h
 * Framebuffer driver: a shadow surface in ordinary memory to draw into, and
 * page flips. VRAM is only ever written, in long runs: reading write-combining
 * memory is slower by far than anything else here.
 *
 * It drives, through libuiomap, two kinds of device, which it tells by what they
 * are, not by what they are called:
 *  - the framebuffer of kernel/uio_dummy.h (the section "framebuffer"), by its
 *    maps "registers" and "vram". It has one mode, and vsync;
 *  - QEMU's bochs-display, by its PCI ids 1234:1111, under uio_stub or
 *    uio_pci_generic. Any mode is set that its VRAM has room for twice; it has
 *    no vsync. (QEMU's VGA cards have the same ids, but more registers, which
 *    nobody here sets.)
 *
 * ERRORS. As in libuiomap: -1 or NULL with errno, and fb_error() in words.
 * THREADS. One framebuffer is used by one thread at a time.
 * REMOVAL. Every function survives the removal of the device and then gives
 * ENODEV; the surface stays usable until fb_close().
 */
#ifndef FB_H
#define FB_H

#include <stdint.h>

#include "surface.h"

struct fb;

struct fb_mode {
	uint32_t width, height; /**< pixels */
	/** bytes from line to line, in VRAM and in the shadow surface */
	uint32_t stride;
	enum surface_format format;
	uint32_t refresh_mhz; /**< vsyncs a second × 1000; 0: the device has none */
};

/** What has happened since fb_open(). All wrap. Without vsync all but the flips stay 0. */
struct fb_stats {
	/** pages that came on screen, or that the device took for its next refresh */
	uint32_t flips;
	uint32_t vsyncs; /**< vsyncs from the first flip to the last one */
	/** vsyncs between two flips at which there was no new page */
	uint32_t missed;
	uint32_t interrupts; /**< as counted by the kernel */
	/** flips that were found done without an interrupt telling of it */
	uint32_t lost_interrupts;
};

/**
 * The last error of the calling thread in words; "" if there was none. Valid until its next failing
 * call.
 */
const char *fb_error(void);

/**
 * Open the device, for us alone, and set its mode. Scanout that an earlier
 * user left on is stopped; it begins anew with the first fb_present().
 * @param selector	as for uiomap_open()
 * @param requested	width, height and format; 0, and NULL for all: as the device
 *	has it, or likes it best (bochs-display: its EDID says so, else 1024 x 768;
 *	XR24). Stride and refresh are the device's affair
 * @return NULL with errno
 *	- those of uiomap_open() (EBUSY: another program has it open) and uiomap_map_name()
 *	- ENOTSUP: not a framebuffer of these kinds, a mode it doesn't have, a
 *	  format that isn't known, or VRAM for fewer than two pages
 *	- EPROTO: the device's registers contradict each other or its VRAM
 *	- ETIMEDOUT: the earlier user's last frame doesn't come to its end
 *	- ENOMEM
 */
struct fb *fb_open(const char *selector, const struct fb_mode *requested);

/** Stop scanout, close. NULL does nothing; errno is kept. */
void fb_close(struct fb *fb);

/** Lives as long as the framebuffer. NULL only for NULL. */
const struct fb_mode *fb_mode(const struct fb *fb);

/**
 * Where to draw: the shadow surface, black at first, in the mode's size and format. Belongs to the
 * framebuffer. NULL only for NULL.
 */
struct surface *fb_surface(struct fb *fb);

/**
 * Bring what the surface shows onto the screen: copy it to the page that is
 * not being scanned out, ask for a flip, wait until the device has latched it
 * at a vsync. When this returns 0, the other page is free, and nothing tears.
 *
 * A device without vsync (refresh_mhz is 0) takes the page at once, shows it
 * from its next refresh on, and doesn't tell when that was. There this returns
 * as soon as the device has the page's offset, never waits, and sets no pace.
 * Until that refresh the other page may still be read: who presents again
 * before it may tear the frame that is being shown. Once nothing is presented
 * any more, the last page is shown whole.
 *
 * @param timeout_ns	for all of it; UIOMAP_FOREVER: no limit
 * @return -1 with errno
 *	- ETIMEDOUT: no vsync came that latched it. EINTR: a signal handler ran
 *	  (only with handlers without SA_RESTART). After these two the flip, if
 *	  it was asked for already, stays asked for: the next call waits for it
 *	  before it copies anything, so nothing tears.
 *	- EIO: the device refused the flip, this one or one that was still asked
 *	  for; the old page stays on screen
 *	- ENODEV; EINVAL: a timeout below UIOMAP_FOREVER
 */
int fb_present(struct fb *fb, int64_t timeout_ns);

/** All 0 for a framebuffer of NULL. */
void fb_get_stats(const struct fb *fb, struct fb_stats *stats);

#endif /* FB_H */
