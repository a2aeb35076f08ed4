/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The moving picture of fb-demo. */
#ifndef PATTERN_H
#define PATTERN_H

#include "surface.h"

/** Draw picture number n, over all of the surface. No two numbers give the same picture. */
void pattern_draw(struct surface *surface, uint32_t n);

#endif /* PATTERN_H */
