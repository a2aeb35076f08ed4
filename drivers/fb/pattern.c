/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A test card: colour bars, a grid, a grey ramp, a frame on the outermost
 * pixels, a moving clock hand, ball and waves, and the frame number in large digits.
 */
#include "pattern.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void bars(struct surface *s, int w, int h)
{
	static const uint32_t colours[] = { 0xffffff, 0xf2d600, 0x00c8d2, 0x00b53c,
					    0xc828c8, 0xd8262c, 0x2846d2 };
	const int count = sizeof(colours) / sizeof(colours[0]);

	for (int i = 0; i < count; i++)
		surface_rectangle(s, w * i / count, 0, w * (i + 1) / count - w * i / count,
				  h * 2 / 5, colours[i]);
	for (int i = 0; i < 32; i++)
		surface_rectangle(s, w * i / 32, h * 2 / 5, w * (i + 1) / 32 - w * i / 32, h / 12,
				  (uint32_t)(i * 255 / 31) * 0x010101);
}

static void grid(struct surface *s, int w, int h, int top)
{
	int step = w / 20 ? w / 20 : 1;

	surface_rectangle(s, 0, top, w, h - top, 0x182030);
	for (int x = w / 2 % step; x < w; x += step)
		surface_line(s, x, top, x, h - 1, 0x34425c);
	for (int y = top; y < h; y += step)
		surface_line(s, 0, y, w - 1, y, 0x34425c);
}

/* The hand turns once in a hundred frames. */
static void dial(struct surface *s, int x, int y, int radius, uint32_t n)
{
	double angle = n % 100 * 2 * M_PI / 100;

	surface_disc(s, x, y, radius, 0xe8e8e8);
	surface_disc(s, x, y, radius - radius / 12 - 1, 0x101820);
	for (int i = 0; i < 12; i++)
		surface_disc(s, x + (int)lrint(sin(i * M_PI / 6) * radius * 0.8),
			     y - (int)lrint(cos(i * M_PI / 6) * radius * 0.8), radius / 24 + 1,
			     0x8fa0b8);
	for (int d = -1; d <= 1; d++) {
		int tip_x = x + (int)lrint(sin(angle) * radius * 0.75),
		    tip_y = y - (int)lrint(cos(angle) * radius * 0.75);

		surface_line(s, x + d, y, tip_x + d, tip_y, 0xffb000);
		surface_line(s, x, y + d, tip_x, tip_y + d, 0xffb000);
	}
	surface_disc(s, x, y, radius / 16 + 1, 0xffb000);
}

/* Full colours around the wheel, in steps of 1/1536 of a turn. */
static uint32_t hue(unsigned int turn)
{
	uint32_t rise = turn & 255, fall = 255 - rise;

	switch (turn / 256 % 6) {
	case 0:
		return 0xff0000 | rise << 8;
	case 1:
		return 0x00ff00 | fall << 16;
	case 2:
		return 0x00ff00 | rise;
	case 3:
		return 0x0000ff | fall << 8;
	case 4:
		return 0x0000ff | rise << 16;
	default:
		return 0xff0000 | fall;
	}
}

/* Two waves that run against each other, in all colours. */
static void waves(struct surface *s, int x, int y, int width, int height, uint32_t n)
{
	int thick = height / 12 + 1;

	for (int i = 0; i < width; i++) {
		double along = i * 4 * M_PI / width, time = n % 120 * 2 * M_PI / 120;
		int swing = height / 2 - thick;
		uint32_t colour = hue((unsigned int)i * 1536 / (unsigned int)width + n % 128 * 12);

		surface_rectangle(s, x + i, y + (int)lrint(sin(along - time) * swing) - thick / 2,
				  1, thick, colour);
		surface_rectangle(s, x + i,
				  y + (int)lrint(sin(along + time) * swing / 2) - thick / 4, 1,
				  thick / 2, ~colour & 0xffffff);
	}
}

void pattern_draw(struct surface *s, uint32_t n)
{
	int w = (int)s->width, h = (int)s->height, top = h * 2 / 5 + h / 12;
	int radius = (h - top) * 2 / 5, step = (int)(n * 7 % (2 * (uint32_t)w));
	int scale = h / 110 < w / 220 ? h / 110 : w / 220;
	char text[64];

	if (scale < 1)
		scale = 1;
	bars(s, w, h);
	grid(s, w, h, top);
	dial(s, w / 5, (top + h) / 2, radius, n);
	/* The ball moves to the right and back. */
	surface_disc(s, step < w ? step : 2 * w - step, top - h / 24, h / 24, 0xff5a36);
	snprintf(text, sizeof(text), "frame %u", n);
	surface_text(s, w * 2 / 5, top + (h - top) / 5, 2 * scale, 0xffffff, text);
	snprintf(text, sizeof(text), "%d x %d  %s\nuiomap framebuffer", w, h,
		 s->format == SURFACE_XR24 ? "XR24" : "RG16");
	surface_text(s, w * 2 / 5,
		     top + (h - top) / 5 + 2 * scale * SURFACE_CHAR_HEIGHT + 2 * scale, scale,
		     0x9fb4d0, text);
	waves(s, w * 2 / 5, top + (h - top) * 3 / 4, w * 11 / 20, (h - top) / 3, n);
	/*
	 * Draw all 32 bits of the number along the lower edge, so that pictures differ even if
	 * the rest is too small to show it.
	 */
	for (int bit = 0; bit < 32; bit++)
		surface_rectangle(s, w * bit / 32, h - 6, w * (bit + 1) / 32 - w * bit / 32, 3,
				  n >> bit & 1 ? 0xffb000 : 0x182030);
	surface_line(s, 0, 0, w - 1, 0, 0xffffff);
	surface_line(s, 0, h - 1, w - 1, h - 1, 0xffffff);
	surface_line(s, 0, 0, 0, h - 1, 0xffffff);
	surface_line(s, w - 1, 0, w - 1, h - 1, 0xffffff);
}
