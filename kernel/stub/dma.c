// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * DMA memory. If it can be, it is made of pages each of which is counted by
 * itself: the kernel can then do I/O with it as with any memory of a process,
 * and a page stays that I/O's until it ends, also when the device has gone.
 * dma_alloc_coherent() gives such pages where it gathers them (behind an IOMMU).
 * Where it gives a block, which is counted as one, the pages are our own.
 */
#include <linux/cc_platform.h>
#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "stub.h"

unsigned long stub_dma_pfn(const struct stub *stub, unsigned long page)
{
	void *cpu = stub->dma + (page << PAGE_SHIFT);

	return is_vmalloc_addr(cpu) ? vmalloc_to_pfn(cpu) : PHYS_PFN(virt_to_phys(cpu));
}

/* As dma_mmap_coherent() would map it. */
pgprot_t stub_dma_prot(const struct stub *stub, pgprot_t prot)
{
	if (!dev_is_dma_coherent(stub->dev))
		prot = pgprot_dmacoherent(prot);
	if (!stub->dma_own && cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		prot = pgprot_decrypted(prot);
	return prot;
}

/* Has each page a count that only references to it change? */
static bool stub_dma_counts(const struct stub *stub)
{
	unsigned long page, pfn;

	if (!is_vmalloc_addr(stub->dma) || !dev_is_dma_coherent(stub->dev))
		return false;
	for (page = 0; page < PHYS_PFN(stub->dma_size); page++) {
		pfn = stub_dma_pfn(stub, page);
		if (!pfn_valid(pfn) || PageReserved(pfn_to_page(pfn)) ||
		    page_count(pfn_to_page(pfn)) != 1)
			return false;
	}
	return true;
}

/* Pages of our own; false if the device doesn't reach them, uncached or copied, where they are. */
static bool stub_dma_own(struct stub *stub, dma_addr_t *bus)
{
	struct device *dev = stub->dev;
	const u64 mask = dev->dma_mask ? min(*dev->dma_mask, dev->coherent_dma_mask) : 0;
	const gfp_t zone = mask < dma_get_required_mask(dev) ? GFP_DMA32 : 0;

	if (mask < DMA_BIT_MASK(32))
		return false;
	stub->dma =
		alloc_pages_exact(stub->dma_size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN | zone);
	if (!stub->dma)
		return false;
	*bus = dma_map_single_attrs(dev, stub->dma, stub->dma_size, DMA_BIDIRECTIONAL,
				    DMA_ATTR_NO_WARN);
	if (!dma_mapping_error(dev, *bus)) {
		if (!dma_need_sync(dev, *bus))
			return true;
		dma_unmap_single(dev, *bus, stub->dma_size, DMA_BIDIRECTIONAL);
	}
	free_pages_exact(stub->dma, stub->dma_size);
	return false;
}

static void stub_dma_free(void *data)
{
	struct stub *stub = data;
	const dma_addr_t bus = stub->info.mem[stub->maps - 1].addr;

	if (stub->dma_own) {
		dma_unmap_single(stub->dev, bus, stub->dma_size, DMA_BIDIRECTIONAL);
		free_pages_exact(stub->dma, stub->dma_size);
	} else {
		dma_free_coherent(stub->dev, stub->dma_size, stub->dma, bus);
	}
}

int stub_dma_add(struct stub *stub, size_t size)
{
	struct uio_mem *mem = &stub->info.mem[stub->maps];
	struct device *dev = stub->dev;
	dma_addr_t bus;

	if (!dev->coherent_dma_mask || !dma_can_mmap(dev))
		return dev_err_probe(
			dev, -EOPNOTSUPP,
			"option dma=%zu: no DMA memory can be mapped for it; take the option away\n",
			size);
	stub->dma_size = PAGE_ALIGN(size);
	stub->dma_own = stub_dma_own(stub, &bus);
	if (!stub->dma_own)
		stub->dma =
			dma_alloc_coherent(dev, stub->dma_size, &bus, GFP_KERNEL | __GFP_NOWARN);
	if (!stub->dma) {
		/* Not by dev_err_probe(), which says nothing of -ENOMEM. */
		dev_err(dev,
			"option dma=%zu: so much is not to be had in one piece; ask for less%s\n",
			size, IS_ENABLED(CONFIG_DMA_CMA) ? ", or set cma= at boot" : "");
		return -ENOMEM;
	}
	stub->dma_counted = stub->dma_own || stub_dma_counts(stub);
	mem->name = "dma";
	mem->addr = bus; /* what the device is to be told */
	mem->size = stub->dma_size;
	mem->memtype = UIO_MEM_IOVA; /* stub_mmap() maps it, not the core */
	stub->kind[stub->maps++] = STUB_DMA_COHERENT;
	return devm_add_action_or_reset(dev, stub_dma_free, stub);
}

/*
 * For the first who opens: nothing of the last user's, nor open to him. No mapping is left, but I/O
 * may have pages for as long as he likes (a pipe). Others would have another bus address, while the
 * device may still write to the old ones.
 */
int stub_dma_clean(struct stub *stub)
{
	unsigned long page;

	for (page = 0; stub->dma_counted && page < PHYS_PFN(stub->dma_size); page++) {
		if (page_count(pfn_to_page(stub_dma_pfn(stub, page))) != 1) {
			dev_err_ratelimited(
				stub->dev,
				"open: its DMA memory is still part of a former user's I/O (a pipe, a socket, io_uring); that must end, or unbind and bind the device\n");
			return -EBUSY;
		}
	}
	if (stub->dma)
		memset(stub->dma, 0, stub->dma_size);
	return 0;
}
