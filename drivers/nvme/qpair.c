/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <endian.h>
#include <string.h>

#include <uiomap-io.h>

#include "qpair.h"

void qpair_init(struct qpair *qpair, uint16_t number, uint32_t size, uint32_t depth, void *sq,
		void *cq, volatile void *regs, uint32_t stride)
{
	*qpair = (struct qpair){
		.number = number,
		/* A full queue has one empty entry (base 3.3.1.5). */
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

void qpair_start(struct qpair *qpair)
{
	/* Clear all phase tags: in its first round the device writes 1. */
	memset(qpair->cq.entries, 0, qpair->cq.size * qpair->cq.stride);
	queue_start(&qpair->sq, 0);
	queue_start(&qpair->cq, 0);
	/* The device owns all entries after a reset, without a doorbell. */
	qpair->cq.prod = qpair->cq.submitted = qpair->cq.size;
}

static const void *oldest(const struct qpair *qpair, uint32_t *dw3)
{
	const bool odd = qpair->cq.cons & qpair->cq.size;
	const void *entry = queue_peek(&qpair->cq, dw3);

	if (!entry)
		return NULL;
	*dw3 = le32toh(*dw3);
	return !!(*dw3 & NVME_CQE_PHASE) != odd ? entry : NULL;
}

bool qpair_ready(const struct qpair *qpair)
{
	uint32_t dw3;

	return oldest(qpair, &dw3);
}

bool qpair_poll(struct qpair *qpair, struct nvme_completion *completion)
{
	const struct nvme_completion *entry = oldest(qpair, &completion->dw3);

	if (!entry)
		return false;
	completion->dw0 = le32toh(entry->dw0);
	completion->dw1 = le32toh(entry->dw1);
	completion->dw2 = le32toh(entry->dw2);
	queue_pop(&qpair->sq);
	queue_pop(&qpair->cq);
	queue_commit(&qpair->cq);
	/*
	 * Ring the doorbell while the device still has room for all completions that can come,
	 * and one empty entry.
	 */
	if (qpair->cq.prod - qpair->cq.submitted > qpair->slack)
		queue_doorbell(&qpair->cq);
	return true;
}

bool qpair_valid(const struct qpair *qpair, const struct nvme_completion *completion)
{
	return completion->dw2 >> 16 == qpair->number &&
	       (completion->dw2 & 0xffff) < qpair->sq.size;
}
