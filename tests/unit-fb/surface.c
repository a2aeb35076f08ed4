/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Compare drawing with a model that decides for each pixel separately whether it is drawn. */
#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "font.h"
#include "framelog.h"
#include "pattern.h"
#include "surface.h"

#define INK 0x00ff00u

static struct surface *new(uint32_t width, uint32_t height, enum surface_format format)
{
	/* Padding behind each line, which must not change. */
	uint32_t stride = (width + 5) * surface_pixel_size(format);
	struct surface *s = surface_new(width, height, stride, format);

	cr_assert(s);
	memset(s->pixels, 0, (size_t)stride * height);
	for (uint32_t y = 0; y < height; y++)
		memset(s->pixels + (size_t)y * stride + width * surface_pixel_size(format), 0xaa,
		       stride - width * surface_pixel_size(format));
	return s;
}

static void check_padding(const struct surface *s)
{
	uint32_t line = s->width * surface_pixel_size(s->format);

	for (uint32_t y = 0; y < s->height; y++)
		for (uint32_t b = line; b < s->stride; b++)
			cr_assert_eq(s->pixels[(size_t)y * s->stride + b], 0xaa,
				     "padding of line %u", y);
}

static unsigned int inked(const struct surface *s)
{
	unsigned int n = 0;

	for (int y = 0; y < (int)s->height; y++)
		for (int x = 0; x < (int)s->width; x++)
			n += surface_get(s, x, y) == INK;
	return n;
}

Test(surface, new)
{
	struct surface *s;

	cr_assert_not(surface_new(0, 1, 0, SURFACE_XR24));
	cr_assert_eq(errno, EINVAL);
	cr_assert_not(surface_new(1, 0, 0, SURFACE_XR24));
	cr_assert_eq(errno, EINVAL);
	cr_assert_not(surface_new(10, 10, 39, SURFACE_XR24));
	cr_assert_eq(errno, EINVAL);
	cr_assert_not(surface_new(10, 10, 41, SURFACE_RG16));
	cr_assert_eq(errno, EINVAL);
	cr_assert_not(surface_new(10, 10, 0, (enum surface_format)1));
	cr_assert_eq(errno, EINVAL);
	cr_assert_not(surface_new(UINT32_MAX, 1, 0, SURFACE_XR24));
	cr_assert_not(surface_new(1 << 29, UINT32_MAX, UINT32_MAX & ~3u, SURFACE_XR24));
	s = surface_new(3, 2, 0, SURFACE_RG16);
	cr_assert_eq(s->stride, 6);
	cr_assert_eq(surface_get(s, 2, 1), 0);
	surface_free(s);
	surface_free(NULL);
}

Test(surface, formats)
{
	/* Byte by byte: the formats are little-endian whatever the CPU is. */
	struct surface *x = new (2, 1, SURFACE_XR24), *r = new (2, 1, SURFACE_RG16);

	surface_pixel(x, 1, 0, 0x123456);
	cr_assert_arr_eq(x->pixels + 4, "\x56\x34\x12\x00", 4);
	cr_assert_eq(surface_get(x, 1, 0), 0x123456);
	surface_pixel(r, 1, 0, 0xff8040); /* 11111 100000 01000 */
	cr_assert_arr_eq(r->pixels + 2, "\x08\xfc", 2);
	surface_pixel(r, 0, 0, 0xffffff);
	cr_assert_eq(surface_get(r, 0, 0), 0xffffff);
	surface_image(x, 0, 0, r);
	cr_assert_eq(surface_get(x, 0, 0), 0xffffff);
	surface_free(x);
	surface_free(r);
}

Test(surface, rectangles)
{
	static const int places[][4] = {
		{ 0, 0, 7, 5 },
		{ -3, -2, 5, 4 },
		{ 4, 3, 100, 100 },
		{ -100, -100, 1000, 1000 },
		{ 7, 0, 1, 1 },
		{ 0, 0, 0, 5 },
		{ 2, 2, -1, 3 },
		{ INT_MIN, INT_MIN, INT_MAX, INT_MAX },
		{ INT_MAX, INT_MAX, INT_MAX, INT_MAX },
		{ INT_MIN, 0, INT_MAX, 5 },
		{ 3, 1, INT_MAX, 2 },
		{ 0, 0, INT_MIN, INT_MIN },
	};

	for (int f = 0; f < 2; f++)
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			struct surface *s = new (7, 5, f ? SURFACE_RG16 : SURFACE_XR24);
			const int *p = places[i];

			surface_rectangle(s, p[0], p[1], p[2], p[3], INK);
			for (int y = 0; y < 5; y++)
				for (int x = 0; x < 7; x++) {
					bool in = x >= p[0] && x < (long)p[0] + p[2] && y >= p[1] &&
						  y < (long)p[1] + p[3];

					cr_assert_eq(surface_get(s, x, y) == INK, in,
						     "rectangle %zu at %d,%d", i, x, y);
				}
			check_padding(s);
			surface_free(s);
		}
}

