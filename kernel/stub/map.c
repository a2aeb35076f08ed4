// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * A device's maps: its memory resources and ports, DMA memory on request,
 * mapping them with no more rights than needed, and taking mappings away.
 */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "stub.h"

/* An inode through which the device is open: several nodes of one device have several. */
struct stub_inode {
	struct list_head list;
	struct inode *inode;
	unsigned int opens;
};

/* An address space that has mapped the device. */
struct stub_mm {
	struct list_head list;
	struct mm_struct *mm;
};

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

static int stub_memory_add(struct stub *stub, struct resource *r, bool wc)
{
	struct uio_mem *mem = &stub->info.mem[stub->maps];
	resource_size_t start = r->start & PAGE_MASK, size = PAGE_ALIGN(r->end + 1) - start;

	if (!devm_request_mem_region(stub->dev, r->start, resource_size(r), dev_name(stub->dev)))
		return dev_err_probe(stub->dev, -EBUSY, "memory %pR is another driver's; /proc/iomem shows whose\n", r);

	mem->name = r->name;
	mem->addr = start;
	mem->offs = r->start - start;
	mem->size = mem->offs + resource_size(r);
	mem->memtype = UIO_MEM_PHYS;
	stub->kind[stub->maps] = STUB_UNCACHED;
	if (wc) {
		/* Refused where the memory has another type already: say what is true then. */
		if (arch_io_reserve_memtype_wc(start, size))
			dev_warn(stub->dev, "memory %pR can't be write-combining, so it is uncached\n", r);
		else
			stub->kind[stub->maps] = STUB_WRITE_COMBINING;
	}
	stub->maps++;
	return 0;
}

static int stub_port_add(struct stub *stub, struct resource *r, unsigned int index)
{
	struct uio_port *port = &stub->info.port[index];

	if (!devm_request_region(stub->dev, r->start, resource_size(r), dev_name(stub->dev)))
		return dev_err_probe(stub->dev, -EBUSY, "ports %pR are another driver's; /proc/ioports shows whose\n", r);
	port->name = r->name;
	port->start = r->start;
	port->size = resource_size(r);
	port->porttype = IS_ENABLED(CONFIG_X86) ? UIO_PORT_X86 : UIO_PORT_OTHER;
	return 0;
}

static int stub_dma_add(struct stub *stub, size_t size)
{
	struct uio_mem *mem = &stub->info.mem[stub->maps];

	if (stub->maps == MAX_UIO_MAPS)
		return dev_err_probe(stub->dev, -ENOSPC, "no map is left for DMA memory: it has %d already\n", MAX_UIO_MAPS);
	size = PAGE_ALIGN(size);
	stub->dma = dma_alloc_coherent(stub->dev, size, &stub->dma_bus, GFP_KERNEL);
	if (!stub->dma)
		return dev_err_probe(stub->dev, -ENOMEM, "no %zu bytes of DMA memory; ask for less in option dma=\n", size);
	stub->dma_size = size;
	mem->name = "dma";
	mem->addr = stub->dma_bus;	/* what sysfs shows: the address that the device is told */
	mem->size = size;
	mem->memtype = UIO_MEM_PHYS;	/* for the core's size check only: stub_mmap() maps it */
	stub->kind[stub->maps++] = STUB_DMA_COHERENT;
	return 0;
}

int stub_maps_add(struct stub *stub, struct resource *resources, unsigned int count)
{
	struct stub_options options;
	unsigned int i, ports = 0;
	struct resource *r;
	int ret = 0;

	stub_options_find(dev_name(stub->dev), &options);
	for (i = 0; i < count && !ret; i++) {
		r = &resources[i];
		if (!resource_size(r))
			continue;
		switch (resource_type(r)) {
		case IORESOURCE_MEM:
			if (stub->maps == MAX_UIO_MAPS)
				dev_warn(stub->dev, "memory %pR is left out: UIO has %d maps at the most\n", r, MAX_UIO_MAPS);
			else
				ret = stub_memory_add(stub, r, (r->flags & IORESOURCE_PREFETCH) ||
						      (options.wc & BIT(stub->maps)));
			break;
		case IORESOURCE_IO:
			if (ports == MAX_UIO_PORT_REGIONS)
				dev_warn(stub->dev, "ports %pR are left out: UIO has %d regions at the most\n", r,
					 MAX_UIO_PORT_REGIONS);
			else
				ret = stub_port_add(stub, r, ports++);
			break;
		}
	}
	if (!ret && options.dma_size)
		ret = stub_dma_add(stub, options.dma_size);
	if (ret)
		stub_maps_remove(stub);
	return ret;
}

