/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * DMA memory is allocated from pools, first fit. If the device has a coherent
 * map, that is the only pool, and other controllers may use parts of it
 * (dma-range-lock.c). Otherwise each pool is a hugepage, and one more is mapped when
 * the others are full. Under VFIO memory is mapped for the device (dma-map.c).
 * Drivers allocate buffers once and keep them. So a list sorted by offset is fast
 * enough, and a hugepage is kept until the device is closed.
 */
#include "internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct dma_pool *uiomap_i_pool_add(struct uiomap_device *device, struct dma_pool content)
{
	struct dma_pool *pool = malloc(sizeof(*pool)), **link;

	if (!pool) {
		uiomap_i_fail(ENOMEM, "%s: no memory for the description of its DMA memory",
			      LABEL(device->info));
		return NULL;
	}
	*pool = content;
	pool->device = device;
	for (link = &device->pools; *link; link = &(*link)->next)
		;
	*link = pool;
	return pool;
}

static struct dma_pool *add_map(struct uiomap_device *device, unsigned int index)
{
	struct uiomap_region *region = uiomap_map(device, index, 0);
	struct dma_pool *pool;

	if (!region)
		return NULL;
	/* Coherent memory is ordinary memory and needs no volatile. */
	pool = uiomap_i_pool_add(
		device, (struct dma_pool){ .in_map = true,
					   .cpu = (char *)region->mapping + region->info->offset,
					   .bus = region->info->addr,
					   .size = region->size });
	if (!pool)
		uiomap_unmap(region);
	return pool;
}

static struct dma_pool *add_hugepage(struct uiomap_device *device, size_t size)
{
	size_t page = uiomap_i_hugepage_size(device);
	struct dma_pool *pool;
	uint64_t physical;
	void *memory;

	if (!page)
		return NULL;
	if (size > page) {
		uiomap_i_fail(
			ENOMEM,
			"%s: no room for %zu bytes of DMA memory in one piece: from hugepages, %zu is the most; for more, as root: %s",
			LABEL(device->info), size, page, REBIND(device->info, "take", "dma=SIZE"));
		return NULL;
	}
	memory = uiomap_i_hugepage_map(device, page, &physical);
	if (memory == MAP_FAILED)
		return NULL;
	pool = uiomap_i_pool_add(device,
				 (struct dma_pool){ .cpu = memory, .bus = physical, .size = page });
	if (!pool)
		munmap(memory, page);
	return pool;
}

/*
 * Find a place between two buffers of this handle, from *begin to limit.
 * Returns 1 with the place in *begin, 0 if there is none, -1 with errno and
 * text on failure.
 */
static int place_between(const struct dma_pool *pool, size_t *begin, size_t limit, size_t size,
			 size_t align)
{
	for (;;) {
		size_t end;
		int taken;

		/* Align the bus address, not the offset. */
		*begin += (size_t)(-(pool->bus + *begin) & (align - 1));
		if (*begin > limit || size > limit - *begin)
			return 0;
		if (!pool->in_map)
			return 1;
		taken = uiomap_i_range_take(pool->device, *begin, size, &end);
		if (taken)
			return taken;
		if (end >= limit)
			return 0;
		/* Continue behind the other controller's range. */
		*begin = end;
	}
}

int uiomap_i_pool_place(struct dma_pool *pool, struct uiomap_dma *dma, size_t size, size_t align)
{
	struct uiomap_dma **link;
	size_t begin = 0;

	/* begin: end of the previous buffer; *link: the next buffer or NULL. */
	for (link = &pool->buffers;; link = &(*link)->next) {
		int placed = place_between(pool, &begin, *link ? (*link)->offset : pool->size, size,
					   align);

		if (placed > 0) {
			*dma = (struct uiomap_dma){ .next = *link,
						    .pool = pool,
						    .offset = begin,
						    .size = size };
			*link = dma;
			pool->device->buffers++;
		}
		if (placed || !*link)
			return placed;
		begin = (*link)->offset + (*link)->size;
	}
}

static void fail_full(const struct uiomap_device *device, const struct dma_pool *pool, size_t size,
		      size_t align)
{
	struct room room = { 0 };
	size_t begin = 0;
	char who[512] = "";
	struct stat node;

	for (const struct uiomap_dma *dma = pool->buffers; dma; dma = dma->next) {
		uiomap_i_range_room(device, begin, dma->offset, &room);
		begin = dma->offset + dma->size;
	}
	uiomap_i_range_room(device, begin, pool->size, &room);
	if (room.others && fstat(device->fd, &node) == 0)
		uiomap_i_lock_owners(&node, device, who, sizeof(who));
	uiomap_i_fail(
		room.others ? EBUSY : ENOMEM,
		"%s: no room for %zu bytes of DMA memory, aligned to %zu: %zu of %zu bytes are left, at most %zu in one piece%s%s; for more, as root: %s",
		LABEL(device->info), size, align, room.left, pool->size, room.largest,
		*who ? "; the device is also held by " : "", who,
		REBIND(device->info, "take", "dma=SIZE"));
}

static bool from_map(struct uiomap_device *device, struct uiomap_dma *dma, unsigned int index,
		     size_t size, size_t align)
{
	struct dma_pool *pool = device->pools ? device->pools : add_map(device, index);
	int placed;

	if (!pool)
		return false;
	placed = uiomap_i_pool_place(pool, dma, size, align);
	if (!placed)
		fail_full(device, pool, size, align);
	return placed > 0;
}

