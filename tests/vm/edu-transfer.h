/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* DMA of QEMU's edu by its registers, without its driver. */
#ifndef EDU_TRANSFER_H
#define EDU_TRANSFER_H

#include "edu.h"

#define EDU_DMA_MS 100 /* duration of each transfer */

/* Start a transfer. `command` is EDU_DMA_TO_RAM, EDU_DMA_IRQ, both or 0. */
void edu_start(volatile void *regs, uint64_t source, uint64_t target, uint32_t size,
	       uint32_t command);

/*
 * Start a transfer and wait until it ends. This polls: with bus mastering off, no interrupt would
 * come, since it is a message.
 */
void edu_transfer(volatile void *regs, uint64_t source, uint64_t target, uint32_t size,
		  uint32_t command);

#endif /* EDU_TRANSFER_H */
