/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Drawing. Sums of coordinates are 64 bits wide, so that no int argument can overflow them. */
#include "surface.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "font.h"

uint32_t surface_pixel_size(enum surface_format format)
{
	switch (format) {
	case SURFACE_XR24:
		return 4;
	case SURFACE_RG16:
		return 2;
	}
	return 0;
}

struct surface *surface_new(uint32_t width, uint32_t height, uint32_t stride,
			    enum surface_format format)
{
	uint32_t pixel = surface_pixel_size(format);
	uint64_t least = (uint64_t)width * pixel;
	struct surface *surface;
	uint64_t size;

	if (!stride && least <= UINT32_MAX)
		stride = (uint32_t)least;
	if (!least || !height || stride < least || stride % pixel) {
		errno = EINVAL;
		return NULL;
	}
	size = (uint64_t)stride * height;
	if (size > SIZE_MAX / 2) {
		errno = ENOMEM;
		return NULL;
	}
	surface = malloc(sizeof(*surface));
	if (!surface)
		return NULL;
	*surface = (struct surface){ .width = width,
				     .height = height,
				     .stride = stride,
				     .format = format };
	surface->pixels = aligned_alloc(64, (size_t)(size + 63) / 64 * 64);
	if (!surface->pixels) {
		free(surface);
		errno = ENOMEM;
		return NULL;
	}
	memset(surface->pixels, 0, size);
	return surface;
}

void surface_free(struct surface *surface)
{
	int error = errno;

	if (surface)
		free(surface->pixels);
	free(surface);
	errno = error;
}

static uint16_t to_565(uint32_t colour)
{
	return (uint16_t)((colour >> 8 & 0xf800) | (colour >> 5 & 0x07e0) | (colour >> 3 & 0x001f));
}

/* Address of the pixel at (x, y), which must be inside. */
static void *at(const struct surface *s, int64_t x, int64_t y)
{
	return s->pixels + (size_t)y * s->stride + (size_t)x * surface_pixel_size(s->format);
}

/* Set `count` pixels from (x, y) on, all inside. */
static void run(struct surface *s, int64_t x, int64_t y, int64_t count, uint32_t colour)
{
	uint8_t *to = at(s, x, y);

	/* The format defines the byte order, not the CPU. */
	if (s->format == SURFACE_XR24)
		for (; count > 0; count--, to += 4) {
			to[0] = (uint8_t)colour;
			to[1] = (uint8_t)(colour >> 8);
			to[2] = (uint8_t)(colour >> 16);
			to[3] = 0;
		}
	else
		for (uint16_t c = to_565(colour); count > 0; count--, to += 2) {
			to[0] = (uint8_t)c;
			to[1] = (uint8_t)(c >> 8);
		}
}

/* Fill the part of [x0, x1) x [y0, y1) that is inside. */
static void area(struct surface *s, int64_t x0, int64_t y0, int64_t x1, int64_t y1, uint32_t colour)
{
	if (x0 < 0)
		x0 = 0;
	if (y0 < 0)
		y0 = 0;
	if (x1 > s->width)
		x1 = s->width;
	if (y1 > s->height)
		y1 = s->height;
	if (x0 >= x1 || y0 >= y1)
		return;
	/* Draw one line, then copy it: memcpy() is faster than run(). */
	run(s, x0, y0, x1 - x0, colour);
	for (int64_t y = y0 + 1; y < y1; y++)
		memcpy(at(s, x0, y), at(s, x0, y0),
		       (size_t)(x1 - x0) * surface_pixel_size(s->format));
}

uint32_t surface_get(const struct surface *s, int x, int y)
{
	const uint8_t *from;
	uint32_t c;

	if (x < 0 || y < 0 || (uint32_t)x >= s->width || (uint32_t)y >= s->height)
		return 0;
	from = at(s, x, y);
	if (s->format == SURFACE_XR24)
		return (uint32_t)from[2] << 16 | (uint32_t)from[1] << 8 | from[0];
	/* Repeat the highest bits in the lowest, so that white becomes 0xffffff. */
	c = (uint32_t)from[1] << 8 | from[0];
	return (c >> 11 << 3 | c >> 13) << 16 | ((c >> 5 & 63) << 2 | (c >> 9 & 3)) << 8 |
	       ((c & 31) << 3 | (c >> 2 & 7));
}

void surface_fill(struct surface *s, uint32_t colour)
{
	area(s, 0, 0, s->width, s->height, colour);
}

