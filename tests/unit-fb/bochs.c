/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The driver on a fake bochs-display in ordinary memory (fake-fb.h), including one with wrong
 * registers and one that is removed.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "fake-fb.h"
#include "fb.h"
#include "framelog.h"

#define MIB		  1048576
#define XR24		  SURFACE_XR24
#define RG16		  SURFACE_RG16
#define BYTE_ORDER_LITTLE 0x1e1e1e1e

static struct uiomap_device *d;
static struct fb *fb;

static void plug(void)
{
	d = fake_bochs_new(16 * MIB);
}

static void open_screen(const struct fb_mode *wish)
{
	fb = fb_open("fake", wish);
	cr_assert(fb, "%s", fb_error());
}

/* The end of each test: everything must be released. */
static void pull(void)
{
	fb_close(fb);
	fb = NULL;
	cr_assert_eq(d->opened, 0);
	cr_assert_eq(d->installed, 0);
	fake_free(d);
}

TestSuite(bochs, .init = plug);

/* QEMU must show picture `n` as presented. */
static void shows(uint32_t n)
{
	uint32_t width, height, crc;

	surface_fill(fb_surface(fb), n * 2654435761u & 0xffffff);
	surface_pixel(fb_surface(fb), (int)n % 64, 1, 0xffffff);
	cr_assert_eq(fb_present(fb, 0), 0, "picture %u: %s", n, fb_error());
	cr_assert(fake_bochs_shows(d, &width, &height, &crc), "picture %u: no mode is set", n);
	cr_assert_eq(width, fb_mode(fb)->width);
	cr_assert_eq(height, fb_mode(fb)->height);
	cr_assert_eq(crc, framelog_crc(fb_surface(fb)), "picture %u", n);
}

static void refused(const struct fb_mode *wish, int error, const char *word)
{
	errno = 0;
	cr_assert_null(fb_open("fake", wish), "for \"%s\"", word);
	cr_assert_eq(errno, error, "errno %d: %s", errno, fb_error());
	cr_assert(strstr(fb_error(), word), "%s", fb_error());
	cr_assert(strstr(fb_error(), "fake (uio7)") || error == ERANGE, "%s", fb_error());
	cr_assert_eq(d->opened | d->installed, 0);
}

Test(bochs, modes)
{
	static const struct fb_mode modes[] = {
		{ 640, 480, 0, XR24, 0 }, { 800, 600, 0, RG16, 0 },  { 333, 217, 0, RG16, 0 },
		{ 101, 67, 0, XR24, 0 },  { 64, 64, 0, 0, 0 },	     { 1920, 1080, 0, 0, 0 },
		{ 0, 480, 0, 0, 0 },	  { 65000, 64, 0, RG16, 0 }, { 64, 65535, 0, RG16, 0 },
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		const struct fb_mode *m = &modes[i];
		uint32_t width, height, crc, pages[2];
		struct fb_stats stats;

		open_screen(m);
		cr_assert_eq(fb_mode(fb)->width, m->width ? m->width : 1024);
		cr_assert_eq(fb_mode(fb)->height, m->height);
		cr_assert_eq(fb_mode(fb)->format, m->format ? m->format : XR24);
		cr_assert_eq(fb_mode(fb)->refresh_mhz, 0, "it has no vsync");
		cr_assert_not(fake_bochs_shows(d, &width, &height, &crc),
			      "nothing is shown that nobody has drawn");
		for (uint32_t n = 0; n < 6; n++) {
			shows(n);
			pages[n % 2] = d->dispi[9];
		}
		cr_assert_neq(pages[0], pages[1], "pages take turns");
		fb_get_stats(fb, &stats);
		cr_assert_eq(stats.flips, 6);
		cr_assert_eq(stats.vsyncs + stats.missed + stats.interrupts + stats.lost_interrupts,
			     0);
		fb_close(fb);
		cr_assert_not(fake_bochs_shows(d, &width, &height, &crc), "closed is off");
	}
	fb = NULL;
	pull();
}

static void checksum(void)
{
	uint8_t sum = 0;

	d->edid[127] = 0;
	for (int i = 0; i < 128; i++)
		sum = (uint8_t)(sum + d->edid[i]);
	d->edid[127] = (uint8_t)-sum;
}

static void prefers(uint32_t width, uint32_t height)
{
	open_screen(NULL);
	cr_assert_eq(fb_mode(fb)->width, width, "%u", fb_mode(fb)->width);
	cr_assert_eq(fb_mode(fb)->height, height, "%u", fb_mode(fb)->height);
	shows(1);
	fb_close(fb);
	fb = NULL;
}

Test(bochs, edid)
{
	static const uint8_t timing[] = { 0x6c, 0x20, 0x56, 0x00, 0x51, 0x00, 0x20, 0x30 };

	prefers(1024, 768);
	memset(d->edid + 1, 0xff, 6);
	memcpy(d->edid + 54, timing, sizeof(timing)); /* 0x556 x 0x300 */
	checksum();
	prefers(1366, 768);
	d->edid[127]++;
	prefers(1024, 768);
	d->edid[0] = 1;
	checksum();
	prefers(1024, 768);
	/* A text descriptor, not a timing: its clock is 0. */
	d->edid[0] = d->edid[54] = d->edid[55] = 0;
	checksum();
	prefers(1024, 768);
	/* The preferred mode may need more VRAM than the device has. */
	d->edid[54] = 1;
	d->edid[58] = d->edid[61] = 0xf0;
	checksum();
	refused(NULL, ENOTSUP, "a frame of 3926 x 3840 takes");
	pull();
}

