/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Page flips, and vsyncs told or missed. */
#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "blit.h"
#include "internal.h"

struct present {
	struct fb *fb;
	int64_t timeout_ns;
	int64_t end;		/* on our clock, or UIOMAP_FOREVER */
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Whether the pending flip is done: only then is the other page free. */
static bool latched(struct fb *fb)
{
	/* The device writes FLIP_DONE, then VSYNC_SEQ. We read them the other way round: if it isn't done, then not at this vsync. */
	uint32_t vsync = fb_read(fb, UIO_DUMMY_FB_VSYNC_SEQ);

	if (fb_read(fb, UIO_DUMMY_FB_FLIP_DONE) == fb->flip)
		return true;
	fb->unlatched = vsync;
	return false;
}

/* The pending flip is done: take stock. */
static int settle(struct fb *fb)
{
	/* Not VSYNC_SEQ: we may have come late, and by now it may be further on. */
	uint32_t vsync = fb->unlatched + 1;

	fb->pending = false;
	/* Which page is on screen is the device's word. */
	if (fb_read(fb, UIO_DUMMY_FB_FRONT) != fb->page[fb->back])
		return fb_fail(fb, EIO, "it refused flip %" PRIu32 " to the page at 0x%" PRIx32 " and shows the one at 0x%" PRIx32
			       " (status 0x%" PRIx32 ")", fb->flip, fb->page[fb->back], fb_read(fb, UIO_DUMMY_FB_FRONT),
			       fb_read(fb, UIO_DUMMY_FB_STATUS));
	if (fb->stats.flips++) {
		fb->stats.vsyncs += vsync - fb->vsync;
		fb->stats.missed += vsync - fb->vsync - 1;
	}
	fb->vsync = vsync;
	fb->back = !fb->back;
	return 0;
}

static int fail_late(const struct present *p)
{
	const struct fb *fb = p->fb;
	uint32_t vsyncs = fb->unlatched - fb->asked;

	/* A driver that leaves mappings of a removed device alive lets us read old registers for ever. */
	if (uiomap_device_removed(fb->device))
		return fb_fail(fb, ENODEV, "it is gone (unbound or unplugged)");
	if (vsyncs)
		return fb_fail(fb, ETIMEDOUT, "flip %" PRIu32 " was not latched in %" PRId64 " ms, at none of %" PRIu32 " vsyncs",
			       fb->flip, p->timeout_ns / FB_MS, vsyncs);
	return fb_fail(fb, ETIMEDOUT, "flip %" PRIu32 " was not latched in %" PRId64 " ms: no vsync came after number %" PRIu32
		       "; does the device stand still?", fb->flip, p->timeout_ns / FB_MS, fb->unlatched);
}

/* Wait for the pending flip. */
static int wait_flip(const struct present *p)
{
	struct fb *fb = p->fb;
	/* An interrupt can get lost: look by ourselves after a few frames' time. */
	int64_t look = 3 * fb_frame_ns(fb) > 50 * FB_MS ? 3 * fb_frame_ns(fb) : 50 * FB_MS;
	bool told = true;

	for (;;) {
		int64_t left = p->end == UIOMAP_FOREVER ? look : p->end - now();
		uint32_t count;

		/* Acknowledge before looking: a vsync after the look asserts the line again. */
		fb_write(fb, UIO_DUMMY_IRQ_ACK, fb_read(fb, UIO_DUMMY_IRQ_SEQ));
		if (latched(fb)) {
			fb->stats.lost_interrupts += !told;
			return settle(fb);
		}
		if (left <= 0)
			return fail_late(p);
		told = uiomap_irq_wait(fb->device, left < look ? left : look, &count) == 0;
		if (told)
			fb->stats.interrupts += count;
		else if (errno == ENOTSUP)
			/* It has none: look every millisecond. */
			told = nanosleep(&(struct timespec){ .tv_nsec = FB_MS }, NULL) == 0;
		else if (errno != ETIMEDOUT)
			return fb_fail_uiomap();
	}
}

static int present(void *arg)
{
	struct present *p = arg;
	struct fb *fb = p->fb;

	/* After a timeout the last flip may still be pending: then neither page is free. */
	if (fb->pending && wait_flip(p) < 0)
		return -1;
	/* The shadow has VRAM's stride: a page is one run. */
	blit((volatile char *)uiomap_region_base(fb->vram) + fb->page[fb->back], fb->surface->pixels,
	     (size_t)fb->mode.stride * fb->mode.height, uiomap_region_info(fb->vram)->kind);
	fb->asked = fb->unlatched = fb_read(fb, UIO_DUMMY_FB_VSYNC_SEQ);
	fb->flip++;
	fb->pending = true;
	fb_write(fb, UIO_DUMMY_FB_FLIP_OFFSET, fb->page[fb->back]);
	/* Orders: pixels, also those still in write-combining buffers, and the offset -> the flip. */
	uiomap_doorbell32(fb->regs, UIO_DUMMY_FB_FLIP_SEQ, fb->flip);
	/* The first frame switches the screen on; later it is on already. */
	fb_write(fb, UIO_DUMMY_FB_CTRL, UIO_DUMMY_FB_SCANOUT);
	return wait_flip(p);
}

int fb_present(struct fb *fb, int64_t timeout_ns)
{
	struct present p = { .fb = fb, .timeout_ns = timeout_ns, .end = UIOMAP_FOREVER };
	int64_t begin = now();

	if (!fb)
		return fb_fail(NULL, EINVAL, "fb_present: no framebuffer given (NULL)");
	if (timeout_ns < UIOMAP_FOREVER)
		return fb_fail(fb, EINVAL, "timeout %" PRId64 " ns is negative", timeout_ns);
	/* Beyond the end of time is for ever. */
	if (timeout_ns != UIOMAP_FOREVER && timeout_ns <= INT64_MAX - begin)
		p.end = begin + timeout_ns;
	return fb_guarded(fb, present, &p);
}
