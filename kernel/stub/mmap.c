// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Mapping a device with no more rights than needed, and taking every mapping
 * away. A vma may outlive the module, so it gets no vm_ops of ours: an access
 * to what is not mapped (any more) gets SIGBUS from the kernel itself.
 */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "stub.h"

/* An inode through which the device is open: several device nodes have several. */
struct stub_inode {
	struct list_head list;
	struct inode *inode;
	unsigned int opens;
};

/* An address space that has mapped the device since it was first opened. */
struct stub_mm {
	struct list_head list;
	struct mm_struct *mm;
};

static void stub_mm_drop(struct stub_mm *entry)
{
	list_del(&entry->list);
	mmdrop(entry->mm);
	kfree(entry);
}

/* Remember who maps, for stub_revoke(); a process that is gone maps nothing more. */
static int stub_mm_remember(struct stub *stub, struct mm_struct *mm)
{
	struct stub_mm *entry, *next;

	list_for_each_entry_safe(entry, next, &stub->mms, list) {
		if (entry->mm == mm)
			return 0;
		if (!atomic_read(&entry->mm->mm_users))
			stub_mm_drop(entry);
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
 * Page by page, not remap_pfn_range(): what that has mapped on x86, munmap() and
 * fork() look up again in the page table for its memory type, and warn (and
 * fork() fails) if stub_revoke() is just emptying it.
 */
static int stub_mmap_memory(const struct uio_mem *mem, struct vm_area_struct *vma, bool wc)
{
	unsigned long addr, pfn = PHYS_PFN(mem->addr);
	pgprot_t prot = pgprot_decrypted(vma->vm_page_prot);
	vm_fault_t fault;

	vma->vm_page_prot = wc ? pgprot_writecombine(prot) : pgprot_noncached(prot);
	stub_vm_flags(vma, VM_PFNMAP, 0);
	for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE, pfn++) {
		fault = vmf_insert_pfn_prot(vma, addr, pfn, vma->vm_page_prot);
		if (fault != VM_FAULT_NOPAGE)
			return fault & VM_FAULT_OOM ? -ENOMEM : -EACCES;
	}
	return 0;
}

static int stub_mmap_dma(struct stub *stub, const struct uio_mem *mem, struct vm_area_struct *vma)
{
	unsigned long index = vma->vm_pgoff;
	int ret;

	vma->vm_pgoff = 0;	/* there: the offset in the buffer */
	ret = dma_mmap_coherent(stub->dev, vma, stub->dma, mem->addr, stub->dma_size);
	vma->vm_pgoff = index;
#ifdef VM_PAT
	/* remap_pfn_range() may be in there, see above. RAM has no memory type to give back. */
	stub_vm_flags(vma, 0, VM_PAT);
#endif
	return ret;
}

/*
 * The core has seen to it that vm_pgoff is the number of a map and the mapping
 * no longer than that, the kernel that a file opened read-only is not mapped
 * writable, nor made so by mprotect().
 */
int stub_mmap(struct uio_info *info, struct vm_area_struct *vma)
{
	struct stub *stub = info->priv;
	unsigned long index = vma->vm_pgoff;
	int ret;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;		/* a private copy of registers is never meant */
	if (vma->vm_flags & VM_EXEC)
		return -EPERM;
	/* mprotect() can't make it executable, mremap() not longer. */
	stub_vm_flags(vma, VM_IO | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);

	ret = stub_mm_remember(stub, vma->vm_mm);
	if (ret)
		return ret;
	if (stub->kind[index] == STUB_DMA_COHERENT)
		return stub_mmap_dma(stub, &info->mem[index], vma);
	return stub_mmap_memory(&info->mem[index], vma, stub->kind[index] == STUB_WRITE_COMBINING);
}

/*
 * The inode is held beyond the close of its files, for stub_revoke(), and so is
 * its file system, which must not be unmounted under it.
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

/* A mapping holds its file: when the last file through an inode is closed, no mapping is left. */
void stub_inode_put(struct stub *stub, struct inode *inode)
{
	struct stub_mm *mm, *next_mm;
	struct stub_inode *entry;

	list_for_each_entry(entry, &stub->inodes, list) {
		if (entry->inode == inode) {
			if (!--entry->opens)
				stub_inode_drop(entry);
			break;
		}
	}
	if (list_empty(&stub->inodes))
		list_for_each_entry_safe(mm, next_mm, &stub->mms, list)
			stub_mm_drop(mm);
}

/*
 * Take every mapping away, in forked children too. Called when the core admits
 * no new one.
 *
 * One mmap() may still be under way: it has left stub_mmap() with the page
 * table filled, but the kernel has not yet linked its vma to the inode, where
 * unmap_mapping_range() looks. It holds its mmap_lock for writing until that is
 * done: to take the lock once is to wait for it.
 */
void stub_revoke(struct stub *stub)
{
	struct stub_inode *inode, *next_inode;
	struct stub_mm *mm, *next_mm;

	list_for_each_entry_safe(mm, next_mm, &stub->mms, list) {
		mmap_read_lock(mm->mm);
		mmap_read_unlock(mm->mm);
		stub_mm_drop(mm);
	}
	list_for_each_entry_safe(inode, next_inode, &stub->inodes, list) {
		unmap_mapping_range(inode->inode->i_mapping, 0, 0, 1);
		stub_inode_drop(inode);
	}
}
