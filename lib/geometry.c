/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * sysfs has addr, size and offset of each map. Their meaning has changed over time:
 *
 *   now	addr is page-aligned; offset is where the device's memory begins;
 *		size counts from addr, so it includes the offset (struct uio_mem
 *		in include/linux/uio_driver.h; uio_pdrv_genirq_probe())
 *   once	offset was computed as addr modulo page size, so it is redundant;
 *		addr is not page-aligned, size counts from addr
 *   between	drivers left addr unaligned and offset 0
 *
 * Always: mmap() maps whole pages. The first one contains addr. No page beyond
 * addr + size can be mapped (uio_mmap() in drivers/uio/uio.c).
 */
#include "internal.h"

const char *uiomap_i_geometry(uint64_t addr, uint64_t size, uint64_t offset, uint64_t page,
			      struct uiomap_i_geometry *out)
{
	/* All ones: no address yet. uio_dmem_genirq has none before it is opened. */
	bool unknown = addr == UINT64_MAX || (sizeof(void *) == 4 && addr == UINT32_MAX);
	uint64_t in_page = unknown ? 0 : addr % page;
	uint64_t start, usable;

	if (!size)
		return "its size is 0";
	if (in_page) {
		if (offset && offset != in_page)
			return "its offset contradicts its address";
		start = in_page;
		usable = size;
	} else {
		if (offset >= size)
			return "its offset is beyond its size";
		if (addr + offset < addr)
			return "its offset is beyond the last address";
		start = offset;
		usable = size - offset;
		addr += offset;
	}
	if (start > UINT32_MAX)
		return "its offset is more than 4 GiB";
	if (start + usable < start || start + usable > SIZE_MAX / 2 - page)
		return "its size is more than can be mapped";
	out->addr = addr;
	out->size = usable;
	out->start = (uint32_t)start;
	out->length = (start + usable + page - 1) / page * page;
	return NULL;
}
