/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the driver's files share: ring.c (the messages), wait.c (how
 * completions are waited for), device.c (registers, start and reset),
 * error.c (what failed), over queue.c (memory and indices).
 */
#ifndef RING_INTERNAL_H
#define RING_INTERNAL_H

#include "queue.h"
#include "ring.h"

/* How long without a sign of life until the device itself is looked at: bounds what a lost interrupt costs. */
#define RING_LOOK_NS	INT64_C(10000000)

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
	struct ring_config config;	/* with the defaults filled in */
	size_t room;			/* bytes from buffer to buffer */
	unsigned char *tx_buffers, *rx_buffers;
	uint64_t tx_bus, rx_bus;	/* of the buffers */

	struct queue tx, rx;
	uint32_t base;
	uint32_t accepted;
	uint32_t summed;		/* up to here sent[] has the CRC: taken once, so that a later change is seen */
	uint32_t released;
	struct ring_sent *sent;		/* [size] of the messages in the transmit buffers */
	uint32_t *arrived;		/* [size] lengths of those in the receive buffers */
	bool reserved;

	bool running;			/* the device may be doing DMA */
	bool gone;
	struct ring_failure failure;
	struct ring_stats stats;
};

/* Messages below this number have come back. */
static inline uint32_t ring_received(const struct ring *ring)
{
	return ring->base + ring->rx.cons;
}

/* Transmit buffers in use: kept until the device is through with them and the message has come back. */
static inline uint32_t ring_kept(const struct ring *ring)
{
	uint32_t done = (int32_t)(ring->tx.cons - ring->rx.cons) < 0 ? ring->tx.cons : ring->rx.cons;

	return ring->accepted - (ring->base + done);
}

/* ring.c: take in what is completed, and give the device something to do if it has little left. Guarded. -1: gone. */
int ring_turn(struct ring *ring);
/* ring.c: tell the device of all that is committed and released. Inside a guard. */
void ring_post(struct ring *ring);

/* wait.c: until ready(ring); -1 with errno and text. hopeless(ring): why that can't come, or NULL. */
int ring_wait(struct ring *ring, bool (*ready)(const struct ring *), const char *(*hopeless)(const struct ring *),
	      int64_t timeout_ns);

/* device.c: run body(ring) such that the removal of the device in the middle is an error. */
int ring_guarded(struct ring *ring, int (*body)(void *ring));
/* device.c: reset, set up, run, post all. 0; -1 with errno and text. */
int ring_restart(struct ring *ring);
/* device.c: reset, so that it does no more DMA. 0; -1 with errno and text. */
int ring_halt(struct ring *ring);
/* device.c, inside a guard: why the device has stopped; waits until it says so. */
uint32_t ring_stop_code(struct ring *ring);
/* device.c, guarded: look whether the device is there and runs; notes a failure. -1: gone. */
int ring_look(struct ring *ring);

/* error.c: note why the ring stands; the first reason counts. */
void ring_stand(struct ring *ring, int error, char queue, uint32_t index, uint32_t code);
/* error.c: -1 with the errno and text of why the ring stands. */
int ring_stands(const struct ring *ring);
/* error.c: -1 with this errno and text, the device's name before it. */
int ring_error_set(const struct uiomap_device *device, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* error.c: -1 with libuiomap's errno and text. */
int ring_error_uiomap(void);

#endif /* RING_INTERNAL_H */
