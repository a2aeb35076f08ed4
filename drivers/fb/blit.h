/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Copy pixels to a device's memory. */
#ifndef BLIT_H
#define BLIT_H

#include <stddef.h>

#include <uiomap.h>

/**
 * Copy `size` bytes to device memory of this kind. It never reads the device memory, may write
 * a byte more than once, and contains no barrier.
 */
void blit(volatile void *to, const void *from, size_t size, enum uiomap_memtype memtype);

#endif /* BLIT_H */