/* Nobody has a mapping any more. */
void stub_maps_remove(struct stub *stub)
{
	unsigned int i;

	for (i = 0; i < stub->maps; i++) {
		const struct uio_mem *mem = &stub->info.mem[i];

		if (stub->kind[i] == STUB_WRITE_COMBINING)
			arch_io_free_memtype_wc(mem->addr, PAGE_ALIGN(mem->size));
	}
	if (stub->dma)
		dma_free_coherent(stub->dev, stub->dma_size, stub->dma, stub->dma_bus);
}

/* Remember the address space that maps: see stub_revoke(). */
static int stub_mm_get(struct stub *stub, struct mm_struct *mm)
{
	struct stub_mm *entry, *next;

	list_for_each_entry_safe(entry, next, &stub->mms, list) {
		if (entry->mm == mm)
			return 0;
		if (!atomic_read(&entry->mm->mm_users)) {	/* its process is gone */
			list_del(&entry->list);
			mmdrop(entry->mm);
			kfree(entry);
		}
	}
	entry = kmalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	mmgrab(mm);
	entry->mm = mm;
	list_add(&entry->list, &stub->mms);
	return 0;
}

/*
 * The core has checked that vm_pgoff is the number of a map and that the
 * mapping is no longer than it. No vm_ops: the mapping may outlive the module.
 */
int stub_mmap(struct uio_info *info, struct vm_area_struct *vma)
{
	struct stub *stub = info->priv;
	unsigned long index = vma->vm_pgoff, size = vma->vm_end - vma->vm_start;
	int ret;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;		/* a private copy of registers is never meant */
	if (vma->vm_flags & VM_EXEC)
		return -EPERM;
	vm_flags_clear(vma, VM_MAYEXEC);

	ret = stub_mm_get(stub, vma->vm_mm);
	if (ret)
		return ret;
	if (stub->kind[index] == STUB_DMA_COHERENT) {
		vma->vm_pgoff = 0;	/* here: the offset in the buffer */
		ret = dma_mmap_coherent(stub->dev, vma, stub->dma, stub->dma_bus, stub->dma_size);
		vma->vm_pgoff = index;
		return ret;
	}
	if (stub->kind[index] == STUB_WRITE_COMBINING)
		vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	else
		vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start, info->mem[index].addr >> PAGE_SHIFT, size, vma->vm_page_prot);
}

int stub_inode_get(struct stub *stub, struct inode *inode)
{
	struct stub_inode *entry;

	list_for_each_entry(entry, &stub->inodes, list) {
		if (entry->inode == inode) {
			entry->opens++;
			return 0;
		}
	}
	entry = kmalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	ihold(inode);
	entry->inode = inode;
	entry->opens = 1;
	list_add(&entry->list, &stub->inodes);
	return 0;
}

/* The last close through an inode comes after its last mapping has gone: a mapping holds the file. */
void stub_inode_put(struct stub *stub, struct inode *inode)
{
	struct stub_inode *entry;

	list_for_each_entry(entry, &stub->inodes, list) {
		if (entry->inode != inode)
			continue;
		if (--entry->opens == 0) {
			list_del(&entry->list);
			iput(inode);
			kfree(entry);
		}
		return;
	}
}

/*
 * Take every mapping away: from now on each access gets SIGBUS, in forked
 * children too. Called when the core admits no new mapping.
 *
 * One mmap() may still be under way: it has left stub_mmap() with its page
 * tables filled, but the kernel has not yet linked it to the inode, so that
 * unmap_mapping_range() would not find it. It holds its mmap_lock for writing
 * until it is linked; taking each lock once waits for that.
 */
void stub_revoke(struct stub *stub)
{
	struct stub_inode *inode, *next_inode;
	struct stub_mm *mm, *next_mm;

	list_for_each_entry_safe(mm, next_mm, &stub->mms, list) {
		mmap_read_lock(mm->mm);
		mmap_read_unlock(mm->mm);
		mmdrop(mm->mm);
		list_del(&mm->list);
		kfree(mm);
	}
	list_for_each_entry_safe(inode, next_inode, &stub->inodes, list) {
		unmap_mapping_range(inode->inode->i_mapping, 0, 0, 1);
		iput(inode->inode);
		list_del(&inode->list);
		kfree(inode);
	}
}
