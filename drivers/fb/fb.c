/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Open and close: is it what we drive, and does its mode make sense? */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "internal.h"

/* Registers can say anything: believe only what fits together, and fits the map. */
static int read_mode(struct fb *fb)
{
	uint64_t vram = uiomap_region_size(fb->vram), frame;
	struct fb_mode *m = &fb->mode;
	uint32_t pixel;

	m->width = fb_read(fb, UIO_DUMMY_FB_WIDTH);
	m->height = fb_read(fb, UIO_DUMMY_FB_HEIGHT);
	m->stride = fb_read(fb, UIO_DUMMY_FB_STRIDE);
	m->format = (enum surface_format)fb_read(fb, UIO_DUMMY_FB_FORMAT);
	m->refresh_mhz = fb_read(fb, UIO_DUMMY_FB_REFRESH_MHZ);
	/* What the map has and the device doesn't, it can't show. */
	if (fb_read(fb, UIO_DUMMY_FB_VRAM_SIZE) < vram)
		vram = fb_read(fb, UIO_DUMMY_FB_VRAM_SIZE);

	pixel = surface_pixel_size(m->format);
	if (!pixel)
		return fb_fail(fb, ENOTSUP, "its pixel format 0x%08" PRIx32 " is none of XR24, RG16", (uint32_t)m->format);
	if (!m->width || !m->height || m->stride % pixel || (uint64_t)m->width * pixel > m->stride)
		return fb_fail(fb, EPROTO, "its mode makes no sense: %" PRIu32 " x %" PRIu32 " pixels of %" PRIu32
			       " bytes, stride %" PRIu32, m->width, m->height, pixel, m->stride);
	frame = (uint64_t)m->stride * m->height;
	if (frame > vram)
		return fb_fail(fb, EPROTO, "its mode makes no sense: a frame of %" PRIu32 " x %" PRIu32 " takes %" PRIu64
			       " bytes, its VRAM has %" PRIu64, m->width, m->height, frame, vram);
	frame = (frame + 63) / 64 * 64;
	if (frame * FB_PAGES > vram || frame * FB_PAGES > UINT32_MAX)
		return fb_fail(fb, ENOTSUP, "VRAM of %" PRIu64 " bytes has no room for a second page of %" PRIu64
			       ", so pages can't be flipped; set a smaller mode", vram, frame);
	for (unsigned int i = 0; i < FB_PAGES; i++)
		fb->page[i] = (uint32_t)frame * i;
	return 0;
}

int64_t fb_frame_ns(const struct fb *fb)
{
	return fb->mode.refresh_mhz ? INT64_C(1000000000000) / fb->mode.refresh_mhz : 0;
}

/* An earlier user may have left the scanout on, anywhere in VRAM, and a flip asked for. */
static int stop_scanout(struct fb *fb)
{
	int64_t patience = 2 * fb_frame_ns(fb) + 1000 * FB_MS;
	uint32_t status;

	fb_write(fb, UIO_DUMMY_FB_CTRL, 0);
	if (uiomap_region_poll32(fb->registers, UIO_DUMMY_FB_STATUS, UIO_DUMMY_FB_ACTIVE, 0, patience, &status) < 0) {
		if (errno != ETIMEDOUT)
			return fb_fail_uiomap();
		return fb_fail(fb, ETIMEDOUT, "the frame that an earlier user left is still being scanned out after %" PRId64
			       " ms (status 0x%" PRIx32 "); does the device stand still?", patience / FB_MS, status);
	}
	/* From here on nobody but us asks for flips. One that is still asked for will never be: ours takes its place. */
	fb->flip = fb_read(fb, UIO_DUMMY_FB_FLIP_SEQ);
	fb->back = fb_read(fb, UIO_DUMMY_FB_FRONT) == fb->page[0];
	fb_write(fb, UIO_DUMMY_IRQ_ENABLE, 1);
	return 0;
}

static int start(void *arg)
{
	struct fb *fb = arg;
	uint32_t magic = fb_read(fb, UIO_DUMMY_MAGIC), model = fb_read(fb, UIO_DUMMY_MODEL);

	if (magic != UIO_DUMMY_MAGIC_VALUE || model != UIO_DUMMY_MODEL_FRAMEBUFFER)
		return fb_fail(fb, ENOTSUP, "it is no framebuffer: magic 0x%08" PRIx32 ", model %" PRIu32, magic, model);
	if (read_mode(fb) < 0)
		return -1;
	fb->surface = surface_new(fb->mode.width, fb->mode.height, fb->mode.stride, fb->mode.format);
	if (!fb->surface)
		return fb_fail(fb, errno, "no memory for a shadow of %" PRIu32 " x %" PRIu32 " pixels", fb->mode.width,
			       fb->mode.height);
	return stop_scanout(fb);
}

static int map(struct fb *fb)
{
	fb->registers = uiomap_map_name(fb->device, "registers", 0);
	if (!fb->registers)
		return fb_fail_uiomap();
	if (uiomap_region_size(fb->registers) < UIO_DUMMY_REGS_SIZE)
		return fb_fail(fb, ENOTSUP, "it is no framebuffer: its registers are %zu bytes, not %d",
			       uiomap_region_size(fb->registers), UIO_DUMMY_REGS_SIZE);
	fb->regs = uiomap_region_base(fb->registers);
	fb->vram = uiomap_map_name(fb->device, "vram", 0);
	if (fb->vram)
		return 0;
	if (errno == ERANGE)
		return fb_fail(NULL, ERANGE, "%s; if it is a framebuffer, its kernel driver may leave prefetchable memory out, which uio_stub doesn't",
			    uiomap_error());
	return fb_fail_uiomap();
}

struct fb *fb_open(const char *selector)
{
	struct fb *fb = calloc(1, sizeof(*fb));

	if (!fb) {
		fb_fail(NULL, ENOMEM, "no memory for a framebuffer");
		return NULL;
	}
	/* Two who flip one device's pages would draw into each other's. */
	fb->device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	if (!fb->device || uiomap_guard_install() < 0) {
		fb_fail_uiomap();
		goto close;
	}
	fb->guarded = true;
	if (map(fb) == 0 && fb_guarded(fb, start, fb) == 0)
		return fb;

close:
	fb_close(fb);
	return NULL;
}

static int stop(void *arg)
{
	struct fb *fb = arg;

	fb_write(fb, UIO_DUMMY_FB_CTRL, 0);
	fb_write(fb, UIO_DUMMY_IRQ_ENABLE, 0);
	return 0;
}

void fb_close(struct fb *fb)
{
	int error = errno;

	if (!fb)
		return;
	if (fb->surface)	/* only then anything was written */
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

