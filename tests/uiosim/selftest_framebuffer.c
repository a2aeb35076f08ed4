// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Self-test of uio_dummy: model framebuffer. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "raw-uio.h"

#define HZ	    60
#define PERIOD_NS   (1000000000ull / HZ)
/* How long a vsync may take on a busy machine. */
#define PATIENCE_MS 5000

struct screen {
	struct uiosim *d;
	struct raw *raw;
	volatile uint8_t *vram;
	/* visible bytes and all bytes of a line; lines; bytes of a page */
	uint32_t line, stride, height, page;
	uint32_t seq; /* of the last flip requested */
};

static const char *format;
static uint32_t width, height, refresh = HZ;

static void configure(struct uiosim *d)
{
	RAW_OK(uiosim_set_number(d, "width", width));
	RAW_OK(uiosim_set_number(d, "height", height));
	RAW_OK(uiosim_set(d, "format", format));
	RAW_OK(uiosim_set_number(d, "refresh_hz", refresh));
	/* Not prefetchable, since uio_pdrv_genirq leaves prefetchable memory out. */
	RAW_OK(uiosim_set_number(d, "vram_prefetchable", 0));
}

static void open_screen(struct screen *s, const char *driver, const char *fourcc, uint32_t pixels,
			uint32_t lines)
{
	format = fourcc;
	width = pixels;
	height = lines;
	s->d = raw_device("framebuffer", configure);
	RAW_OK(uiosim_bind(s->d, driver));
	s->raw = raw_open(s->d);
	cr_assert(raw_find(s->raw, "vram"), "no map 'vram' under %s", driver);
	s->vram = raw_find(s->raw, "vram")->start;
	s->line = width * (strcmp(format, "RG16") == 0 ? 2 : 4);
	s->stride = raw_read(s->raw, UIO_DUMMY_FB_STRIDE);
	s->height = raw_read(s->raw, UIO_DUMMY_FB_HEIGHT);
	s->page = s->stride * s->height;
	s->seq = raw_read(s->raw, UIO_DUMMY_FB_FLIP_SEQ);
}

static void close_screen(struct screen *s)
{
	raw_close(s->raw);
	uiosim_free(s->d);
}

static void scanout(struct screen *s, bool on)
{
	raw_write(s->raw, UIO_DUMMY_IRQ_ENABLE, on);
	raw_write(s->raw, UIO_DUMMY_FB_CTRL, on ? UIO_DUMMY_FB_SCANOUT : 0);
	if (!on)
		cr_assert(raw_until(s->raw, UIO_DUMMY_FB_STATUS, UIO_DUMMY_FB_ACTIVE, 0,
				    PATIENCE_MS));
}

/* Fill a page, padding included, and return the CRC that its visible part should have. */
static uint32_t draw_noise(struct screen *s, uint32_t offset)
{
	uint32_t crc = crc32(0, NULL, 0), y, x;
	uint8_t line[4096];

	for (y = 0; y < s->height; y++) {
		for (x = 0; x < s->stride; x++)
			line[x] = raw_random() >> 7;
		memcpy((void *)(s->vram + offset + y * s->stride), line, s->stride);
		crc = crc32(crc, line, s->line);
	}
	return crc;
}

static uint32_t solid_crc(struct screen *s, uint8_t value)
{
	uint32_t crc = crc32(0, NULL, 0), y;
	uint8_t line[4096];

	memset(line, value, s->line);
	for (y = 0; y < s->height; y++)
		crc = crc32(crc, line, s->line);
	return crc;
}

/* Wait for the next vsync, by interrupt. */
static void vsync(struct screen *s)
{
	raw_ack(s->raw);
	cr_assert(raw_wait(s->raw, PATIENCE_MS, NULL), "no vsync interrupt in %d ms", PATIENCE_MS);
}

/* Wait until n more frames have been scanned out. */
static void frames(struct screen *s, uint32_t n)
{
	const uint32_t end = raw_read(s->raw, UIO_DUMMY_FB_SCAN_SEQ) + n;

	while ((int32_t)(raw_read(s->raw, UIO_DUMMY_FB_SCAN_SEQ) - end) < 0)
		vsync(s);
}

static void flip(struct screen *s, uint32_t offset)
{
	raw_write(s->raw, UIO_DUMMY_FB_FLIP_OFFSET, offset);
	raw_write(s->raw, UIO_DUMMY_FB_FLIP_SEQ, ++s->seq);
}

