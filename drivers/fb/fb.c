/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The core, common to all framebuffers: it checks the mode and alternates between two pages,
 * and never draws into the one on screen.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "blit.h"
#include "driver-clock.h"
#include "fb-internal.h"

static const struct fb_backend * const backends[] = { &fb_bochs, &fb_sim };

struct opening {
	struct fb *fb;
	const struct fb_mode *requested;
};

struct presenting {
	struct fb *fb;
	struct fb_deadline deadline;
};

const char *fb_error(void)
{
	return driver_error();
}

/* Registers can contain anything: accept only a mode that is consistent and fits into the map. */
static int place_pages(struct fb *fb, uint64_t vram)
{
	const struct fb_mode *m = &fb->mode;
	uint32_t pixel = surface_pixel_size(m->format);
	uint64_t frame;

	/* The map may be larger than the VRAM that the device can show. */
	if (uiomap_region_size(fb->vram) < vram)
		vram = uiomap_region_size(fb->vram);
	if (!pixel)
		return driver_fail(fb->device, ENOTSUP,
				   "pixel format 0x%08" PRIx32 " is neither XR24 nor RG16",
				   (uint32_t)m->format);
	if (!m->width || !m->height || m->stride % pixel || (uint64_t)m->width * pixel > m->stride)
		return driver_fail(fb->device, EPROTO,
				   "its mode makes no sense: %" PRIu32 " x %" PRIu32
				   " pixels of %" PRIu32 " bytes, stride %" PRIu32,
				   m->width, m->height, pixel, m->stride);
	frame = (uint64_t)m->stride * m->height;
	if (frame > vram)
		return driver_fail(fb->device, EPROTO,
				   "its mode makes no sense: a frame of %" PRIu32 " x %" PRIu32
				   " takes %" PRIu64 " bytes, its VRAM has %" PRIu64,
				   m->width, m->height, frame, vram);
	frame = (frame + 63) / 64 * 64;
	if (frame * FB_PAGES > vram || frame * FB_PAGES > UINT32_MAX)
		return driver_fail(fb->device, ENOTSUP,
				   "VRAM of %" PRIu64
				   " bytes has no room for a second page of %" PRIu64
				   ", so pages can't be flipped; set a smaller mode",
				   vram, frame);
	for (unsigned int i = 0; i < FB_PAGES; i++)
		fb->page[i] = (uint32_t)frame * i;
	return 0;
}

static int start(void *arg)
{
	const struct opening *o = arg;
	struct fb *fb = o->fb;
	uint64_t vram;

	if (fb->backend->mode(fb, o->requested, &vram) < 0 || place_pages(fb, vram) < 0)
		return -1;
	fb->surface =
		surface_new(fb->mode.width, fb->mode.height, fb->mode.stride, fb->mode.format);
	if (!fb->surface)
		return driver_fail(fb->device, errno,
				   "no memory for a shadow of %" PRIu32 " x %" PRIu32 " pixels",
				   fb->mode.width, fb->mode.height);
	return fb->backend->start(fb);
}

static int recognise(struct fb *fb)
{
	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++)
		if (backends[i]->recognise(fb)) {
			fb->backend = backends[i];
			return 0;
		}
	return driver_fail(
		fb->device, ENOTSUP,
		"it is not a supported framebuffer: neither PCI 1234:1111, nor has it a map "
		"\"registers\"");
}

struct fb *fb_open(const char *selector, const struct fb_mode *requested)
{
	static const struct fb_mode any;
	struct fb *fb = calloc(1, sizeof(*fb));
	struct opening o = { .fb = fb, .requested = requested ? requested : &any };

	if (!fb) {
		driver_fail(NULL, ENOMEM, "no memory for a framebuffer");
		return NULL;
	}
	/* Two programs that flip the same device's pages would draw into each other's. */
	fb->device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	if (!fb->device || uiomap_guard_install() < 0) {
		driver_fail_uiomap();
		goto close;
	}
	fb->guarded = true;
	if (recognise(fb) == 0 && fb->backend->map(fb) == 0 &&
	    driver_guard(fb->device, start, &o) == 0)
		return fb;

close:
	fb_close(fb);
	return NULL;
}

static int stop(void *arg)
{
	struct fb *fb = arg;

	fb->backend->stop(fb);
	return 0;
}

void fb_close(struct fb *fb)
{
	struct driver_error saved;

	if (!fb)
		return;
	saved = driver_error_save();
	if (fb->surface) /* nothing was written before it exists */
		driver_guard(fb->device, stop, fb);
	if (fb->guarded)
		uiomap_guard_remove();
	uiomap_close(fb->device);
	surface_free(fb->surface);
	free(fb);
	driver_error_restore(&saved);
}

/*
 * On success the requested page is on screen, or will be at the next refresh. The other one
 * becomes the page to draw to.
 */
static int wait_flip(struct fb *fb, const struct fb_deadline *deadline)
{
	if (fb->backend->wait(fb, deadline) < 0)
		return -1;
	fb->stats.flips++;
	fb->back = !fb->back;
	return 0;
}

static int present(void *arg)
{
	struct presenting *p = arg;
	struct fb *fb = p->fb;

	/* After a timeout the last flip may still be pending, and neither page is free. */
	if (fb->pending && wait_flip(fb, &p->deadline) < 0)
		return -1;
	/* The shadow has the same stride as VRAM, so a page is one copy. */
	blit((volatile char *)uiomap_region_base(fb->vram) + fb->page[fb->back],
	     fb->surface->pixels, (size_t)fb->mode.stride * fb->mode.height,
	     uiomap_region_info(fb->vram)->memtype);
	if (fb->backend->flip(fb) < 0)
		return -1;
	fb->pending = true;
	return wait_flip(fb, &p->deadline);
}

int fb_present(struct fb *fb, int64_t timeout_ns)
{
	struct presenting p = { .fb = fb,
				.deadline = { .timeout_ns = timeout_ns, .end = UIOMAP_FOREVER } };
	int64_t begin = clock_now_ns();

	if (!fb)
		return driver_fail(NULL, EINVAL, "fb_present: no framebuffer given (NULL)");
	if (timeout_ns < UIOMAP_FOREVER)
		return driver_fail(fb->device, EINVAL, "timeout %" PRId64 " ns is negative",
				   timeout_ns);
	/* A sum that overflows means no limit. */
	if (timeout_ns != UIOMAP_FOREVER && timeout_ns <= INT64_MAX - begin)
		p.deadline.end = begin + timeout_ns;
	return driver_guard(fb->device, present, &p);
}

const struct fb_mode *fb_mode(const struct fb *fb)
{
	if (fb)
		return &fb->mode;
	driver_fail(NULL, EINVAL, "fb_mode: no framebuffer given (NULL)");
	return NULL;
}

struct surface *fb_surface(struct fb *fb)
{
	if (fb)
		return fb->surface;
	driver_fail(NULL, EINVAL, "fb_surface: no framebuffer given (NULL)");
	return NULL;
}

void fb_get_stats(const struct fb *fb, struct fb_stats *stats)
{
	*stats = fb ? fb->stats : (struct fb_stats){ 0 };
}
