/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file fb.h
 * Framebuffer driver with a shadow surface in ordinary memory and page flips. It
 * only writes to VRAM, in long runs: reading write-combining memory is very
 * slow.
 *
 * It supports two kinds of device, recognised by their maps or ids, not by the
 * device's name:
 *  - the framebuffer of kernel/uio_dummy.h (the section "framebuffer"), by its
 *    maps "registers" and "vram". It has one fixed mode, and vsync;
 *  - QEMU's bochs-display, by its PCI ids 1234:1111, under uio_stub or
 *    uio_pci_generic. It can set any mode of which two pages fit into VRAM; it
 *    has no vsync. (QEMU's VGA cards have the same ids, but more registers,
 *    which this driver doesn't set.)
 *
 * ERRORS. As in libuiomap: -1 or NULL with errno, and fb_error() in words.
 * THREADS. One framebuffer is used by one thread at a time.
 * REMOVAL. After removal of the device every function fails with ENODEV; the
 * surface stays usable until fb_close().
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

/** Counters since fb_open(); they wrap. Without vsync only flips is counted. */
struct fb_stats {
	/** pages shown, or accepted by the device for its next refresh */
	uint32_t flips;
	uint32_t vsyncs; /**< vsyncs from the first flip to the last one */
	/** vsyncs between two flips at which there was no new page */
	uint32_t missed;
	uint32_t interrupts; /**< as counted by the kernel */
	/** flips found complete although no interrupt came */
	uint32_t lost_interrupts;
};

/**
 * The last error of the calling thread in words; "" if there was none. Valid until its next failing
 * call.
 */
const char *fb_error(void);

/**
 * Open the device exclusively and set its mode. Scanout that an earlier user left on is
 * stopped; the first fb_present() starts it again.
 * @param selector	as for uiomap_open()
 * @param requested width, height and format; 0 (NULL: all 0) takes the device's current or
 *	preferred value (bochs-display: from its EDID, else 1024 x 768; XR24). Stride and
 *	refresh are ignored
 * @return NULL with errno
 *	- those of uiomap_open() (EBUSY: another program has it open) and uiomap_map_name()
 *	- ENOTSUP: not a framebuffer of these kinds, a mode it doesn't have, a
 *	  format that isn't known, or VRAM for fewer than two pages
 *	- EPROTO: the device's registers contradict each other or its VRAM
 *	- ETIMEDOUT: the scanout of the earlier user's last frame doesn't end
 *	- ENOMEM
 */
struct fb *fb_open(const char *selector, const struct fb_mode *requested);

/** Stop scanout and close. Accepts NULL. Keeps errno. */
void fb_close(struct fb *fb);

/** The mode in use. Valid until fb_close(). NULL only if fb is NULL. */
const struct fb_mode *fb_mode(const struct fb *fb);

/**
 * The shadow surface to draw into, with the mode's size and format, black at first. Belongs to
 * the framebuffer. NULL only if fb is NULL.
 */
struct surface *fb_surface(struct fb *fb);

/**
 * Show the surface: copy it to the page that is not being scanned out, request
 * a flip, and wait until the device has latched it at a vsync. When this
 * returns 0, the other page is free, and there is no tearing.
 *
 * A device without vsync (refresh_mhz is 0) accepts the page at once and shows
 * it from its next refresh on, which the driver can't observe. So this returns
 * as soon as the device has the page's offset, never waits, and doesn't limit
 * the frame rate. Until that refresh the other page may still be read:
 * presenting again before it may tear the frame that is shown. The last page
 * presented is shown whole.
 *
 * @param timeout_ns for the whole call; UIOMAP_FOREVER: no limit
 * @return -1 with errno
 *	- ETIMEDOUT: no vsync latched the flip. EINTR: a signal handler ran
 *	  (only with handlers without SA_RESTART). After these two a flip that
 *	  was requested stays pending. The next call waits for it before it
 *	  copies anything, so there is no tearing.
 *	- EIO: the device refused this flip or one that was still pending; the
 *	  old page stays on screen
 *	- ENODEV; EINVAL: a timeout below UIOMAP_FOREVER
 */
int fb_present(struct fb *fb, int64_t timeout_ns);

/** All 0 if fb is NULL. */
void fb_get_stats(const struct fb *fb, struct fb_stats *stats);

#endif /* FB_H */
