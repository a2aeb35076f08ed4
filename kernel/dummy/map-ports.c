// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * A device's ports. Real port numbers would belong to real hardware, and memory
 * can't simulate ports. So these are numbers that no I/O instruction can
 * address, in a resource tree of their own. They can only be found and listed.
 * Each port map of each device has its own window.
 */
#include <linux/ioport.h>

#include "dummy.h"

static struct resource port_space = {
	.name = "uio_dummy",
	.start = 0x10000,
	.end = (resource_size_t)-1,
	.flags = IORESOURCE_IO,
};
#define PORT_WINDOW (DUMMY_PORTS + PAGE_SIZE)

struct resource dummy_port_resource(const struct dummy *d, const struct dummy_map *map,
				    unsigned int n)
{
	const u64 window = port_space.start + ((u64)d->id * DUMMY_MAX_PORTS + n) * PORT_WINDOW;
	struct resource r =
		DEFINE_RES_NAMED(window + map->offset, map->size, map->name, IORESOURCE_IO);

	r.parent = &port_space;
	return r;
}
