// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model "framebuffer": VRAM is scanned out line by line, in real time, and page
 * flips are latched at vsync. Each scanned frame is kept with its CRC, so that
 * a test can see what a screen would have shown. If a driver draws into the
 * page that is scanned out, or a flip isn't latched at vsync, the frame differs
 * from every frame that was drawn.
 */
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/slab.h>

#include "crc.h"
#include "dummy.h"
#include "engine.h"
#include "scanout.h"

#define MAX_PIXELS   16384u
#define MAX_VRAM     (32u << 20)
#define STRIDE_ALIGN 64u

/*
 * A frame is scanned out in this many steps during 3/4 of the period. The rest
 * is vertical blank.
 */
#define BANDS 16u

struct framebuffer {
	struct dummy *d;
	struct dummy_engine engine;
	struct dummy_scanout *scanout;
	struct dummy_crc *crc;
	const void *vram;
	u32 line; /* visible bytes of a line */
	u32 stride;
	u64 period; /* ns */

	/* Used only by the engine. Registers are written from these and never read back. */
	u64 vsync_time;
	u32 vsync_seq, flip_done, front, bad_flips;
	bool bad_flip;
	u32 scan_crc, scan_flip, scan_seq;
};

static u32 pixel_bytes(const struct dummy_config *config)
{
	return config->format == UIO_DUMMY_FB_RG16 ? 2 : 4;
}

static u32 stride_of(const struct dummy_config *config)
{
	return round_up(config->width * pixel_bytes(config), STRIDE_ALIGN);
}

static int fb_check(const struct dummy *d)
{
	const struct dummy_config *c = &d->config;

	if (c->format != UIO_DUMMY_FB_XR24 && c->format != UIO_DUMMY_FB_RG16)
		return -EINVAL;
	if (c->width < 1 || c->width > MAX_PIXELS || c->height < 1 || c->height > MAX_PIXELS)
		return -EINVAL;
	if (c->refresh_hz < 1 || c->refresh_hz > 1000 || c->vram_prefetchable > 1)
		return -EINVAL;
	if (c->vram_size == 0 || c->vram_size > MAX_VRAM || c->vram_size % PAGE_SIZE)
		return -EINVAL;
	/* At most 64 KiB × 16384 = 1 GiB: no overflow. */
	return stride_of(c) * c->height <= c->vram_size ? 0 : -EINVAL;
}

static bool fb_enabled(const struct framebuffer *fb)
{
	return dummy_read(fb->d, UIO_DUMMY_FB_CTRL) & UIO_DUMMY_FB_SCANOUT;
}

static bool fb_stalled(const struct framebuffer *fb)
{
	return READ_ONCE(fb->d->faults.stall);
}

/* Write the mode and the other read-only registers again, in case a driver has overwritten them. */
static void fb_write_constants(struct framebuffer *fb)
{
	const struct dummy_config *c = &fb->d->config;
	struct dummy *d = fb->d;

	dummy_write(d, UIO_DUMMY_FB_WIDTH, c->width);
	dummy_write(d, UIO_DUMMY_FB_HEIGHT, c->height);
	dummy_write(d, UIO_DUMMY_FB_STRIDE, fb->stride);
	dummy_write(d, UIO_DUMMY_FB_FORMAT, c->format);
	dummy_write(d, UIO_DUMMY_FB_REFRESH_MHZ, c->refresh_hz * 1000);
	dummy_write(d, UIO_DUMMY_FB_VRAM_SIZE, c->vram_size);
	dummy_write(d, UIO_DUMMY_FB_SCAN_CRC, fb->scan_crc);
	dummy_write(d, UIO_DUMMY_FB_SCAN_FLIP, fb->scan_flip);
	dummy_write(d, UIO_DUMMY_FB_SCAN_SEQ, fb->scan_seq);
}

static void fb_write_status(struct framebuffer *fb, bool active)
{
	dummy_write(fb->d, UIO_DUMMY_FB_STATUS,
		    (active ? UIO_DUMMY_FB_ACTIVE : 0) |
			    (fb->bad_flip ? UIO_DUMMY_FB_BAD_FLIP : 0));
}

