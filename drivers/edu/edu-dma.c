/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Copies between memory and the card's buffer. */
#include <errno.h>
#include <stdbool.h>

#include "edu-internal.h"

static void write_dma(const struct edu *edu, size_t offset, uint64_t value)
{
#if UIOMAP_HAVE_IO64
	uiomap_write64le(edu->regs, offset, value);
#else
	/* a 32-bit write sets the whole register; bus addresses have 32 bits there */
	uiomap_write32le(edu->regs, offset, (uint32_t)value);
#endif
}

static int dma_body(void *arg)
{
	struct call *call = arg;
	struct edu *edu = call->edu;
	uint32_t command;

	if (!edu_answers(edu, EDU_DMA_COMMAND, &command))
		return edu_is_gone(edu);
	if (command & EDU_DMA_RUN)
		return driver_fail(edu->device, EBUSY, "an earlier transfer is still on its way");
	edu->happened &= ~EDU_CAUSE_DMA;
	write_dma(edu, EDU_DMA_SOURCE, call->source);
	write_dma(edu, EDU_DMA_TARGET, call->target);
	write_dma(edu, EDU_DMA_COUNT, call->value);
	uiomap_mb(); /* complete accesses to the memory before the DMA starts */
	uiomap_write32le(edu->regs, EDU_DMA_COMMAND, EDU_DMA_RUN | EDU_DMA_IRQ | call->command);
	call->value = EDU_CAUSE_DMA;
	do {
		if (edu_wait_body(call) < 0)
			return -1;
		if (!edu_answers(edu, EDU_DMA_COMMAND, &command))
			return edu_is_gone(edu);
	} while (command & EDU_DMA_RUN);
	return 0;
}

/*
 * The command sets the direction, and with it which address is the card's and which is the
 * memory's.
 */
static int transfer(struct edu *edu, const struct uiomap_dma *dma, size_t dma_offset,
		    size_t card_offset, size_t size, uint32_t command, int64_t timeout_ns)
{
	const uint64_t card = EDU_BUFFER + card_offset, memory = uiomap_dma_addr(dma) + dma_offset;
	const bool to_ram = command & EDU_DMA_TO_RAM;
	struct call call = {
		.edu = edu,
		.timeout_ns = timeout_ns,
		.value = (uint32_t)size,
		.command = command,
		.source = to_ram ? card : memory,
		.target = to_ram ? memory : card,
	};

	if (!size)
		return driver_fail(edu->device, ERANGE, "a transfer of no byte");
	if (size > uiomap_dma_size(dma) || dma_offset > uiomap_dma_size(dma) - size)
		return driver_fail(edu->device, ERANGE,
				   "%zu bytes at %zu aren't inside DMA memory of %zu bytes", size,
				   dma_offset, uiomap_dma_size(dma));
	if (size > EDU_BUFFER_SIZE || card_offset > EDU_BUFFER_SIZE - size)
		return driver_fail(edu->device, ERANGE,
				   "%zu bytes at %zu aren't inside the card's buffer of %d bytes",
				   size, card_offset, EDU_BUFFER_SIZE);
	return edu_guarded(&call, dma_body);
}

int edu_dma_to_card(struct edu *edu, const struct uiomap_dma *from, size_t from_offset,
		    size_t card_offset, size_t size, int64_t timeout_ns)
{
	return transfer(edu, from, from_offset, card_offset, size, 0, timeout_ns);
}

int edu_dma_from_card(struct edu *edu, size_t card_offset, const struct uiomap_dma *to,
		      size_t to_offset, size_t size, int64_t timeout_ns)
{
	return transfer(edu, to, to_offset, card_offset, size, EDU_DMA_TO_RAM, timeout_ns);
}
