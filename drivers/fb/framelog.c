/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "framelog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

uint32_t framelog_crc(const struct surface *s)
{
	uint32_t crc = 0;

	for (uint32_t y = 0; y < s->height; y++)
		crc = (uint32_t)crc32(crc, s->pixels + (size_t)y * s->stride, s->width * surface_pixel_size(s->format));
	return crc;
}

static size_t find(const uint32_t *crcs, size_t count, uint32_t crc)
{
	size_t i = 0;

	while (i < count && crcs[i] != crc)
		i++;
	return i;
}

/* One pass over the file. 1: the last frame is in it; 0: not yet. */
static int scan(struct framelog *log, FILE *f, const uint32_t *crcs, size_t count, bool *seen)
{
	uint32_t vsync, flip, offset, crc;
	size_t last = 0, index;
	char line[128];
	bool begun = false;

	*log = (struct framelog){ 0 };
	memset(seen, 0, count);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNx32, &vsync, &flip, &offset, &crc) != 4) {
			errno = EPROTO;
			return -1;
		}
		index = find(crcs, count, crc);
		begun |= index == 0;
		if (!begun)	/* what was on screen before us */
			continue;
		log->scanned++;
		if (index == count) {
			log->torn++;
			continue;
		}
		log->out_of_order += index < last;
		last = index;
		seen[index] = true;
	}
	for (index = 0; index < count; index++)
		log->unseen += !seen[index];
	return ferror(f) ? -1 : seen[count - 1];
}

int framelog_read(struct framelog *log, const char *file, const uint32_t *crcs, size_t count)
{
	bool *seen = calloc(count, sizeof(*seen));
	int rc = 0, error;

	for (int i = 0; seen && rc == 0 && i < 500; i++) {
		FILE *f = fopen(file, "r");

		if (i)
			nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
		rc = f ? scan(log, f, crcs, count, seen) : -1;
		error = errno;
		if (f)
			fclose(f);
		errno = error;
	}
	if (!seen)
		rc = -1;
	free(seen);
	return rc < 0 ? -1 : 0;
}
