/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The driver on a fake device in ordinary memory (fake-fb.h) with wrong registers, stalls, lost
 * events and removal.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "blit.h"
#include "fake-fb.h"
#include "fb.h"
#include "framelog.h"

#define WIDTH  24
#define HEIGHT 10
#define STRIDE 128
/*
 * The driver uses the real clock. LONG is for flips that come; SHORT for those that don't, but
 * long enough that the driver sleeps at least once.
 */
#define LONG   INT64_C(60000000000)
#define SHORT  INT64_C(200000000)

static struct uiomap_device *d;
static struct fb *fb;

static void plug(void)
{
	d = fake_new(WIDTH, HEIGHT, STRIDE, UIO_DUMMY_FB_XR24, 2);
}

static void open_screen(void)
{
	plug();
	fb = fb_open("fake", NULL);
	cr_assert(fb, "%s", fb_error());
}

/*
 * The end of each test (a failure in a teardown would be ignored): everything must be released
 * and nothing torn.
 */
static void pull(void)
{
	fb_close(fb);
	fb = NULL;
	cr_assert_eq(d->opened, 0);
	cr_assert_eq(d->installed, 0);
	cr_assert_eq(d->torn, 0, "torn at %u vsyncs", d->torn);
	cr_assert_eq(d->unacknowledged, 0);
	fake_free(d);
}

TestSuite(flip, .init = open_screen);
TestSuite(lies, .init = plug);

/* Draw a unique picture. */
static uint32_t draw(uint32_t n)
{
	surface_fill(fb_surface(fb), n * 2654435761u & 0xffffff);
	surface_pixel(fb_surface(fb), (int)(n % WIDTH), (int)(n / WIDTH % HEIGHT), 0xffffff);
	return framelog_crc(fb_surface(fb));
}

static void shows(uint32_t n)
{
	uint32_t crc = draw(n);

	cr_assert_eq(fb_present(fb, LONG), 0, "picture %u: %s", n, fb_error());
	cr_assert_eq(fake_crc(d, *fake_reg(d, UIO_DUMMY_FB_FRONT)), crc, "picture %u", n);
	cr_assert_eq(d->log_crc[d->logged - 1], crc, "picture %u came on screen as another", n);
}

static void fails(int error, const char *word)
{
	errno = 0;
	cr_assert_eq(fb_present(fb, SHORT), -1);
	cr_assert_eq(errno, error, "errno %d: %s", errno, fb_error());
	cr_assert(strstr(fb_error(), word), "%s", fb_error());
	cr_assert(strstr(fb_error(), "fake"), "no device named: %s", fb_error());
}

/* Compare the missed vsyncs with the device's log. */
static void check_stats(void)
{
	uint32_t vsyncs = d->logged ? d->log_vsync[d->logged - 1] - d->log_vsync[0] : 0;
	struct fb_stats stats;

	fb_get_stats(fb, &stats);
	cr_expect_eq(stats.flips, d->logged);
	cr_expect_eq(stats.vsyncs, vsyncs, "%u vsyncs, the device has %u", stats.vsyncs, vsyncs);
	cr_expect_eq(stats.missed, vsyncs - (d->logged - 1), "%u missed of %u vsyncs", stats.missed,
		     vsyncs);
	cr_expect_eq(stats.interrupts, d->told, "%u interrupts, a wait told of %u",
		     stats.interrupts, d->told);
}

Test(flip, in_order_across_every_wrap)
{
	cr_expect_eq(d->flags, UIOMAP_EXCLUSIVE);
	shows(1000);
	cr_expect_neq(*fake_reg(d, UIO_DUMMY_FB_FRONT), 0,
		      "at first, too, the page that is not on screen");
	cr_expect_eq(fb_mode(fb)->refresh_mhz, 60000);
	for (uint32_t n = 0; n < 1000; n++)
		shows(n);
	check_stats();
	cr_expect_eq(d->log_vsync[1000] - d->log_vsync[0], 1000, "a flip at each vsync");
	pull();
}

Test(flip, closed_is_off)
{
	shows(0);
	cr_assert_eq(*fake_reg(d, UIO_DUMMY_FB_CTRL), UIO_DUMMY_FB_SCANOUT);
	fb_close(fb);
	fb = NULL;
	cr_expect_eq(*fake_reg(d, UIO_DUMMY_FB_CTRL), 0,
		     "it goes on scanning out what nobody draws");
	cr_expect_eq(*fake_reg(d, UIO_DUMMY_IRQ_ENABLE), 0,
		     "it goes on interrupting, and nobody listens");
	pull();
}

