/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A picture that somebody else took of the screen, against what was drawn. */
#ifndef PPM_H
#define PPM_H

#include "surface.h"

/**
 * Compare a file in the format PPM (P6, 8 bits a channel, as QEMU's screendump
 * writes it) with a surface, pixel by pixel. The surface's format may have
 * fewer bits: then the most significant ones of each channel count.
 * @return how many pixels differ; -1 with errno: those of files, ENOMEM, or EPROTO: no
 *	such file, or of another width or height, or too short, or too long
 */
int64_t ppm_compare(const char *file, const struct surface *surface);

#endif /* PPM_H */
