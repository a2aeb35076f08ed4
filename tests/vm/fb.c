/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/fb on the simulated framebuffer. What was on screen is the device's
 * word: its log has the CRC of every frame that it scanned out.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <uiomap.h>

#include "dummy.h"
#include "fb.h"
#include "framelog.h"
#include "pattern.h"

#define SECOND INT64_C(1000000000)
#define MAX_FRAMES 400

struct screen {
	struct dummy *dummy;
	struct fb *fb;
	uint32_t crcs[MAX_FRAMES];
	size_t drawn;
};

static void plug(struct screen *s, const char *driver, uint32_t width, uint32_t height, const char *format, uint32_t hz)
{
	memset(s, 0, sizeof(*s));
	s->dummy = dummy_new("fb-");
	cr_assert(s->dummy, "%s", dummy_error());
	cr_assert_eq(dummy_set(s->dummy, "model", "framebuffer") | dummy_set_number(s->dummy, "width", width) |
			     dummy_set_number(s->dummy, "height", height) | dummy_set(s->dummy, "format", format) |
			     dummy_set_number(s->dummy, "refresh_hz", hz) |
			     /* uio_pdrv_genirq leaves prefetchable memory out. */
			     dummy_set_number(s->dummy, "vram_prefetchable", !strcmp(driver, "uio_stub")),
		     0, "%s", dummy_error());
	cr_assert_eq(dummy_go_live(s->dummy), 0, "%s", dummy_error());
	cr_assert_eq(dummy_bind(s->dummy, driver), 0, "%s", dummy_error());
	s->fb = fb_open(dummy_name(s->dummy));
	cr_assert(s->fb, "%s", fb_error());
}

static void pull(struct screen *s)
{
	fb_close(s->fb);
	dummy_free(s->dummy);
}

static int show(struct screen *s, int64_t timeout_ns)
{
	pattern_draw(fb_surface(s->fb), (uint32_t)s->drawn);
	s->crcs[s->drawn] = framelog_crc(fb_surface(s->fb));
	if (fb_present(s->fb, timeout_ns) < 0)
		return -1;
	s->drawn++;
	return 0;
}

static void show_many(struct screen *s, size_t frames)
{
	while (frames--)
		cr_assert_eq(show(s, 20 * SECOND), 0, "frame %zu: %s", s->drawn, fb_error());
}

/* Every frame scanned out since the first of ours was drawn by us, in order, and all of ours were. */
static void check_log(struct screen *s)
{
	char path[256];
	struct framelog log;
	struct fb_stats stats;

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/frame_log", dummy_device(s->dummy));
	cr_assert_eq(framelog_read(&log, path, s->crcs, s->drawn), 0, "%s", strerror(errno));
	cr_expect_eq(log.torn, 0, "%zu of %zu frames torn", log.torn, log.scanned);
	cr_expect_eq(log.out_of_order, 0);
	cr_expect_eq(log.unseen, 0);
	cr_expect_geq(log.scanned, s->drawn);
	fb_get_stats(s->fb, &stats);
	cr_expect_eq(stats.flips, s->drawn);
	/* All vsyncs are those of a flip, and those missed. */
	cr_expect_eq(stats.vsyncs, stats.flips - 1 + stats.missed);
}

/* Also in its bytes: what is on screen at the end is what was drawn last. */
static void check_scanout(struct screen *s)
{
	const struct surface *shadow = fb_surface(s->fb);
	size_t size, line = shadow->width * surface_pixel_size(shadow->format);
	uint8_t *pixels = dummy_scanout(s->dummy, &size);

	cr_assert(pixels, "%s", dummy_error());
	cr_assert_eq(size, line * shadow->height);
	for (uint32_t y = 0; y < shadow->height; y++)
		cr_assert_arr_eq(pixels + y * line, shadow->pixels + (size_t)y * shadow->stride, line, "line %u", y);
	free(pixels);
}