/* The device's CRC, log and scanout must agree with zlib. */
static void check_pixels(struct screen *s)
{
	const uint32_t crc = draw_noise(s, 0);
	struct uiosim_frame *log;
	size_t size, count;
	void *pixels;

	cr_assert_geq(s->stride, s->line);
	cr_assert_eq(s->stride % 64, 0);
	pixels = uiosim_scanout(s->d, &size);
	cr_assert(pixels && size == 0, "a frame before SCANOUT");
	free(pixels);
	scanout(s, true);
	frames(s, 2);
	scanout(s, false);
	cr_assert_eq(raw_read(s->raw, UIO_DUMMY_FB_SCAN_CRC), crc);
	cr_assert_eq(raw_read(s->raw, UIO_DUMMY_FB_SCAN_FLIP), s->seq);
	pixels = uiosim_scanout(s->d, &size);
	cr_assert(pixels, "%s", uiosim_error());
	cr_assert_eq(size, s->line * s->height);
	cr_assert_eq(crc32(crc32(0, NULL, 0), pixels, size), crc);
	free(pixels);
	log = uiosim_frame_log(s->d, &count);
	cr_assert(log, "%s", uiosim_error());
	cr_assert_eq(count, raw_read(s->raw, UIO_DUMMY_FB_SCAN_SEQ));
	while (count--) {
		cr_assert_eq(log[count].crc, crc);
		cr_assert_eq(log[count].offset, 0);
		cr_assert_eq(log[count].flip, s->seq);
		cr_assert_eq(log[count].vsync, count + 1);
	}
	free(log);
}

Test(framebuffer, mode_and_pixels)
{
	const char *drivers[] = { "uio_stub", "uio_pdrv_genirq" };
	struct screen s;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		/* Widths that leave padding at the end of each line. */
		open_screen(&s, drivers[i], "XR24", 301, 200);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_MAGIC), UIO_DUMMY_MAGIC_VALUE);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_MODEL), UIO_DUMMY_MODEL_FRAMEBUFFER);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_WIDTH), 301);
		cr_assert_eq(s.height, 200);
		cr_assert_eq(s.stride, 1216);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_FORMAT), UIO_DUMMY_FB_XR24);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_REFRESH_MHZ), 60000);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_VRAM_SIZE), 4 << 20);
		cr_assert_eq(raw_find(s.raw, "vram")->size, 4 << 20);
		check_pixels(&s);
		close_screen(&s);

		open_screen(&s, drivers[i], "RG16", 301, 200);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_FORMAT), UIO_DUMMY_FB_RG16);
		cr_assert_eq(s.stride, 640);
		check_pixels(&s);
		/* The device restores read-only registers after a write. */
		raw_write(s.raw, UIO_DUMMY_FB_WIDTH, 7);
		raw_write(s.raw, UIO_DUMMY_FB_FRONT, 7);
		raw_write(s.raw, UIO_DUMMY_FB_VSYNC_SEQ, 7000);
		scanout(&s, true);
		frames(&s, 2);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_WIDTH), 301);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_FRONT), 0);
		cr_assert_lt(raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ), 7000);
		/* Unplug it in the middle of a frame. */
		close_screen(&s);
	}
}

/* Sizes from one pixel on: the device's CRC code depends on the size. */
Test(framebuffer, sizes)
{
	const struct {
		const char *format;
		uint32_t width, height;
	} modes[] = {
		{ "RG16", 1, 1 },    { "XR24", 1, 1 },	  { "RG16", 5, 1 },    { "RG16", 5, 3 },
		{ "XR24", 64, 47 },  { "RG16", 140, 4 },  { "XR24", 2, 3006 }, { "XR24", 2, 3007 },
		{ "RG16", 5, 2999 }, { "XR24", 1000, 7 },
	};
	struct screen s;
	unsigned int i;

	refresh = 1000;
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		open_screen(&s, "uio_stub", modes[i].format, modes[i].width, modes[i].height);
		check_pixels(&s);
		close_screen(&s);
	}
}

#define FLIPS 40

Test(framebuffer, flips_are_latched_at_vsync)
{
	uint32_t crc[FLIPS + 1], i;
	struct uiosim_frame *log;
	size_t count, k, seen;
	struct screen s;

	open_screen(&s, "uio_stub", "XR24", 320, 200);
	crc[0] = draw_noise(&s, 0);
	scanout(&s, true);
	for (i = 1; i <= FLIPS; i++) {
		const uint32_t offset = i % 2 * s.page;

		/* This page is no longer shown since the last flip. */
		crc[i] = draw_noise(&s, offset);
		/*
		 * Request it at the beginning of a frame: if it took effect at once, this frame
		 * would be torn.
		 */
		vsync(&s);
		flip(&s, offset);
		cr_assert(raw_until(s.raw, UIO_DUMMY_FB_FLIP_DONE, ~0u, s.seq, PATIENCE_MS));
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_FRONT), offset);
	}
	frames(&s, 2);
	scanout(&s, false);

	log = uiosim_frame_log(s.d, &count);
	cr_assert(log, "%s", uiosim_error());
	for (k = 0, seen = 0; k < count; k++) {
		cr_assert_leq(log[k].flip, FLIPS);
		cr_assert_eq(log[k].crc, crc[log[k].flip],
			     "frame %zu shows none of the pages that were drawn", k);
		cr_assert_eq(log[k].offset, log[k].flip % 2 * s.page);
		cr_assert(k == 0 ||
			  (log[k].flip >= log[k - 1].flip && log[k].vsync == log[k - 1].vsync + 1));
		seen += k == 0 || log[k].flip != log[k - 1].flip;
	}
	cr_assert_eq(seen, FLIPS + 1, "%zu of %d pages were scanned out", seen, FLIPS + 1);
	free(log);
	close_screen(&s);
}

