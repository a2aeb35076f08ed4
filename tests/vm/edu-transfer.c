/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "edu-transfer.h"

#include <criterion/criterion.h>
#include <time.h>

#define LATE_MS 10000

void edu_start(volatile void *regs, uint64_t source, uint64_t target, uint32_t size,
	       uint32_t command)
{
	uiomap_write64le(regs, EDU_DMA_SOURCE, source);
	uiomap_write64le(regs, EDU_DMA_TARGET, target);
	uiomap_write64le(regs, EDU_DMA_COUNT, size);
	uiomap_wmb(); /* the device must see the data before the command */
	uiomap_write32le(regs, EDU_DMA_COMMAND, EDU_DMA_RUN | command);
}

void edu_transfer(volatile void *regs, uint64_t source, uint64_t target, uint32_t size,
		  uint32_t command)
{
	edu_start(regs, source, target, size, command);
	for (int ms = 0; uiomap_read32le(regs, EDU_DMA_COMMAND) & EDU_DMA_RUN; ms++) {
		cr_assert_lt(ms, LATE_MS, "the transfer doesn't end");
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	uiomap_rmb(); /* read the data after the end */
}