/* Latch the flip that the driver has requested, if any. */
static void fb_latch(struct framebuffer *fb)
{
	const struct dummy_config *c = &fb->d->config;
	u32 seq, offset;

	seq = dummy_read(fb->d, UIO_DUMMY_FB_FLIP_SEQ);
	smp_rmb(); /* the driver writes OFFSET before SEQ: read SEQ before OFFSET */
	offset = dummy_read(fb->d, UIO_DUMMY_FB_FLIP_OFFSET);
	smp_rmb(); /* read SEQ again after OFFSET: does OFFSET belong to SEQ? */
	/* If the driver is just writing a request, take it at the next vsync. */
	if (seq == fb->flip_done || dummy_read(fb->d, UIO_DUMMY_FB_FLIP_SEQ) != seq)
		return;
	fb->bad_flip = offset % 4 || offset > c->vram_size - fb->stride * c->height;
	if (fb->bad_flip)
		fb->bad_flips++;
	else
		fb->front = offset;
	fb->flip_done = seq;
}

static void fb_vsync(struct framebuffer *fb, u64 now)
{
	struct dummy *d = fb->d;

	fb_latch(fb);
	fb_write_constants(fb);
	fb_write_status(fb, true);
	dummy_write(d, UIO_DUMMY_FB_FRONT, fb->front);
	dummy_write(d, UIO_DUMMY_FB_BAD_FLIPS, fb->bad_flips);
	smp_wmb(); /* FRONT and STATUS before FLIP_DONE */
	dummy_write(d, UIO_DUMMY_FB_FLIP_DONE, fb->flip_done);
	fb->vsync_time = now;
	dummy_write64(d, UIO_DUMMY_FB_VSYNC_TIME, now);
	smp_wmb(); /* FLIP_DONE and TIME before VSYNC_SEQ */
	dummy_write(d, UIO_DUMMY_FB_VSYNC_SEQ, ++fb->vsync_seq);
	smp_wmb(); /* VSYNC_SEQ before the interrupt */
	dummy_irq_event(d);
}

/* Wait until a time, and longer while the engine is stalled. Returns false to stop. */
static bool fb_wait(struct framebuffer *fb, u64 until)
{
	u64 now;

	while ((now = ktime_get_ns()) < until || fb_stalled(fb)) {
		if (!dummy_engine_sleep(&fb->engine,
					now < until ? until : now + UIO_DUMMY_IDLE_POLL_NS))
			return false;
	}
	return !kthread_should_stop();
}

/* Scan out the front page at the rate of the display. Returns false to stop. */
static bool fb_scan(struct framebuffer *fb)
{
	const u32 height = fb->d->config.height, band = DIV_ROUND_UP(height, BANDS);
	const u64 active = fb->period / 4 * 3;
	void *pixels = dummy_scanout_pixels(fb->scanout);
	u32 y;

	for (y = 0; y < height; y++) {
		if (y % band == 0) {
			/*
			 * Use the copy for the CRC: if a driver draws at this moment, pixels and
			 * CRC still agree.
			 */
			dummy_crc_progress(fb->crc, pixels, y * fb->line);
			if (!fb_wait(fb, fb->vsync_time + mul_u64_u32_div(active, y, height)))
				return false;
		}
		memcpy(pixels + y * fb->line, fb->vram + fb->front + y * fb->stride, fb->line);
		cond_resched();
	}
	fb->scan_crc = dummy_crc_end(fb->crc, pixels);
	fb->scan_flip = fb->flip_done;
	return true;
}

/*
 * Publish a complete frame, in sysfs before SCAN_SEQ, so that a program that
 * has read SCAN_SEQ finds it in sysfs.
 */
static void fb_publish(struct framebuffer *fb)
{
	const struct dummy_frame frame = {
		.vsync = fb->vsync_seq,
		.flip = fb->flip_done,
		.offset = fb->front,
		.crc = fb->scan_crc,
	};

	dummy_scanout_publish(fb->scanout, &frame);
	dummy_write(fb->d, UIO_DUMMY_FB_SCAN_CRC, fb->scan_crc);
	dummy_write(fb->d, UIO_DUMMY_FB_SCAN_FLIP, fb->scan_flip);
	smp_wmb(); /* CRC and FLIP before SCAN_SEQ */
	dummy_write(fb->d, UIO_DUMMY_FB_SCAN_SEQ, ++fb->scan_seq);
	smp_wmb(); /* the last frame before ACTIVE is cleared */
	fb_write_status(fb, false);
}