/*
 * Whether (x, y) is a pixel of the line: the nearest one to it in its step along the longer
 * side.
 */
static bool on_line(int x0, int y0, int x1, int y1, int x, int y)
{
	bool steep = abs(y1 - y0) > abs(x1 - x0);
	int from = steep ? y0 : x0, to = steep ? y1 : x1, a = steep ? x0 : y0, b = steep ? x1 : y1;
	int m = steep ? y : x, n = steep ? x : y, distance;

	if (from > to) {
		int swap = from;

		from = to;
		to = swap;
		swap = a;
		a = b;
		b = swap;
	}
	if (m < from || m > to)
		return false;
	if (from == to)
		return n == a;
	/*
	 * In units of 1 / (2 * length). Of two equally near pixels, the one with the higher
	 * coordinate.
	 */
	distance = 2 * ((n - a) * (to - from) - (m - from) * (b - a));
	return distance > from - to && distance <= to - from;
}

Test(surface, lines)
{
	struct surface *s = new (20, 15, SURFACE_XR24);

	/* Inside, across the edges, and outside. */
	for (int x0 = -8; x0 < 30; x0 += 5)
		for (int y0 = -9; y0 < 25; y0 += 4)
			for (int x1 = -7; x1 < 30; x1 += 3)
				for (int y1 = -6; y1 < 25; y1 += 5) {
					surface_fill(s, 0);
					surface_line(s, x0, y0, x1, y1, INK);
					for (int y = 0; y < 15; y++)
						for (int x = 0; x < 20; x++)
							cr_assert_eq(surface_get(s, x, y) == INK,
								     on_line(x0, y0, x1, y1, x, y),
								     "%d,%d to %d,%d at %d,%d", x0,
								     y0, x1, y1, x, y);
				}
	/* The longest possible lines: they finish in time and nothing overflows. */
	surface_fill(s, 0);
	surface_line(s, INT_MIN, INT_MIN, INT_MAX, INT_MAX, INK);
	for (int i = 0; i < 15; i++)
		cr_assert_eq(surface_get(s, i, i), INK);
	cr_assert_eq(inked(s), 15);
	surface_line(s, INT_MAX, INT_MIN, INT_MIN, INT_MAX, INK);
	surface_line(s, INT_MIN, 7, INT_MAX, 7, INK);
	cr_assert_eq(surface_get(s, 0, 7), INK);
	cr_assert_eq(surface_get(s, 19, 7), INK);
	surface_line(s, 3, INT_MAX, 3, INT_MIN, INK);
	cr_assert_eq(surface_get(s, 3, 14), INK);
	check_padding(s);
	surface_free(s);
}

Test(surface, discs)
{
	struct surface *s = new (40, 30, SURFACE_RG16);

	for (int r = -1; r < 25; r++) {
		surface_fill(s, 0);
		surface_disc(s, 12, 9, r, INK);
		for (int y = 0; y < 30; y++)
			for (int x = 0; x < 40; x++) {
				bool in = r >= 0 &&
					  (x - 12) * (x - 12) + (y - 9) * (y - 9) <= r * r;

				cr_assert_eq(surface_get(s, x, y) == INK, in, "radius %d at %d,%d",
					     r, x, y);
			}
	}
	surface_fill(s, 0);
	surface_disc(s, -1000000, 10, 1000005, INK);
	cr_assert_eq(surface_get(s, 5, 10), INK);
	cr_assert_eq(surface_get(s, 6, 10), 0);
	/* The largest disc: its left edge is at 1 and practically straight. */
	surface_fill(s, 0);
	surface_disc(s, INT_MAX, 10, INT_MAX - 1, INK);
	cr_assert_eq(inked(s), 39 + 29 * 38, "%u", inked(s));
	surface_disc(s, INT_MIN, INT_MIN, INT_MAX, INK);
	surface_disc(s, INT_MIN, INT_MAX, INT_MIN, INK);
	check_padding(s);
	surface_free(s);
}