static bool from_hugepages(struct uiomap_device *device, struct uiomap_dma *dma, size_t size,
			   size_t align)
{
	struct dma_pool *pool;

	if (uiomap_i_hugepage_refused(device) < 0)
		return false;
	for (pool = device->pools; pool; pool = pool->next)
		if (uiomap_i_pool_place(pool, dma, size, align) > 0)
			return true;
	pool = add_hugepage(device, size);
	return pool && uiomap_i_pool_place(pool, dma, size, align) > 0;
}

/*
 * Clear memory with read(2): if the device was removed, read(2) fails with
 * EFAULT, while a store would raise SIGBUS, and the program may have no
 * handler. The zeroes come from a pipe, because /dev/zero may be missing or
 * forbidden in a container or a service.
 */
static int zero(const struct uiomap_device *device, char *to, size_t size)
{
	static const char zeroes[4096]; /* one page: write(2) to an empty pipe never blocks */
	int ends[2], result = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return uiomap_i_fail(errno, "%s: no pipe to clear DMA memory with: %s",
				     LABEL(device->info), uiomap_i_why(errno));
	while (size && result == 0) {
		size_t part = size < sizeof(zeroes) ? size : sizeof(zeroes);

		if (write(ends[1], zeroes, part) != (ssize_t)part ||
		    read(ends[0], to, part) != (ssize_t)part)
			result = errno == EFAULT ?
					 uiomap_i_fail_gone(device) :
					 uiomap_i_fail(errno, "%s: can't clear DMA memory: %s",
						       LABEL(device->info), uiomap_i_why(errno));
		to += part;
		size -= part;
	}
	close(ends[0]);
	close(ends[1]);
	return result;
}

struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align)
{
	const size_t line = 64, max_align = 1 << 20;
	struct uiomap_dma *dma;
	unsigned int map = 0;

	if (!device) {
		uiomap_i_fail(EINVAL, "uiomap_dma_alloc: no device given (NULL)");
		return NULL;
	}
	if (!align)
		align = line;
	if (!size || align & (align - 1) || align > max_align) {
		uiomap_i_fail(
			EINVAL,
			"%s: DMA memory of %zu bytes, aligned to %zu: at least 1, and a power of two up to 1 MiB",
			LABEL(device->info), size, align);
		return NULL;
	}
	if (device->flags & UIOMAP_RDONLY) {
		uiomap_i_fail(EACCES, "%s was opened UIOMAP_RDONLY: it gets no DMA memory",
			      LABEL(device->info));
		return NULL;
	}
	/* Removal of the device doesn't affect hugepages, so ask explicitly. */
	if (device->pools && uiomap_device_removed(device)) {
		uiomap_i_fail_gone(device);
		return NULL;
	}
	/*
	 * Open the node: then the kernel stops the device's DMA when this process ends, however it
	 * ends.
	 */
	if (device->backend->need(device) < 0)
		return NULL;
	dma = malloc(sizeof(*dma));
	if (!dma) {
		uiomap_i_fail(ENOMEM, "%s: no memory for the description of a buffer",
			      LABEL(device->info));
		return NULL;
	}
	while (map < device->info->map_count &&
	       device->info->maps[map].memtype != UIOMAP_MEMTYPE_DMA_COHERENT)
		map++;
	if (device->backend->dma_get	  ? !uiomap_i_dma_from_backend(device, dma, size, align) :
	    map < device->info->map_count ? !from_map(device, dma, map, size, align) :
					    !from_hugepages(device, dma, size, align)) {
		free(dma);
		return NULL;
	}
	/* Only memory of the device can vanish. */
	if (!dma->pool->in_map)
		memset(uiomap_dma_cpu(dma), 0, size);
	if ((dma->pool->in_map && zero(device, uiomap_dma_cpu(dma), size) < 0) ||
	    device->backend->start_dma(device) < 0) {
		uiomap_dma_free(dma);
		return NULL;
	}
	return dma;
}

void uiomap_dma_free(struct uiomap_dma *dma)
{
	struct uiomap_dma **link;
	int error = errno;

	if (!dma)
		return;
	for (link = &dma->pool->buffers; *link; link = &(*link)->next)
		if (*link == dma) {
			*link = dma->next;
			break;
		}
	dma->pool->device->buffers--;
	if (dma->pool->in_map)
		uiomap_i_range_give_back(dma->pool->device, dma->offset, dma->size);
	if (dma->pool->mapped && !dma->pool->buffers)
		uiomap_i_pool_unmap(dma->pool);
	free(dma);
	errno = error;
}

void uiomap_i_dma_close(struct uiomap_device *device)
{
	struct dma_pool *pool;

	while ((pool = device->pools)) {
		while (device->pools == pool && pool->buffers)
			uiomap_dma_free(pool->buffers);
		/* It went with its last buffer. */
		if (device->pools != pool)
			continue;
		if (!pool->in_map)
			munmap(pool->cpu, pool->size);
		device->pools = pool->next;
		free(pool);
	}
}

void *uiomap_dma_cpu(const struct uiomap_dma *dma)
{
	if (!dma) {
		uiomap_i_fail(EINVAL, "uiomap_dma_cpu: no buffer given (NULL)");
		return NULL;
	}
	return dma->pool->cpu + dma->offset;
}

size_t uiomap_dma_offset(const struct uiomap_dma *dma)
{
	if (!dma)
		return 0;
	return dma->pool->in_map ? dma->offset : SIZE_MAX;
}

uint64_t uiomap_dma_addr(const struct uiomap_dma *dma)
{
	return dma ? dma->pool->bus + dma->offset : 0;
}

size_t uiomap_dma_size(const struct uiomap_dma *dma)
{
	return dma ? dma->size : 0;
}
