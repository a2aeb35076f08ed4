/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The edu card behind an IOMMU: its group, DMA past its driver, and the faults that the kernel
 * logs. A failure here fails the test.
 */
#ifndef IOMMU_CARD_H
#define IOMMU_CARD_H

#include "sim-fixture.h"
#include "edu.h"
#include "pci.h"

#define CARD_PATIENCE (10 * SECOND)

extern struct card {
	char address[PCI_ADDRESS], type_file[128], type[16];
	struct uiomap_device *device;
	struct edu *edu;
} card;

/* Set the type of the card's IOMMU group; `wanted` NULL: only read it. */
void card_group_type(const char *wanted);

/* Bind the card to this driver and open it; and the reverse. */
void card_open(const char *driver, const char *options);
void card_close(void);

void card_fill(unsigned char *memory, size_t size, unsigned int seed);

/*
 * Copy data through the card, from the beginning of the memory to its end. Both transfers cross
 * page boundaries.
 */
void card_there_and_back(const struct uiomap_dma *dma);

/* Open the kernel log; later reads return only messages that come from now on. */
int card_log_open(void);

/* The number of IOMMU faults of the card at this page; there must be no others. */
unsigned int card_faults(int log, uint64_t bus);

/* Wait for a fault at this page. */
void card_expect_fault(int log, uint64_t bus);

/* Make a transfer without edu_dma_to_card() and edu_dma_from_card(), which would refuse it. */
void card_transfer(uint64_t bus, uint32_t size, uint32_t command);

#endif /* IOMMU_CARD_H */
