/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "framelog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#define LOOKS	500
#define LOOK_NS 10000000

uint32_t framelog_crc(const struct surface *s)
{
	uint32_t crc = 0;

	for (uint32_t y = 0; y < s->height; y++)
		crc = (uint32_t)crc32(crc, s->pixels + (size_t)y * s->stride,
				      s->width * surface_pixel_size(s->format));
	return crc;
}

/* Find out which frame was scanned out. */
static void judge(struct framelog *log, uint32_t crc)
{
	size_t i = log->last;

	log->scanned++;
	while (i < log->drawn && log->frames[i].crc != crc)
		i++;
	if (i == log->drawn) {
		for (i = 0; i < log->last && log->frames[i].crc != crc; i++)
			;
		if (i < log->last)
			log->out_of_order++;
		else
			log->torn++;
		return;
	}
	log->last = i;
	/* Successive frames that look the same can't be told apart. */
	for (; i < log->drawn && log->frames[i].crc == crc; i++)
		log->frames[i].seen = true;
}

/* Read the file once. Judge the new lines, or only remember the last one. */
static int pass(struct framelog *log, bool judging)
{
	FILE *f = fopen(log->file, "re");
	uint32_t vsync, flip, offset, crc;
	char line[128];
	int error = 0;

	if (!f)
		return -1;
	while (!error && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNx32, &vsync, &flip,
			   &offset, &crc) != 4) {
			error = EPROTO;
		} else if (!log->begun || (int32_t)(vsync - log->vsync) > 0) {
			log->begun = true;
			log->vsync = vsync;
			if (judging)
				judge(log, crc);
		}
	}
	if (ferror(f))
		error = EIO;
	fclose(f);
	errno = error;
	return error ? -1 : 0;
}

int framelog_begin(struct framelog *log, const char *file)
{
	*log = (struct framelog){ .file = file };
	return pass(log, false);
}

int framelog_draw(struct framelog *log, uint32_t crc)
{
	/* Grow the array at each power of two, beginning with 0. */
	if (!(log->drawn & (log->drawn - 1))) {
		size_t room = log->drawn ? 2 * log->drawn : 1;
		struct framelog_frame *frames = realloc(log->frames, room * sizeof(*frames));

		if (!frames)
			return -1;
		log->frames = frames;
	}
	log->frames[log->drawn++] = (struct framelog_frame){ .crc = crc };
	return 0;
}

int framelog_read(struct framelog *log)
{
	return pass(log, true);
}

int framelog_end(struct framelog *log)
{
	for (int i = 0; i < LOOKS; i++) {
		if (framelog_read(log) < 0)
			return -1;
		if (!log->drawn || log->frames[log->drawn - 1].seen)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
	}
	log->unseen = 0;
	for (size_t i = 0; i < log->drawn; i++)
		log->unseen += !log->frames[i].seen;
	return 0;
}

void framelog_free(struct framelog *log)
{
	free(log->frames);
	log->frames = NULL;
}
