/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Model "ring": shared by its engine (model-ring.c) and the transfer of
 * messages (ring-message.c).
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
	u32 cons_reg; /* the register that shows it to the driver */
};

/* Counted from start to stop, across drivers and resets. */
struct ring_stats {
	u64 messages, bytes;	   /* transferred and completed */
	u64 tx_errors, rx_errors;  /* error completions */
	u64 corrupted;		   /* wrong completions, injected by `corrupt` */
	u64 interrupts, max_batch; /* events; most messages for one event */
	u64 stalled;		   /* how often TX had to wait for an RX buffer */
	u64 resets, stops;
	/*
	 * Order of the TX descriptors that were transferred, by their cookies. Each should be the
	 * previous one + 1. Without a reset between the two, any other value is out of order. The
	 * first cookie after a reset is compared with the last one before: it shows how many were
	 * skipped (a recovery lost messages) or repeated (it sent them twice).
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

	u32 pending;	   /* completions without an interrupt yet */
	u64 pending_since; /* time of the first one, ns */

	u32 cookie;	/* the last message's cookie */
	bool ordered;	/* there was a last message */
	bool was_reset; /* there was a reset since then */
	struct ring_stats stats;
};

/* Acquire: all that the driver wrote before this register is visible afterwards. */
static inline u32 ring_load(const struct ring *r, u32 reg)
{
	return smp_load_acquire((u32 *)(r->d->regs + reg));
}

/* Release: all that was written before is visible to a driver that reads this value. */
static inline void ring_store(struct ring *r, u32 reg, u32 value)
{
	smp_store_release((u32 *)(r->d->regs + reg), value);
}

/*
 * ring-message.c: fail at the next descriptor of q: complete it with an error
 * if it can be accessed, and stop.
 */
void ring_fail(struct ring *r, struct ring_queue *q, u32 error);

/*
 * ring-message.c: transfer one message; both rings must have a descriptor.
 * Returns false if the ring has stopped.
 */
bool ring_message(struct ring *r);

#endif /* MODEL_RING_H */
