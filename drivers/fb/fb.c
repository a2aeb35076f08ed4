/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The device: mode, page flip, vsync. Register names are those of
 * kernel/uio_dummy.h, section "framebuffer", which is its data sheet.
 */
#include "fb.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <uio_dummy.h>
#include <uiomap.h>

#include "blit.h"

#define PAGES 2

struct fb {
	struct uiomap_device *device;
	struct uiomap_region *vram;
	volatile void *regs;
	struct fb_mode mode;
	struct surface *surface;
	uint32_t page[PAGES];		/* offsets in VRAM */
	unsigned int front;		/* the page that was asked for last */
	uint32_t flip;			/* FLIP_SEQ as asked for last */
	bool guarded;			/* uiomap_guard_install() is ours to undo */
	uint32_t vsync;			/* VSYNC_SEQ at the last flip */
	struct fb_stats stats;
};

static _Thread_local char message[256];

static int fail(int error, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
static int fail(int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	errno = error;
	return -1;
}

/* Pass on what the library says. */
static int fail_uiomap(void)
{
	return fail(errno, "%s", uiomap_error());
}

const char *fb_error(void)
{
	return message;
}

static const char *name(const struct fb *fb)
{
	return uiomap_info_name(uiomap_device_info(fb->device));
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Registers can say anything: believe only what fits together, and fits the map. */
static int read_mode(struct fb *fb)
{
	size_t vram = uiomap_region_size(fb->vram);
	struct fb_mode *m = &fb->mode;
	uint64_t frame;
	uint32_t pixel;

	m->width = uiomap_read32(fb->regs, UIO_DUMMY_FB_WIDTH);
	m->height = uiomap_read32(fb->regs, UIO_DUMMY_FB_HEIGHT);
	m->stride = uiomap_read32(fb->regs, UIO_DUMMY_FB_STRIDE);
	m->format = (enum surface_format)uiomap_read32(fb->regs, UIO_DUMMY_FB_FORMAT);
	m->refresh_mhz = uiomap_read32(fb->regs, UIO_DUMMY_FB_REFRESH_MHZ);

	pixel = surface_pixel_size(m->format);
	if (!pixel)
		return fail(ENOTSUP, "%s: its pixel format 0x%08x is none of XR24, RG16", name(fb), (unsigned int)m->format);
	if (!m->width || !m->height || m->stride % pixel || (uint64_t)m->width * pixel > m->stride)
		return fail(EPROTO, "%s: its mode makes no sense: %u x %u pixels of %u bytes, stride %u", name(fb), m->width,
			    m->height, pixel, m->stride);
	frame = ((uint64_t)m->stride * m->height + 63) / 64 * 64;
	if (frame > vram)
		return fail(EPROTO, "%s: a frame of %u x %u takes %llu bytes, its map \"vram\" has %zu", name(fb), m->width,
			    m->height, (unsigned long long)frame, vram);
	if (frame * PAGES > vram || frame * PAGES > UINT32_MAX)
		return fail(ENOTSUP, "%s: VRAM of %zu bytes has no room for a second page of %llu, so pages can't be flipped; set a smaller mode",
			    name(fb), vram, (unsigned long long)frame);
	for (unsigned int i = 0; i < PAGES; i++)
		fb->page[i] = (uint32_t)frame * i;
	return 0;
}

static int start(void *arg)
{
	struct fb *fb = arg;

	if (uiomap_read32(fb->regs, UIO_DUMMY_MAGIC) != UIO_DUMMY_MAGIC_VALUE ||
	    uiomap_read32(fb->regs, UIO_DUMMY_MODEL) != UIO_DUMMY_MODEL_FRAMEBUFFER)
		return fail(ENOTSUP, "%s is not a framebuffer: magic 0x%08x, model %u", name(fb),
			    uiomap_read32(fb->regs, UIO_DUMMY_MAGIC), uiomap_read32(fb->regs, UIO_DUMMY_MODEL));
	if (read_mode(fb) < 0)
		return -1;
	fb->surface = surface_new(fb->mode.width, fb->mode.height, fb->mode.stride, fb->mode.format);
	if (!fb->surface)
		return fail(errno, "%s: no memory for a shadow of %u x %u pixels", name(fb), fb->mode.width, fb->mode.height);
	/* Someone before us may have left a flip asked for: begin where the device is, and take the other page. */
	fb->flip = uiomap_read32(fb->regs, UIO_DUMMY_FB_FLIP_SEQ);
	fb->front = uiomap_read32(fb->regs, UIO_DUMMY_FB_FRONT) == fb->page[1];
	uiomap_write32(fb->regs, UIO_DUMMY_IRQ_ENABLE, 1);
	uiomap_write32(fb->regs, UIO_DUMMY_FB_CTRL, UIO_DUMMY_FB_SCANOUT);
	return 0;
}

struct fb *fb_open(const char *selector)
{
	struct uiomap_region *regs;
	struct fb *fb = calloc(1, sizeof(*fb));

	if (!fb) {
		fail(ENOMEM, "no memory for a framebuffer");
		return NULL;
	}
	fb->device = uiomap_open(selector, 0);
	if (!fb->device || uiomap_guard_install() < 0) {
		fail_uiomap();
		goto close;
	}
	fb->guarded = true;
	regs = uiomap_map_name(fb->device, "registers", 0);
	if (!regs) {
		fail_uiomap();
		goto close;
	}
	if (uiomap_region_size(regs) < UIO_DUMMY_REGS_SIZE) {
		fail(ENOTSUP, "%s is not a framebuffer: its registers are %zu bytes, not %d", name(fb), uiomap_region_size(regs),
		     UIO_DUMMY_REGS_SIZE);
		goto close;
	}
	fb->regs = uiomap_region_base(regs);
	fb->vram = uiomap_map_name(fb->device, "vram", 0);
	if (!fb->vram) {
		fail_uiomap();
		goto close;
	}
	message[0] = '\0';
	if (uiomap_guard(fb->device, start, fb) < 0) {
		if (errno == ENODEV)
			fail_uiomap();
		goto close;
	}
	return fb;

close:
	fb_close(fb);
	return NULL;
}

static int stop(void *arg)
{
	struct fb *fb = arg;

	uiomap_write32(fb->regs, UIO_DUMMY_FB_CTRL, 0);
	uiomap_write32(fb->regs, UIO_DUMMY_IRQ_ENABLE, 0);
	return 0;
}

void fb_close(struct fb *fb)
{
	int error = errno;

	if (!fb)
		return;
	if (fb->surface)	/* only then it was started */
		uiomap_guard(fb->device, stop, fb);
	if (fb->guarded)
		uiomap_guard_remove();
	uiomap_close(fb->device);
	surface_free(fb->surface);
	free(fb);
	errno = error;
}

const struct fb_mode *fb_mode(const struct fb *fb)
{
	return &fb->mode;
}

struct surface *fb_surface(struct fb *fb)
{
	return fb->surface;
}

void fb_get_stats(const struct fb *fb, struct fb_stats *stats)
{
	*stats = fb->stats;
}

/* All flips asked for are done: only then is the other page free. */
static bool flipped(struct fb *fb)
{
	return uiomap_read32(fb->regs, UIO_DUMMY_FB_FLIP_DONE) == fb->flip;
}

static int wait_flipped(struct fb *fb, int64_t end, int64_t timeout_ns)
{
	/* An interrupt can get lost: look by ourselves after a few frames' time. */
	int64_t frame = fb->mode.refresh_mhz ? INT64_C(1000000000000) / fb->mode.refresh_mhz : 0;
	int64_t look = frame * 3 > 50000000 ? frame * 3 : 50000000;

	for (;;) {
		int64_t left = end == UIOMAP_FOREVER ? look : end - now();
		uint32_t count;

		/* Acknowledge before looking: a vsync after the look asserts the line again. */
		uiomap_write32(fb->regs, UIO_DUMMY_IRQ_ACK, uiomap_read32(fb->regs, UIO_DUMMY_IRQ_SEQ));
		if (flipped(fb))
			return 0;
		if (left <= 0)
			return fail(ETIMEDOUT, "%s: flip %u was not latched in %lld ms: no vsync; does the scanout stand still?", name(fb),
				    fb->flip, (long long)(timeout_ns / 1000000));
		if (uiomap_irq_wait(fb->device, left < look ? left : look, &count) == 0)
			fb->stats.interrupts += count;
		else if (errno != ETIMEDOUT && errno != ENOTSUP)
			return fail_uiomap();
		else if (errno == ENOTSUP)
			/* No interrupt at all: look every millisecond. */
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		else if (flipped(fb))
			fb->stats.lost_interrupts++;
	}
}

/* Only writes. The shadow has VRAM's stride, so that a page is one run. */
static void copy_page(struct fb *fb, uint32_t offset)
{
	blit((volatile char *)uiomap_region_base(fb->vram) + offset, fb->surface->pixels,
	     (size_t)fb->mode.stride * fb->mode.height, uiomap_region_info(fb->vram)->kind);
}

struct present {
	struct fb *fb;
	int64_t timeout_ns;
};

static int present(void *arg)
{
	struct present *p = arg;
	struct fb *fb = p->fb;
	int64_t end = p->timeout_ns == UIOMAP_FOREVER ? UIOMAP_FOREVER : now() + p->timeout_ns;
	uint32_t vsync;

	/* After a timeout the last flip may still be pending: neither page is free then. */
	if (!flipped(fb) && wait_flipped(fb, end, p->timeout_ns) < 0)
		return -1;
	/* What is being scanned out is the device's word: it may have refused the last flip. */
	fb->front = uiomap_read32(fb->regs, UIO_DUMMY_FB_FRONT) == fb->page[1];
	copy_page(fb, fb->page[!fb->front]);
	uiomap_write32(fb->regs, UIO_DUMMY_FB_FLIP_OFFSET, fb->page[!fb->front]);
	/* Doorbell: pixels, also those still in write-combining buffers, and the offset come before it. */
	uiomap_doorbell32(fb->regs, UIO_DUMMY_FB_FLIP_SEQ, ++fb->flip);
	if (wait_flipped(fb, end, p->timeout_ns) < 0)
		return -1;
	if (uiomap_read32(fb->regs, UIO_DUMMY_FB_FRONT) != fb->page[!fb->front])
		return fail(EIO, "%s: it refused to show the page at 0x%x (status 0x%x)", name(fb), fb->page[!fb->front],
			    uiomap_read32(fb->regs, UIO_DUMMY_FB_STATUS));
	fb->front = !fb->front;
	vsync = uiomap_read32(fb->regs, UIO_DUMMY_FB_VSYNC_SEQ);
	if (fb->stats.flips++) {
		fb->stats.vsyncs += vsync - fb->vsync;
		fb->stats.missed += vsync - fb->vsync - 1;
	}
	fb->vsync = vsync;
	return 0;
}

int fb_present(struct fb *fb, int64_t timeout_ns)
{
	struct present p = { fb, timeout_ns };

	if (!fb || timeout_ns < UIOMAP_FOREVER)
		return fail(EINVAL, "fb_present: %s", fb ? "negative timeout" : "no framebuffer given (NULL)");
	if (uiomap_guard(fb->device, present, &p) == 0)
		return 0;
	return errno == ENODEV ? fail_uiomap() : -1;
}
