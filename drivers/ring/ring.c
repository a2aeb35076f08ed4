/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Messages: from the program into descriptors, and back. */
#include <errno.h>
#include <inttypes.h>
#include <zlib.h>

#include <uio_dummy.h>

#include "internal.h"

static unsigned char *tx_buffer(const struct ring *ring, uint32_t number)
{
	return ring->tx_buffers + (number & (ring->config.size - 1)) * ring->room;
}

static unsigned char *rx_buffer(const struct ring *ring, uint32_t number)
{
	return ring->rx_buffers + (number & (ring->config.size - 1)) * ring->room;
}

static uint32_t crc_of(const unsigned char *data, uint32_t length)
{
	return (uint32_t)crc32(0, data, length);
}

/* ---- inside a guard: the only code that touches DMA memory ------------------ */

static void post_tx(struct ring *ring)
{
	while (ring->base + ring->tx.prod != ring->accepted) {
		uint32_t number = ring->base + ring->tx.prod;
		unsigned char *buffer = tx_buffer(ring, number);
		struct ring_sent *sent = &ring->sent[number & (ring->config.size - 1)];
		struct uio_dummy_desc *desc = queue_reserve(&ring->tx);

		if (!desc) /* never: kept messages are no more than the queue has */
			return;
		if (number == ring->summed) {
			sent->crc = crc_of(buffer, sent->length);
			ring->summed++;
		}
		*desc = (struct uio_dummy_desc){
			.addr = ring->tx_bus + (uint64_t)(buffer - ring->tx_buffers),
			.length = sent->length,
			.cookie = number,
		};
		queue_commit(&ring->tx);
	}
	if (queue_doorbell(&ring->tx))
		ring->stats.batches++;
}

static void post_rx(struct ring *ring)
{
	while (ring->base + ring->rx.prod != ring->released + ring->config.size) {
		uint32_t number = ring->base + ring->rx.prod;
		struct uio_dummy_desc *desc = queue_reserve(&ring->rx);

		if (!desc) /* never: received buffers are not posted, so there is room for the rest */
			return;
		*desc = (struct uio_dummy_desc){
			.addr = ring->rx_bus + (uint64_t)(rx_buffer(ring, number) - ring->rx_buffers),
			.length = ring->config.message_max,
		};
		queue_commit(&ring->rx);
	}
	queue_doorbell(&ring->rx);
}

void ring_post(struct ring *ring)
{
	post_rx(ring);
	post_tx(ring);
}

/* The rest of a batch can wait while the device has a batch to work on: fewer doorbells, and it never runs dry. */
static void post_if_low(struct ring *ring)
{
	if (ring->rx.told - ring->rx.cons < ring->config.batch)
		post_rx(ring);
	if (ring->tx.told - ring->tx.cons < ring->config.batch)
		post_tx(ring);
}

/* Each returns false when there is no more to take in, or the ring stands. */

static bool reap_tx(struct ring *ring)
{
	uint32_t status;
	const struct uio_dummy_desc *desc = queue_peek(&ring->tx, &status);
	const uint32_t number = ring->base + ring->tx.cons;
	const struct ring_sent *sent = &ring->sent[number & (ring->config.size - 1)];

	if (!desc || !status)
		return false;
	if (status == (UIO_DUMMY_DESC_DONE | UIO_DUMMY_DESC_ERROR)) {
		ring_stand(ring, EIO, 'T', ring->tx.cons, ring_stop_code(ring));
		return false;
	}
	if (status != UIO_DUMMY_DESC_DONE || desc->crc != sent->crc || desc->length != sent->length ||
	    desc->cookie != number) {
		ring_stand(ring, EBADMSG, 'T', ring->tx.cons, 0);
		return false;
	}
	queue_pop(&ring->tx);
	return true;
}

static bool reap_rx(struct ring *ring)
{
	uint32_t status;
	const struct uio_dummy_desc *desc = queue_peek(&ring->rx, &status);
	const uint32_t number = ring_received(ring);
	const struct ring_sent *sent = &ring->sent[number & (ring->config.size - 1)];

	if (!desc || !status)
		return false;
	if (status == (UIO_DUMMY_DESC_DONE | UIO_DUMMY_DESC_ERROR)) {
		ring_stand(ring, EIO, 'R', ring->rx.cons, ring_stop_code(ring));
		return false;
	}
	/*
	 * What the device wrote is compared, never used: the length that counts
	 * is the one that was sent. A completion for what hasn't been sent is wrong.
	 */
	if (status != UIO_DUMMY_DESC_DONE || ring->rx.cons == ring->tx.told || desc->cookie != number ||
	    desc->length != sent->length || desc->crc != sent->crc ||
	    crc_of(rx_buffer(ring, number), sent->length) != sent->crc) {
		ring_stand(ring, EBADMSG, 'R', ring->rx.cons, 0);
		return false;
	}
	ring->arrived[number & (ring->config.size - 1)] = sent->length;
	queue_pop(&ring->rx);
	ring->stats.received++;
	ring->stats.bytes += sent->length;
	return true;
}

