// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Self-test of uio_dummy: model ring, without faults. */
#include <criterion/criterion.h>
#include <string.h>

#include "manual-ring.h"

#define PATIENCE_MS 5000

Test(ring, loopback)
{
	uint32_t sent = 0, n, i;
	uint64_t bytes = 0;
	struct box b;

	box_open(&b);
	cr_assert_eq(raw_read(b.raw, UIO_DUMMY_MODEL), UIO_DUMMY_MODEL_RING);
	cr_assert_eq(raw_read(b.raw, UIO_DUMMY_RING_MAX_SIZE), BOX_SIZE);
	cr_assert_eq(raw_read(b.raw, UIO_DUMMY_RING_MAX_LENGTH), BOX_LENGTH);
	/*
	 * Batches of all sizes, so that they wrap at each index; also the longest and the
	 * shortest messages.
	 */
	for (n = 1; n <= 3 * BOX_SIZE; n++) {
		const uint32_t batch = n % BOX_SIZE + 1, tx = b.tx_prod, rx = b.rx_prod;

		for (i = 0; i < batch; i++) {
			const uint32_t length = i == 0 ? 1 :
						i == 1 ? BOX_LENGTH :
							 1 + raw_random() % BOX_LENGTH;

			box_fill_tx(&b, length);
			box_fill_rx(&b, i % 2 ? BOX_LENGTH : length);
			bytes += length;
		}
		box_ring(&b);
		box_finish(&b);
		cr_assert_eq(raw_read(b.raw, UIO_DUMMY_RING_RX_CONS), b.rx_prod);
		for (i = 0; i < batch; i++)
			box_check(&b, tx + i, rx + i);
		sent += batch;
	}
	cr_assert_eq(raw_stat(b.d, "stats", "messages"), sent);
	cr_assert_eq(raw_stat(b.d, "stats", "bytes"), bytes);
	cr_assert_eq(raw_stat(b.d, "stats", "out_of_order"), 0);
	cr_assert_eq(raw_stat(b.d, "stats", "dma_faults"), 0);
	cr_assert_eq(raw_stat(b.d, "stats", "stops"), 0);
	box_close(&b);
}

Test(ring, back_pressure_and_pause)
{
	struct box b;
	uint32_t i;

	box_open(&b);
	/* A full TX ring and no buffer to receive into. */
	for (i = 0; i < BOX_SIZE; i++)
		box_fill_tx(&b, 100);
	box_ring(&b);
	cr_assert(raw_until(b.raw, UIO_DUMMY_RING_STATUS, ~0u,
			    UIO_DUMMY_RING_RUNNING | UIO_DUMMY_RING_STALLED, PATIENCE_MS));
	cr_assert_eq(raw_read(b.raw, UIO_DUMMY_RING_TX_CONS), 0);
	/* Three buffers allow three messages. */
	for (i = 0; i < 3; i++)
		box_fill_rx(&b, BOX_LENGTH);
	box_ring(&b);
	cr_assert(raw_until(b.raw, UIO_DUMMY_RING_TX_CONS, ~0u, 3, PATIENCE_MS));
	cr_assert(raw_until(b.raw, UIO_DUMMY_RING_STATUS, ~0u,
			    UIO_DUMMY_RING_RUNNING | UIO_DUMMY_RING_STALLED, PATIENCE_MS));
	cr_assert_eq(raw_read(b.raw, UIO_DUMMY_RING_TX_CONS), 3);
	cr_assert_eq(box_tx(&b, 3)->status, 0);
	/* Paused: nothing is transferred; then it continues. */
	raw_write(b.raw, UIO_DUMMY_RING_CTRL, 0);
	cr_assert(raw_until(b.raw, UIO_DUMMY_RING_STATUS, ~0u, 0, PATIENCE_MS));
	for (; i < BOX_SIZE; i++)
		box_fill_rx(&b, BOX_LENGTH);
	box_ring(&b);
	cr_assert(!raw_until(b.raw, UIO_DUMMY_RING_TX_CONS, ~0u, 4, 20));
	cr_assert(box_run(&b));
	box_finish(&b);
	for (i = 0; i < BOX_SIZE; i++)
		box_check(&b, i, i);
	cr_assert(
		raw_until(b.raw, UIO_DUMMY_RING_STATUS, ~0u, UIO_DUMMY_RING_RUNNING, PATIENCE_MS));
	cr_assert_geq(raw_stat(b.d, "stats", "stalled"), 1);
	box_close(&b);
}

/* The number of events since the last call; acknowledges them. */
static uint32_t events(struct box *b)
{
	const uint32_t seq = raw_ack(b->raw), n = seq - b->events;

	b->events = seq;
	return n;
}

static void batch(struct box *b, uint32_t n)
{
	while (n--) {
		box_fill_tx(b, 64);
		box_fill_rx(b, 64);
	}
	box_ring(b);
	box_finish(b);
}

