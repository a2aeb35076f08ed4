/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Pixels into a device's memory. */
#ifndef BLIT_H
#define BLIT_H

#include <stddef.h>

#include <uiomap.h>

/**
 * Copy `size` bytes to device memory of this kind. Only writes to it, each byte
 * once or more; no barrier.
 */
void blit(volatile void *to, const void *from, size_t size, enum uiomap_memtype memtype);

#endif /* BLIT_H */
