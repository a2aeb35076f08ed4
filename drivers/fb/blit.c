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
		 * Takes writes of any width, order and alignment, so the C library's fastest copy
		 * is right.
		 */
		memcpy((void *)to, from, size);
		break;
	default:
		/*
		 * Uncached, or nobody knows. Here memcpy() may be wrong (vector
		 * accesses fault on arm64's device memory) or slow (on x86 the
		 * string instructions that it likes go byte by byte, and each
		 * byte is a bus cycle): one store of the widest kind a word.
		 */
		uiomap_copy_to(to, 0, from, size, 8);
	}
}