Test(flip, missed_vsyncs)
{
	/* A slow program, a late wake-up, a late latch and lost interrupts, also combined. */
	for (uint32_t n = 0; n < 400; n++) {
		for (uint32_t i = 0; i < n % 4; i++)
			fake_vsync(d);
		d->vsyncs = n % 3 == 2 ? 2 : 1;
		d->skip = n % 5 == 4 && d->vsyncs == 1 ? 2 : 0;
		d->lose = n % 7 == 6 ? 3 : 0;
		shows(n);
		/* Check after each flip: an error in one could cancel that in the next. */
		check_stats();
	}
	pull();
}

/* A vsync may come between any two accesses of the driver. */
Test(flip, vsync_at_any_access)
{
	shows(0);
	for (uint32_t n = 1; n < 40; n++) {
		d->vsync_at = n;
		shows(2 * n);
		check_stats();
		d->vsync_at = 0;
		shows(2 * n + 1);
		check_stats();
	}
	pull();
}

Test(flip, lost_interrupts)
{
	struct fb_stats stats;

	shows(0);
	d->lose = 5;
	for (uint32_t n = 1; n < 10; n++)
		shows(n);
	fb_get_stats(fb, &stats);
	cr_expect_eq(stats.lost_interrupts, 5);
	cr_expect_eq(stats.interrupts, 5);
	check_stats();
	pull();
}

Test(flip, no_interrupt)
{
	d->irq = UIOMAP_IRQ_NONE;
	for (uint32_t n = 0; n < 5; n++)
		shows(n);
	check_stats();
	pull();
}

Test(flip, stall)
{
	uint32_t first, second;
	struct fb_stats stats;

	shows(0);
	d->stall = true;
	first = draw(1);
	fails(ETIMEDOUT, "no vsync came");
	/*
	 * The flip is pending, so both pages are in use: what is drawn now must not be copied
	 * to either.
	 */
	second = draw(2);
	fails(ETIMEDOUT, "no vsync came");
	fails(ETIMEDOUT, "no vsync came");
	d->stall = false;
	cr_assert_eq(fb_present(fb, UIOMAP_FOREVER), 0, "%s", fb_error());
	cr_assert_eq(d->logged, 3);
	cr_assert_eq(d->log_crc[1], first);
	cr_assert_eq(d->log_crc[2], second);
	fb_get_stats(fb, &stats);
	cr_expect_eq(stats.flips, 3, "the one that came late has come");
	check_stats();
	/* Vsyncs come, but none latches the flip. */
	d->skip = UINT32_MAX;
	draw(3);
	fails(ETIMEDOUT, "at none of");
	d->skip = 0;
	shows(4);
	check_stats();
	pull();
}

Test(flip, refused)
{
	shows(0);
	d->refuse = 1;
	draw(1);
	fails(EIO, "refused");
	cr_assert_eq(fake_crc(d, *fake_reg(d, UIO_DUMMY_FB_FRONT)), d->log_crc[0],
		     "the old page stays");
	shows(2);
	shows(3);
	/* Requested during a stall, and refused after it. */
	d->stall = true;
	draw(4);
	fails(ETIMEDOUT, "no vsync");
	d->stall = false;
	d->refuse = 1;
	fails(EIO, "refused");
	shows(5);
	check_stats();
	pull();
}

Test(flip, signal)
{
	uint32_t crc = draw(0);

	d->interrupt = 1;
	cr_assert_eq(fb_present(fb, SHORT), -1);
	cr_assert_eq(errno, EINTR);
	shows(1);
	cr_assert_eq(d->logged, 2);
	cr_assert_eq(d->log_crc[0], crc);
	check_stats();
	pull();
}

Test(flip, timeouts)
{
	cr_assert_eq(fb_present(fb, -2), -1);
	cr_assert_eq(errno, EINVAL);
	draw(0);
	cr_assert_eq(fb_present(fb, INT64_MAX), 0);
	cr_assert_eq(fb_present(fb, UIOMAP_FOREVER), 0);
	/* Timeout 0: the flip is requested, and the next call waits for it. */
	cr_assert_eq(fb_present(fb, 0), -1);
	cr_assert_eq(errno, ETIMEDOUT);
	shows(1);
	cr_assert_eq(d->logged, 4);
	pull();
}

/* As in libuiomap: EINVAL, and zeros from functions that can't fail. */
Test(flip, null)
{
	struct fb_stats stats = { .flips = 7 };

	errno = 0;
	cr_expect(fb_present(NULL, 0) == -1 && errno == EINVAL);
	errno = 0;
	cr_expect(!fb_mode(NULL) && errno == EINVAL);
	cr_expect(strstr(fb_error(), "fb_mode"), "%s", fb_error());
	errno = 0;
	cr_expect(!fb_surface(NULL) && errno == EINVAL);
	cr_expect(strstr(fb_error(), "fb_surface"), "%s", fb_error());
	fb_get_stats(NULL, &stats);
	cr_expect_eq(stats.flips, 0);
	fb_close(NULL);
	pull();
}