Test(ring, interrupts_are_coalesced)
{
	uint64_t begin, took;
	struct box b;

	box_open(&b);
	cr_assert_eq(events(&b), 0);
	/* COUNT 1: an event for each completion, whatever NS is. */
	raw_write(b.raw, UIO_DUMMY_RING_COALESCE_NS, 1000000000);
	batch(&b, 5);
	cr_assert(raw_until(b.raw, UIO_DUMMY_IRQ_SEQ, ~0u, 5, PATIENCE_MS));
	cr_assert(raw_wait(b.raw, PATIENCE_MS, NULL));
	cr_assert_eq(events(&b), 5);

	/* By count. */
	raw_write(b.raw, UIO_DUMMY_RING_COALESCE_COUNT, 8);
	batch(&b, 16);
	cr_assert(raw_until(b.raw, UIO_DUMMY_IRQ_SEQ, ~0u, 7, PATIENCE_MS));
	cr_assert(raw_wait(b.raw, PATIENCE_MS, NULL));
	cr_assert_eq(events(&b), 2);
	cr_assert_eq(raw_stat(b.d, "stats", "max_batch"), 8);

	/* By time: no event before, although everything is done. */
	raw_write(b.raw, UIO_DUMMY_RING_COALESCE_NS, 100000000);
	begin = raw_now();
	batch(&b, 3);
	cr_assert(raw_wait(b.raw, PATIENCE_MS, NULL));
	took = raw_now() - begin;
	cr_assert_geq(took, 100000000, "%u µs", (unsigned int)(took / 1000));
	cr_assert_eq(events(&b), 1);

	/* NS 0: at once, whatever COUNT is. */
	raw_write(b.raw, UIO_DUMMY_RING_COALESCE_NS, 0);
	batch(&b, 3);
	cr_assert(raw_until(b.raw, UIO_DUMMY_IRQ_SEQ, ~0u, 11, PATIENCE_MS));
	cr_assert(raw_wait(b.raw, PATIENCE_MS, NULL));
	cr_assert_eq(events(&b), 3);

	/* A pending event is raised when the ring is paused, and dropped by a reset. */
	raw_write(b.raw, UIO_DUMMY_RING_COALESCE_NS, 4000000000u);
	batch(&b, 3);
	raw_write(b.raw, UIO_DUMMY_RING_CTRL, 0);
	cr_assert(raw_wait(b.raw, 2000, NULL));
	cr_assert_eq(events(&b), 1);
	cr_assert(box_run(&b));
	batch(&b, 3);
	box_reset(&b);
	cr_assert(box_run(&b));
	cr_assert(!raw_wait(b.raw, 20, NULL));
	cr_assert_eq(events(&b), 0);

	/* Interrupt disabled: nothing is counted or raised. */
	raw_write(b.raw, UIO_DUMMY_IRQ_ENABLE, 0);
	batch(&b, 3);
	cr_assert(!raw_wait(b.raw, 20, NULL));
	cr_assert_eq(events(&b), 0);
	box_close(&b);
}

static void send_cookie(struct box *b, uint32_t cookie)
{
	const uint32_t tx = (b->cookie = cookie - 1, box_fill_tx(b, 10)), rx = box_fill_rx(b, 10);

	box_ring(b);
	box_finish(b);
	box_check(b, tx, rx);
}

static void check_order(struct box *b, uint64_t out_of_order, uint64_t skipped, uint64_t repeated)
{
	cr_assert_eq(raw_stat(b->d, "stats", "out_of_order"), out_of_order);
	cr_assert_eq(raw_stat(b->d, "stats", "reset_skipped"), skipped);
	cr_assert_eq(raw_stat(b->d, "stats", "reset_repeated"), repeated);
}

Test(ring, order_is_watched)
{
	struct box b;

	box_open(&b);
	/* Any first cookie is valid, and cookies wrap. */
	send_cookie(&b, 0xfffffffe);
	send_cookie(&b, 0xffffffff);
	send_cookie(&b, 0);
	send_cookie(&b, 1);
	check_order(&b, 0, 0, 0);
	send_cookie(&b, 3); /* 2 is lost */
	check_order(&b, 1, 0, 0);
	send_cookie(&b, 2); /* late */
	send_cookie(&b, 2); /* twice */
	check_order(&b, 3, 0, 0);
	send_cookie(&b, 3);
	check_order(&b, 3, 0, 0);
	box_reset(&b);
	cr_assert(box_run(&b));
	send_cookie(&b, 4); /* a recovery without loss or repetition */
	check_order(&b, 3, 0, 0);
	box_reset(&b);
	cr_assert(box_run(&b));
	send_cookie(&b, 3); /* 3 and 4 again */
	send_cookie(&b, 4);
	send_cookie(&b, 5);
	check_order(&b, 3, 0, 2);
	box_reset(&b);
	cr_assert(box_run(&b));
	send_cookie(&b, 9); /* 6, 7 and 8 are lost */
	check_order(&b, 3, 3, 2);
	cr_assert_eq(raw_stat(b.d, "stats", "resets"), 3);
	box_close(&b);
}

Test(ring, idle_engine_sees_the_doorbell)
{
	uint64_t began, took, best = UINT64_MAX;
	struct box b;
	int i;

	box_open(&b);
	raw_write(b.raw, UIO_DUMMY_IRQ_ENABLE, 0);
	raw_ack(b.raw);
	/* The limit is 1 ms. A busy machine may be late, but not every time. */
	for (i = 0; i < 200 && best > 2 * UIO_DUMMY_IDLE_POLL_NS; i++) {
		/*
		 * Idle long enough for the longest poll interval: wait for an interrupt that
		 * doesn't come.
		 */
		cr_assert(!raw_wait(b.raw, 10, NULL));
		began = raw_now();
		box_send(&b, 1);
		took = raw_now() - began;
		best = took < best ? took : best;
	}
	cr_assert_leq(best, 2 * UIO_DUMMY_IDLE_POLL_NS, "%u µs", (unsigned int)(best / 1000));
	box_close(&b);
}
