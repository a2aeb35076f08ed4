/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A queue of descriptors in memory that a driver and a device share. The driver
 * fills entries and advances its index; the device processes them in order and
 * writes a status word into each. The caller defines the format of an entry and
 * which status means "done"; this file handles only memory, indices and
 * ordering.
 *
 * Indices run freely and wrap at 2^32; entry = index & (size - 1). They are
 * compared by their difference, never by size.
 *
 *      cons          submitted         prod          cons + size
 *       |  the device's  |  filled, not   |     free     |
 *       |                |  submitted yet |              |
 *
 * THREADS. One queue is used by one thread at a time. The other side is the
 * device, or a thread that simulates it.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue {
	/* Set by the owner before queue_start(). */
	unsigned char *entries; /* DMA memory of size * stride bytes */
	size_t stride;		/* bytes from entry to entry */
	size_t status;		/* offset of the 32-bit status word in an entry */
	uint32_t size;		/* entries, a power of two */
	volatile void *regs;	/* the device's registers ... */
	size_t doorbell;	/* ... and the offset of the one that prod is written to ... */
	bool modulo;		/* ... modulo size, if the device expects an entry number */

	uint32_t prod;	    /* the next entry to fill */
	uint32_t submitted; /* prod as it was last written to the doorbell */
	uint32_t cons;	    /* the oldest entry that the device has not completed */
	uint64_t doorbells; /* doorbell writes so far */
};

/* Start with all entries free. index must be the one at which the device starts. */
void queue_start(struct queue *q, uint32_t index);

/* Number of free entries. */
static inline uint32_t queue_room(const struct queue *q)
{
	return q->size - (q->prod - q->cons);
}

/*
 * The entry to fill next, or NULL if the queue is full. It belongs to the driver until the
 * doorbell is written.
 */
void *queue_reserve(struct queue *q);

/* Queue the reserved entry. The device sees it only after the doorbell. */
void queue_commit(struct queue *q);

/* Submit all committed entries: write the doorbell. Returns false if there is none. */
bool queue_doorbell(struct queue *q);

/*
 * The oldest submitted entry and its current status word; NULL if no entry is
 * submitted. If the caller finds that the status means "done", it may read the
 * rest of the entry and its buffer.
 */
const void *queue_peek(const struct queue *q, uint32_t *status);

/* Free the entry that queue_peek() returned. */
void queue_pop(struct queue *q);

#endif /* QUEUE_H */
