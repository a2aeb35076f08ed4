/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Model "ring": what its engine (model-ring.c) and the transfer of one message (ring-message.c)
 * share.
 */
#ifndef MODEL_RING_H
#define MODEL_RING_H

#include "dummy.h"
#include "engine.h"

/* One of the two rings, as set up. */
struct ring_queue {
	u64 base;     /* bus address */
	u32 size;     /* descriptors, a power of two */
	u32 cons;     /* index of the next descriptor to work on */
	u32 cons_reg; /* where the driver sees it */
};

/* Counted by the device from start to stop, whatever drivers come, go and reset it. */
struct ring_stats {
	u64 messages, bytes;	   /* transferred and completed */
	u64 tx_errors, rx_errors;  /* error completions */
	u64 corrupted;		   /* completions falsified (`corrupt`) */
	u64 interrupts, max_batch; /* events; most messages told by one */
	u64 stalled;		   /* times that TX had to wait for an RX buffer */
	u64 resets, stops;
	/*
	 * Order, from the cookies of the TX descriptors that were transferred.
	 * Each should be its predecessor's + 1. Where no reset was between the
	 * two, any other is out of order. The first one after a reset is
	 * compared with the last one before: how many cookies were left out
	 * (a recovery lost messages) or came again (it sent them twice).
	 */
	u64 out_of_order, reset_skipped, reset_repeated;
};

struct ring {
	struct dummy *d;
	struct dummy_engine engine;
	struct ring_queue tx, rx;

	/* Registers are written from these and never read back. */
	u32 status, reset_done;
	u32 error, error_index, errors;

	u32 untold;	  /* completions that no interrupt has told yet */
	u64 untold_since; /* ns; if untold */

	u32 cookie;	/* of the last message */
	bool ordered;	/* there was one */
	bool was_reset; /* since then */
	struct ring_stats stats;
};

/* What the driver wrote before it wrote this register is seen after it. */
static inline u32 ring_load(const struct ring *r, u32 reg)
{
	return smp_load_acquire((u32 *)(r->d->regs + reg));
}

/* What was written before is seen by who sees this. */
static inline void ring_store(struct ring *r, u32 reg, u32 value)
{
	smp_store_release((u32 *)(r->d->regs + reg), value);
}

/* Account for one completion; tell it if it is time. */
void ring_completed(struct ring *r);

/*
 * ring-message.c: an error at the next descriptor of `q`: complete it with an error if it can be
 * reached, and stop.
 */
void ring_fail(struct ring *r, struct ring_queue *q, u32 error);

/*
 * ring-message.c: transfer one message; both rings have a descriptor. False: the ring has stopped.
 */
bool ring_message(struct ring *r);

#endif /* MODEL_RING_H */
