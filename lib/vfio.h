/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the files of the VFIO backend share. The kernel's interface is described
 * in Documentation/driver-api/vfio.rst and linux/vfio.h.
 */
#ifndef UIOMAP_VFIO_H
#define UIOMAP_VFIO_H

#include <linux/vfio.h>

#include "internal.h"

/* Addresses that the IOMMU translates: first and last. */
struct iova_range {
	uint64_t first, last;
};

/* Memory that is mapped for the device, sorted by address. */
struct iova_mapping {
	struct iova_mapping *next;
	uint64_t iova, size;
};

struct vfio {
	int container, group, device; /* descriptors; -1: not open */
	int pollfd;		      /* for programs that poll; -1 until needed */
	unsigned int irq_index;	      /* VFIO_PCI_MSIX_IRQ_INDEX, … */
	uint64_t config, config_size; /* where configuration space is in the device's file */
	struct iova_range ranges[32];
	size_t range_count;
	uint64_t granule; /* mappings are multiples of it */
	struct iova_mapping *mappings;
};

/* ---- vfio-group.c ---- */

/* Open the device by its IOMMU group, for this handle alone. */
int uiomap_i_vfio_open(struct uiomap_device *device);

/* Close all descriptors. The kernel then stops the device and its DMA. Preserves errno. */
void uiomap_i_vfio_close(struct uiomap_device *device);

/* ---- vfio-region.c ---- */

/* Where a region is in the device's file. Returns 0, or -1 with errno, without a text. */
int uiomap_i_vfio_region(const struct vfio *vfio, unsigned int index,
			 struct vfio_region_info *region);

void *uiomap_i_vfio_map(struct uiomap_device *device, unsigned int index, unsigned int flags);
int uiomap_i_vfio_port(struct uiomap_device *device, unsigned int index, off_t *begin);

/* Read or write configuration space. */
int uiomap_i_vfio_config(struct uiomap_device *device, size_t offset, void *value, size_t width,
			 bool write);
int uiomap_i_vfio_bus_master(struct uiomap_device *device);

/* ---- vfio-irq.c ---- */

/* Learn of a request to release the device: device->gonefd. */
int uiomap_i_vfio_irq_watch(struct uiomap_device *device);

/* Bind the interrupt, for a controller: device->fd, device->info->irq. */
int uiomap_i_vfio_irq_open(struct uiomap_device *device);

int uiomap_i_vfio_irq_switch(struct uiomap_device *device, bool enable);
int uiomap_i_vfio_irq_read(struct uiomap_device *device, uint32_t *total);
int uiomap_i_vfio_irq_total(struct uiomap_device *device);
int uiomap_i_vfio_irq_fd(struct uiomap_device *device);

/* ---- vfio-dma.c ---- */

/* Read which addresses can be used. */
int uiomap_i_vfio_dma_ranges(struct uiomap_device *device);

/* Free the list of mappings. The kernel removes the mappings with the container. */
void uiomap_i_vfio_dma_forget(struct vfio *vfio);

int uiomap_i_vfio_dma_get(struct uiomap_device *device, size_t size, size_t align,
			  struct dma_memory *memory);
void uiomap_i_vfio_dma_put(struct uiomap_device *device, const struct dma_memory *memory);

#endif /* UIOMAP_VFIO_H */
