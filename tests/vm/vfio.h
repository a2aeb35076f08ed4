/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What the tests of the VFIO backend share. */
#ifndef VFIO_H
#define VFIO_H

#include "iommu-card.h"

/* For .init: load VFIO's modules, and find the edu card. */
void vfio_begin(void);

/* Bind a card to vfio-pci and open it. */
struct uiomap_device *vfio_open(const char *address, unsigned int flags);

/* BAR0 of an open card. */
volatile void *vfio_registers(struct uiomap_device *device);

#endif /* VFIO_H */
