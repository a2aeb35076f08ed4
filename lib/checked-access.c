/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Register accessors that check bounds and alignment, and polling of a
 * register. If the program has called uiomap_guard_install(), they guard their
 * access themselves, so that removal of the device becomes an error instead of
 * SIGBUS.
 */
#include "internal.h"

#include <sched.h>

static int check(const struct uiomap_region *region, const void *value, size_t offset, size_t width)
{
	unsigned int index;

	if (!region || !value)
		return uiomap_i_fail(EINVAL, "register access: no %s given (NULL)",
				     region ? "value" : "region");
	index = (unsigned int)(region->info - region->device->info->maps);
	if (width > region->size || offset > region->size - width)
		return uiomap_i_fail(
			ERANGE, "%s: map %u %s: %zu bytes at offset 0x%zx are beyond its end 0x%zx",
			LABEL(region->device->info), index, QUOTE(region->info->name), width,
			offset, region->size);
	/* Check the address, not the offset: a map may begin anywhere in a page. */
	if (((uintptr_t)region->base + offset) % width)
		return uiomap_i_fail(
			EINVAL,
			"%s: map %u %s, which begins at 0x%llx: offset 0x%zx is not aligned for %zu bytes",
			LABEL(region->device->info), index, QUOTE(region->info->name),
			(unsigned long long)region->info->addr, offset, width);
	return 0;
}

static int check_write(const struct uiomap_region *region, size_t offset, size_t width)
{
	if (check(region, &width, offset, width) < 0)
		return -1;
	if (region->flags & UIOMAP_MAP_RDONLY)
		return uiomap_i_fail(EACCES, "%s: map %u %s is mapped UIOMAP_MAP_RDONLY",
				     LABEL(region->device->info),
				     (unsigned int)(region->info - region->device->info->maps),
				     QUOTE(region->info->name));
	return 0;
}

struct access {
	const struct uiomap_region *region;
	size_t offset;
	uint64_t value;
};

static int guarded(const struct uiomap_region *region, int (*body)(void *arg), void *arg)
{
	return uiomap_i_guard_installed() ? uiomap_guard(region->device, body, arg) : body(arg);
}

#define LOAD_STORE(bits)                                                                           \
	static int load##bits(void *arg)                                                           \
	{                                                                                          \
		struct access *a = arg;                                                            \
                                                                                                   \
		a->value = uiomap_read##bits(a->region->base, a->offset);                          \
		return 0;                                                                          \
	}                                                                                          \
                                                                                                   \
	static int store##bits(void *arg)                                                          \
	{                                                                                          \
		struct access *a = arg;                                                            \
                                                                                                   \
		uiomap_write##bits(a->region->base, a->offset, (uint##bits##_t)a->value);          \
		return 0;                                                                          \
	}

LOAD_STORE(8)
LOAD_STORE(16)
LOAD_STORE(32)
#if UIOMAP_HAVE_IO64
LOAD_STORE(64)
#else
static int load64(void *arg)
{
	(void)arg;
	return uiomap_i_fail(ENOTSUP, "this machine has no 64-bit accesses");
}
#define store64 load64
#endif

struct wait {
	struct access access;
	int (*load)(void *access);
	uint64_t mask, want;
	int64_t timeout_ns;
};

/* Returns 0, 1 on timeout, or -1 if the register can't be read. */
static int wait_body(void *arg)
{
	const int64_t spin_ns = 10000;
	int64_t begin = 0, spent = 0;
	struct wait *w = arg;

	for (;;) {
		if (w->load(&w->access) < 0)
			return -1;
		if ((w->access.value & w->mask) == w->want)
			return 0;
		/* spent was taken before this read, so the last read happens after the timeout. */
		if (w->timeout_ns != UIOMAP_FOREVER && spent >= w->timeout_ns)
			return 1;
		if (!begin)
			begin = uiomap_i_now();
		spent = uiomap_i_now() - begin;
		if (spent > spin_ns)
			sched_yield();
	}
}

static int fail_late(const struct wait *w, unsigned int bits)
{
	const struct uiomap_region *region = w->access.region;
	const int digits = (int)bits / 4;

	return uiomap_i_fail(
		ETIMEDOUT,
		"%s: map %u %s: the register at offset 0x%zx is 0x%0*llx after %s; waited for 0x%0*llx in bits 0x%0*llx",
		LABEL(region->device->info),
		(unsigned int)(region->info - region->device->info->maps),
		QUOTE(region->info->name), w->access.offset, digits,
		(unsigned long long)w->access.value, DURATION(w->timeout_ns), digits,
		(unsigned long long)w->want, digits, (unsigned long long)w->mask);
}

#define CHECKED(bits)                                                                              \
	int uiomap_region_read##bits(const struct uiomap_region *region, size_t offset,            \
				     uint##bits##_t *value)                                        \
	{                                                                                          \
		struct access a = { .region = region, .offset = offset };                          \
                                                                                                   \
		if (check(region, value, offset, bits / 8) < 0 ||                                  \
		    guarded(region, load##bits, &a) < 0)                                           \
			return -1;                                                                 \
		*value = (uint##bits##_t)a.value;                                                  \
		return 0;                                                                          \
	}                                                                                          \
                                                                                                   \
	int uiomap_region_write##bits(struct uiomap_region *region, size_t offset,                 \
				      uint##bits##_t value)                                        \
	{                                                                                          \
		struct access a = { .region = region, .offset = offset, .value = value };          \
                                                                                                   \
		return check_write(region, offset, bits / 8) < 0 ||                                \
				       guarded(region, store##bits, &a) < 0 ?                      \
			       -1 :                                                                \
			       0;                                                                  \
	}                                                                                          \
                                                                                                   \
	int uiomap_region_poll##bits(const struct uiomap_region *region, size_t offset,            \
				     uint##bits##_t mask, uint##bits##_t want, int64_t timeout_ns, \
				     uint##bits##_t *last)                                         \
	{                                                                                          \
		struct wait w = { { .region = region, .offset = offset },                          \
				  load##bits,                                                      \
				  mask,                                                            \
				  want,                                                            \
				  timeout_ns };                                                    \
		int late;                                                                          \
                                                                                                   \
		if (timeout_ns < UIOMAP_FOREVER)                                                   \
			return uiomap_i_fail(EINVAL,                                               \
					     "uiomap_region_poll" #bits                            \
					     ": timeout %lld ns is negative",                      \
					     (long long)timeout_ns);                               \
		if (check(region, &w, offset, bits / 8) < 0)                                       \
			return -1;                                                                 \
		late = guarded(region, wait_body, &w);                                             \
		if (late >= 0 && last)                                                             \
			*last = (uint##bits##_t)w.access.value;                                    \
		return late > 0 ? fail_late(&w, bits) : late < 0 ? -1 : 0;                         \
	}

CHECKED(8)
CHECKED(16)
CHECKED(32)
CHECKED(64)
