/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Compare the device's log of scanned-out frames with what was drawn. The log
 * is a text file with a line "VSYNC FLIP OFFSET CRC32" (hexadecimal CRC) for
 * each frame, oldest first. The device keeps a limited number of lines, so the
 * log must be read regularly.
 */
#ifndef FRAMELOG_H
#define FRAMELOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "surface.h"

struct framelog {
	size_t drawn;	/**< frames drawn */
	size_t scanned; /**< frames in the log since framelog_begin() */
	size_t torn;	/**< of these, frames that were never drawn */
	/** of these, frames older than one that was shown before */
	size_t out_of_order;
	size_t unseen; /**< frames drawn, but never scanned out; set by framelog_end() */

	/* Private to framelog.c. */
	const char *file;
	struct framelog_frame {
		uint32_t crc;
		bool seen;
	} *frames;
	size_t last; /* last frame seen */
	bool begun;  /* the log had a line; vsync is that of the last one */
	uint32_t vsync;
};

/** CRC-32 (zlib's) of the visible pixels, as the device computes it. */
uint32_t framelog_crc(const struct surface *surface);

/**
 * Begin: ignore the lines that are in the log now. Call it after fb_open(),
 * which stops the scanout, and before the first fb_present().
 * @param file	must live until framelog_free()
 * @return -1 with errno: those of fopen() and reading; EPROTO: a malformed line
 */
int framelog_begin(struct framelog *log, const char *file);

/** Record a frame that is drawn and will be presented. -1 with errno ENOMEM. */
int framelog_draw(struct framelog *log, uint32_t crc);

/** Read the new lines of the log. -1 with errno as above. */
int framelog_read(struct framelog *log);

/**
 * Read the rest of the log and count the unseen frames. A frame is logged after
 * its scanout has ended, so this waits up to 5 s for the last one.
 * @return -1 with errno as above
 */
int framelog_end(struct framelog *log);

void framelog_free(struct framelog *log);

#endif /* FRAMELOG_H */
