/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * DMA memory: pieces of the device's coherent map, first fit. Buffers are made
 * once and kept, as drivers do; so a list in the order of offsets will do.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* uiomap_map() asks for a map by number; here it is the first of the right kind. */
static struct uiomap_region *pool(struct uiomap_device *device)
{
	for (unsigned int i = 0; !device->dma_region && i < device->info->map_count; i++) {
		if (device->info->maps[i].kind != UIOMAP_KIND_DMA_COHERENT)
			continue;
		device->dma_region = uiomap_map(device, i, 0);
		if (!device->dma_region)
			return NULL;
	}
	if (!device->dma_region)
		fail(ENOTSUP, "%s has no DMA memory; with uio_stub, set its option dma=SIZE (module parameter options) and bind it again",
		     LABEL(device->info));
	return device->dma_region;
}

struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align)
{
	const size_t line = 64, max_align = 1 << 20;
	size_t end = 0, left = 0, largest = 0;
	struct uiomap_region *region;
	struct uiomap_dma *dma, **link;

	if (!device) {
		fail(EINVAL, "uiomap_dma_alloc: no device given (NULL)");
		return NULL;
	}
	if (!align)
		align = line;
	if (!size || align & (align - 1) || align > max_align) {
		fail(EINVAL, "%s: DMA memory of %zu bytes, aligned to %zu: at least 1, and a power of two up to 1 MiB",
		     LABEL(device->info), size, align);
		return NULL;
	}
	region = pool(device);
	if (!region)
		return NULL;
	dma = malloc(sizeof(*dma));
	if (!dma) {
		fail(ENOMEM, "%s: no memory for the description of a buffer", LABEL(device->info));
		return NULL;
	}
	/* end: of the buffer before; *link: the buffer after, if any. */
	for (link = &device->dma;; link = &(*link)->next) {
		size_t limit = *link ? (*link)->offset : region->size;
		/* What the device sees must be aligned. */
		size_t begin = end + (size_t)(-(region->info->addr + end) & (align - 1));

		if (begin <= limit && size <= limit - begin) {
			*dma = (struct uiomap_dma){ .next = *link, .device = device, .offset = begin, .size = size };
			*link = dma;
			break;
		}
		left += limit - end;
		largest = limit - end > largest ? limit - end : largest;
		if (!*link) {
			fail(ENOMEM, "%s: no room for %zu bytes of DMA memory, aligned to %zu: %zu of %zu bytes are left, at most %zu in one piece",
			     LABEL(device->info), size, align, left, region->size, largest);
			free(dma);
			return NULL;
		}
		end = (*link)->offset + (*link)->size;
	}
	memset(uiomap_dma_cpu(dma), 0, size);
	return dma;
}

void uiomap_dma_free(struct uiomap_dma *dma)
{
	struct uiomap_dma **link;
	int error = errno;

	if (!dma)
		return;
	for (link = &dma->device->dma; *link; link = &(*link)->next)
		if (*link == dma) {
			*link = dma->next;
			break;
		}
	free(dma);
	errno = error;
}

void *uiomap_dma_cpu(const struct uiomap_dma *dma)
{
	if (!dma) {
		fail(EINVAL, "uiomap_dma_cpu: no buffer given (NULL)");
		return NULL;
	}
	/* Coherent memory is memory: no volatile. */
	return (char *)dma->device->dma_region->mapping + dma->device->dma_region->info->offset + dma->offset;
}

uint64_t uiomap_dma_bus(const struct uiomap_dma *dma)
{
	return dma ? dma->device->dma_region->info->addr + dma->offset : 0;
}

size_t uiomap_dma_size(const struct uiomap_dma *dma)
{
	return dma ? dma->size : 0;
}
