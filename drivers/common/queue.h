/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A queue of descriptors in memory that a driver and a device share. The
 * driver fills entries and moves its index on; the device works them off in
 * order and writes a status word into each. What an entry means, which device
 * it is for and which status means "done" is the caller's: here are memory,
 * indices and their order only.
 *
 * Indices run freely and wrap at 2^32; entry = index & (size - 1). They are
 * compared by their difference, never by size.
 *
 *      cons          submitted         prod          cons + size
 *       |  the device's  |  filled, not   |     free     |
 *       |                |  submitted yet |              |
 *
 * THREADS. One queue is used by one thread at a time. The other side is the
 * device, or a thread that plays it.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue {
	/* Set by the owner before queue_start(). */
	unsigned char *entries; /* DMA memory, size * stride bytes */
	size_t stride;		/* bytes of an entry */
	size_t status;		/* where an entry's 32-bit status word is */
	uint32_t size;		/* entries, a power of two */
	volatile void *regs;	/* the device's registers ... */
	size_t doorbell;	/* ... and which of them takes prod ... */
	bool modulo;		/* ... modulo size, for a device that counts entries, not rounds */

	uint32_t prod;	    /* the next entry to fill */
	uint32_t submitted; /* prod as it was last written to the doorbell */
	uint32_t cons;	    /* the next entry that the device has to complete */
	uint64_t doorbells; /* rung so far */
};

/* Begin at an index: the one at which the device begins. All entries are free. */
void queue_start(struct queue *q, uint32_t index);

/* Entries free to be filled. */
static inline uint32_t queue_room(const struct queue *q)
{
	return q->size - (q->prod - q->cons);
}

/*
 * The entry to fill next, or NULL if the queue is full. All of it is the driver's until the
 * doorbell.
 */
void *queue_reserve(struct queue *q);

/* The reserved entry is filled. The device doesn't know of it before the doorbell. */
void queue_commit(struct queue *q);

/* Submit all committed entries: write the doorbell. False if there was none to submit. */
bool queue_doorbell(struct queue *q);

/*
 * The oldest entry that the device has and its status word as it is now, or
 * NULL if the device has none. It is for the caller to say whether that status
 * means "done"; if so, the rest of the entry and its buffer may be read.
 */
const void *queue_peek(const struct queue *q, uint32_t *status);

/* The entry that queue_peek() gave is done with: free. */
void queue_pop(struct queue *q);

#endif /* QUEUE_H */
