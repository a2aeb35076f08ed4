// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Mapping of a device, and revocation of all mappings.
 *
 * mmap(2) maps no pages. Page faults do, under the lock that stub_revoke()
 * takes to mark the device as removed. So removal needn't wait for a mapping
 * that is just being created and that unmap_mapping_range() can't find yet: it
 * is empty and stays empty. (Waiting for it would mean waiting for the
 * process's mmap_lock, which the process can hold as long as it wants.)
 */
#include <linux/dma-map-ops.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/kref.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "compat.h"
#include "stub.h"

/*
 * The first access maps all pages of a mapping up to STUB_FILL_WHOLE. In a
 * larger mapping, each fault maps STUB_FILL_PART around the access.
 */
#define STUB_FILL_WHOLE SZ_16M
#define STUB_FILL_PART	SZ_2M

/* An inode through which the device is open. Each device node has its own inode. */
struct stub_inode {
	struct list_head list;
	struct inode *inode;
	unsigned int opens;
};

/*
 * A map. Its vmas hold it, since they may outlive the device. The lock is taken
 * in page faults, inside mmap_lock. While it is held page tables are allocated,
 * but nothing may wait for user space: removal takes it, too.
 */
struct stub_map {
	struct kref kref;
	struct mutex lock;
	struct stub *stub; /* NULL: the device was removed */
	unsigned int index;
};

static void stub_map_release(struct kref *kref)
{
	kfree(container_of(kref, struct stub_map, kref));
}

/* Get the map with this number, with a reference for a vma. */
static struct stub_map *stub_map_get(struct stub *stub, unsigned int index)
{
	struct stub_map *map = stub->map[index];

	if (!map) {
		map = kmalloc(sizeof(*map), GFP_KERNEL);
		if (!map)
			return NULL;
		kref_init(&map->kref);
		mutex_init(&map->lock);
		map->stub = stub;
		map->index = index;
		stub->map[index] = map;
	}
	kref_get(&map->kref);
	return map;
}

static void stub_vma_open(struct vm_area_struct *vma)
{
	struct stub_map *map = vma->vm_private_data;

	kref_get(&map->kref);
}

static void stub_vma_close(struct vm_area_struct *vma)
{
	struct stub_map *map = vma->vm_private_data;

	kref_put(&map->kref, stub_map_release);
}

/* An address's offset in the map. vm_start may be inside the map: munmap(2) can split a vma. */
static unsigned long stub_offset(const struct stub_map *map, const struct vm_area_struct *vma,
				 unsigned long addr)
{
	return ((vma->vm_pgoff - map->index) << PAGE_SHIFT) + (addr - vma->vm_start);
}

/* Insert one page, which may be mapped already. The core checks that the vma fits its map. */
static vm_fault_t stub_insert(const struct stub_map *map, struct vm_area_struct *vma,
			      unsigned long addr)
{
	const unsigned long page = PHYS_PFN(stub_offset(map, vma, addr));
	struct stub *stub = map->stub;
	unsigned long pfn;
	int err;

	if (stub->kind[map->index] != STUB_DMA_COHERENT) {
		pfn = PHYS_PFN(stub->info.mem[map->index].addr) + page;
	} else {
		pfn = stub_dma_pfn(stub, page);
		if (stub->dma_counted) {
			err = vm_insert_page(vma, addr, pfn_to_page(pfn));
			return !err || err == -EBUSY ? VM_FAULT_NOPAGE : vmf_error(err);
		}
	}
	/*
	 * Don't use remap_pfn_range(): on x86, munmap() and fork() look up its mappings' memory
	 * type in the page table. If stub_revoke() is just clearing that, they warn, and fork()
	 * fails.
	 */
	return vmf_insert_pfn_prot(vma, addr, pfn, vma->vm_page_prot);
}

/* Map more than one page, so that a program with deadlines doesn't fault at each page. */
static vm_fault_t stub_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct stub_map *map = vma->vm_private_data;
	unsigned long addr = vma->vm_start, end = vma->vm_end;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	if (end - addr > STUB_FILL_WHOLE) {
		addr = max(addr, ALIGN_DOWN(vmf->address, STUB_FILL_PART));
		end = min(end, ALIGN_DOWN(vmf->address, STUB_FILL_PART) + STUB_FILL_PART);
	}
	mutex_lock(&map->lock);
	if (map->stub) {
		do {
			ret = stub_insert(map, vma, addr);
			addr += PAGE_SIZE;
		} while (ret == VM_FAULT_NOPAGE && addr < end);
	}
	mutex_unlock(&map->lock);
	return ret;
}

