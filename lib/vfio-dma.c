/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * DMA memory of a VFIO device: ordinary memory of the process, which the kernel
 * locks and maps in the IOMMU. The device can access what is mapped, and nothing
 * else. The library chooses the addresses (IOVA): the lowest that are free, so
 * that cards with few address lines can use them.
 */
#include "vfio.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* To many cards the address 0 means that there is no buffer. */
#define LOWEST 0x10000

static void add_ranges(struct vfio *vfio, const struct vfio_iommu_type1_info_cap_iova_range *list)
{
	for (uint32_t i = 0; i < list->nr_iovas; i++) {
		if (vfio->range_count == sizeof(vfio->ranges) / sizeof(*vfio->ranges))
			return;
		vfio->ranges[vfio->range_count++] =
			(struct iova_range){ list->iova_ranges[i].start, list->iova_ranges[i].end };
	}
}

int uiomap_i_vfio_dma_ranges(struct uiomap_device *device)
{
	struct vfio_iommu_type1_info *info, size = { .argsz = sizeof(size) };
	struct vfio *vfio = device->vfio;

	if (ioctl(vfio->container, VFIO_IOMMU_GET_INFO, &size) < 0)
		goto failed;
	info = calloc(1, size.argsz);
	if (!info)
		goto failed;
	info->argsz = size.argsz;
	if (ioctl(vfio->container, VFIO_IOMMU_GET_INFO, info) < 0) {
		free(info);
		goto failed;
	}
	vfio->granule = (uint64_t)sysconf(_SC_PAGESIZE);
	if (info->flags & VFIO_IOMMU_INFO_PGSIZES)
		while (info->iova_pgsizes && !(info->iova_pgsizes & (2 * vfio->granule - 1)))
			vfio->granule *= 2;
	for (uint32_t at = info->flags & VFIO_IOMMU_INFO_CAPS ? info->cap_offset : 0;
	     at && at + sizeof(struct vfio_info_cap_header) <= size.argsz;) {
		struct vfio_info_cap_header *header = (void *)((char *)info + at);

		if (header->id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
			add_ranges(vfio, (void *)header);
		at = header->next;
	}
	free(info);
	/* Kernels without this list accept any address that the IOMMU has. */
	if (!vfio->range_count)
		vfio->ranges[vfio->range_count++] = (struct iova_range){ 0, UINT32_MAX };
	return 0;

failed:
	return uiomap_i_fail(errno, "%s: VFIO_IOMMU_GET_INFO: %s", LABEL(device->info),
			     uiomap_i_why(errno));
}

void uiomap_i_vfio_dma_forget(struct vfio *vfio)
{
	struct iova_mapping *mapping;

	while ((mapping = vfio->mappings)) {
		vfio->mappings = mapping->next;
		free(mapping);
	}
}

static uint64_t round_up(uint64_t value, uint64_t to)
{
	return (value + to - 1) / to * to;
}

/*
 * Find free addresses in a range. Returns the mapping that the new one precedes
 * (*link), or NULL.
 */
static struct iova_mapping **room(struct vfio *vfio, const struct iova_range *range, uint64_t size,
				  uint64_t align, uint64_t *iova)
{
	struct iova_mapping **link;

	*iova = round_up(range->first > LOWEST ? range->first : LOWEST, align);
	for (link = &vfio->mappings; *link; link = &(*link)->next) {
		if (*iova + size <= (*link)->iova)
			break;
		if (*iova < (*link)->iova + (*link)->size)
			*iova = round_up((*link)->iova + (*link)->size, align);
	}
	return *iova >= range->first && *iova <= range->last && size - 1 <= range->last - *iova ?
		       link :
		       NULL;
}

static int fail_map(const struct uiomap_device *device, size_t size)
{
	struct rlimit limit = { .rlim_cur = RLIM_INFINITY };
	int error = errno;

	getrlimit(RLIMIT_MEMLOCK, &limit);
	if (error == ENOMEM && limit.rlim_cur != RLIM_INFINITY)
		return uiomap_i_fail(
			ENOMEM,
			"%s: %zu bytes of DMA memory can't be locked: all that the process has locked may be %llu KiB (RLIMIT_MEMLOCK); raise the limit (ulimit -l; for a service: LimitMEMLOCK=)",
			LABEL(device->info), size, (unsigned long long)limit.rlim_cur / 1024);
	return uiomap_i_fail(error, "%s: %zu bytes of DMA memory can't be mapped: %s",
			     LABEL(device->info), size, uiomap_i_why(error));
}

/* Map memory of the process for the device. */
static int map(struct uiomap_device *device, const struct dma_memory *memory, size_t align,
	       uint64_t *iova)
{
	struct vfio *vfio = device->vfio;
	struct vfio_iommu_type1_dma_map dma = { .argsz = sizeof(dma),
						.flags = VFIO_DMA_MAP_FLAG_READ |
							 VFIO_DMA_MAP_FLAG_WRITE,
						.vaddr = (uintptr_t)memory->cpu,
						.size = memory->size };
	struct iova_mapping *mapping = malloc(sizeof(*mapping)), **link = NULL;

	if (!mapping)
		return uiomap_i_fail(ENOMEM, "%s: no memory for the description of a mapping",
				     LABEL(device->info));
	for (size_t i = 0; !link && i < vfio->range_count; i++)
		link = room(vfio, &vfio->ranges[i], memory->size, align, iova);
	if (!link) {
		free(mapping);
		return uiomap_i_fail(ENOSPC, "%s: the IOMMU has no %zu bytes of free addresses",
				     LABEL(device->info), memory->size);
	}
	dma.iova = *iova;
	if (ioctl(vfio->container, VFIO_IOMMU_MAP_DMA, &dma) < 0) {
		fail_map(device, memory->size);
		free(mapping);
		return -1;
	}
	*mapping = (struct iova_mapping){ .next = *link, .iova = *iova, .size = memory->size };
	*link = mapping;
	return 0;
}

static void unmap(struct vfio *vfio, uint64_t iova)
{
	struct vfio_iommu_type1_dma_unmap dma = { .argsz = sizeof(dma), .iova = iova };
	struct iova_mapping *mapping, **link = &vfio->mappings;

	while (*link && (*link)->iova != iova)
		link = &(*link)->next;
	mapping = *link;
	if (!mapping)
		return;
	dma.size = mapping->size;
	ioctl(vfio->container, VFIO_IOMMU_UNMAP_DMA, &dma);
	*link = mapping->next;
	free(mapping);
}

/*
 * Memory in pages of this size. It is shared, because after fork(2) a write to a
 * private page would move it away from the device.
 */
static int get_pages(struct uiomap_device *device, size_t size, size_t align, uint64_t page,
		     int flags, struct dma_memory *memory)
{
	memory->size = (size_t)round_up(size, page);
	memory->cpu = mmap(NULL, memory->size, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS | flags, -1, 0);
	if (memory->cpu == MAP_FAILED)
		return uiomap_i_fail(errno, "%s: mmap of %zu bytes of DMA memory: %s",
				     LABEL(device->info), memory->size, uiomap_i_why(errno));
	if (map(device, memory, align > page ? align : (size_t)page, &memory->bus) == 0)
		return 0;
	munmap(memory->cpu, memory->size);
	return -1;
}

/* Map memory of the program. The IOMMU maps whole pages, and the rest of a page isn't given. */
static int get_foreign(struct uiomap_device *device, struct dma_memory *memory)
{
	const uint64_t granule = device->vfio->granule;

	if (!memory->size || memory->size % granule || (uintptr_t)memory->cpu % granule)
		return uiomap_i_fail(
			EINVAL,
			"%s: memory for DMA at %p, %zu bytes, is not whole pages of %llu bytes",
			LABEL(device->info), memory->cpu, memory->size,
			(unsigned long long)granule);
	return map(device, memory, (size_t)granule, &memory->bus);
}

int uiomap_i_vfio_dma_get(struct uiomap_device *device, size_t size, size_t align,
			  struct dma_memory *memory)
{
	size_t huge;

	if (memory->foreign)
		return get_foreign(device, memory);
	if (size > SIZE_MAX / 2)
		return uiomap_i_fail(ENOMEM, "%s: no machine has %zu bytes of memory",
				     LABEL(device->info), size);
	/* Hugepages cost the IOMMU less, but nothing depends on them. */
	huge = size >= 1 << 20 ? uiomap_i_hugepage_size(device) : 0;
	if (huge && size >= huge && get_pages(device, size, align, huge, MAP_HUGETLB, memory) == 0)
		return 0;
	return get_pages(device, size, align, device->vfio->granule, 0, memory);
}

void uiomap_i_vfio_dma_put(struct uiomap_device *device, const struct dma_memory *memory)
{
	/* After close the kernel has removed all mappings. */
	if (device->vfio->container >= 0)
		unmap(device->vfio, memory->bus);
	if (!memory->foreign)
		munmap(memory->cpu, memory->size);
}
