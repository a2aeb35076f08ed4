/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the driver's files share. Each uses only those below it:
 *	ring-setup.c		open, recover, close
 *	ring.c			reserve, commit, peek, release
 *	ring-wait.c		wait for completions
 *	ring-descriptors.c	fill descriptors, process completions
 *	ring-registers.c	reset, start, why the device has stopped
 *	ring-error.c		failures, removal
 */
#ifndef RING_INTERNAL_H
#define RING_INTERNAL_H

#include "driver-error.h"
#include "driver-guard.h"
#include "queue.h"
#include "ring.h"

/*
 * Check the device's registers after this time without a completion. It bounds the delay that a
 * lost interrupt causes.
 */
#define RING_CHECK_NS INT64_C(10000000)

/* A committed message, to compare with the completion. */
struct ring_sent {
	uint32_t length;
	uint32_t crc;
};

/*
 * Messages are numbered as they are committed, freely modulo 2^32. The number is
 * the descriptor's cookie. It also selects the buffers: number & (size - 1), for
 * transmit and for receive, since the device keeps the order. A reset sets the
 * device's indices to 0, but never the numbers:
 *
 *	number = base + index, in both queues.
 *
 *   released         received           base + tx.prod      accepted
 *      |  with the program  |  under way, kept  |  not posted  |
 *
 * The receive queue is posted at most up to released + size.
 */
struct ring {
	struct uiomap_device *device;
	struct uiomap_region *region;
	volatile void *regs;
	struct uiomap_dma *dma;
	struct ring_config config; /* with the defaults filled in */
	size_t room;		   /* bytes from buffer to buffer */
	unsigned char *tx_buffers, *rx_buffers;
	uint64_t tx_bus, rx_bus; /* of the buffers */

	struct queue tx, rx;
	uint32_t base;
	uint32_t accepted;
	/*
	 * sent[] has the CRCs up to here; computed once, so that a later change of the buffer
	 * is detected
	 */
	uint32_t summed;
	uint32_t released;
	struct ring_sent *sent; /* [size] of the messages in the transmit buffers */
	uint32_t *arrived;	/* [size] lengths of the messages in the receive buffers */
	bool reserved;

	bool running; /* the device may be doing DMA */
	bool gone;
	struct ring_failure failure;
	struct ring_stats stats;
};

/* All messages below this number have arrived. */
static inline uint32_t ring_received(const struct ring *ring)
{
	return ring->base + ring->rx.cons;
}

/*
 * Transmit buffers in use: from ring_commit() until the transmit descriptor is complete and the
 * message has arrived.
 */
static inline uint32_t ring_kept(const struct ring *ring)
{
	uint32_t done = (int32_t)(ring->tx.cons - ring->rx.cons) < 0 ? ring->tx.cons :
								       ring->rx.cons;

	return ring->accepted - (ring->base + done);
}

static inline unsigned char *tx_buffer(const struct ring *ring, uint32_t number)
{
	return ring->tx_buffers + (number & (ring->config.size - 1)) * ring->room;
}

static inline unsigned char *rx_buffer(const struct ring *ring, uint32_t number)
{
	return ring->rx_buffers + (number & (ring->config.size - 1)) * ring->room;
}

/*
 * ring-wait.c: wait until ready(ring). -1 with errno and text. deadlock(ring) returns the
 * reason if ready() can never become true, else NULL.
 */
int ring_wait(struct ring *ring, bool (*ready)(const struct ring *),
	      const char *(*deadlock)(const struct ring *), int64_t timeout_ns);

/*
 * ring-descriptors.c: process completions, and post more if the device has little left. Runs in
 * a guard. -1 if the device was removed.
 */
int ring_process(struct ring *ring);
/* ring-descriptors.c: post all that is committed and released. Inside a guard. */
void ring_post(struct ring *ring);

/*
 * ring-registers.c, inside a guard: reset the device, which ends its DMA. 0; -1 with errno and
 * text.
 */
int ring_reset_device(struct ring *ring);
/* ring-registers.c, inside a guard: set up the rings and run. 0; -1 with errno and text. */
int ring_start_device(struct ring *ring);
/* ring-registers.c, inside a guard: wait until the device has stopped; return its error code. */
uint32_t ring_stop_code(struct ring *ring);

/*
 * ring-error.c: run body(ring) in a guard; if the device is removed meanwhile, it fails with
 * ENODEV.
 */
int ring_guarded(struct ring *ring, int (*body)(void *ring));
/* ring-error.c: store why the ring has failed. Later calls change nothing. */
void ring_set_failure(struct ring *ring, int error, char queue, uint32_t index, uint32_t code);
/* ring-error.c: return -1 with errno and text of the stored failure. */
int ring_failed(const struct ring *ring);
/* ring-error.c: store that the device was removed. Returns -1 with ENODEV and text. */
int ring_is_gone(struct ring *ring);

#endif /* RING_INTERNAL_H */
