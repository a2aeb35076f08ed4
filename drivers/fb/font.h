/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A font of 5 by 7 pixels: printable ASCII. */
#ifndef FONT_H
#define FONT_H

#include <stdint.h>

#define FONT_WIDTH  5
#define FONT_HEIGHT 7

/* The glyph's FONT_HEIGHT rows; a box if c is not printable ASCII. */
const uint8_t *font_glyph(char c);

#endif /* FONT_H */
