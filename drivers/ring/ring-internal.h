/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the driver's files share. Each uses only those below it:
 *	ring-setup.c		open, recover, close
 *	ring.c			the program's side: reserve, commit, peek, release
 *	ring-wait.c		how completions are waited for
 *	ring-descriptors.c	messages into descriptors, completions back
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
 * After so long without a completion the device's registers are checked: bounds what a lost
 * interrupt costs.
 */
#define RING_CHECK_NS INT64_C(10000000)

/* What was committed, to be compared with what comes back. */
struct ring_sent {
	uint32_t length;
	uint32_t crc;
};

/*
 * Messages are numbered as they are committed, freely modulo 2^32. The number
 * is the descriptor's cookie, and says which buffers it uses: number & (size - 1)
 * of the transmit buffers, and of the receive buffers too, since the device
 * keeps the order. A reset sets the device's indices to 0, never the numbers:
 *
 *	number = base + index, in both queues.
 *
 *   released         received           base + tx.prod      accepted
 *      |  with the program  |  under way, kept  |  not posted  |
 *
 * The receive queue is posted up to released + size at most.
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
	/* up to here sent[] has the CRC: taken once, so that a later change is seen */
	uint32_t summed;
	uint32_t released;
	struct ring_sent *sent; /* [size] of the messages in the transmit buffers */
	uint32_t *arrived;	/* [size] lengths of those in the receive buffers */
	bool reserved;

	bool running; /* the device may be doing DMA */
	bool gone;
	struct ring_failure failure;
	struct ring_stats stats;
};

/* Messages below this number have come back. */
static inline uint32_t ring_received(const struct ring *ring)
{
	return ring->base + ring->rx.cons;
}

/*
 * Transmit buffers in use: kept until the device is through with them and the message has come
 * back.
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
 * ring-wait.c: until ready(ring); -1 with errno and text. deadlock(ring): why
 * that will never be, or NULL.
 */
int ring_wait(struct ring *ring, bool (*ready)(const struct ring *),
	      const char *(*deadlock)(const struct ring *), int64_t timeout_ns);

/*
 * ring-descriptors.c: process completions, and post more if the device has little left. Guarded.
 * -1: gone.
 */
int ring_process(struct ring *ring);
/* ring-descriptors.c: post all that is committed and released. Inside a guard. */
void ring_post(struct ring *ring);

/*
 * ring-registers.c, inside a guard: reset; the device does no more DMA. 0; -1 with errno and text.
 */
int ring_reset_device(struct ring *ring);
/* ring-registers.c, inside a guard: set up the rings and run. 0; -1 with errno and text. */
int ring_start_device(struct ring *ring);
/* ring-registers.c, inside a guard: why the device has stopped; waits until it says so. */
uint32_t ring_stop_code(struct ring *ring);

/* ring-error.c: run body(ring) such that the removal of the device in the middle is an error. */
int ring_guarded(struct ring *ring, int (*body)(void *ring));
/* ring-error.c: store why the ring has failed; the first reason counts. */
void ring_set_failure(struct ring *ring, int error, char queue, uint32_t index, uint32_t code);
/* ring-error.c: -1 with the errno and text of why the ring has failed. */
int ring_failed(const struct ring *ring);
/* ring-error.c: store that the device is gone. -1 with ENODEV and text. */
int ring_is_gone(struct ring *ring);

#endif /* RING_INTERNAL_H */