static int turn_body(void *arg)
{
	struct ring *ring = arg;

	if (ring->failure.error)
		return 0;
	post_if_low(ring);
	/* What had arrived before an error is taken in, what comes after it isn't. */
	while (reap_rx(ring))
		;
	while (reap_tx(ring))
		;
	return 0;
}

int ring_turn(struct ring *ring)
{
	return ring_guarded(ring, turn_body);
}

static int post_body(void *arg)
{
	struct ring *ring = arg;

	if (!ring->failure.error)
		ring_post(ring);
	return 0;
}

/* ---- the program's side: notes only, unless a batch is full or nothing is at hand ---- */

static bool can_reserve(const struct ring *ring)
{
	return !ring->failure.error && ring_kept(ring) < ring->config.size;
}

static const char *cannot_reserve(const struct ring *ring)
{
	/* A message that is back while its transmit descriptor isn't: that will come. */
	if (ring_received(ring) - ring->released < ring->config.size || ring->tx.cons != ring->rx.cons)
		return NULL;
	return "no buffer will come free: all receive buffers hold messages that are not released";
}

void *ring_reserve(struct ring *ring, int64_t timeout_ns)
{
	if (!ring) {
		ring_error_set(NULL, EINVAL, "ring_reserve() of no ring");
		return NULL;
	}
	if (!can_reserve(ring) && ring_wait(ring, can_reserve, cannot_reserve, timeout_ns) < 0)
		return NULL;
	ring->reserved = true;
	return tx_buffer(ring, ring->accepted);
}

int ring_commit(struct ring *ring, uint32_t length)
{
	if (!ring)
		return ring_error_set(NULL, EINVAL, "ring_commit() of no ring");
	if (!ring->reserved)
		return ring_error_set(ring->device, EINVAL, "ring_commit() without ring_reserve()");
	if (!length || length > ring->config.message_max)
		return ring_error_set(ring->device, EMSGSIZE, "a message of %" PRIu32 " bytes; 1 to %" PRIu32 " can be sent",
				      length, ring->config.message_max);
	if (ring->failure.error)
		return ring_stands(ring);
	ring->sent[ring->accepted & (ring->config.size - 1)].length = length;
	ring->accepted++;
	if (ring->accepted - (ring->base + ring->tx.prod) >= ring->config.batch && ring_guarded(ring, post_body) < 0) {
		ring->accepted--;
		return -1;
	}
	ring->reserved = false;
	ring->stats.accepted++;
	return 0;
}

int ring_flush(struct ring *ring)
{
	if (!ring)
		return ring_error_set(NULL, EINVAL, "ring_flush() of no ring");
	if (ring->failure.error)
		return ring_stands(ring);
	return ring_guarded(ring, post_body);
}

static bool can_peek(const struct ring *ring)
{
	return ring_received(ring) != ring->released;
}

static const char *cannot_peek(const struct ring *ring)
{
	if (ring_received(ring) != ring->accepted)
		return NULL;
	return "no message will arrive: none is under way";
}

int ring_peek(struct ring *ring, struct ring_message *messages, unsigned int max, int64_t timeout_ns)
{
	unsigned int count = 0;

	if (!ring || !messages || !max)
		return ring_error_set(NULL, EINVAL, "ring_peek() of no ring, or with room for no message");
	/* A full hand needs no look at the device. */
	if (ring_received(ring) - ring->released < max && ring_turn(ring) < 0)
		return -1;
	if (!can_peek(ring) && ring_wait(ring, can_peek, cannot_peek, timeout_ns) < 0)
		return -1;
	for (uint32_t number = ring->released; count < max && number != ring_received(ring); number++, count++)
		messages[count] = (struct ring_message){
			.data = rx_buffer(ring, number),
			.length = ring->arrived[number & (ring->config.size - 1)],
			.number = number,
		};
	return (int)count;
}

int ring_release(struct ring *ring, unsigned int count)
{
	uint32_t held;

	if (!ring)
		return ring_error_set(NULL, EINVAL, "ring_release() of no ring");
	held = ring_received(ring) - ring->released;
	if (count > held)
		return ring_error_set(ring->device, EINVAL, "release of %u messages, but there are %" PRIu32, count, held);
	ring->released += count;
	if (ring->released + ring->config.size - (ring->base + ring->rx.prod) >= ring->config.batch)
		return ring_guarded(ring, post_body);
	return 0;
}

int ring_recover(struct ring *ring)
{
	if (!ring)
		return ring_error_set(NULL, EINVAL, "ring_recover() of no ring");
	if (ring_restart(ring) < 0)
		return -1;
	ring->stats.recoveries++;
	return 0;
}

uint32_t ring_message_max(const struct ring *ring)
{
	return ring ? ring->config.message_max : 0;
}

const struct ring_failure *ring_failure(const struct ring *ring)
{
	if (ring)
		return &ring->failure;
	ring_error_set(NULL, EINVAL, "ring_failure() of no ring");
	return NULL;
}

void ring_stats(const struct ring *ring, struct ring_stats *stats)
{
	*stats = (struct ring_stats){ 0 };
	if (!ring)
		return;
	*stats = ring->stats;
	stats->doorbells = ring->tx.doorbells + ring->rx.doorbells;
}
