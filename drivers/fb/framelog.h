/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the device says it scanned out, against what was drawn. The log is a
 * text, oldest first, a line "VSYNC FLIP OFFSET CRC32" (hexadecimal CRC) a frame.
 */
#ifndef FRAMELOG_H
#define FRAMELOG_H

#include <stddef.h>
#include <stdint.h>

#include "surface.h"

struct framelog {
	size_t scanned;		/**< frames in the log since the first one drawn was seen */
	size_t torn;		/**< of these, frames that nobody drew */
	size_t out_of_order;	/**< frames drawn before one that had been shown already */
	size_t unseen;		/**< frames drawn and flipped to, but never scanned out */
};

/** CRC-32 (zlib's) of the visible pixels, as the device computes it. */
uint32_t framelog_crc(const struct surface *surface);

/**
 * @param crcs	of the frames drawn, in order; all different
 * Waits up to 5 s for the last one to appear in the log: a frame is logged
 * when it has been scanned out to its end.
 * @return -1 with errno: those of files, EPROTO for a line that is none, ENOMEM
 */
int framelog_read(struct framelog *log, const char *file, const uint32_t *crcs, size_t count);

#endif /* FRAMELOG_H */
