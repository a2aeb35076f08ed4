/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the device says it scanned out, against what was drawn. The log is a
 * text file, oldest first, a line "VSYNC FLIP OFFSET CRC32" (hexadecimal CRC)
 * a frame. The device keeps only so many lines: read it now and then.
 */
#ifndef FRAMELOG_H
#define FRAMELOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "surface.h"

struct framelog {
	size_t drawn;	/**< frames */
	size_t scanned; /**< frames in the log since framelog_begin() */
	size_t torn;	/**< of these, frames that nobody drew */
	/** of these, frames drawn before one that had been shown already */
	size_t out_of_order;
	size_t unseen; /**< frames drawn, but never scanned out; set by framelog_end() */

	/* The rest is framelog.c's. */
	const char *file;
	struct framelog_frame {
		uint32_t crc;
		bool seen;
	} *frames;
	size_t last; /* the frame seen last */
	bool begun;  /* there was a line; its vsync was: */
	uint32_t vsync;
};

/** CRC-32 (zlib's) of the visible pixels, as the device computes it. */
uint32_t framelog_crc(const struct surface *surface);

/**
 * Begin: what is in the log by now isn't ours. Call it after fb_open(), which
 * stops the scanout, and before the first fb_present().
 * @param file	must live until framelog_free()
 * @return -1 with errno: those of files, EPROTO for a line that is none
 */
int framelog_begin(struct framelog *log, const char *file);

/** A frame is drawn and will be presented. -1 with errno ENOMEM. */
int framelog_draw(struct framelog *log, uint32_t crc);

/** Take in what is new in the log. -1 with errno as above. */
int framelog_read(struct framelog *log);

/**
 * Take in all that is left, and count what is unseen. A frame is in the log
 * when it has been scanned out to its end: waits up to 5 s for the last one.
 * @return -1 with errno as above
 */
int framelog_end(struct framelog *log);

void framelog_free(struct framelog *log);

#endif /* FRAMELOG_H */
