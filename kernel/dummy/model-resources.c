// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model "resources": only the resources that a bus would report, without a
 * device behind them. It is for tests of devices that have more than UIO
 * supports, or that share a page with another device. The resources are
 * configured by the text of `resources` in configfs.
 */
#include <linux/ioport.h>
#include <linux/string.h>

#include "dummy.h"

static const struct {
	const char *name;
	unsigned long flags;
} kinds[] = {
	{ "memory", IORESOURCE_MEM }, { "prefetchable", IORESOURCE_MEM | IORESOURCE_PREFETCH },
	{ "port", IORESOURCE_IO },    { "interrupt", IORESOURCE_IRQ },
	{ "dma", IORESOURCE_DMA },
};

/* KIND:START:SIZE[:NAME] */
static int parse_one(struct dummy_resource *r, char *text)
{
	const char *kind = strsep(&text, ":"), *start = strsep(&text, ":"),
		   *size = strsep(&text, ":");
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(kinds) && strcmp(kind, kinds[k].name); k++)
		;
	if (k == ARRAY_SIZE(kinds) || !size || dummy_parse(start, PHYS_ADDR_MAX, &r->start) ||
	    dummy_parse(size, PHYS_ADDR_MAX - r->start, &r->size) || !r->size)
		return -EINVAL;
	r->kind = k;
	return text ? dummy_parse_name(r->name, text) : 0;
}

/* Resources are separated by commas or newlines; an empty text means none. */
int dummy_resources_parse(struct dummy_config *config, char *text)
{
	char *one;
	int err;

	config->nresources = 0;
	while (text && *text) {
		if (config->nresources == ARRAY_SIZE(config->resources))
			return -EINVAL;
		one = strsep(&text, ",\n");
		config->resources[config->nresources] = (struct dummy_resource){};
		err = parse_one(&config->resources[config->nresources++], strim(one));
		if (err)
			return err;
	}
	return 0;
}

ssize_t dummy_resources_print(const struct dummy_config *config, char *page)
{
	const struct dummy_resource *r;
	ssize_t len = 0;

	for (r = config->resources; r < config->resources + config->nresources; r++)
		len += sysfs_emit_at(page, len, "%s:0x%llx:0x%llx%s%s\n", kinds[r->kind].name,
				     r->start, r->size, *r->name ? ":" : "", r->name);
	return len;
}

static unsigned int resources_resources(const struct dummy *d, struct resource *to)
{
	const struct dummy_resource *r;

	for (r = d->config.resources; r < d->config.resources + d->config.nresources; r++)
		*to++ = (struct resource)DEFINE_RES_NAMED(
			r->start, r->size, *r->name ? r->name : NULL, kinds[r->kind].flags);
	return d->config.nresources;
}

static int resources_start(struct dummy *d)
{
	return 0;
}

const struct dummy_model dummy_resources = {
	.name = "resources",
	.start = resources_start,
	.resources = resources_resources,
};