static int stub_copy(const struct stub_map *map, unsigned long offset, void *buf, int len,
		     int write)
{
	struct stub *stub = map->stub;
	const enum stub_kind kind = stub->kind[map->index];
	const phys_addr_t phys = stub->info.mem[map->index].addr + offset;
	void __iomem *regs = NULL;
	void *memory = NULL;

	if (kind == STUB_DMA_COHERENT)
		memory = stub->dma + offset;
	else if (page_is_ram(PHYS_PFN(phys))) /* memory of a simulated device */
		memory = phys_to_virt(phys);
	else
		regs = kind == STUB_WRITE_COMBINING ? ioremap_wc(phys, len) : ioremap(phys, len);
	if (memory && write)
		memcpy(memory, buf, len);
	else if (memory)
		memcpy(buf, memory, len);
	else if (!regs)
		return -ENOMEM;
	else if (write)
		memcpy_toio(regs, buf, len);
	else
		memcpy_fromio(buf, regs, len);
	if (regs)
		iounmap(regs);
	return len;
}

/*
 * For debuggers: ptrace(2) and /proc/PID/mem can't use pages without a struct
 * page. They call this again for the rest.
 */
static int stub_access(struct vm_area_struct *vma, unsigned long addr, void *buf, int len,
		       int write)
{
	struct stub_map *map = vma->vm_private_data;
	int ret = -ENXIO;

	/* ptrace(2) may write to read-only mappings, but must not write to the device. */
	if (write && !(vma->vm_flags & VM_WRITE))
		return -EACCES;
	/* a vma never ends inside a page */
	len = min_t(int, len, PAGE_SIZE - offset_in_page(addr));
	mutex_lock(&map->lock);
	if (map->stub)
		ret = stub_copy(map, stub_offset(map, vma, addr), buf, len, write);
	mutex_unlock(&map->lock);
	return ret;
}

static const struct vm_operations_struct stub_vm_ops = {
	.open = stub_vma_open,
	.close = stub_vma_close,
	.fault = stub_fault,
	.access = stub_access,
};

/*
 * The core has checked that vm_pgoff is the number of a map and that the
 * mapping isn't longer than that. The kernel ensures that a file opened
 * read-only is not mapped writable, also later by mprotect().
 */
int stub_mmap(struct uio_info *info, struct vm_area_struct *vma)
{
	struct stub *stub = info->priv;
	const enum stub_kind kind = stub->kind[vma->vm_pgoff];
	unsigned long flags = VM_IO | VM_PFNMAP;
	struct stub_map *map;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL; /* a private copy of registers makes no sense */
	if (vma->vm_flags & VM_EXEC)
		return -EPERM;
	map = stub_map_get(stub, vma->vm_pgoff);
	if (!map)
		return -ENOMEM;
	vma->vm_ops = &stub_vm_ops;
	vma->vm_private_data = map;

	if (kind == STUB_DMA_COHERENT) {
		vma->vm_page_prot = stub_dma_prot(stub, vma->vm_page_prot);
		if (stub->dma_counted)
			flags = VM_MIXEDMAP;
	} else {
		pgprot_t prot = pgprot_decrypted(vma->vm_page_prot);

		vma->vm_page_prot = kind == STUB_WRITE_COMBINING ? pgprot_writecombine(prot) :
								   pgprot_noncached(prot);
	}
	/* Forbid mprotect() to make it executable and mremap() to extend it. */
	stub_vm_flags(vma, flags | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	return 0;
}

/*
 * Hold the inode for stub_revoke(), beyond the close of its files. Hold its
 * file system, too, which must not be unmounted meanwhile.
 */
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
	atomic_inc(&inode->i_sb->s_active);
	ihold(inode);
	entry->inode = inode;
	entry->opens = 1;
	list_add(&entry->list, &stub->inodes);
	return 0;
}

static void stub_inode_drop(struct stub_inode *entry)
{
	struct super_block *sb = entry->inode->i_sb;

	list_del(&entry->list);
	iput(entry->inode);
	deactivate_super(sb);
	kfree(entry);
}

/* A mapping holds its file. So when the last file of an inode is closed, no mapping is left. */
void stub_inode_put(struct stub *stub, struct inode *inode)
{
	struct stub_inode *entry;

	list_for_each_entry(entry, &stub->inodes, list) {
		if (entry->inode == inode) {
			if (!--entry->opens)
				stub_inode_drop(entry);
			break;
		}
	}
}

/* Revoke all mappings, also in forked children. Later accesses get SIGBUS. */
void stub_revoke(struct stub *stub)
{
	struct stub_inode *inode, *next_inode;
	struct stub_map *map;
	unsigned int i;

	for (i = 0; i < stub->maps; i++) {
		map = stub->map[i];
		if (!map)
			continue;
		mutex_lock(&map->lock);
		map->stub = NULL;
		mutex_unlock(&map->lock);
		kref_put(&map->kref, stub_map_release);
	}
	list_for_each_entry_safe(inode, next_inode, &stub->inodes, list) {
		unmap_mapping_range(inode->inode->i_mapping, 0, 0, 1);
		stub_inode_drop(inode);
	}
}