void surface_pixel(struct surface *s, int x, int y, uint32_t colour)
{
	area(s, x, y, (int64_t)x + 1, (int64_t)y + 1, colour);
}

void surface_rectangle(struct surface *s, int x, int y, int width, int height, uint32_t colour)
{
	area(s, x, y, (int64_t)x + width, (int64_t)y + height, colour);
}

/*
 * One pixel for each step along the longer side. Only steps inside the surface
 * are taken, and the other coordinate is computed for each, not summed up: a
 * line may be much longer than the surface.
 */
void surface_line(struct surface *s, int x0, int y0, int x1, int y1, uint32_t colour)
{
	int64_t dx = (int64_t)x1 - x0, dy = (int64_t)y1 - y0;
	bool steep = llabs(dy) > llabs(dx);
	/* Begin at the end with the lower coordinate along the longer side. */
	bool swap = (steep ? dy : dx) < 0;
	int64_t from = steep ? (swap ? y1 : y0) : (swap ? x1 : x0),
		other = steep ? (swap ? x1 : x0) : (swap ? y1 : y0);
	uint64_t major = (uint64_t)llabs(steep ? dy : dx), minor = (uint64_t)llabs(steep ? dx : dy);
	bool falling = ((steep ? dx : dy) < 0) != swap;
	int64_t to = from + (int64_t)major, limit = steep ? s->height : s->width;

	for (int64_t m = from < 0 ? 0 : from; m <= to && m < limit; m++) {
		/* Both factors are below 2^32: the product fits. */
		uint64_t scaled = (uint64_t)(m - from) * minor;
		/* Round to the nearest; a tie rounds towards higher coordinates. */
		uint64_t down = major ? scaled / major : 0, rest = major ? scaled % major : 0;
		int64_t n = falling ? other - (int64_t)(down + (2 * rest > major)) :
				      other + (int64_t)(down + (2 * rest >= major && major));

		if (steep)
			area(s, n, m, n + 1, m + 1, colour);
		else
			area(s, m, n, m + 1, n + 1, colour);
	}
}

/* The largest integer whose square is no more than n, which is less than 2^62. */
static int64_t root(int64_t n)
{
	int64_t r = 0;

	for (int64_t bit = INT64_C(1) << 30; bit; bit >>= 1)
		if ((r + bit) * (r + bit) <= n)
			r += bit;
	return r;
}

void surface_disc(struct surface *s, int x, int y, int radius, uint32_t colour)
{
	int64_t r = radius, top = y - r, bottom = y + r;

	if (top < 0)
		top = 0;
	if (bottom >= s->height)
		bottom = (int64_t)s->height - 1;
	for (int64_t line = top; r >= 0 && line <= bottom; line++) {
		int64_t half = root(r * r - (line - y) * (line - y));

		area(s, x - half, line, x + half + 1, line + 1, colour);
	}
}

void surface_image(struct surface *s, int x, int y, const struct surface *image)
{
	int64_t x0 = x < 0 ? -(int64_t)x : 0, y0 = y < 0 ? -(int64_t)y : 0;
	int64_t x1 = (int64_t)s->width - x, y1 = (int64_t)s->height - y;

	if (x1 > image->width)
		x1 = image->width;
	if (y1 > image->height)
		y1 = image->height;
	if (x0 >= x1)
		return;
	for (int64_t j = y0; j < y1; j++) {
		if (s->format == image->format)
			memmove(at(s, x + x0, y + j), at(image, x0, j),
				(size_t)(x1 - x0) * surface_pixel_size(s->format));
		else
			for (int64_t i = x0; i < x1; i++)
				run(s, x + i, y + j, 1, surface_get(image, (int)i, (int)j));
	}
}

void surface_text(struct surface *s, int x, int y, int scale, uint32_t colour, const char *text)
{
	int64_t left = x, top = y, size = scale;

	for (; scale >= 1 && *text; text++) {
		const uint8_t *glyph = font_glyph(*text);

		if (*text == '\n') {
			left = x;
			top += SURFACE_CHAR_HEIGHT * size;
			continue;
		}
		for (int row = 0; row < FONT_HEIGHT; row++)
			for (int column = 0; column < FONT_WIDTH; column++)
				if (glyph[row] & 1 << (FONT_WIDTH - 1 - column))
					area(s, left + column * size, top + row * size,
					     left + (column + 1) * size, top + (row + 1) * size,
					     colour);
		left += SURFACE_CHAR_WIDTH * size;
	}
}
