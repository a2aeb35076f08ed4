/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A submission queue and its completion queue (base 3.3.1), on the descriptor
 * queue of drivers/common: that has the indices, the doorbells and the order of
 * memory and registers for both.
 *
 * Submission queue: the driver fills entries. They are free again, one by one,
 * as completions come, which is never too early: each completed command has
 * been fetched. So the queue's own status word is not used.
 *
 * Completion queue: the driver has nothing to fill; it gives the device empty
 * entries, all of them at first, and the doorbell (CQ head) gives back those that
 * are empty again. An entry says that it is done not by a word that the driver
 * clears beforehand, but by a phase tag whose meaning is inverted with each round
 * of the device (base 3.3.3.2, "Phase Tag"), so the driver never writes to it.
 * That is all that this file adds.
 */
#ifndef NVME_QPAIR_H
#define NVME_QPAIR_H

#include "queue.h"
#include "spec.h"

struct qpair {
	struct queue sq, cq;
	uint16_t number; /* 0: admin */
	uint32_t slack;	 /* entries of the completion queue that the device can do without */
};

/* Two queues of `size` entries, a power of two, for at most `depth` < size commands at a time. */
void qpair_init(struct qpair *qpair, uint16_t number, uint32_t size, uint32_t depth, void *sq,
		void *cq, volatile void *regs, uint32_t stride);

/* Both empty, as the device has them after a reset. Writes to the completion queue. */
void qpair_start(struct qpair *qpair);

/* Whether qpair_poll() would return a completion. */
bool qpair_ready(const struct qpair *qpair);

/* The oldest completion, in the CPU's byte order; false if there is none. */
bool qpair_poll(struct qpair *qpair, struct nvme_completion *completion);

/* Whether it can be one of this pair's, whichever command it is of. */
bool qpair_valid(const struct qpair *qpair, const struct nvme_completion *completion);

#endif /* NVME_QPAIR_H */
