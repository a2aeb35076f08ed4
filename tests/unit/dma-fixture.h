/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Allocate DMA memory, or expect that this fails. */
#ifndef DMA_FIXTURE_H
#define DMA_FIXTURE_H

#include "fake-sysfs.h"

/* Allocate memory of this size and alignment (0: a cache line); must succeed. */
struct uiomap_dma *piece(struct uiomap_device *device, size_t size, size_t align);

/* Must fail with this errno and a text that names the device. */
void no_piece(struct uiomap_device *device, size_t size, size_t align, int error, const char *text);

#endif /* DMA_FIXTURE_H */
