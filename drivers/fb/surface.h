/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file surface.h
 * A picture in ordinary memory, and functions to draw into it. Independent of
 * any device.
 *
 * Coordinates are pixels, (0, 0) at the top left; anything outside of the
 * surface, or of the range of int, is clipped, never an error. Colours are
 * 0xRRGGBB, converted to the surface's format.
 *
 * One surface is used by one thread at a time.
 */
#ifndef SURFACE_H
#define SURFACE_H

#include <stddef.h>
#include <stdint.h>

/** Pixel formats by their fourcc codes, little-endian (linux/drm_fourcc.h). */
enum surface_format {
	SURFACE_XR24 = 0x34325258, /**< XRGB8888, 4 bytes */
	SURFACE_RG16 = 0x36314752, /**< RGB565, 2 bytes */
};

struct surface {
	uint32_t width, height; /**< pixels */
	uint32_t stride;	/**< bytes from line to line */
	enum surface_format format;
	uint8_t *pixels; /**< stride * height bytes, aligned to 64 */
};

/** Bytes per pixel; 0 if the format is unknown. */
uint32_t surface_pixel_size(enum surface_format format);

/**
 * Allocate a black surface; free it with surface_free().
 * @param stride bytes from line to line; 0: width * pixel size
 * @return NULL with errno EINVAL (width or height is 0, unknown format, stride
 *	too small or not a multiple of the pixel size) or ENOMEM
 */
struct surface *surface_new(uint32_t width, uint32_t height, uint32_t stride,
			    enum surface_format format);
void surface_free(struct surface *surface);

/** Colour of a pixel, as stored (RGB565 has fewer bits); 0 outside. */
uint32_t surface_get(const struct surface *surface, int x, int y);

void surface_fill(struct surface *surface, uint32_t colour);
void surface_pixel(struct surface *surface, int x, int y, uint32_t colour);
/** A filled rectangle; nothing if width or height isn't positive. */
void surface_rectangle(struct surface *surface, int x, int y, int width, int height,
		       uint32_t colour);
/** A line, both ends included. */
void surface_line(struct surface *surface, int x0, int y0, int x1, int y1, uint32_t colour);
/** A filled circle. */
void surface_disc(struct surface *surface, int x, int y, int radius, uint32_t colour);
/**
 * Copy another surface of any format, with its top left corner at (x, y). The two may be the
 * same surface only if x and y are 0.
 */
void surface_image(struct surface *surface, int x, int y, const struct surface *image);

/** A character is 6 * scale pixels wide and 8 * scale high, including its spacing. */
#define SURFACE_CHAR_WIDTH  6
#define SURFACE_CHAR_HEIGHT 8

/**
 * Draw ASCII text; '\n' begins a new line, and a character without a glyph is a box. The
 * background is kept. Draws nothing if scale < 1.
 */
void surface_text(struct surface *surface, int x, int y, int scale, uint32_t colour,
		  const char *text);

#endif /* SURFACE_H */
