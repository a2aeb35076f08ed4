/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_dummy's framebuffer (kernel/uio_dummy.h, section "framebuffer"): one
 * fixed mode, flips latched at vsync, an interrupt at each of them.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include <uio_dummy.h>

#include "driver-clock.h"
#include "fb-internal.h"

static uint32_t get(const struct fb *fb, size_t reg)
{
	return uiomap_read32(uiomap_region_base(fb->registers), reg);
}

static void put(struct fb *fb, size_t reg, uint32_t value)
{
	uiomap_write32(uiomap_region_base(fb->registers), reg, value);
}

/*
 * The device's name is the user's choice, but the names of its maps are fixed. sim_mode()
 * checks the registers.
 */
static bool sim_recognise(struct fb *fb)
{
	const struct uiomap_info *info = uiomap_device_info(fb->device);

	for (unsigned int i = 0; i < uiomap_info_map_count(info); i++)
		if (!strcmp(uiomap_info_map(info, i)->name, "registers"))
			return true;
	return false;
}

static int sim_map(struct fb *fb)
{
	fb->registers = uiomap_map_name(fb->device, "registers", 0);
	if (!fb->registers)
		return driver_fail_uiomap();
	if (uiomap_region_size(fb->registers) < UIO_DUMMY_REGS_SIZE)
		return driver_fail(fb->device, ENOTSUP,
				   "it is not a framebuffer: its registers have %zu bytes, not %d",
				   uiomap_region_size(fb->registers), UIO_DUMMY_REGS_SIZE);
	fb->vram = uiomap_map_name(fb->device, "vram", 0);
	if (fb->vram)
		return 0;
	if (errno == ERANGE)
		return driver_fail(
			NULL, ERANGE,
			"%s; if it is a framebuffer, its kernel driver may leave prefetchable memory out, which uio_stub doesn't",
			uiomap_error());
	return driver_fail_uiomap();
}

static int sim_mode(struct fb *fb, const struct fb_mode *requested, uint64_t *vram)
{
	uint32_t magic = get(fb, UIO_DUMMY_MAGIC), model = get(fb, UIO_DUMMY_MODEL);
	struct fb_mode *m = &fb->mode;

	if (magic != UIO_DUMMY_MAGIC_VALUE || model != UIO_DUMMY_MODEL_FRAMEBUFFER)
		return driver_fail(fb->device, ENOTSUP,
				   "it is not a framebuffer: magic 0x%08" PRIx32 ", model %" PRIu32,
				   magic, model);
	m->width = get(fb, UIO_DUMMY_FB_WIDTH);
	m->height = get(fb, UIO_DUMMY_FB_HEIGHT);
	m->stride = get(fb, UIO_DUMMY_FB_STRIDE);
	m->format = (enum surface_format)get(fb, UIO_DUMMY_FB_FORMAT);
	m->refresh_mhz = get(fb, UIO_DUMMY_FB_REFRESH_MHZ);
	*vram = get(fb, UIO_DUMMY_FB_VRAM_SIZE);
	if ((requested->width && requested->width != m->width) ||
	    (requested->height && requested->height != m->height) ||
	    (requested->format && requested->format != m->format))
		return driver_fail(fb->device, ENOTSUP,
				   "its mode is %" PRIu32 " x %" PRIu32 " in format 0x%08" PRIx32
				   " and can't be changed to %" PRIu32 " x %" PRIu32
				   " in 0x%08" PRIx32 " (0: any)",
				   m->width, m->height, (uint32_t)m->format, requested->width,
				   requested->height, (uint32_t)requested->format);
	return 0;
}

/* How long a frame takes; 0 if the device doesn't say. */
static int64_t frame_ns(const struct fb *fb)
{
	return fb->mode.refresh_mhz ? INT64_C(1000000000000) / fb->mode.refresh_mhz : 0;
}

/* An earlier user may have left scanout enabled, on any page, and a flip pending. */
static int sim_start(struct fb *fb)
{
	int64_t timeout = 2 * frame_ns(fb) + 1000 * FB_MS;
	uint32_t status;

	put(fb, UIO_DUMMY_FB_CTRL, 0);
	if (uiomap_region_poll32(fb->registers, UIO_DUMMY_FB_STATUS, UIO_DUMMY_FB_ACTIVE, 0,
				 timeout, &status) < 0) {
		if (errno != ETIMEDOUT)
			return driver_fail_uiomap();
		return driver_fail(
			fb->device, ETIMEDOUT,
			"an earlier user's last frame is still being scanned out after %" PRId64
			" ms (status 0x%" PRIx32 "); does the device hang?",
			timeout / FB_MS, status);
	}
	/*
	 * Only this driver requests flips from now on. A flip that is still pending never
	 * happens: our first one replaces it.
	 */
	fb->sim.flip = get(fb, UIO_DUMMY_FB_FLIP_SEQ);
	fb->back = get(fb, UIO_DUMMY_FB_FRONT) == fb->page[0];
	put(fb, UIO_DUMMY_IRQ_ENABLE, 1);
	return 0;
}

