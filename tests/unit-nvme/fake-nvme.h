/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A fake of the libuiomap functions that drivers/nvme uses (with fake-uiomap.h), over a model
 * of the controller (nvme-model.h).
 */
#ifndef FAKE_NVME_H
#define FAKE_NVME_H

#include "../fake-uiomap.h"
#include "nvme-model.h"

struct uiomap_device {
	struct fake fake;
	struct nvme_model c;
	unsigned int seen;  /* interrupts that the driver has got */
	unsigned int steps; /* commands that the controller may complete each time */
	uint32_t garbage;   /* seed of the random data; 0: none */
	bool wake;	    /* the next wait ends with ECANCELED */
	bool no_dma;
	size_t region_size;	/* 0: the controller's */
	size_t dma_used;	/* of the controller's memory */
	unsigned int allocated; /* not freed yet */
};

void fake_init(struct uiomap_device *device);
void fake_fini(struct uiomap_device *device);

#endif /* FAKE_NVME_H */
