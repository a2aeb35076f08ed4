/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A surface as a PNG file. */
#ifndef PNG_FILE_H
#define PNG_FILE_H

#include "surface.h"

/**
 * @param scanout	NULL: the surface's own pixels; else a file with raw pixels
 *	of the same size and format, lines without padding
 * @return -1 with errno: those of files, EPROTO if scanout has another length, EIO if libpng
 * refuses
 */
int png_write(const char *file, const struct surface *surface, const char *scanout);

#endif /* PNG_FILE_H */
