/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Compare a screenshot with what was drawn. */
#ifndef PPM_H
#define PPM_H

#include "surface.h"

/**
 * Compare a file in the format PPM (P6, 8 bits a channel, as QEMU's screendump
 * writes it) with a surface, pixel by pixel. If the surface's format has fewer bits,
 * only the most significant ones of each channel are compared.
 * @return how many pixels differ; -1 with errno: those of files, ENOMEM, or EPROTO:
 *	not such a file, another width or height, too short, or too long
 */
int64_t ppm_compare(const char *file, const struct surface *surface);

#endif /* PPM_H */
