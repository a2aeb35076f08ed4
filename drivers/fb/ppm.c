/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "ppm.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Number of pixels that differ; -1 if the file is too short or too long. `line` has room for
 * one line.
 */
static int64_t compare(FILE *f, const struct surface *s, unsigned char *line)
{
	const uint32_t mask = s->format == SURFACE_RG16 ? 0xf8fcf8 : 0xffffff;
	int64_t different = 0;

	for (uint32_t y = 0; y < s->height; y++) {
		if (fread(line, 3, s->width, f) != s->width)
			return -1;
		for (uint32_t x = 0; x < s->width; x++) {
			const unsigned char *rgb = line + 3 * (size_t)x;

			different += (((uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2]) &
				      mask) != (surface_get(s, (int)x, (int)y) & mask);
		}
	}
	return fgetc(f) == EOF ? different : -1;
}

int64_t ppm_compare(const char *file, const struct surface *surface)
{
	unsigned int width, height, most;
	int64_t different = -1;
	unsigned char *line;
	FILE *f = fopen(file, "re");
	bool broken;
	char space;

	if (!f)
		return -1;
	line = malloc(3 * (size_t)surface->width);
	if (!line) {
		fclose(f);
		errno = ENOMEM;
		return -1;
	}
	/* The file may be large and on a network: use a large buffer. */
	setvbuf(f, NULL, _IOFBF, 1 << 18);
	if (fscanf(f, "P6 %u %u %u%c", &width, &height, &most, &space) == 4 &&
	    width == surface->width && height == surface->height && most == 255)
		different = compare(f, surface, line);
	broken = ferror(f);
	fclose(f);
	free(line);
	if (broken || different < 0) {
		errno = broken ? EIO : EPROTO;
		return -1;
	}
	return different;
}