static int fb_run(void *data)
{
	struct framebuffer *fb = data;
	u64 now, next = 0;

	while (!kthread_should_stop()) {
		now = ktime_get_ns();
		if (!fb_enabled(fb) || fb_stalled(fb)) {
			dummy_engine_sleep(&fb->engine, now + UIO_DUMMY_IDLE_POLL_NS);
		} else if (now < next) {
			dummy_engine_sleep(&fb->engine, next);
		} else {
			/*
			 * If only a little late, keep the rate. If very late (a slow machine, a
			 * stall), continue from now.
			 */
			if (now - next > fb->period / 4)
				next = now;
			next += fb->period;
			fb_vsync(fb, now);
			if (fb_scan(fb))
				fb_publish(fb);
		}
	}
	return 0;
}

static void fb_kick(struct dummy *d)
{
	struct framebuffer *fb = d->priv;

	dummy_engine_kick(&fb->engine);
}

static int fb_start(struct dummy *d)
{
	const struct dummy_config *c = &d->config;
	const struct dummy_map vram = {
		.kind = c->vram_prefetchable ? DUMMY_PREFETCHABLE : DUMMY_PHYSICAL,
		.size = c->vram_size,
		.name = "vram",
	};
	struct framebuffer *fb;
	struct dummy_mem *mem;
	int err = -ENOMEM;

	mem = dummy_mem_add(d, &vram);
	fb = kzalloc(sizeof(*fb), GFP_KERNEL);
	if (!mem || !fb)
		goto free;
	fb->d = d;
	fb->vram = mem->start;
	fb->line = c->width * pixel_bytes(c);
	fb->stride = stride_of(c);
	fb->period = NSEC_PER_SEC / c->refresh_hz;
	fb->scanout = dummy_scanout_new(fb->line * c->height);
	fb->crc = dummy_crc_new(fb->line * c->height);
	if (!fb->scanout || !fb->crc)
		goto free;
	fb_write_constants(fb);
	d->priv = fb;
	err = dummy_engine_start(&fb->engine, fb_run, fb, d);
	if (err)
		goto free;
	return 0;

free:
	d->priv = NULL;
	if (fb) {
		dummy_crc_free(fb->crc);
		dummy_scanout_free(fb->scanout);
	}
	kfree(fb);
	return err;
}

static void fb_stop(struct dummy *d)
{
	struct framebuffer *fb = d->priv;

	dummy_engine_stop(&fb->engine);
	d->priv = NULL;
	dummy_crc_free(fb->crc);
	dummy_scanout_free(fb->scanout);
	kfree(fb);
}

static ssize_t scanout_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			    char *buf, loff_t off, size_t count)
{
	struct framebuffer *fb = dummy_of(kobj_to_dev(kobj))->priv;

	return dummy_scanout_read(fb->scanout, buf, off, count);
}

static ssize_t frame_log_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			      char *buf, loff_t off, size_t count)
{
	struct framebuffer *fb = dummy_of(kobj_to_dev(kobj))->priv;

	return dummy_scanout_read_log(fb->scanout, buf, off, count);
}

static BIN_ATTR(scanout, 0400, scanout_read, NULL, 0);
static BIN_ATTR(frame_log, 0400, frame_log_read, NULL, 0);

static struct bin_attribute *fb_attributes[] = { &bin_attr_scanout, &bin_attr_frame_log, NULL };

static const struct attribute_group fb_group = { .bin_attrs = fb_attributes };

const struct dummy_model dummy_framebuffer = {
	.name = "framebuffer",
	.id = UIO_DUMMY_MODEL_FRAMEBUFFER,
	.check = fb_check,
	.start = fb_start,
	.stop = fb_stop,
	.kick = fb_kick,
	.group = &fb_group,
};
