/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A submission queue and its completion queue (base 3.3.1), on drivers/ring's
 * descriptor queue: that has the indices, the doorbells and the order of memory
 * and registers for both.
 *
 * Submission queue: the driver fills entries. They are free again, one by one,
 * as completions come, which is never too early: each completed command has
 * been fetched. So the queue's own status word is not used.
 *
 * Completion queue: the driver has nothing to fill; it gives the device empty
 * entries, all of them at first, and the doorbell (CQ head) tells of those that
 * are empty again. What is not the same is how an entry says that it is done:
 * not by a word that the driver clears beforehand, but by a phase tag whose
 * meaning turns with each round of the device (base 3.3.3.2, "Phase Tag"), so
 * that nothing is ever written to it here. That is all that this file adds.
 */
#ifndef NVME_PAIR_H
#define NVME_PAIR_H

#include "queue.h"
#include "spec.h"

struct pair {
	struct queue sq, cq;
	uint16_t number;	/* 0: admin */
	uint32_t slack;		/* entries of the completion queue that the device can do without */
};

/* Two queues of `size` entries, a power of two, for at most `depth` < size commands at a time. */
void pair_init(struct pair *pair, uint16_t number, uint32_t size, uint32_t depth, void *sq, void *cq,
	       volatile void *regs, uint32_t stride);

/* Both empty, as the device has them after a reset. Writes to the completion queue. */
void pair_start(struct pair *pair);

/* Whether there is a completion that has not been taken. */
bool pair_ready(const struct pair *pair);

/* Take the oldest, in the CPU's byte order; false if there is none. */
bool pair_take(struct pair *pair, struct nvme_completion *completion);

/* Whether it can be one of this pair's, whichever command it is of. */
bool pair_valid(const struct pair *pair, const struct nvme_completion *completion);

#endif /* NVME_PAIR_H */
