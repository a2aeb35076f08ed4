/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * dma [DEVICE]: have a PCI card copy memory by DMA, there and back.
 *
 * The card is QEMU's educational one; its registers are in QEMU's docs/specs/edu.
 * It drives 28 address bits. So: uiomap bind pci:1234:11e8 dma=64K dma_bits=28
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <uiomap.h>

enum { DMA_SOURCE = 0x80, DMA_TARGET = 0x88, DMA_COUNT = 0x90, DMA_COMMAND = 0x98 };
enum { RUN = 1, TO_MEMORY = 2 }; /* in DMA_COMMAND */
enum { CARD_BUFFER = 0x40000 };	 /* the card's own memory, as its DMA addresses it */

static int copy(struct uiomap_region *bar0, uint32_t from, uint32_t to, uint32_t size,
		uint32_t direction)
{
	volatile void *regs = uiomap_region_base(bar0);

	uiomap_write32le(regs, DMA_SOURCE, from);
	uiomap_write32le(regs, DMA_TARGET, to);
	uiomap_write32le(regs, DMA_COUNT, size);
	/* A doorbell: when the card sees it, all that was written to memory before is there. */
	uiomap_doorbell32le(regs, DMA_COMMAND, RUN | direction);
	/* RUN clears when the card is done, after 0.1 s. (Or have it interrupt: drivers/edu.) */
	if (uiomap_region_poll32(bar0, DMA_COMMAND, RUN, 0, INT64_C(5000000000), NULL) < 0)
		return -1;
	uiomap_rmb(); /* first the register that says "done", then the memory */
	return 0;
}

int main(int argc, char **argv)
{
	static const char text[] = "through the card and back";
	const char *selector = argc > 1 ? argv[1] : "pci:1234:11e8";
	struct uiomap_device *device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	struct uiomap_region *bar0 = device ? uiomap_map_name(device, "BAR0", 0) : NULL;
	/* The device can reach this memory. It is zeroed. */
	struct uiomap_dma *dma = bar0 ? uiomap_dma_alloc(device, 4096, 0) : NULL;
	int status = 1;

	if (!dma) {
		fprintf(stderr, "dma: %s\n", uiomap_error());
		goto out;
	}
	/* Two addresses of the same memory: one for the CPU, one for the device. */
	char *memory = uiomap_dma_cpu(dma);
	uint64_t address = uiomap_dma_addr(dma);

	if (address + uiomap_dma_size(dma) > UINT64_C(1) << 28) {
		fprintf(stderr, "dma: %#" PRIx64 " is out of reach; bind it with dma_bits=28\n",
			address);
		goto out;
	}
	memcpy(memory, text, sizeof(text));
	if (copy(bar0, (uint32_t)address, CARD_BUFFER, sizeof(text), 0) < 0 ||
	    copy(bar0, CARD_BUFFER, (uint32_t)address + 2048, sizeof(text), TO_MEMORY) < 0) {
		fprintf(stderr, "dma: %s\n", uiomap_error());
		goto out;
	}
	printf("%.*s\n", (int)sizeof(text), memory + 2048);
	status = 0;
out:
	uiomap_close(device); /* gives the memory back; the card must not use it any more */
	return status;
}
