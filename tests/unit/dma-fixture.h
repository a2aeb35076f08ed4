/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* DMA memory that is given, and that is refused. */
#ifndef DMA_FIXTURE_H
#define DMA_FIXTURE_H

#include "tree.h"

/* It is given, in that size and so aligned (0: to a cache line). */
struct uiomap_dma *piece(struct uiomap_device *device, size_t size, size_t align);

/* It is not, with this errno, and a text that names the device. */
void no_piece(struct uiomap_device *device, size_t size, size_t align, int error, const char *text);

#endif /* DMA_FIXTURE_H */
