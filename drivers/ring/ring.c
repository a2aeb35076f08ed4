/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Reserve and commit, peek and release. */
#include <errno.h>
#include <inttypes.h>

#include "ring-internal.h"

static int post_body(void *arg)
{
	struct ring *ring = arg;

	if (!ring->failure.error)
		ring_post(ring);
	return 0;
}

static bool can_reserve(const struct ring *ring)
{
	return !ring->failure.error && ring_kept(ring) < ring->config.size;
}

static const char *cannot_reserve(const struct ring *ring)
{
	/* A message has arrived, but its transmit descriptor isn't complete yet: it will be. */
	if (ring_received(ring) - ring->released < ring->config.size ||
	    ring->tx.cons != ring->rx.cons)
		return NULL;
	return "no buffer will come free: all receive buffers hold messages that are not released";
}

void *ring_reserve(struct ring *ring, int64_t timeout_ns)
{
	if (!ring) {
		driver_fail(NULL, EINVAL, "ring_reserve(): ring is NULL");
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
		return driver_fail(NULL, EINVAL, "ring_commit(): ring is NULL");
	if (!ring->reserved)
		return driver_fail(ring->device, EINVAL, "ring_commit() without ring_reserve()");
	if (!length || length > ring->config.message_max)
		return driver_fail(ring->device, EMSGSIZE,
				   "a message of %" PRIu32 " bytes; 1 to %" PRIu32 " can be sent",
				   length, ring->config.message_max);
	if (ring->failure.error)
		return ring_failed(ring);
	ring->sent[ring->accepted & (ring->config.size - 1)].length = length;
	ring->accepted++;
	if (ring->accepted - (ring->base + ring->tx.prod) >= ring->config.batch &&
	    ring_guarded(ring, post_body) < 0) {
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
		return driver_fail(NULL, EINVAL, "ring_flush(): ring is NULL");
	if (ring->failure.error)
		return ring_failed(ring);
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

int ring_peek(struct ring *ring, struct ring_message *messages, unsigned int max,
	      int64_t timeout_ns)
{
	unsigned int count = 0;

	if (!ring || !messages || !max)
		return driver_fail(NULL, EINVAL,
				   "ring_peek(): ring or messages is NULL, or max is 0");
	/* Don't access the device if `max` messages have arrived already. */
	if (ring_received(ring) - ring->released < max && ring_process(ring) < 0)
		return -1;
	if (!can_peek(ring) && ring_wait(ring, can_peek, cannot_peek, timeout_ns) < 0)
		return -1;
	for (uint32_t number = ring->released; count < max && number != ring_received(ring);
	     number++, count++)
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
		return driver_fail(NULL, EINVAL, "ring_release(): ring is NULL");
	held = ring_received(ring) - ring->released;
	if (count > held)
		return driver_fail(ring->device, EINVAL,
				   "can't release %u messages: there are %" PRIu32, count, held);
	ring->released += count;
	if (ring->released + ring->config.size - (ring->base + ring->rx.prod) >= ring->config.batch)
		return ring_guarded(ring, post_body);
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
	driver_fail(NULL, EINVAL, "ring_failure(): ring is NULL");
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
