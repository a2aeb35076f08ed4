/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/fb on the simulated framebuffer. The device's log has the CRC of every frame that it
 * scanned out.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <uio_dummy.h>
#include <uiomap.h>

#include "uiosim.h"
#include "fb.h"
#include "framelog.h"
#include "pattern.h"

#define SECOND	  INT64_C(1000000000)
/* Maps of the framebuffer. */
#define REGISTERS 0
#define VRAM	  1

struct screen {
	struct uiosim *dummy;
	struct fb *fb;
	char log_file[256];
	struct framelog log;
};

/*
 * A screen 160 x 120, "XR24", 60 Hz, level interrupt, or with these attributes "NAME=VALUE …"
 * besides.
 */
static void plug(struct screen *s, const char *driver, const char *attributes)
{
	char copy[256], *name, *value, *rest;

	memset(s, 0, sizeof(*s));
	s->dummy = uiosim_new("fb-");
	cr_assert(s->dummy, "%s", uiosim_error());
	snprintf(copy, sizeof(copy), "model=framebuffer width=160 height=120 %s", attributes);
	for (name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		value = strchr(name, '=');
		*value++ = '\0';
		cr_assert_eq(uiosim_set(s->dummy, name, value), 0, "%s", uiosim_error());
	}
	/* uio_pdrv_genirq leaves prefetchable memory out. */
	cr_assert_eq(uiosim_set_number(s->dummy, "vram_prefetchable", !strcmp(driver, "uio_stub")),
		     0, "%s", uiosim_error());
	cr_assert_eq(uiosim_go_live(s->dummy), 0, "%s", uiosim_error());
	cr_assert_eq(uiosim_bind(s->dummy, driver), 0, "%s", uiosim_error());
	snprintf(s->log_file, sizeof(s->log_file), "/sys/bus/platform/devices/%s/frame_log",
		 uiosim_device(s->dummy));
}

static void open_fb(struct screen *s)
{
	s->fb = fb_open(uiosim_name(s->dummy), NULL);
	cr_assert(s->fb, "%s", fb_error());
	framelog_free(&s->log);
	cr_assert_eq(framelog_begin(&s->log, s->log_file), 0, "%s", strerror(errno));
}

static void plug_and_open(struct screen *s, const char *driver, const char *attributes)
{
	plug(s, driver, attributes);
	open_fb(s);
}

static void pull(struct screen *s)
{
	fb_close(s->fb);
	framelog_free(&s->log);
	uiosim_free(s->dummy);
}

/* Show a picture; all pictures differ. */
static int show(struct screen *s, int64_t timeout_ns)
{
	pattern_draw(fb_surface(s->fb), (uint32_t)s->log.drawn);
	cr_assert_eq(framelog_draw(&s->log, framelog_crc(fb_surface(s->fb))), 0);
	return fb_present(s->fb, timeout_ns);
}

static void show_many(struct screen *s, size_t frames)
{
	while (frames--)
		cr_assert_eq(show(s, 20 * SECOND), 0, "frame %zu: %s", s->log.drawn, fb_error());
}

/*
 * Check the device's log: every frame that it scanned out was drawn by this test, in order. All but
 * `unseen` of the frames drawn were scanned out.
 */
static void check_log(struct screen *s, size_t unseen)
{
	struct uiosim_frame *frames;
	struct fb_stats stats;
	uint32_t first, last;
	size_t count, n;

	cr_assert_eq(framelog_end(&s->log), 0, "%s", strerror(errno));
	cr_expect_eq(s->log.torn, 0, "%zu of %zu frames torn", s->log.torn, s->log.scanned);
	cr_expect_eq(s->log.out_of_order, 0, "%zu of %zu frames out of order", s->log.out_of_order,
		     s->log.scanned);
	cr_expect_eq(s->log.unseen, unseen, "%zu of %zu frames unseen", s->log.unseen,
		     s->log.drawn);
	cr_expect_geq(s->log.scanned, s->log.drawn - unseen);

	fb_get_stats(s->fb, &stats);
	cr_expect_eq(stats.flips, s->log.drawn - unseen);
	/*
	 * The driver's vsync counts must agree with the device's, from the first flip to the
	 * last one.
	 */
	frames = uiosim_frame_log(s->dummy, &count);
	cr_assert(frames, "%s", uiosim_error());
	cr_assert_gt(count, 0);
	for (n = count - 1; n && frames[n - 1].flip == frames[count - 1].flip; n--)
		;
	last = frames[n].vsync;
	for (n = 0; n < count - 1 && frames[n].flip + s->log.drawn <= frames[count - 1].flip; n++)
		;
	first = frames[n].vsync;
	cr_expect_eq(stats.vsyncs, last - first, "%u vsyncs, the device says %u", stats.vsyncs,
		     last - first);
	cr_expect_eq(stats.missed, stats.vsyncs - (stats.flips - 1));
	free(frames);
}