Test(surface, images)
{
	struct surface *image = new (6, 4, SURFACE_XR24);

	for (int y = 0; y < 4; y++)
		for (int x = 0; x < 6; x++)
			surface_pixel(image, x, y,
				      (uint32_t)(0x080000 * (x + 1) + 0x000800 * (y + 1)));
	for (int f = 0; f < 2; f++)
		for (int ox = -7; ox < 12; ox++)
			for (int oy = -5; oy < 9; oy++) {
				struct surface *s = new (10, 7, f ? SURFACE_RG16 : SURFACE_XR24);

				surface_image(s, ox, oy, image);
				for (int y = 0; y < 7; y++)
					for (int x = 0; x < 10; x++) {
						uint32_t want = surface_get(image, x - ox, y - oy);
						uint32_t mask = f ? 0xf8f8f8 : 0xffffff;

						cr_assert_eq(surface_get(s, x, y) & mask,
							     want & mask);
					}
				check_padding(s);
				surface_free(s);
			}
	surface_image(image, INT_MAX, INT_MAX, image);
	surface_image(image, INT_MIN, INT_MIN, image);
	surface_free(image);
}

Test(surface, text)
{
	struct surface *s = new (100, 40, SURFACE_XR24), *far = new (100, 40, SURFACE_XR24);
	const uint8_t *a = font_glyph('A');

	surface_text(s, 3, 2, 1, INK, "A");
	for (int y = 0; y < FONT_HEIGHT; y++)
		for (int x = 0; x < FONT_WIDTH; x++)
			cr_assert_eq(surface_get(s, 3 + x, 2 + y) == INK,
				     (a[y] >> (FONT_WIDTH - 1 - x)) & 1);
	/* All glyphs but the space have pixels, and no two are the same. */
	for (char c = '!'; c <= '~'; c++)
		for (char d = ' '; d < c; d++)
			cr_assert(memcmp(font_glyph(c), font_glyph(d), FONT_HEIGHT), "%c and %c", c,
				  d);
	cr_assert_eq(font_glyph('\x80'), font_glyph('\t'));
	cr_assert_eq(font_glyph('\x7f'), font_glyph('\t'));
	/* Second line, second column, twice the size: one pixel becomes four. */
	surface_fill(s, 0);
	surface_text(s, 0, 0, 1, INK, "A");
	unsigned int once = inked(s);

	surface_fill(s, 0);
	surface_text(s, 10, 0, 2, INK, "\nA");
	cr_assert_eq(inked(s), 4 * once);
	cr_assert_eq(surface_get(s, 10 + 4, SURFACE_CHAR_HEIGHT * 2), INK);
	/* Each line begins where the first one does. */
	surface_fill(s, 0);
	surface_text(s, 10, 0, 1, INK, "I\nA");
	surface_text(far, 10, 0, 1, INK, "I");
	surface_text(far, 10, SURFACE_CHAR_HEIGHT, 1, INK, "A");
	cr_assert_eq(framelog_crc(s), framelog_crc(far));
	surface_fill(far, 0);
	surface_text(far, INT_MAX - 2, INT_MAX - 2, INT_MAX, INK, "far away\nand further");
	surface_text(far, 0, 0, 0, INK, "nothing");
	surface_text(far, 0, 0, INT_MIN, INK, "nothing");
	cr_assert_eq(inked(far), 0);
	surface_text(far, INT_MIN, INT_MIN, INT_MAX, INK, "huge");
	check_padding(far);
	surface_free(s);
	surface_free(far);
}

Test(surface, pattern)
{
	static const uint32_t sizes[][2] = { { 1, 1 },
					     { 2, 3 },
					     { 40, 30 },
					     { 333, 217 },
					     { 640, 480 } };

	for (size_t i = 0; i < 5; i++)
		for (int f = 0; f < 2; f++) {
			struct surface *s =
				new (sizes[i][0], sizes[i][1], f ? SURFACE_RG16 : SURFACE_XR24);
			uint32_t crcs[300];

			for (uint32_t n = 0; n < (i == 4 ? 20 : 300); n++) {
				pattern_draw(s, n);
				crcs[n] = framelog_crc(s);
				for (uint32_t m = 0; i >= 2 && m < n; m++)
					cr_assert_neq(crcs[m], crcs[n],
						      "pictures %u and %u of %u x %u", m, n,
						      s->width, s->height);
			}
			/*
			 * Too small for digits, and nothing else moves: only the number's bits
			 * remain.
			 */
			if (i == 2) {
				pattern_draw(s, 75u << 16);
				cr_assert_neq(framelog_crc(s), crcs[0]);
			}
			check_padding(s);
			surface_free(s);
		}
}
