// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * DMA memory. If possible, it consists of pages that each have their own
 * reference count. Then the kernel can do I/O with it as with a process's other
 * memory, and a page stays allocated until the I/O ends, even after the device
 * was removed. dma_alloc_coherent() returns such pages if it collects them one
 * by one (behind an IOMMU). If it would return a block with one count, this
 * driver allocates the pages itself.
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

/* The same protection as dma_mmap_coherent(). */
pgprot_t stub_dma_prot(const struct stub *stub, pgprot_t prot)
{
	if (!dev_is_dma_coherent(stub->dev))
		prot = pgprot_dmacoherent(prot);
	if (!stub->dma_own && cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		prot = pgprot_decrypted(prot);
	return prot;
}

/* Does each page have its own reference count? */
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

/*
 * Allocate pages and map them for the device. Returns false if the device can't
 * access them directly, coherently and without bounce buffers.
 */
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
			"option dma=%zu: this device can't have DMA memory; remove the option\n",
			size);
	stub->dma_size = PAGE_ALIGN(size);
	stub->dma_own = stub_dma_own(stub, &bus);
	if (!stub->dma_own)
		stub->dma =
			dma_alloc_coherent(dev, stub->dma_size, &bus, GFP_KERNEL | __GFP_NOWARN);
	if (!stub->dma) {
		/* Don't use dev_err_probe(): it doesn't print -ENOMEM. */
		dev_err(dev,
			"option dma=%zu: no contiguous memory of this size is free; ask for less%s\n",
			size, IS_ENABLED(CONFIG_DMA_CMA) ? ", or set cma= at boot" : "");
		return -ENOMEM;
	}
	stub->dma_counted = stub->dma_own || stub_dma_counts(stub);
	mem->name = "dma";
	mem->addr = bus; /* the address for the device */
	mem->size = stub->dma_size;
	mem->memtype = UIO_MEM_IOVA; /* stub_mmap() maps it, not the core */
	stub->kind[stub->maps++] = STUB_DMA_COHERENT;
	return devm_add_action_or_reset(dev, stub_dma_free, stub);
}

/*
 * Called at the first open: the last user's data must not be visible, and the
 * last user must not see new data. No mapping is left, but I/O may hold pages
 * as long as that user wants (in a pipe). New pages would have another bus
 * address, while the device may still write to the old one.
 */
int stub_dma_clean(struct stub *stub)
{
	unsigned long page;

	for (page = 0; stub->dma_counted && page < PHYS_PFN(stub->dma_size); page++) {
		if (page_count(pfn_to_page(stub_dma_pfn(stub, page))) != 1) {
			dev_err_ratelimited(
				stub->dev,
				"open: its DMA memory is still in use by I/O of a former user (a pipe, a socket, io_uring); end that program, or unbind and bind the device\n");
			return -EBUSY;
		}
	}
	if (stub->dma)
		memset(stub->dma, 0, stub->dma_size);
	return 0;
}