/* Compare bytes, too: the last picture drawn must be on screen. */
static void check_scanout(struct screen *s)
{
	const struct surface *shadow = fb_surface(s->fb);
	size_t size, line = shadow->width * surface_pixel_size(shadow->format);
	uint8_t *pixels = uiosim_scanout(s->dummy, &size);

	cr_assert(pixels, "%s", uiosim_error());
	cr_assert_eq(size, line * shadow->height);
	for (uint32_t y = 0; y < shadow->height; y++)
		cr_assert_arr_eq(pixels + y * line, shadow->pixels + (size_t)y * shadow->stride,
				 line, "line %u", y);
	free(pixels);
}

static void three_hundred_frames(const char *driver, const char *attributes)
{
	struct screen s;

	plug_and_open(&s, driver, attributes);
	show_many(&s, 300);
	check_log(&s, 0);
	check_scanout(&s);
	pull(&s);
}

Test(fb, three_hundred_frames)
{
	three_hundred_frames("uio_stub", "width=320 height=240");
}

Test(fb, three_hundred_frames_on_mainline)
{
	three_hundred_frames("uio_pdrv_genirq", "refresh_hz=120");
}

Test(fb, modes)
{
	static const struct {
		const char *driver, *attributes;
		uint32_t width, height, hz;
		enum surface_format format;
	} cases[] = {
		{ "uio_stub", "width=333 height=217 format=RG16", 333, 217, 60, SURFACE_RG16 },
		{ "uio_pdrv_genirq", "width=101 height=67 format=RG16 refresh_hz=200", 101, 67, 200,
		  SURFACE_RG16 },
		{ "uio_stub", "width=64 height=9 irq=edge", 64, 9, 60, SURFACE_XR24 },
		{ "uio_stub", "width=800 height=600", 800, 600, 60, SURFACE_XR24 },
		{ "uio_stub", "irq=none", 160, 120, 60, SURFACE_XR24 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fb_mode *mode;
		struct screen s;

		plug_and_open(&s, cases[i].driver, cases[i].attributes);
		mode = fb_mode(s.fb);
		cr_assert_eq(mode->width, cases[i].width);
		cr_assert_eq(mode->height, cases[i].height);
		cr_assert_eq(mode->format, cases[i].format);
		cr_assert_eq(mode->refresh_mhz, cases[i].hz * 1000);
		cr_assert_geq(mode->stride, mode->width * surface_pixel_size(mode->format));
		show_many(&s, 25);
		check_log(&s, 0);
		check_scanout(&s);
		pull(&s);
	}
}

/* The log detects torn frames: here another thread writes to all of VRAM all the time. */
Test(fb, tearing_is_seen)
{
	uint8_t line[160 * 4];
	struct screen s;

	plug_and_open(&s, "uio_stub", "");
	show_many(&s, 2);
	for (unsigned int i = 0; i < 2000; i++) {
		memset(line, (int)i, sizeof(line));
		cr_assert_eq(uiosim_write_map(s.dummy, VRAM, i % 240 * sizeof(line), line,
					      sizeof(line)),
			     0, "%s", uiosim_error());
	}
	cr_assert_eq(framelog_end(&s.log), 0);
	cr_assert_gt(s.log.torn, 0);
	pull(&s);
}

/* It also detects a driver that draws the next frame without waiting for its flip. */
Test(fb, a_driver_that_does_not_wait)
{
	struct uiomap_device *device;
	struct uiomap_region *registers, *vram;
	volatile void *regs;
	struct surface *page[2];
	struct screen s;

	plug(&s, "uio_stub", "");
	device = uiomap_open(uiosim_name(s.dummy), 0);
	registers = device ? uiomap_map_name(device, "registers", 0) : NULL;
	vram = device ? uiomap_map_name(device, "vram", 0) : NULL;
	cr_assert(registers && vram, "%s", uiomap_error());
	regs = uiomap_region_base(registers);
	for (int i = 0; i < 2; i++)
		page[i] = surface_new(160, 120, uiomap_read32(regs, UIO_DUMMY_FB_STRIDE),
				      SURFACE_XR24);
	cr_assert_eq(framelog_begin(&s.log, s.log_file), 0);
	uiomap_write32(regs, UIO_DUMMY_FB_CTRL, UIO_DUMMY_FB_SCANOUT);
	for (uint32_t n = 0; n < 300; n++) {
		struct surface *p = page[n % 2];
		uint32_t offset = n % 2 * p->stride * p->height;

		pattern_draw(p, n);
		cr_assert_eq(framelog_draw(&s.log, framelog_crc(p)), 0);
		uiomap_copy_to(uiomap_region_base(vram), offset, p->pixels,
			       (size_t)p->stride * p->height, 8);
		uiomap_write32(regs, UIO_DUMMY_FB_FLIP_OFFSET, offset);
		uiomap_doorbell32(regs, UIO_DUMMY_FB_FLIP_SEQ, n + 1);
	}
	cr_assert_eq(framelog_end(&s.log), 0);
	cr_assert_gt(s.log.torn + s.log.unseen, 0);
	surface_free(page[0]);
	surface_free(page[1]);
	uiomap_close(device);
	pull(&s);
}

Test(fb, interrupts_lost_and_late)
{
	struct screen s;
	struct fb_stats stats;

	plug_and_open(&s, "uio_stub", "");
	show_many(&s, 5);
	/* Lose more interrupts than come during one flip. */
	cr_assert_eq(uiosim_stimulate(s.dummy, "lose_irq", 40), 0, "%s", uiosim_error());
	show_many(&s, 20);
	fb_get_stats(s.fb, &stats);
	cr_assert_gt(stats.lost_interrupts, 0);
	cr_assert_eq(uiosim_stimulate(s.dummy, "delay_irq_ns", 30000000), 0);
	show_many(&s, 20);
	cr_assert_eq(uiosim_stimulate(s.dummy, "delay_irq_ns", 0), 0);
	show_many(&s, 5);
	check_log(&s, 0);
	fb_get_stats(s.fb, &stats);
	cr_assert_gt(stats.missed, 0);
	pull(&s);
}

/* No vsync: a timeout that says so, and afterwards nothing torn and nothing lost. */
Test(fb, stall)
{
	struct screen s;
	int rc;

	plug_and_open(&s, "uio_stub", "format=RG16");
	show_many(&s, 3);
	cr_assert_eq(uiosim_stimulate(s.dummy, "stall", 1), 0, "%s", uiosim_error());
	/* One vsync may have been on its way. */
	rc = show(&s, SECOND / 2);
	if (rc == 0)
		rc = show(&s, SECOND / 2);
	cr_assert_eq(rc, -1);
	cr_assert_eq(errno, ETIMEDOUT);
	cr_assert(strstr(fb_error(), uiosim_name(s.dummy)), "%s", fb_error());
	cr_assert(strstr(fb_error(), "no vsync"), "%s", fb_error());
	/*
	 * The flip to that frame is pending. This one isn't presented, and must not get into
	 * either page.
	 */
	surface_fill(fb_surface(s.fb), 0x123456);
	cr_assert_eq(fb_present(s.fb, SECOND / 10), -1);
	cr_assert_eq(errno, ETIMEDOUT);
	cr_assert_eq(uiosim_stimulate(s.dummy, "stall", 0), 0);
	show_many(&s, 10);
	check_log(&s, 0);
	check_scanout(&s);
	pull(&s);
}

/* The device refuses a page: an error, and the next one is shown. */
Test(fb, bad_flip)
{
	const uint32_t nowhere = 0xfffffffc;
	struct screen s;

	plug_and_open(&s, "uio_stub", "");
	show_many(&s, 3);
	cr_assert_eq(uiosim_stimulate(s.dummy, "stall", 1), 0, "%s", uiosim_error());
	while (show(&s, SECOND / 4) == 0)
		;
	cr_assert_eq(errno, ETIMEDOUT);
	cr_assert_eq(uiosim_write_map(s.dummy, REGISTERS, UIO_DUMMY_FB_FLIP_OFFSET, &nowhere,
				      sizeof(nowhere)),
		     0, "%s", uiosim_error());
	cr_assert_eq(uiosim_stimulate(s.dummy, "stall", 0), 0);
	cr_assert_eq(fb_present(s.fb, 5 * SECOND), -1);
	cr_assert_eq(errno, EIO, "%s", fb_error());
	cr_assert(strstr(fb_error(), "refused"), "%s", fb_error());
	show_many(&s, 5);
	/* All frames but the refused one were scanned out. */
	check_log(&s, 1);
	pull(&s);
}

Test(fb, refused)
{
	struct uiosim *d = uiosim_new("fb-refused-");
	struct screen s;

	cr_assert_not(fb_open("no-such-framebuffer", NULL));
	cr_assert_eq(errno, ENODEV);
	/* The driver must refuse another kind of device. */
	cr_assert(d && uiosim_set(d, "model", "counter") == 0 && uiosim_go_live(d) == 0 &&
			  uiosim_bind(d, "uio_stub") == 0,
		  "%s", uiosim_error());
	cr_assert_not(fb_open(uiosim_name(d), NULL));
	cr_assert(errno == ENOTSUP || errno == ERANGE, "%s: %s", strerror(errno), fb_error());
	cr_assert_eq(uiosim_unplug(d), 0);
	/* VRAM has room for one page only. */
	cr_assert_eq(uiosim_set(d, "model", "framebuffer") | uiosim_set_number(d, "width", 64) |
			     uiosim_set_number(d, "height", 32) |
			     uiosim_set_number(d, "vram_size", 12288),
		     0, "%s", uiosim_error());
	cr_assert(uiosim_go_live(d) == 0 && uiosim_bind(d, "uio_stub") == 0, "%s", uiosim_error());
	cr_assert_not(fb_open(uiosim_name(d), NULL));
	cr_assert_eq(errno, ENOTSUP);
	cr_assert(strstr(fb_error(), "second page"), "%s", fb_error());
	/* Its VRAM is prefetchable, which the kernel's driver doesn't map. */
	cr_assert(uiosim_unbind(d) == 0 && uiosim_bind(d, "uio_pdrv_genirq") == 0, "%s",
		  uiosim_error());
	cr_assert_not(fb_open(uiosim_name(d), NULL));
	cr_assert_eq(errno, ERANGE);
	cr_assert(strstr(fb_error(), "prefetchable"), "%s", fb_error());
	uiosim_free(d);

	/* Two drivers at once would draw into each other's pages, so the second one is refused. */
	plug_and_open(&s, "uio_stub", "");
	cr_assert_not(fb_open(uiosim_name(s.dummy), NULL));
	cr_assert_eq(errno, EBUSY, "%s", fb_error());
	/*
	 * A second program can open it after the first one has died with scanout on and a flip
	 * pending.
	 */
	show_many(&s, 3);
	fb_close(s.fb);
	{
		static const uint32_t on = UIO_DUMMY_FB_SCANOUT, somewhere = 64, many = 77;

		cr_assert_eq(uiosim_write_map(s.dummy, REGISTERS, UIO_DUMMY_FB_FLIP_OFFSET,
					      &somewhere, 4) |
				     uiosim_write_map(s.dummy, REGISTERS, UIO_DUMMY_FB_FLIP_SEQ,
						      &many, 4) |
				     uiosim_write_map(s.dummy, REGISTERS, UIO_DUMMY_FB_CTRL, &on,
						      4),
			     0, "%s", uiosim_error());
	}
	open_fb(&s);
	cr_assert_eq(show(&s, 5 * SECOND), 0, "%s", fb_error());
	cr_assert_eq(show(&s, 5 * SECOND), 0, "%s", fb_error());
	cr_assert_eq(framelog_end(&s.log), 0);
	cr_expect_eq(s.log.torn + s.log.out_of_order + s.log.unseen, 0);
	pull(&s);
}

static void *unplug_after(void *arg)
{
	struct timespec bit = { .tv_nsec = 60000000 };

	nanosleep(&bit, NULL);
	return uiosim_unplug(arg) == 0 ? arg : NULL;
}

/* Unplug it while presenting, many times, at random moments. */
Test(fb, unplug)
{
	for (int i = 0; i < 16; i++) {
		struct screen s;
		pthread_t thread;
		void *done;

		plug_and_open(&s, i % 4 ? "uio_stub" : "uio_pdrv_genirq", "width=320 height=240");
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
