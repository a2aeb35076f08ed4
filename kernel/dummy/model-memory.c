// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model "memory": only maps, of any type, each with a greeting at its
 * beginning. They are configured by the text of `maps` in configfs.
 */
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dummy.h"

static const char * const kind_names[] = {
	[DUMMY_PHYSICAL] = "physical", [DUMMY_PREFETCHABLE] = "prefetchable",
	[DUMMY_PORT] = "port",	       [DUMMY_LOGICAL] = "logical",
	[DUMMY_VIRTUAL] = "virtual",   [DUMMY_COHERENT] = "coherent",
};

static u64 max_size(enum dummy_kind kind)
{
	switch (kind) {
	case DUMMY_PHYSICAL:
	case DUMMY_PREFETCHABLE:
		return SZ_32M;
	case DUMMY_LOGICAL:
		return KMALLOC_MAX_SIZE;
	case DUMMY_PORT:
		return DUMMY_PORTS;
	default:
		return SZ_64M;
	}
}

/* KIND:OFFSET:SIZE[:NAME] */
static int parse_map(struct dummy_map *map, char *text)
{
	const char *kind = strsep(&text, ":"), *offset = strsep(&text, ":"),
		   *size = strsep(&text, ":");
	const int k = match_string(kind_names, ARRAY_SIZE(kind_names), kind);
	u64 value;

	if (k < 0 || !size)
		return -EINVAL;
	map->kind = k;
	if (dummy_parse(offset, PAGE_SIZE - 1, &value))
		return -EINVAL;
	map->offset = value;
	if (dummy_parse(size, max_size(k), &value))
		return -EINVAL;
	map->size = value;
	return text ? dummy_parse_name(map->name, text) : 0;
}

/* Maps are separated by commas or newlines. */
int dummy_maps_parse(struct dummy_config *config, char *text)
{
	unsigned int maps = 0, ports = 0;
	struct dummy_map *map;
	char *one;
	int err;

	config->nmaps = 0;
	while ((one = strsep(&text, ",\n"))) {
		if (config->nmaps == ARRAY_SIZE(config->maps))
			return -EINVAL;
		map = &config->maps[config->nmaps++];
		*map = (struct dummy_map){};
		err = parse_map(map, strim(one));
		if (err)
			return err;
		if (!*map->name && map->kind == DUMMY_PORT)
			snprintf(map->name, sizeof(map->name), "port%u", ports);
		else if (!*map->name)
			snprintf(map->name, sizeof(map->name), "map%u", maps);
		if (map->kind == DUMMY_PORT)
			ports++;
		else
			maps++;
	}
	return 0;
}

ssize_t dummy_maps_print(const struct dummy_config *config, char *page)
{
	const struct dummy_map *map;
	ssize_t len = 0;

	for (map = config->maps; map < config->maps + config->nmaps; map++)
		len += sysfs_emit_at(page, len, "%s:%u:%u:%s\n", kind_names[map->kind], map->offset,
				     map->size, map->name);
	return len;
}

static unsigned int count_kinds(const struct dummy_config *config, unsigned long kinds)
{
	unsigned int i, n = 0;

	for (i = 0; i < config->nmaps; i++)
		n += (kinds >> config->maps[i].kind) & 1;
	return n;
}

static int memory_check(const struct dummy *d)
{
	const struct dummy_config *c = &d->config;
	unsigned int i;

	if (c->nmaps == 0 || count_kinds(c, ~BIT(DUMMY_PORT)) > DUMMY_MAX_MAPS ||
	    count_kinds(c, BIT(DUMMY_PORT)) > DUMMY_MAX_PORTS)
		return -EINVAL;
	for (i = 0; i < c->nmaps; i++) {
		const struct dummy_map *map = &c->maps[i];

		if (map->size == 0 ||
		    (map->kind != DUMMY_PORT && map->offset + map->size > max_size(map->kind)))
			return -EINVAL;
	}
#ifndef UIO_MEM_DMA_COHERENT
	/*
	 * This UIO core (Linux < 6.9) doesn't map coherent memory. uio-direct.c does, and then has
	 * to map all maps of the device.
	 */
	if (count_kinds(c, BIT(DUMMY_COHERENT)) &&
	    count_kinds(c, BIT(DUMMY_LOGICAL) | BIT(DUMMY_VIRTUAL)))
		return -EINVAL;
#endif
	return 0;
}

static int memory_start(struct dummy *d)
{
	const struct dummy_map *map;
	struct dummy_mem *mem;
	char greeting[128];
	int len;

	for (map = d->config.maps; map < d->config.maps + d->config.nmaps; map++) {
		if (map->kind == DUMMY_PORT)
			continue;
		len = scnprintf(greeting, sizeof(greeting), "uio_dummy %s map%u %s\n",
				dummy_name(d), d->nmem, kind_names[map->kind]);
		mem = dummy_mem_add(d, map);
		if (!mem)
			return -ENOMEM;
		memcpy(mem->start, greeting, min_t(size_t, len, mem->size));
	}
	return 0;
}

static unsigned int memory_resources(const struct dummy *d, struct resource *r)
{
	unsigned int i, n = 0;

	for (i = 0; i < d->config.nmaps; i++) {
		if (d->config.maps[i].kind == DUMMY_PORT) {
			r[n] = dummy_port_resource(d, &d->config.maps[i], n);
			n++;
		}
	}
	return n;
}

const struct dummy_model dummy_memory = {
	.name = "memory",
	.check = memory_check,
	.start = memory_start,
	.resources = memory_resources,
};