Test(fb, three_hundred_frames, .timeout = 200)
{
	struct screen s;
	const struct fb_mode *mode;

	plug(&s, "uio_stub", 320, 240, "XR24", 60);
	mode = fb_mode(s.fb);
	cr_assert_eq(mode->width, 320);
	cr_assert_eq(mode->height, 240);
	cr_assert_eq(mode->format, SURFACE_XR24);
	cr_assert_eq(mode->refresh_mhz, 60000);
	cr_assert_geq(mode->stride, 320 * 4);
	show_many(&s, 300);
	check_log(&s);
	check_scanout(&s);
	pull(&s);
}

Test(fb, modes_and_drivers, .timeout = 120)
{
	static const struct {
		const char *driver;
		uint32_t width, height;
		const char *format;
	} cases[] = {
		{ "uio_pdrv_genirq", 320, 240, "XR24" },
		{ "uio_stub", 333, 217, "RG16" },
		{ "uio_pdrv_genirq", 101, 67, "RG16" },
		{ "uio_stub", 64, 9, "XR24" },
		{ "uio_stub", 800, 600, "XR24" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct screen s;

		plug(&s, cases[i].driver, cases[i].width, cases[i].height, cases[i].format, 60);
		cr_assert_eq(fb_mode(s.fb)->width, cases[i].width);
		show_many(&s, 25);
		check_log(&s);
		check_scanout(&s);
		pull(&s);
	}
}

/* The log does tell torn frames: write to the page on screen, and to the back page before its flip is done. */
Test(fb, tearing_is_seen, .timeout = 60)
{
	struct screen s;
	struct uiomap_device *device;
	struct uiomap_region *vram;
	char path[256];
	struct framelog log;

	plug(&s, "uio_stub", 320, 240, "XR24", 30);
	show_many(&s, 3);
	device = uiomap_open(dummy_name(s.dummy), 0);
	vram = device ? uiomap_map_name(device, "vram", 0) : NULL;
	cr_assert(vram, "%s", uiomap_error());
	for (int i = 0; i < 20; i++) {
		struct timespec bit = { .tv_nsec = 11000000 };

		memset((void *)uiomap_region_base(vram), i * 12, uiomap_region_size(vram));
		nanosleep(&bit, NULL);
	}
	show_many(&s, 1);
	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/frame_log", dummy_device(s.dummy));
	cr_assert_eq(framelog_read(&log, path, s.crcs, s.drawn), 0);
	cr_assert_gt(log.torn, 0);
	uiomap_close(device);
	pull(&s);
}

Test(fb, interrupts_lost_and_late, .timeout = 120)
{
	struct screen s;
	struct fb_stats stats;

	plug(&s, "uio_stub", 160, 120, "XR24", 60);
	show_many(&s, 5);
	/* More than come while the driver waits for one flip. */
	cr_assert_eq(dummy_stimulate(s.dummy, "lose_irq", 40), 0, "%s", dummy_error());
	show_many(&s, 20);
	fb_get_stats(s.fb, &stats);
	cr_assert_gt(stats.lost_interrupts, 0);
	cr_assert_eq(dummy_stimulate(s.dummy, "delay_irq_ns", 30000000), 0);
	show_many(&s, 20);
	cr_assert_eq(dummy_stimulate(s.dummy, "delay_irq_ns", 0), 0);
	show_many(&s, 5);
	check_log(&s);
	fb_get_stats(s.fb, &stats);
	cr_assert_gt(stats.missed, 0);
	pull(&s);
}

/* No vsync: a timeout that says so, and afterwards nothing torn and nothing lost. */
Test(fb, stall, .timeout = 60)
{
	struct screen s;

	plug(&s, "uio_stub", 160, 120, "RG16", 60);
	show_many(&s, 3);
	cr_assert_eq(dummy_stimulate(s.dummy, "stall", 1), 0, "%s", dummy_error());
	/* At most one vsync was still on its way. */
	if (show(&s, SECOND / 2) == 0)
		cr_assert_eq(show(&s, SECOND / 2), -1);
	cr_assert_eq(errno, ETIMEDOUT);
	cr_assert(strstr(fb_error(), dummy_name(s.dummy)), "%s", fb_error());
	s.drawn++; /* it is asked for, and will be shown */
	pattern_draw(fb_surface(s.fb), 1000);
	cr_assert_eq(fb_present(s.fb, SECOND / 10), -1);
	cr_assert_eq(errno, ETIMEDOUT);
	cr_assert_eq(dummy_stimulate(s.dummy, "stall", 0), 0);
	show_many(&s, 10);
	{
		char path[256];
		struct framelog log;

		snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/frame_log", dummy_device(s.dummy));
		cr_assert_eq(framelog_read(&log, path, s.crcs, s.drawn), 0);
		cr_assert_eq(log.torn, 0);
		cr_assert_eq(log.out_of_order, 0);
	}
	pull(&s);
}

Test(fb, refused, .timeout = 60)
{
	struct dummy *d = dummy_new("fb-refused-");
	struct screen s;

	cr_assert_not(fb_open("no-such-framebuffer"));
	cr_assert_eq(errno, ENODEV);
	/* Another kind of device. */
	cr_assert(d && dummy_set(d, "model", "counter") == 0 && dummy_go_live(d) == 0 && dummy_bind(d, "uio_stub") == 0, "%s",
		  dummy_error());
	cr_assert_not(fb_open(dummy_name(d)));
	cr_assert(errno == ENOTSUP || errno == ERANGE, "%s: %s", strerror(errno), fb_error());
	cr_assert_eq(dummy_unplug(d), 0);
	/* Room for one page only. */
	cr_assert_eq(dummy_set(d, "model", "framebuffer") | dummy_set_number(d, "width", 64) | dummy_set_number(d, "height", 32) |
			     dummy_set_number(d, "vram_size", 12288),
		     0, "%s", dummy_error());
	cr_assert(dummy_go_live(d) == 0 && dummy_bind(d, "uio_stub") == 0, "%s", dummy_error());
	cr_assert_not(fb_open(dummy_name(d)));
	cr_assert_eq(errno, ENOTSUP);
	cr_assert(strstr(fb_error(), "second page"), "%s", fb_error());
	dummy_free(d);

	/* A second user of the same framebuffer goes on where the first one stopped. */
	plug(&s, "uio_stub", 160, 120, "XR24", 60);
	show_many(&s, 3);
	fb_close(s.fb);
	s.fb = fb_open(dummy_name(s.dummy));
	cr_assert(s.fb, "%s", fb_error());
	cr_assert_eq(show(&s, 5 * SECOND), 0, "%s", fb_error());
	cr_assert_eq(show(&s, 5 * SECOND), 0, "%s", fb_error());
	cr_assert_eq(fb_present(s.fb, -2), -1);
	cr_assert_eq(errno, EINVAL);
	pull(&s);
}

static void *unplug_after(void *arg)
{
	struct timespec bit = { .tv_nsec = 60000000 };

	nanosleep(&bit, NULL);
	return dummy_unplug(arg) == 0 ? arg : NULL;
}

/* Pulled out in the midst of presenting, again and again, wherever it is then. */
Test(fb, unplug, .timeout = 120)
{
	for (int i = 0; i < 20; i++) {
		struct screen s;
		pthread_t thread;
		void *done;

		plug(&s, "uio_stub", 320, 240, "XR24", 60);
		cr_assert_eq(pthread_create(&thread, NULL, unplug_after, s.dummy), 0);
		while (fb_present(s.fb, 5 * SECOND) == 0)
			;
		cr_assert_eq(errno, ENODEV, "%s", fb_error());
		pthread_join(thread, &done);
		cr_assert(done);
		cr_assert_eq(fb_present(s.fb, SECOND), -1);
		cr_assert_eq(errno, ENODEV);
		surface_fill(fb_surface(s.fb), 0xffffff);
		pull(&s);
	}
}
