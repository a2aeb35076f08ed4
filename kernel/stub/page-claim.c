// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * A mapping consists of whole pages, registers often don't fill them. This file
 * claims the rest of each page with the map. So no other device has registers
 * there now, and no driver can get such registers later.
 */
#include <linux/ioport.h>
#include <linux/mm.h>

#include "stub.h"

struct stub_rest {
	struct list_head list;
	struct resource r;
};

/* Don't use release_resource(): it would lose a resource that was added inside this one. */
static void stub_rest_release(void *data)
{
	struct stub_rest *rest = data;

	remove_resource(&rest->r);
	list_del(&rest->list);
}

static int stub_rest_claim(struct stub *stub, struct resource *above, struct resource *piece)
{
	struct stub_rest *rest;

	list_for_each_entry(rest, &stub->rests, list)
		if (rest->r.start == piece->start)
			return 0; /* claimed already with another map in this page */
	rest = devm_kzalloc(stub->dev, sizeof(*rest), GFP_KERNEL);
	if (!rest)
		return -ENOMEM;
	rest->r = *piece;
	/*
	 * Don't use request_region(): it would claim inside another device's resource if that
	 * device has no driver.
	 */
	if (request_resource(above, &rest->r))
		return -EBUSY;
	list_add(&rest->list, &stub->rests);
	return devm_add_action_or_reset(stub->dev, stub_rest_release, rest);
}

/* Claim those parts of start … end that aren't the device's own resources. */
static int stub_pieces_claim(struct stub *stub, struct resource *above, resource_size_t start,
			     resource_size_t end, const struct stub_found *found)
{
	const struct resource *own;
	struct resource piece;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < found->count; i++) {
		own = &found->resources[i];
		if (resource_type(own) != IORESOURCE_MEM || (own->flags & IORESOURCE_UNSET) ||
		    !resource_size(own) || own->start > end || own->end < start)
			continue;
		if (own->start > start)
			ret = stub_pieces_claim(stub, above, start, own->start - 1, found);
		if (!ret && own->end < end)
			ret = stub_pieces_claim(stub, above, own->end + 1, end, found);
		return ret;
	}
	piece = (struct resource)DEFINE_RES_NAMED(start, end - start + 1, found->rest,
						  IORESOURCE_MEM | IORESOURCE_BUSY);
	if (!found->share)
		return stub_rest_claim(stub, above, &piece);
	dev_warn(stub->dev, "option share_page: its users can also access %pR, whatever is there\n",
		 &piece);
	return 0;
}

/* Claim the rest of r's pages; r is claimed already. Returns -EBUSY if something else is there. */
int stub_page_claim(struct stub *stub, const struct resource *claim, const struct resource *r,
		    const struct stub_found *found)
{
	const resource_size_t first = r->start & PAGE_MASK, last = r->end | ~PAGE_MASK;
	struct resource *above = claim->parent;
	void *group;
	int ret = 0;

	while (above->parent && above->start >= r->start && above->end <= r->end)
		above = above->parent; /* skip the device's own node in the resource tree */
	group = devres_open_group(stub->dev, NULL, GFP_KERNEL);
	if (!group)
		return -ENOMEM;
	if (first < r->start)
		ret = stub_pieces_claim(stub, above, first, r->start - 1, found);
	if (!ret && last > r->end)
		ret = stub_pieces_claim(stub, above, r->end + 1, last, found);
	if (ret)
		/* release r again: an unused claim would only block others */
		devres_release_group(stub->dev, group);
	else
		devres_remove_group(stub->dev, group);
	return ret;
}
