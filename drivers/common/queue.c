/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <uiomap-io.h>

#include "queue.h"

void queue_start(struct queue *q, uint32_t index)
{
	q->prod = q->submitted = q->cons = index;
}

static unsigned char *entry(const struct queue *q, uint32_t index)
{
	return q->entries + (index & (q->size - 1)) * q->stride;
}

void *queue_reserve(struct queue *q)
{
	return queue_room(q) ? entry(q, q->prod) : NULL;
}

void queue_commit(struct queue *q)
{
	q->prod++;
}

bool queue_doorbell(struct queue *q)
{
	if (q->submitted == q->prod)
		return false;
	/*
	 * Orders, before the device can see the index:
	 * - stores to the entries and to their buffers (the device will read
	 *   them);
	 * - loads from buffers that are given back (the device may overwrite
	 *   them).
	 */
	uiomap_doorbell32(q->regs, q->doorbell, q->modulo ? q->prod & (q->size - 1) : q->prod);
	q->submitted = q->prod;
	q->doorbells++;
	return true;
}

const void *queue_peek(const struct queue *q, uint32_t *status)
{
	const unsigned char *oldest = entry(q, q->cons);

	/* An entry that isn't submitted can't be complete, even if stale status bits say so. */
	if (q->cons == q->submitted)
		return NULL;
	/*
	 * The device writes the status last. Orders, after this load:
	 * - loads from the entry and its buffer (what the device has written);
	 * - stores to them (what the device has read and may be overwritten).
	 */
	*status = uiomap_dma_load32(oldest + q->status);
	return oldest;
}

void queue_pop(struct queue *q)
{
	q->cons++;
}
