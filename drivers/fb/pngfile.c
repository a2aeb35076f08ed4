/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "pngfile.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Load the file into a new surface of the same size and format as `like`. */
static struct surface *load(const char *file, const struct surface *like)
{
	size_t line = (size_t)like->width * surface_pixel_size(like->format);
	struct surface *s = surface_new(like->width, like->height, 0, like->format);
	FILE *f = s ? fopen(file, "r") : NULL;
	int error = errno;

	if (f) {
		if (fread(s->pixels, line, s->height, f) == s->height && fgetc(f) == EOF)
			error = 0;
		else
			error = EPROTO;
		if (ferror(f))
			error = EIO;
		fclose(f);
	}
	if (f && !error)
		return s;
	surface_free(s);
	errno = error;
	return NULL;
}

int png_write(const char *file, const struct surface *surface, const char *scanout)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .width = surface->width,
			    .height = surface->height,
			    .format = PNG_FORMAT_RGB };
	struct surface *loaded = scanout ? load(scanout, surface) : NULL;
	const struct surface *s = scanout ? loaded : surface;
	uint8_t *rgb, *to;
	int rc = -1;

	if (!s)
		return -1;
	rgb = to = malloc((size_t)s->width * s->height * 3);
	if (!rgb)
		goto free_loaded;
	for (uint32_t y = 0; y < s->height; y++)
		for (uint32_t x = 0; x < s->width; x++) {
			uint32_t c = surface_get(s, (int)x, (int)y);

			*to++ = (uint8_t)(c >> 16);
			*to++ = (uint8_t)(c >> 8);
			*to++ = (uint8_t)c;
		}
	errno = 0;
	if (png_image_write_to_file(&image, file, 0, rgb, 0, NULL))
		rc = 0;
	else if (!errno)
		errno = EIO;
	free(rgb);

free_loaded:
	surface_free(loaded);
	return rc;
}
