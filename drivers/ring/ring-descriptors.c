/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Put messages into descriptors and process completed descriptors. No other file accesses
 * descriptors.
 */
#include <errno.h>
#include <zlib.h>

#include <uio_dummy.h>

#include "ring-internal.h"

static uint32_t crc_of(const unsigned char *data, uint32_t length)
{
	return (uint32_t)crc32(0, data, length);
}

static void post_tx(struct ring *ring)
{
	while (ring->base + ring->tx.prod != ring->accepted) {
		uint32_t number = ring->base + ring->tx.prod;
		unsigned char *buffer = tx_buffer(ring, number);
		struct ring_sent *sent = &ring->sent[number & (ring->config.size - 1)];
		struct uio_dummy_desc *desc = queue_reserve(&ring->tx);

		if (!desc) /* can't happen: ring_kept() never exceeds the queue's size */
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

		/* can't happen: buffers that hold messages are not posted, so there is room */
		if (!desc)
			return;
		*desc = (struct uio_dummy_desc){
			.addr = ring->rx_bus +
				(uint64_t)(rx_buffer(ring, number) - ring->rx_buffers),
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

/*
 * Post an incomplete batch only if the device has less than a batch left. This saves doorbells
 * and never leaves the device idle.
 */
static void post_if_low(struct ring *ring)
{
	if (ring->rx.submitted - ring->rx.cons < ring->config.batch)
		post_rx(ring);
	if (ring->tx.submitted - ring->tx.cons < ring->config.batch)
		post_tx(ring);
}

/* Each returns false when there is no further completion, or the ring has failed. */

static bool reap_tx(struct ring *ring)
{
	uint32_t status;
	const struct uio_dummy_desc *desc = queue_peek(&ring->tx, &status);
	const uint32_t number = ring->base + ring->tx.cons;
	const struct ring_sent *sent = &ring->sent[number & (ring->config.size - 1)];

	if (!desc || !status)
		return false;
	if (status == (UIO_DUMMY_DESC_DONE | UIO_DUMMY_DESC_ERROR)) {
		ring_set_failure(ring, EIO, 'T', ring->tx.cons, ring_stop_code(ring));
		return false;
	}
	if (status != UIO_DUMMY_DESC_DONE || desc->crc != sent->crc ||
	    desc->length != sent->length || desc->cookie != number) {
		ring_set_failure(ring, EBADMSG, 'T', ring->tx.cons, 0);
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
		ring_set_failure(ring, EIO, 'R', ring->rx.cons, ring_stop_code(ring));
		return false;
	}
	/*
	 * What the device wrote is only compared, never used: the length is the one that was
	 * sent. A completion of a message that hasn't been sent is an error.
	 */
	if (status != UIO_DUMMY_DESC_DONE || ring->rx.cons == ring->tx.submitted ||
	    desc->cookie != number || desc->length != sent->length || desc->crc != sent->crc ||
	    crc_of(rx_buffer(ring, number), sent->length) != sent->crc) {
		ring_set_failure(ring, EBADMSG, 'R', ring->rx.cons, 0);
		return false;
	}
	ring->arrived[number & (ring->config.size - 1)] = sent->length;
	queue_pop(&ring->rx);
	ring->stats.received++;
	ring->stats.bytes += sent->length;
	return true;
}

static int process_body(void *arg)
{
	struct ring *ring = arg;

	if (ring->failure.error)
		return 0;
	post_if_low(ring);
	/* Messages before the first failed descriptor are accepted, later ones are not. */
	while (reap_rx(ring))
		;
	while (reap_tx(ring))
		;
	return 0;
}

int ring_process(struct ring *ring)
{
	return ring_guarded(ring, process_body);
}
