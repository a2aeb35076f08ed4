/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What drivers/nvme uses of libuiomap (fake-uiomap.h and what is not shared), over a controller
 * (nvme-model.h).
 */
#ifndef FAKE_NVME_H
#define FAKE_NVME_H

#include "../fake-uiomap.h"
#include "nvme-model.h"

struct uiomap_device {
	struct fake fake;
	struct nvme_model c;
	unsigned int seen;  /* interrupts told to the driver */
	unsigned int steps; /* commands that the controller may complete each time */
	uint32_t garbage;   /* seed of the nonsense; 0: none */
	bool wake;	    /* the next wait ends with ECANCELED */
	bool no_dma;
	size_t region_size;	/* 0: the controller's */
	size_t dma_used;	/* of the controller's memory */
	unsigned int allocated; /* not given back */
};

void fake_init(struct uiomap_device *device);
void fake_fini(struct uiomap_device *device);

#endif /* FAKE_NVME_H */