Test(bochs, refused)
{
	const struct fb_mode small = { .width = 63, .height = 480 },
			     low = { .width = 640, .height = 63 },
			     wide = { .width = 65473, .height = 64, .format = RG16 },
			     high = { .width = 64, .height = 65536 },
			     most = { .width = UINT32_MAX, .height = UINT32_MAX },
			     large = { .width = 4096, .height = 4096 },
			     two = { .width = 2048, .height = 1100 },
			     format = { .format = (enum surface_format)0x34324752 };

	refused(&small, ENOTSUP, "no mode of 63 x 480");
	refused(&low, ENOTSUP, "no mode of 640 x 63");
	refused(&wide, ENOTSUP, "no mode of 65473 x 64");
	refused(&high, ENOTSUP, "no mode of 64 x 65536");
	refused(&most, ENOTSUP, "4294967295");
	refused(&large, ENOTSUP, "its VRAM has 16777216");
	refused(&two, ENOTSUP, "second page");
	refused(&format, ENOTSUP, "0x34324752");
	/* VRAM smaller than the map; the map smaller than VRAM. */
	d->dispi[10] = 15;
	refused(NULL, ENOTSUP, "its VRAM has 983040");
	d->dispi[10] = 0;
	refused(NULL, ENOTSUP, "its VRAM has 0");
	d->dispi[10] = UINT16_MAX;
	refused(&two, ENOTSUP, "second page");
	/* Another version; another device. */
	d->dispi[0] = 0xb0d0;
	refused(NULL, ENOTSUP, "0xb0d0");
	d->dispi[0] = UINT16_MAX;
	refused(NULL, ENOTSUP, "0xffff");
	d->dispi[0] = 0xb0c0;
	prefers(1024, 768);
	d->device = 0x1112;
	refused(NULL, ENOTSUP, "not a supported framebuffer");
	d->device = 0x1111;
	d->vendor = 0x8086;
	refused(NULL, ENOTSUP, "not a supported framebuffer");
	d->vendor = 0x1234;
	d->registers_size = 0x604;
	refused(NULL, ERANGE, "beyond its end");
	d->registers_size = 0x500;
	refused(NULL, ERANGE, "beyond its end");
	d->registers_size = 0;
	refused(NULL, ERANGE, "no such map");
	pull();
}

Test(bochs, registers_that_keep_what_they_have)
{
	static const struct {
		unsigned int reg;
		const char *word;
	} cases[] = { { 1, "register 1 is" }, { 2, "register 2 is" }, { 3, "register 3 is" },
		      { 4, "register 4 is" }, { 6, "register 6 is" }, { 8, "register 8 is" },
		      { 9, "register 9 is" } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		d->stuck = 1u << cases[i].reg;
		d->dispi[cases[i].reg] = 0x1235;
		refused(NULL, ENOTSUP, cases[i].word);
	}
	d->stuck = 0;
	open_screen(NULL);
	cr_assert_eq(d->byte_order, BYTE_ORDER_LITTLE);
	/* An older device has no byte order register. */
	fb_close(fb);
	d->byte_order = BYTE_ORDER_LITTLE;
	d->qext_size = UINT32_MAX;
	prefers(1024, 768);
	d->qext_size = 4;
	prefers(1024, 768);
	pull();
}

/* Another program disables the display, or shows another page. */
Test(bochs, not_alone)
{
	uint32_t width, height, crc;

	open_screen(NULL);
	shows(0);
	d->dispi[4] = 0;
	cr_assert_eq(fb_present(fb, 0), -1);
	cr_assert_eq(errno, EIO);
	cr_assert(strstr(fb_error(), "ENABLE 0x0000"), "%s", fb_error());
	shows(1);
	shows(2);
	d->stuck = 1u << 9;
	cr_assert_eq(fb_present(fb, 0), -1);
	cr_assert_eq(errno, EIO);
	cr_assert(strstr(fb_error(), "Y_OFFSET is 0"), "%s", fb_error());
	cr_assert(fake_bochs_shows(d, &width, &height, &crc));
	cr_assert_eq(crc, framelog_crc(fb_surface(fb)), "the old page stays");
	d->stuck = 0;
	shows(3);
	shows(4);
	cr_assert_eq(fb_present(fb, -2), -1);
	cr_assert_eq(errno, EINVAL);
	pull();
}

Test(bochs, removed)
{
	/*
	 * Removal: the mappings are revoked; they are left in place; the device doesn't answer
	 * and the kernel hasn't noticed yet.
	 */
	for (int how = 0; how < 3; how++) {
		open_screen(NULL);
		shows(0);
		d->gone = how < 2;
		d->stale = how == 1;
		d->pulled_in = how == 2 ? 3 : 0;
		for (int i = 0; i < 2; i++) {
			cr_assert_eq(fb_present(fb, 0), -1);
			cr_assert_eq(errno, ENODEV, "%d: %s", how, fb_error());
			cr_assert(strstr(fb_error(), "gone"), "%s", fb_error());
		}
		surface_fill(fb_surface(fb), 0xffffff);
		fb_close(fb);
		fb = NULL;
		d->gone = d->stale = false;
		d->pulled_in = 0;
	}
	/* Remove the device at each access of fb_open(). */
	for (uint32_t n = 1; n < 200; n++) {
		d->pulled_in = n;
		fb = fb_open("fake", NULL);
		if (fb) {
			cr_assert_gt(n, 128, "it can't have read all");
			cr_assert(fb_present(fb, 0) == 0 || errno == ENODEV, "access %u: %s", n,
				  fb_error());
			fb_close(fb);
			fb = NULL;
		}
		d->pulled_in = 0;
	}
	pull();
}
