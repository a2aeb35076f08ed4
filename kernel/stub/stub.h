/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_stub: hands everything a device has to the kernel's UIO core.
 *
 * core.c      one device: registration, open and close, removal
 * dma.c       DMA memory on request
 * irq.c       its interrupt
 * map.c       its memory and ports
 * left.c      what of these its users do not get
 * page.c      the rest of the pages that these lie in
 * mmap.c      mapping them with no more rights than needed, and revocation
 * options.c   what the user asked for, device by device
 * claim.c     devices that no driver gets before user space has spoken
 * platform.c  platform devices
 * pci.c       PCI devices
 *
 * Locking. The UIO core calls open, release, irqcontrol and mmap under its
 * info_lock, one at a time, and none after uio_unregister_device(), which takes
 * that lock too. So what only these hooks and removal touch needs no lock of
 * ours, and no lock of ours may be held around uio_unregister_device(). What
 * the interrupt handler shares with them is under irq_lock, what page faults
 * share with removal under the lock of struct stub_map (mmap.c).
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

/* What it takes, after an event, to hear of the next. */
enum stub_irq {
	STUB_IRQ_NONE,
	STUB_IRQ_COUNTED, /* an edge, a message: nothing */
	STUB_IRQ_MASKED,  /* a level line: it is masked at the controller until write(1) */
	STUB_IRQ_INTX,	  /* one that is shared: it is masked in the device's config space */
};

/* What `options` says of a device. */
struct stub_options {
	size_t dma_size;       /* bytes, 0: none */
	unsigned int dma_bits; /* of an address that the device can drive, 0: not said */
	unsigned long wc;      /* bit N: map N write-combining */
	bool share_page;       /* a map may give what other devices have in its pages */
};

/* Why something of a device is left out. */
enum stub_reason {
	STUB_LIMIT, /* UIO takes so many, or none of the kind */
	STUB_EMPTY,
	STUB_PAGE,    /* other devices' registers are in its pages */
	STUB_ADDRESS, /* firmware and the bus gave it none */
};

#define STUB_WC_ALL (~0UL)

/* What the bus has told of a device. */
struct stub_found {
	struct resource *resources;
	unsigned int count;
	bool share;	  /* option share_page */
	const char *rest; /* what the rest of a page is called in /proc/iomem */
};

struct stub {
	struct device *dev;
	struct uio_info info;

	/* map.c, left.c, options.c; settled before registration */
	enum stub_kind kind[MAX_UIO_MAPS];
	unsigned int maps, ports;
	struct list_head left_out;
	struct list_head rests;	     /* of its maps' pages, claimed */
	struct stub_options options; /* with which it was bound */

	/* dma.c; settled before registration. The DMA map is the last one. */
	void *dma; /* for the CPU; NULL: none */
	size_t dma_size;
	bool dma_own;	  /* pages of our own, not by dma_alloc_coherent() */
	bool dma_counted; /* each page is counted by itself */

	/* irq.c */
	int irq;
	enum stub_irq irq_kind;
	raw_spinlock_t irq_lock;
	bool irq_on;	     /* wanted */
	bool irq_live;	     /* irq_on is what the line is, too */
	atomic_t irq_untold; /* events that the core has not heard of yet */

	/* core.c and mmap.c: the hooks' own, see above */
	struct clk_bulk_data *clocks;
	int nclocks;
	unsigned int opens;
	struct list_head inodes;
	struct stub_map *map[MAX_UIO_MAPS]; /* those that were ever mapped */
};

/* core.c */
struct stub *stub_new(struct device *dev);
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

/* left.c: r as the bus tells it; of an interrupt, its index */
int stub_leave_out(struct stub *stub, const struct resource *r, enum stub_reason reason);
ssize_t stub_left_show(struct stub *stub, char *buf);

/* map.c */
int stub_maps_add(struct stub *stub, struct resource *resources, unsigned int count);

/* page.c */
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

/* platform.c */
int stub_platform_init(void);
void stub_platform_exit(void);

/* pci.c; not there without PCI in the kernel */
void stub_pci_on(struct stub *stub);
void stub_pci_off(struct stub *stub);
void stub_pci_intx(struct stub *stub, bool on);
bool stub_pci_intx_take(struct stub *stub);
int stub_pci_init(void);
void stub_pci_exit(void);

static inline bool stub_is_pci(const struct stub *stub)
{
	return IS_ENABLED(CONFIG_PCI) && dev_is_pci(stub->dev);
}

#endif /* STUB_H */
