// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Memory and port resources of a device, and DMA memory on request. All are
 * claimed here, and devres releases them after removal.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "stub.h"

/*
 * Claim a resource, so that no other driver has it or can get it. A resource
 * that is in the resource tree is claimed below its own node; its parent must
 * not be claimed by another driver. (System RAM is always busy, but nobody
 * claims parts of it; simulated devices have their memory there.)
 */
static struct resource *stub_claim(struct stub *stub, struct resource *root, struct resource *r)
{
	const unsigned long above = r->parent ? r->parent->flags : 0;
	struct resource *claim = NULL;
	struct device *dev = stub->dev;

	if (!(above & IORESOURCE_BUSY) || (above & IORESOURCE_SYSRAM))
		claim = __devm_request_region(dev, r->parent ? r : root, r->start, resource_size(r),
					      dev_name(dev));
	if (!claim)
		dev_err_probe(dev, -EBUSY,
			      "%pR belongs to another driver: unbind that first; %s shows which\n",
			      r, root == &iomem_resource ? "/proc/iomem" : "/proc/ioports");
	return claim;
}

/*
 * Reserve write-combining. Returns false if the machine has no such memory
 * type, or the memory has another type already.
 */
static bool stub_write_combining(struct stub *stub, phys_addr_t start, size_t size)
{
	pgprot_t none = __pgprot(0);

	return pgprot_val(pgprot_writecombine(none)) != pgprot_val(pgprot_noncached(none)) &&
	       !devm_arch_io_reserve_memtype_wc(stub->dev, start, size);
}

static int stub_memory_add(struct stub *stub, struct resource *r, bool wc,
			   const struct stub_found *found)
{
	struct resource *claim = stub_claim(stub, &iomem_resource, r);
	struct uio_mem *mem = &stub->info.mem[stub->maps];
	int ret;

	if (!claim)
		return -EBUSY;
	ret = stub_page_claim(stub, claim, r, found);
	if (ret)
		return ret == -EBUSY ? stub_leave_out(stub, r, STUB_PAGE) : ret;
	mem->name = r->name;
	mem->addr = r->start & PAGE_MASK;
	mem->offs = offset_in_page(r->start);
	mem->size = mem->offs + resource_size(r);
	mem->memtype = UIO_MEM_PHYS;

	stub->kind[stub->maps] = STUB_UNCACHED;
	if (wc && stub_write_combining(stub, mem->addr, PAGE_ALIGN(mem->size)))
		stub->kind[stub->maps] = STUB_WRITE_COMBINING;
	else if (wc)
		dev_warn(stub->dev,
			 "map %u, %pR, can't be write-combining on this machine: it is uncached\n",
			 stub->maps, r);
	stub->maps++;
	return 0;
}

static int stub_ports_add(struct stub *stub, struct resource *r)
{
	struct uio_port *port = &stub->info.port[stub->ports];

	if (!stub_claim(stub, &ioport_resource, r))
		return -EBUSY;
	port->name = r->name;
	port->start = r->start;
	port->size = resource_size(r);
	port->porttype = IS_ENABLED(CONFIG_X86) ? UIO_PORT_X86 : UIO_PORT_OTHER;
	stub->ports++;
	return 0;
}

int stub_maps_add(struct stub *stub, struct resource *resources, unsigned int count)
{
	unsigned int i, max_maps = MAX_UIO_MAPS;
	struct stub_options *options = &stub->options;
	struct stub_found found = { .resources = resources, .count = count };
	enum stub_reason reason;
	struct resource *r;
	bool wc, full;
	int ret;

	stub_options_find(dev_name(stub->dev), options);
	if (options->dma_size)
		max_maps--; /* reserve a map for the DMA memory */
	found.share = options->share_page;
	found.rest =
		devm_kasprintf(stub->dev, GFP_KERNEL, "%s: rest of a page", dev_name(stub->dev));
	if (!found.rest)
		return -ENOMEM;

	for (i = 0; i < count; i++) {
		r = &resources[i];
		switch (resource_type(r)) {
		case IORESOURCE_MEM:
			full = stub->maps == max_maps;
			break;
		case IORESOURCE_IO:
			full = stub->ports == MAX_UIO_PORT_REGIONS;
			break;
		case IORESOURCE_IRQ:
			continue; /* the bus driver looks it up */
		default:
			full = true; /* UIO doesn't support this type */
		}
		if (full || !resource_size(r) || (r->flags & IORESOURCE_UNSET)) {
			reason = r->flags & IORESOURCE_UNSET ? STUB_ADDRESS :
				 full			     ? STUB_LIMIT :
							       STUB_EMPTY;
			ret = stub_leave_out(stub, r, reason);
			if (ret)
				return ret;
			continue;
		}
		wc = (r->flags & IORESOURCE_PREFETCH) || (options->wc & BIT(stub->maps));
		if (resource_type(r) == IORESOURCE_MEM)
			ret = stub_memory_add(stub, r, wc, &found);
		else
			ret = stub_ports_add(stub, r);
		if (ret)
			return ret;
	}
	if (options->wc != STUB_WC_ALL && options->wc >> stub->maps)
		return dev_err_probe(
			stub->dev, -EINVAL,
			"option wc=%d: it has %u memory maps, counted from 0; correct the option\n",
			(int)__fls(options->wc), stub->maps);
	if (options->dma_bits) {
		ret = dma_set_mask_and_coherent(stub->dev, DMA_BIT_MASK(options->dma_bits));
		if (ret)
			return dev_err_probe(
				stub->dev, ret,
				"option dma_bits=%u: this machine doesn't support such addresses; try 32 or 64\n",
				options->dma_bits);
	}
	return options->dma_size ? stub_dma_add(stub, options->dma_size) : 0;
}
