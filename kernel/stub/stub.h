/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_stub: hands everything a device has to the kernel's UIO core.
 *
 * core.c      one device: registration, open and close, interrupt, removal
 * map.c       its maps: resources, DMA memory, mmap and revocation
 * options.c   what the user asked for, device by device
 * platform.c  platform devices (PCI: an own file beside it)
 */
#ifndef STUB_H
#define STUB_H

#include <linux/clk.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/uio_driver.h>
#include <linux/version.h>

enum stub_kind { STUB_UNCACHED, STUB_WRITE_COMBINING, STUB_DMA_COHERENT };

/* What `options` says of a device. */
struct stub_options {
	size_t dma_size;	/* bytes, 0: none */
	unsigned long wc;	/* bit N: map N write-combining */
};

struct stub {
	struct device *dev;
	struct uio_info info;
	enum stub_kind kind[MAX_UIO_MAPS];
	unsigned int maps;

	int irq;		/* 0: none */
	bool irq_counted;	/* an edge line: never masked by itself */
	spinlock_t lock;	/* irq_on and gone, against the handler */
	bool irq_on;
	bool gone;

	void *dma;		/* coherent memory, the map after the resources */
	dma_addr_t dma_bus;
	size_t dma_size;

	struct clk_bulk_data *clocks;
	int nclocks;

	/* The rest is the open, release and mmap hooks', which the UIO core calls
	 * under its info_lock, and, once it calls them no more, removal's. */
	unsigned int opens;
	struct list_head inodes;
	struct list_head mms;
};

/* core.c */
struct stub *stub_add(struct device *dev, const char *name, struct resource *resources, unsigned int count, int irq);
void stub_remove(struct stub *stub);
extern const struct attribute_group *stub_groups[];

/* map.c */
int stub_maps_add(struct stub *stub, struct resource *resources, unsigned int count);
void stub_maps_remove(struct stub *stub);
int stub_mmap(struct uio_info *info, struct vm_area_struct *vma);
int stub_inode_get(struct stub *stub, struct inode *inode);
void stub_inode_put(struct stub *stub, struct inode *inode);
void stub_revoke(struct stub *stub);

/* options.c */
void stub_options_find(const char *device, struct stub_options *options);
void stub_options_free(void);

/* platform.c */
int stub_platform_init(void);
void stub_platform_exit(void);

#endif /* STUB_H */
