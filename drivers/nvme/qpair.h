/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A submission queue and its completion queue (base 3.3.1), on top of the
 * descriptor queue of drivers/common, which handles indices, doorbells and memory
 * ordering for both.
 *
 * Submission queue: the driver fills entries. Each completion frees one; a
 * completed command has been fetched, so this is never too early. The queue's
 * status word is not used.
 *
 * Completion queue: the device owns all entries at first, and the doorbell (CQ
 * head) gives consumed entries back to it. A new entry is recognised by its phase
 * tag, which the device inverts with each round (base 3.3.3.2, "Phase Tag"), so
 * the driver never writes to an entry.
 */
#ifndef NVME_QPAIR_H
#define NVME_QPAIR_H

#include "queue.h"
#include "spec.h"

struct qpair {
	struct queue sq, cq;
	uint16_t number; /* 0: admin */
	uint32_t slack;	 /* completion entries that the driver may keep before it rings */
};

/*
 * Set up two queues of `size` entries, a power of two, for at most `depth` < size commands at a
 * time.
 */
void qpair_init(struct qpair *qpair, uint16_t number, uint32_t size, uint32_t depth, void *sq,
		void *cq, volatile void *regs, uint32_t stride);

/* Empty both, as the device does at a reset. Clears the completion queue's memory. */
void qpair_start(struct qpair *qpair);

/* Whether qpair_poll() would return a completion. */
bool qpair_ready(const struct qpair *qpair);

/* The oldest completion, in the CPU's byte order; false if there is none. */
bool qpair_poll(struct qpair *qpair, struct nvme_completion *completion);

/*
 * Whether the completion can belong to this pair: checks queue number and SQ head, not the
 * command.
 */
bool qpair_valid(const struct qpair *qpair, const struct nvme_completion *completion);

#endif /* NVME_QPAIR_H */