Test(framebuffer, a_torn_frame_is_seen)
{
	uint32_t crc[256], torn = 0, end, i, value = 0;
	struct uiosim_frame *log;
	size_t count, k;
	struct screen s;

	open_screen(&s, "uio_stub", "XR24", 320, 200);
	for (i = 0; i < 256; i++)
		crc[i] = solid_crc(&s, i);
	scanout(&s, true);
	end = raw_read(s.raw, UIO_DUMMY_FB_SCAN_SEQ) + 20;
	/* Draw into the page on screen, which a driver must not do. */
	while ((int32_t)(raw_read(s.raw, UIO_DUMMY_FB_SCAN_SEQ) - end) < 0)
		memset((void *)s.vram, ++value, s.page);
	scanout(&s, false);
	log = uiosim_frame_log(s.d, &count);
	cr_assert(log, "%s", uiosim_error());
	for (k = 0; k < count; k++) {
		for (i = 0; i < 256 && log[k].crc != crc[i]; i++)
			;
		torn += i == 256;
	}
	cr_assert_gt(torn, count / 2, "only %u of %zu frames were torn", torn, count);
	free(log);
	close_screen(&s);
}

Test(framebuffer, bad_flips_are_refused)
{
	struct screen s;
	uint32_t bad[] = { 2, 1, 0, 0xfffffffc, 0x80000000 }, i;

	open_screen(&s, "uio_pdrv_genirq", "XR24", 320, 200);
	bad[2] = (4 << 20) - s.page + 4;
	scanout(&s, true);
	flip(&s, s.page);
	cr_assert(raw_until(s.raw, UIO_DUMMY_FB_FLIP_DONE, ~0u, s.seq, PATIENCE_MS));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		flip(&s, bad[i]);
		cr_assert(raw_until(s.raw, UIO_DUMMY_FB_FLIP_DONE, ~0u, s.seq, PATIENCE_MS));
		cr_assert(raw_read(s.raw, UIO_DUMMY_FB_STATUS) & UIO_DUMMY_FB_BAD_FLIP,
			  "offset 0x%x", bad[i]);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_BAD_FLIPS), i + 1);
		cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_FRONT), s.page);
	}
	/* The last page that fits is valid again. */
	flip(&s, (4 << 20) - s.page);
	cr_assert(raw_until(s.raw, UIO_DUMMY_FB_FLIP_DONE, ~0u, s.seq, PATIENCE_MS));
	cr_assert(!(raw_read(s.raw, UIO_DUMMY_FB_STATUS) & UIO_DUMMY_FB_BAD_FLIP));
	cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_FRONT), (4 << 20) - s.page);
	cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_BAD_FLIPS), i);
	close_screen(&s);
}

Test(framebuffer, time_stall_and_off)
{
	uint32_t seq, i;
	uint64_t time, last;
	struct screen s;

	open_screen(&s, "uio_stub", "RG16", 64, 200);
	cr_assert_eq(raw_irq(s.raw, 1), 0);
	cr_assert(!raw_wait(s.raw, 50, NULL), "an interrupt without SCANOUT");
	cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ), 0);
	scanout(&s, true);
	vsync(&s);
	last = raw_read64(s.raw, UIO_DUMMY_FB_VSYNC_TIME);
	seq = raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ);
	cr_assert_leq(last, raw_now());
	for (i = 0; i < 10; i++) {
		vsync(&s);
		time = raw_read64(s.raw, UIO_DUMMY_FB_VSYNC_TIME);
		/* A period may be longer on a slow machine, but never much shorter. */
		cr_assert_geq(time - last, (raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ) - seq) *
						   (PERIOD_NS - PERIOD_NS / 4));
		seq = raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ);
		last = time;
	}

	RAW_OK(uiosim_stimulate(s.d, "stall", 1));
	/* One more may be in progress; then none. */
	raw_ack(s.raw);
	if (raw_wait(s.raw, 100, NULL))
		raw_ack(s.raw);
	seq = raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ);
	cr_assert(!raw_wait(s.raw, 100, NULL), "a vsync while stalled");
	cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ), seq);
	RAW_OK(uiosim_stimulate(s.d, "stall", 0));
	cr_assert(raw_wait(s.raw, PATIENCE_MS, NULL), "no vsync after a stall");

	scanout(&s, false);
	raw_ack(s.raw);
	if (raw_wait(s.raw, 0, NULL))
		raw_ack(s.raw);
	seq = raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ);
	cr_assert(!raw_wait(s.raw, 100, NULL), "a vsync without SCANOUT");
	cr_assert_eq(raw_read(s.raw, UIO_DUMMY_FB_VSYNC_SEQ), seq);
	close_screen(&s);
}
