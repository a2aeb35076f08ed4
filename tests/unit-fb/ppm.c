/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Screendumps that match, that differ by a pixel or a bit, and files that are no screendumps. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pattern.h"
#include "ppm.h"

/* Write a screendump of this surface, perhaps with a fault. */
static void write_ppm(const char *file, const struct surface *s, const char *header, int64_t bytes,
		      uint32_t flip)
{
	FILE *f = fopen(file, "w");

	cr_assert(f);
	fputs(header, f);
	for (int64_t i = 0; i < bytes; i++)
		fputc((int)((surface_get(s, (int)(i / 3 % s->width), (int)(i / 3 / s->width)) ^
			     flip) >>
			    (16 - i % 3 * 8)) &
			      0xff,
		      f);
	cr_assert_eq(fclose(f), 0);
}

Test(ppm, compare)
{
	char file[] = "/tmp/uiomap-ppm.XXXXXX";
	const int64_t bytes = INT64_C(33) * 21 * 3;
	const int fd = mkstemp(file);

	cr_assert_geq(fd, 0);
	close(fd);
	for (int i = 0; i < 2; i++) {
		struct surface *s = surface_new(33, 21, 256, i ? SURFACE_RG16 : SURFACE_XR24);
		static const char * const bad[] = { "P6\n33 22\n255\n",	  "P6\n32 21\n255\n",
						    "P6\n33 21\n65535\n", "P5\n33 21\n255\n",
						    "P6\n33 21\n",	  "" };

		pattern_draw(s, 5);
		write_ppm(file, s, "P6\n33 21\n255\n", bytes, 0);
		cr_expect_eq(ppm_compare(file, s), 0);
		surface_pixel(s, 32, 20, ~surface_get(s, 32, 20));
		surface_pixel(s, 0, 0, ~surface_get(s, 0, 0));
		cr_expect_eq(ppm_compare(file, s), 2);
		/* Flip the lowest bit of each channel that the format has. */
		for (int c = 0; c < 3; c++) {
			write_ppm(file, s, "P6\n33 21\n255\n", bytes,
				  (uint32_t)(i ? c == 1 ? 4 : 8 : 1) << (8 * c));
			cr_expect_eq(ppm_compare(file, s), 33 * 21, "channel %d", c);
		}
		for (size_t n = 0; n < sizeof(bad) / sizeof(bad[0]); n++) {
			write_ppm(file, s, bad[n], bytes, 0);
			errno = 0;
			cr_expect_eq(ppm_compare(file, s), -1, "%s", bad[n]);
			cr_expect_eq(errno, EPROTO);
		}
		for (int more = -1; more <= 1; more += 2) {
			write_ppm(file, s, "P6\n33 21\n255\n", bytes + more, 0);
			errno = 0;
			cr_expect_eq(ppm_compare(file, s), -1, "%d", more);
			cr_expect_eq(errno, EPROTO);
		}
		surface_free(s);
	}
	/* A folder can be opened, but not read. */
	struct surface *s = surface_new(8, 8, 0, SURFACE_XR24);

	cr_expect_eq(ppm_compare("/tmp", s), -1);
	cr_expect_eq(errno, EIO);
	unlink(file);
	cr_expect_eq(ppm_compare(file, s), -1);
	cr_expect_eq(errno, ENOENT);
	surface_free(s);
}
