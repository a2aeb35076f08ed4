/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Register accessors that check where they go, and waiting for a register. */
#include "internal.h"

#include <sched.h>

static int check(const struct uiomap_region *region, const void *value, size_t offset, size_t width)
{
	unsigned int index;

	if (!region || !value)
		return fail(EINVAL, "register access: no %s given (NULL)", region ? "value" : "region");
	index = (unsigned int)(region->info - region->device->info->maps);
	if (width > region->size || offset > region->size - width)
		return fail(ERANGE, "%s: map %u %s: %zu bytes at offset 0x%zx are beyond its end 0x%zx",
			    LABEL(region->device->info), index, QUOTE(region->info->name), width, offset, region->size);
	/* The address counts, not the offset: a map may begin anywhere in a page. */
	if (((uintptr_t)region->base + offset) % width)
		return fail(EINVAL, "%s: map %u %s, which begins at 0x%llx: offset 0x%zx is not aligned for %zu bytes",
			    LABEL(region->device->info), index, QUOTE(region->info->name),
			    (unsigned long long)region->info->addr, offset, width);
	return 0;
}

static int check_write(const struct uiomap_region *region, size_t offset, size_t width)
{
	if (check(region, &width, offset, width) < 0)
		return -1;
	if (region->flags & UIOMAP_MAP_RDONLY)
		return fail(EACCES, "%s: map %u %s is mapped UIOMAP_MAP_RDONLY", LABEL(region->device->info),
			    (unsigned int)(region->info - region->device->info->maps), QUOTE(region->info->name));
	return 0;
}

#define CHECKED(bits)                                                                                               \
	int uiomap_region_read##bits(const struct uiomap_region *region, size_t offset, uint##bits##_t *value)      \
	{                                                                                                           \
		if (check(region, value, offset, bits / 8) < 0)                                                     \
			return -1;                                                                                  \
		*value = uiomap_read##bits(region->base, offset);                                                   \
		return 0;                                                                                           \
	}                                                                                                           \
                                                                                                                    \
	int uiomap_region_write##bits(struct uiomap_region *region, size_t offset, uint##bits##_t value)            \
	{                                                                                                           \
		if (check_write(region, offset, bits / 8) < 0)                                                      \
			return -1;                                                                                  \
		uiomap_write##bits(region->base, offset, value);                                                    \
		return 0;                                                                                           \
	}

CHECKED(8)
CHECKED(16)
CHECKED(32)

#if UIOMAP_HAVE_IO64
CHECKED(64)
#else
int uiomap_region_read64(const struct uiomap_region *region, size_t offset, uint64_t *value)
{
	return check(region, value, offset, 8) < 0 ? -1 : fail(ENOTSUP, "this machine has no 64-bit accesses");
}

int uiomap_region_write64(struct uiomap_region *region, size_t offset, uint64_t value)
{
	(void)value;
	return check_write(region, offset, 8) < 0 ? -1 : fail(ENOTSUP, "this machine has no 64-bit accesses");
}
#endif

int uiomap_region_poll32(const struct uiomap_region *region, size_t offset, uint32_t mask, uint32_t want,
			 int64_t timeout_ns, uint32_t *last)
{
	const int64_t spin_ns = 10000;
	int64_t begin = 0, spent = 0;
	uint32_t value;

	if (timeout_ns < UIOMAP_FOREVER)
		return fail(EINVAL, "uiomap_region_poll32: timeout %lld ns is negative", (long long)timeout_ns);
	if (check(region, &value, offset, 4) < 0)
		return -1;
	for (;;) {
		value = uiomap_read32(region->base, offset);
		if (last)
			*last = value;
		if ((value & mask) == want)
			return 0;
		/* The time before the look, so that a last look comes after the time is over. */
		if (timeout_ns != UIOMAP_FOREVER && spent >= timeout_ns)
			break;
		if (!begin)
			begin = now();
		spent = now() - begin;
		if (spent > spin_ns)
			sched_yield();
	}
	return fail(ETIMEDOUT, "%s: map %u %s: the register at offset 0x%zx is 0x%08x after %s; waited for 0x%08x in bits 0x%08x",
		    LABEL(region->device->info), (unsigned int)(region->info - region->device->info->maps),
		    QUOTE(region->info->name), offset, value, DURATION(timeout_ns), want, mask);
}
