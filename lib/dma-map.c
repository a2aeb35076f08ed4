/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * DMA memory that a backend maps for the device: VFIO, in the IOMMU. Each pool
 * is memory of its own, as large as the buffer that it was made for, and goes
 * with its last buffer. Memory that the program already had is a pool with one
 * buffer.
 */
#include "internal.h"

#include <stdlib.h>

void uiomap_i_pool_unmap(struct dma_pool *pool)
{
	struct uiomap_device *device = pool->device;
	const struct dma_memory memory = { .cpu = pool->cpu,
					   .bus = pool->bus,
					   .size = pool->size,
					   .foreign = pool->foreign };
	struct dma_pool **link = &device->pools;

	while (*link != pool)
		link = &(*link)->next;
	*link = pool->next;
	device->backend->dma_put(device, &memory);
	free(pool);
}

bool uiomap_i_dma_from_backend(struct uiomap_device *device, struct uiomap_dma *dma, size_t size,
			       size_t align)
{
	struct dma_memory memory = { 0 };
	struct dma_pool *pool;

	for (pool = device->pools; pool; pool = pool->next)
		if (uiomap_i_pool_place(pool, dma, size, align) > 0)
			return true;
	if (device->backend->dma_get(device, size, align, &memory) < 0)
		return false;
	pool = uiomap_i_pool_add(device, (struct dma_pool){ .mapped = true,
							    .cpu = memory.cpu,
							    .bus = memory.bus,
							    .size = memory.size });
	if (!pool)
		device->backend->dma_put(device, &memory);
	return pool && uiomap_i_pool_place(pool, dma, size, align) > 0;
}

struct uiomap_dma *uiomap_dma_map(struct uiomap_device *device, void *memory, size_t size)
{
	struct dma_memory mapped = { .cpu = memory, .size = size, .foreign = true };
	struct uiomap_dma *dma;
	struct dma_pool *pool;

	if (!device || !memory) {
		uiomap_i_fail(EINVAL, "uiomap_dma_map: no %s given (NULL)",
			      device ? "memory" : "device");
		return NULL;
	}
	if (device->flags & UIOMAP_RDONLY) {
		uiomap_i_fail(EACCES, "%s was opened UIOMAP_RDONLY: it gets no DMA memory",
			      LABEL(device->info));
		return NULL;
	}
	if (!device->backend->dma_get) {
		uiomap_i_fail(
			ENOTSUP,
			"%s: UIO can't map the program's own memory for DMA: copy it to memory of uiomap_dma_alloc(), or bind the device to vfio-pci (docs/vfio.md)",
			LABEL(device->info));
		return NULL;
	}
	dma = malloc(sizeof(*dma));
	if (!dma) {
		uiomap_i_fail(ENOMEM, "%s: no memory for the description of a buffer",
			      LABEL(device->info));
		return NULL;
	}
	if (device->backend->dma_get(device, size, 0, &mapped) < 0)
		goto free_dma;
	pool = uiomap_i_pool_add(device, (struct dma_pool){ .mapped = true,
							    .foreign = true,
							    .cpu = mapped.cpu,
							    .bus = mapped.bus,
							    .size = mapped.size });
	if (!pool) {
		device->backend->dma_put(device, &mapped);
		goto free_dma;
	}
	uiomap_i_pool_place(pool, dma, size, 1);
	if (device->backend->start_dma(device) == 0)
		return dma;
	uiomap_dma_free(dma);
	return NULL;

free_dma:
	free(dma);
	return NULL;
}

void uiomap_dma_unmap(struct uiomap_dma *dma)
{
	uiomap_dma_free(dma);
}