Test(flip, removed)
{
	shows(0);
	d->gone_in = 1;
	fails(ENODEV, "gone");
	/* An error of libuiomap keeps its text; that of an earlier failure must not appear. */
	cr_assert_eq(fb_present(NULL, 0), -1);
	fails(ENODEV, "gone");
	surface_fill(fb_surface(fb), 0xffffff);
	pull();
}

Test(flip, removed_without_a_trace)
{
	/* Registers can still be read, but never change, and no interrupt reports the removal. */
	shows(0);
	d->gone = d->stale = d->stall = true;
	cr_assert_eq(fb_present(fb, 0), -1);
	cr_assert_eq(errno, ENODEV, "%s", fb_error());
	cr_assert(strstr(fb_error(), "gone"), "%s", fb_error());
	pull();
}

Test(lies, registers)
{
	static const struct {
		size_t reg;
		uint32_t value;
		int error;
		const char *word;
	} cases[] = {
		{ UIO_DUMMY_MAGIC, 0, ENOTSUP, "not a framebuffer" },
		{ UIO_DUMMY_MAGIC, UINT32_MAX, ENOTSUP, "0xffffffff" },
		{ UIO_DUMMY_MODEL, UIO_DUMMY_MODEL_RING, ENOTSUP, "model 4" },
		{ UIO_DUMMY_FB_FORMAT, 0, ENOTSUP, "0x00000000" },
		{ UIO_DUMMY_FB_FORMAT, 0x34324752, ENOTSUP, "0x34324752" },
		{ UIO_DUMMY_FB_WIDTH, 0, EPROTO, "0 x 10" },
		{ UIO_DUMMY_FB_WIDTH, 33, EPROTO, "stride 128" },
		{ UIO_DUMMY_FB_WIDTH, 0x40000001, EPROTO, "1073741825" },
		{ UIO_DUMMY_FB_WIDTH, UINT32_MAX, EPROTO, "4294967295" },
		{ UIO_DUMMY_FB_HEIGHT, 0, EPROTO, "24 x 0" },
		{ UIO_DUMMY_FB_HEIGHT, 21, EPROTO, "2688" },
		{ UIO_DUMMY_FB_HEIGHT, 11, ENOTSUP, "second page" },
		{ UIO_DUMMY_FB_HEIGHT, UINT32_MAX, EPROTO, "549755813760" },
		{ UIO_DUMMY_FB_STRIDE, 95, EPROTO, "stride 95" },
		{ UIO_DUMMY_FB_STRIDE, 98, EPROTO, "stride 98" },
		{ UIO_DUMMY_FB_STRIDE, 0, EPROTO, "stride 0" },
		{ UIO_DUMMY_FB_STRIDE, UINT32_MAX - 3, EPROTO, "42949672920" },
		{ UIO_DUMMY_FB_VRAM_SIZE, 1279, EPROTO, "1279" },
		{ UIO_DUMMY_FB_VRAM_SIZE, 1280, ENOTSUP, "second page" },
		{ UIO_DUMMY_FB_VRAM_SIZE, 2559, ENOTSUP, "second page" },
		{ UIO_DUMMY_FB_VRAM_SIZE, 0, EPROTO, "VRAM has 0" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t was = *fake_reg(d, cases[i].reg);

		*fake_reg(d, cases[i].reg) = cases[i].value;
		cr_assert_null(fb_open("fake", NULL), "case %zu", i);
		cr_assert_eq(errno, cases[i].error, "case %zu: errno %d: %s", i, errno, fb_error());
		cr_assert(strstr(fb_error(), cases[i].word), "case %zu: %s", i, fb_error());
		cr_assert(strstr(fb_error(), "fake (uio7)"), "case %zu: %s", i, fb_error());
		cr_assert_eq(d->opened | d->installed, 0, "case %zu", i);
		*fake_reg(d, cases[i].reg) = was;
	}
	/*
	 * A device with more VRAM than its map is valid: only the map is used. So is one
	 * without a refresh rate.
	 */
	*fake_reg(d, UIO_DUMMY_FB_VRAM_SIZE) = UINT32_MAX;
	*fake_reg(d, UIO_DUMMY_FB_REFRESH_MHZ) = 0;
	fb = fb_open("fake", NULL);
	cr_assert(fb, "%s", fb_error());
	shows(0);
	pull();
}

Test(lies, maps)
{
	d->registers_size = UIO_DUMMY_REGS_SIZE - 1;
	cr_assert_null(fb_open("fake", NULL));
	cr_assert_eq(errno, ENOTSUP);
	d->registers_size = 0;
	cr_assert_null(fb_open("fake", NULL));
	cr_assert_eq(errno, ENOTSUP);
	cr_assert(strstr(fb_error(), "not a supported framebuffer"), "%s", fb_error());
	d->registers_size = UIO_DUMMY_REGS_SIZE;
	d->vram_size = 0;
	cr_assert_null(fb_open("fake", NULL));
	cr_assert_eq(errno, ERANGE);
	cr_assert(strstr(fb_error(), "prefetchable"), "%s", fb_error());
	d->gone = true;
	d->vram_size = 2560;
	cr_assert_null(fb_open("fake", NULL));
	cr_assert_eq(errno, ENODEV);
	cr_assert_null(fb_open("another", NULL));
	cr_assert_eq(errno, ENODEV);
	cr_assert_null(fb_open(NULL, NULL));
	pull();
}

/* An earlier user has died: scanout is on, across both pages, and a flip is pending. */
Test(lies, earlier_user)
{
	/* The failed attempt stops the scanout as well. */
	*fake_reg(d, UIO_DUMMY_FB_CTRL) = UIO_DUMMY_FB_SCANOUT;
	fake_vsync(d);
	d->stall = true;
	cr_assert_null(fb_open("fake", NULL));
	cr_assert_eq(errno, ETIMEDOUT);
	cr_assert(strstr(fb_error(), "earlier user"), "%s", fb_error());
	d->stall = false;

	*fake_reg(d, UIO_DUMMY_FB_CTRL) = UIO_DUMMY_FB_SCANOUT;
	*fake_reg(d, UIO_DUMMY_FB_FRONT) = 640;
	fake_vsync(d);
	*fake_reg(d, UIO_DUMMY_FB_FLIP_OFFSET) = 64;
	/*
	 * The earlier user's last flip was number 1. A driver that began at 1 would mistake it
	 * for its own.
	 */
	*fake_reg(d, UIO_DUMMY_FB_FLIP_DONE) = 1;
	*fake_reg(d, UIO_DUMMY_FB_FLIP_SEQ) = 2;
	fb = fb_open("fake", NULL);
	cr_assert(fb, "%s", fb_error());
	fake_vsync(d);
	cr_assert_eq(d->logged, 0, "their flip is nobody's any more");
	for (uint32_t n = 0; n < 5; n++)
		shows(n);
	cr_assert_eq(d->logged, 5);
	check_stats();
	pull();
}

Test(lies, modes)
{
	static const uint32_t modes[][4] = {
		{ 1, 1, 4, UIO_DUMMY_FB_XR24 },	      { 1, 1, 2, UIO_DUMMY_FB_RG16 },
		{ 333, 217, 668, UIO_DUMMY_FB_RG16 }, { 333, 217, 1332, UIO_DUMMY_FB_XR24 },
		{ 3, 5, 1000, UIO_DUMMY_FB_XR24 },
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		for (enum uiomap_memtype memtype = UIOMAP_MEMTYPE_UNKNOWN;
		     memtype <= UIOMAP_MEMTYPE_DMA_COHERENT; memtype++) {
			fake_free(d);
			d = fake_new(modes[i][0], modes[i][1], modes[i][2], modes[i][3], 2);
			d->memtype = memtype;
			fb = fb_open("fake", NULL);
			cr_assert(fb, "%s", fb_error());
			for (uint32_t n = 0; n < 4; n++)
				shows(n);
			fb_close(fb);
			fb = NULL;
		}
	pull();
}

Test(lies, wishes)
{
	static const struct fb_mode same = { .width = WIDTH,
					     .height = HEIGHT,
					     .format = SURFACE_XR24 },
				    others[] = {
					    { .width = WIDTH + 1 },
					    { .width = WIDTH, .height = HEIGHT - 1 },
					    { .format = SURFACE_RG16 },
				    };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		cr_assert_null(fb_open("fake", &others[i]));
		cr_assert_eq(errno, ENOTSUP);
		cr_assert(strstr(fb_error(), "can't be changed"), "%s", fb_error());
	}
	fb = fb_open("fake", &same);
	cr_assert(fb, "%s", fb_error());
	shows(0);
	pull();
}

Test(blit, every_kind_and_end)
{
	unsigned char from[200], to[216];

	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (unsigned char)(i + 1);
	for (enum uiomap_memtype memtype = UIOMAP_MEMTYPE_UNKNOWN;
	     memtype <= UIOMAP_MEMTYPE_DMA_COHERENT; memtype++)
		for (size_t at = 0; at < 9; at++)
			for (size_t size = 0; size < 190; size++) {
				memset(to, 0, sizeof(to));
				blit(to + at, from + 1, size, memtype);
				cr_assert_eq(memcmp(to + at, from + 1, size), 0);
				for (size_t i = 0; i < sizeof(to); i++)
					cr_assert(!to[i] == (i < at || i >= at + size), "byte %zu",
						  i);
			}
}
