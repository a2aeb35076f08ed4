/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_stub: registers all resources of a device with the kernel's UIO core.
 *
 * module.c    loading and unloading
 * claim.c     devices that no driver may bind before user space decides
 * pci.c       PCI devices
 * platform.c  platform devices
 * core.c      one device: registration, open and close, removal
 * irq.c       its interrupt
 * mmap.c      mapping its memory, and revocation
 * resources.c its memory and ports
 * page-claim.c the rest of the pages of its memory
 * dma.c       DMA memory on request
 * left-out.c  resources that its users don't get
 * options.c   settings for each device
 *
 * Each file calls only those below it.
 *
 * Locking. The UIO core calls open, release, irqcontrol and mmap under its
 * info_lock, one at a time, and none after uio_unregister_device(), which takes
 * that lock too. So data that only these hooks and removal use needs no lock of
 * its own, and none that the hooks take may be held around uio_unregister_device().
 * irq_lock protects what the interrupt handler shares with them, the lock of
 * struct stub_map what page faults share with removal (mmap.c).
 */
#ifndef STUB_H
#define STUB_H

#include <linux/clk.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/uio_driver.h>

enum stub_kind { STUB_UNCACHED, STUB_WRITE_COMBINING, STUB_DMA_COHERENT };

/* What is needed after an event to get the next one. */
enum stub_irq {
	STUB_IRQ_NONE,
	STUB_IRQ_COUNTED, /* edge or message: nothing */
	STUB_IRQ_MASKED,  /* level line: it is masked at the controller until write(1) */
	STUB_IRQ_INTX,	  /* shared line: it is masked in the device's configuration space */
};

/* A device's settings from the parameter `options`. */
struct stub_options {
	size_t dma_size;       /* bytes, 0: none */
	unsigned int dma_bits; /* address width of the device, 0: not set */
	unsigned long wc;      /* bit N: map N write-combining */
	bool share_page;       /* permit maps whose pages contain other devices' registers */
};

/* Why a resource of a device is left out. */
enum stub_reason {
	STUB_LIMIT, /* UIO supports no more, or not this type */
	STUB_EMPTY,
	STUB_PAGE,    /* its pages contain other devices' registers */
	STUB_ADDRESS, /* neither firmware nor the bus assigned one */
};

#define STUB_WC_ALL (~0UL)

/* A device's resources, from its bus. */
struct stub_found {
	struct resource *resources;
	unsigned int count;
	bool share;	  /* option share_page */
	const char *rest; /* name of the rest of a page in /proc/iomem */
};

struct stub {
	struct device *dev;
	const struct stub_bus *bus; /* NULL: a platform device */
	struct uio_info info;

	/* resources.c, left-out.c, options.c; constant after registration */
	enum stub_kind kind[MAX_UIO_MAPS];
	unsigned int maps, ports;
	struct list_head left_out;
	struct list_head rests;	     /* claimed rests of its maps' pages */
	struct stub_options options; /* in use since it was bound */

	/* dma.c; constant after registration. The DMA map is the last one. */
	void *dma; /* address for the CPU; NULL: none */
	size_t dma_size;
	bool dma_own;	  /* allocated here, not by dma_alloc_coherent() */
	bool dma_counted; /* each page has its own reference count */

	/* irq.c */
	int irq;
	enum stub_irq irq_kind;
	raw_spinlock_t irq_lock;
	bool irq_on;	     /* wanted */
	bool irq_live;	     /* registered; the line follows irq_on */
	atomic_t irq_queued; /* events not passed to the core yet */

	/* core.c and mmap.c: used only by the hooks, see above */
	struct clk_bulk_data *clocks;
	int nclocks;
	unsigned int opens;
	struct list_head inodes;
	struct stub_map *map[MAX_UIO_MAPS]; /* those that were mapped at least once */
};

/* What PCI devices need beyond the rest (pci.c). */
struct stub_bus {
	void (*on)(struct stub *stub);	/* first open; the interrupt is enabled after this */
	void (*off)(struct stub *stub); /* last close; the interrupt is disabled */
	void (*intx)(struct stub *stub, bool on);
	bool (*intx_take)(struct stub *stub); /* in the handler: if it raised the line, mask it */
};

/* core.c */
struct stub *stub_new(struct device *dev, const struct stub_bus *bus);
int stub_add(struct stub *stub, const char *name, struct resource *resources, unsigned int count,
	     int irq, enum stub_irq kind);
void stub_remove(struct stub *stub);
const char *stub_label(struct device *dev);

/* dma.c */
int stub_dma_add(struct stub *stub, size_t size);
int stub_dma_clean(struct stub *stub);
unsigned long stub_dma_pfn(const struct stub *stub, unsigned long page);
pgprot_t stub_dma_prot(const struct stub *stub, pgprot_t prot);

/* irq.c */
int stub_irq_add(struct stub *stub, int irq, enum stub_irq kind);
void stub_irq_start(struct stub *stub);
void stub_irq_switch(struct stub *stub, bool on);
void stub_irq_remove(struct stub *stub);

/* left-out.c: r from the bus; for an interrupt, start is its index */
int stub_leave_out(struct stub *stub, const struct resource *r, enum stub_reason reason);
ssize_t stub_left_show(struct stub *stub, char *buf);

/* resources.c */
int stub_maps_add(struct stub *stub, struct resource *resources, unsigned int count);

/* page-claim.c */
int stub_page_claim(struct stub *stub, const struct resource *claim, const struct resource *r,
		    const struct stub_found *found);

/* mmap.c */
int stub_inode_get(struct stub *stub, struct inode *inode);
void stub_inode_put(struct stub *stub, struct inode *inode);
int stub_mmap(struct uio_info *info, struct vm_area_struct *vma);
void stub_revoke(struct stub *stub);

/* options.c */
void stub_options_find(const char *device, struct stub_options *options);
ssize_t stub_options_show(const struct stub_options *options, char *buf);

/* claim.c */
int stub_claim_init(void);
void stub_claim_exit(void);

/* platform.c; pci.c, missing if the kernel has no PCI */
extern struct platform_driver stub_platform_driver;
extern struct pci_driver stub_pci_driver;

#endif /* STUB_H */