static int sim_flip(struct fb *fb)
{
	fb->sim.asked = fb->sim.unlatched = get(fb, UIO_DUMMY_FB_VSYNC_SEQ);
	fb->sim.flip++;
	put(fb, UIO_DUMMY_FB_FLIP_OFFSET, fb->page[fb->back]);
	/*
	 * Orders: pixels, including those in write-combining buffers, and the offset -> the
	 * flip.
	 */
	uiomap_doorbell32(uiomap_region_base(fb->registers), UIO_DUMMY_FB_FLIP_SEQ, fb->sim.flip);
	/* The first flip enables scanout. */
	put(fb, UIO_DUMMY_FB_CTRL, UIO_DUMMY_FB_SCANOUT);
	return 0;
}

/* Whether the pending flip is done, so that the other page is free. */
static bool latched(struct fb *fb)
{
	/*
	 * The device writes FLIP_DONE, then VSYNC_SEQ. Read them in the opposite order: if the
	 * flip isn't done, this vsync didn't latch it.
	 */
	uint32_t vsync = get(fb, UIO_DUMMY_FB_VSYNC_SEQ);

	if (get(fb, UIO_DUMMY_FB_FLIP_DONE) == fb->sim.flip)
		return true;
	fb->sim.unlatched = vsync;
	return false;
}

/* The pending flip is done: count it. */
static int finish_flip(struct fb *fb)
{
	/* Not VSYNC_SEQ: there may have been further vsyncs since the flip. */
	uint32_t vsync = fb->sim.unlatched + 1;

	fb->pending = false;
	/* Only the device knows which page is on screen. */
	if (get(fb, UIO_DUMMY_FB_FRONT) != fb->page[fb->back])
		return driver_fail(fb->device, EIO,
				   "it refused flip %" PRIu32 " to the page at 0x%" PRIx32
				   " and shows the one at 0x%" PRIx32 " (status 0x%" PRIx32 ")",
				   fb->sim.flip, fb->page[fb->back], get(fb, UIO_DUMMY_FB_FRONT),
				   get(fb, UIO_DUMMY_FB_STATUS));
	if (fb->stats.flips) {
		fb->stats.vsyncs += vsync - fb->sim.vsync;
		fb->stats.missed += vsync - fb->sim.vsync - 1;
	}
	fb->sim.vsync = vsync;
	return 0;
}

static int fail_late(const struct fb *fb, const struct fb_deadline *deadline)
{
	uint32_t vsyncs = fb->sim.unlatched - fb->sim.asked;
	int64_t ms = deadline->timeout_ns / FB_MS;

	/*
	 * Some kernel drivers leave the mappings of a removed device in place; reads then
	 * return old values forever.
	 */
	if (uiomap_device_removed(fb->device))
		return driver_fail(fb->device, ENODEV, "it is gone (unbound or unplugged)");
	if (vsyncs)
		return driver_fail(fb->device, ETIMEDOUT,
				   "flip %" PRIu32 " was not latched in %" PRId64
				   " ms, at none of %" PRIu32 " vsyncs",
				   fb->sim.flip, ms, vsyncs);
	return driver_fail(fb->device, ETIMEDOUT,
			   "flip %" PRIu32 " was not latched in %" PRId64
			   " ms: no vsync came after number %" PRIu32 "; does the device hang?",
			   fb->sim.flip, ms, fb->sim.unlatched);
}

static int sim_wait(struct fb *fb, const struct fb_deadline *deadline)
{
	/* An interrupt can get lost: check without one after a few frames' time. */
	int64_t interval = 3 * frame_ns(fb) > 50 * FB_MS ? 3 * frame_ns(fb) : 50 * FB_MS;
	bool interrupted = true;

	for (;;) {
		int64_t left = deadline->end == UIOMAP_FOREVER ? interval :
								 deadline->end - clock_now_ns();
		uint32_t count;

		/*
		 * Acknowledge before the check: a vsync after the check then asserts the line
		 * again.
		 */
		put(fb, UIO_DUMMY_IRQ_ACK, get(fb, UIO_DUMMY_IRQ_SEQ));
		if (latched(fb)) {
			fb->stats.lost_interrupts += !interrupted;
			return finish_flip(fb);
		}
		if (left <= 0)
			return fail_late(fb, deadline);
		interrupted =
			uiomap_irq_wait(fb->device, left < interval ? left : interval, &count) == 0;
		if (interrupted)
			fb->stats.interrupts += count;
		else if (errno == ENOTSUP)
			/* No interrupt: check every millisecond. */
			interrupted = nanosleep(&(struct timespec){ .tv_nsec = FB_MS }, NULL) == 0;
		else if (errno != ETIMEDOUT)
			return driver_fail_uiomap();
	}
}

static void sim_stop(struct fb *fb)
{
	put(fb, UIO_DUMMY_FB_CTRL, 0);
	put(fb, UIO_DUMMY_IRQ_ENABLE, 0);
}

const struct fb_backend fb_sim = {
	.recognise = sim_recognise,
	.map = sim_map,
	.mode = sim_mode,
	.start = sim_start,
	.flip = sim_flip,
	.wait = sim_wait,
	.stop = sim_stop,
};
