/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <endian.h>
#include <string.h>

#include <uiomap-io.h>

#include "pair.h"

void pair_init(struct pair *pair, uint16_t number, uint32_t size, uint32_t depth, void *sq, void *cq,
	       volatile void *regs, uint32_t stride)
{
	*pair = (struct pair){
		.number = number,
		/* A full queue has one entry empty (base 3.3.1.5). */
		.slack = size - 1 - depth,
		.sq = {
			.entries = sq, .stride = sizeof(struct nvme_command), .size = size,
			.regs = regs, .doorbell = NVME_SQTDBL(number, stride), .modulo = true,
		},
		.cq = {
			.entries = cq, .stride = sizeof(struct nvme_completion), .size = size,
			.status = offsetof(struct nvme_completion, dw3),
			.regs = regs, .doorbell = NVME_CQHDBL(number, stride), .modulo = true,
		},
	};
}

void pair_start(struct pair *pair)
{
	/* Phase tags 0: not yet in the first round, which has 1. */
	memset(pair->cq.entries, 0, pair->cq.size * pair->cq.stride);
	queue_start(&pair->sq, 0);
	queue_start(&pair->cq, 0);
	/* All entries are the device's, and it knows. */
	pair->cq.prod = pair->cq.told = pair->cq.size;
}

static const void *oldest(const struct pair *pair, uint32_t *dw3)
{
	const bool odd = pair->cq.cons & pair->cq.size;
	const void *entry = queue_peek(&pair->cq, dw3);

	if (!entry)
		return NULL;
	*dw3 = le32toh(*dw3);
	return !!(*dw3 & NVME_CQE_PHASE) != odd ? entry : NULL;
}

bool pair_ready(const struct pair *pair)
{
	uint32_t dw3;

	return oldest(pair, &dw3);
}

bool pair_take(struct pair *pair, struct nvme_completion *completion)
{
	const struct nvme_completion *entry = oldest(pair, &completion->dw3);

	if (!entry)
		return false;
	completion->dw0 = le32toh(entry->dw0);
	completion->dw1 = le32toh(entry->dw1);
	completion->dw2 = le32toh(entry->dw2);
	queue_pop(&pair->sq);
	queue_pop(&pair->cq);
	queue_commit(&pair->cq);
	/* Told in time: there is room for all completions that can come, and one entry stays empty. */
	if (pair->cq.prod - pair->cq.told > pair->slack)
		queue_doorbell(&pair->cq);
	return true;
}

bool pair_valid(const struct pair *pair, const struct nvme_completion *completion)
{
	return completion->dw2 >> 16 == pair->number && (completion->dw2 & 0xffff) < pair->sq.size;
}
