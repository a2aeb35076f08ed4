// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * DMA memory.
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
	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		prot = pgprot_decrypted(prot);
	return prot;
}

int stub_dma_add(struct stub *stub, size_t size)
{
	struct uio_mem *mem = &stub->info.mem[stub->maps];
	struct device *dev = stub->dev;
	dma_addr_t bus;

	if (!dev->coherent_dma_mask || !dma_can_mmap(dev))
		return dev_err_probe(dev, -EOPNOTSUPP,
				     "option dma=%zu: no DMA memory can be mapped for it; take the option away\n",
				     size);
	stub->dma_size = PAGE_ALIGN(size);
	stub->dma = dmam_alloc_coherent(dev, stub->dma_size, &bus, GFP_KERNEL | __GFP_NOWARN);
	if (!stub->dma) {
		/* Not by dev_err_probe(), which says nothing of -ENOMEM. */
		dev_err(dev, "option dma=%zu: so much is not to be had in one piece; ask for less%s\n", size,
			IS_ENABLED(CONFIG_DMA_CMA) ? ", or set cma= at boot" : "");
		return -ENOMEM;
	}
	mem->name = "dma";
	mem->addr = bus;		/* what the device is to be told */
	mem->size = stub->dma_size;
	mem->memtype = UIO_MEM_IOVA;	/* stub_mmap() maps it, not the core */
	stub->kind[stub->maps++] = STUB_DMA_COHERENT;
	return 0;
}
