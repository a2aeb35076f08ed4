/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "blit.h"

#include <string.h>

void blit(volatile void *to, const void *from, size_t size, enum uiomap_memtype memtype)
{
	switch (memtype) {
	case UIOMAP_MEMTYPE_WRITE_COMBINING:
	case UIOMAP_MEMTYPE_CACHED:
	case UIOMAP_MEMTYPE_DMA_COHERENT:
		/*
		 * This memory accepts writes of any width, order and alignment, so memcpy() is
		 * right and fastest.
		 */
		memcpy((void *)to, from, size);
		break;
	default:
		/*
		 * Uncached, or the type is unknown. memcpy() may be wrong here
		 * (vector accesses to device memory fault on arm64) or slow
		 * (x86 string instructions write single bytes, each a bus
		 * cycle). So write 8 bytes per store.
		 */
		uiomap_copy_to(to, 0, from, size, 8);
	}
}
