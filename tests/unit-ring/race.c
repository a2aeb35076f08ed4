/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The descriptor queue with a thread as the device. Under ThreadSanitizer, an
 * access that is not ordered by a doorbell or a status word is a data race and
 * ends the program.
 */
#include <criterion/criterion.h>
#include <sched.h>

#include <uiomap-io.h>

#include "ring-model.h"
#include "queue.h"

#define SIZE 16u
#define ROOM 256u

struct both {
	struct ring_model dev;
	struct queue tx, rx;
	unsigned char *tx_buffers, *rx_buffers;
};

/* Message n, defined by n alone: its length and every byte. */
static uint32_t length_of(uint32_t n)
{
	return 1 + n * 2654435761u % ROOM;
}

static bool right(const unsigned char *data, uint32_t length, uint32_t n)
{
	for (uint32_t i = 0; i < length; i++)
		if (data[i] != (unsigned char)(n + i * 7))
			return false;
	return length == length_of(n);
}

static void set_up(struct both *b, uint32_t start)
{
	const size_t ring = SIZE * UIO_DUMMY_DESC_SIZE;
	uint32_t *regs;

	ring_model_init(&b->dev, 2 * ring + 2 * SIZE * ROOM, SIZE, ROOM);
	b->dev.start = start;
	regs = b->dev.regs;
	b->tx = (struct queue){
		.entries = b->dev.memory,
		.stride = UIO_DUMMY_DESC_SIZE,
		.status = offsetof(struct uio_dummy_desc, status),
		.size = SIZE,
		.regs = regs,
		.doorbell = UIO_DUMMY_RING_TX_PROD,
	};
	b->rx = b->tx;
	b->rx.entries += ring;
	b->rx.doorbell = UIO_DUMMY_RING_RX_PROD;
	b->tx_buffers = b->dev.memory + 2 * ring;
	b->rx_buffers = b->tx_buffers + SIZE * ROOM;
	queue_start(&b->tx, start);
	queue_start(&b->rx, start);
	uiomap_write32(regs, UIO_DUMMY_RING_TX_PROD, start);
	uiomap_write32(regs, UIO_DUMMY_RING_RX_PROD, start);
	uiomap_write32(regs, UIO_DUMMY_RING_TX_BASE, (uint32_t)RING_MODEL_BUS);
	uiomap_write32(regs, UIO_DUMMY_RING_TX_BASE + 4, RING_MODEL_BUS >> 32);
	uiomap_write32(regs, UIO_DUMMY_RING_RX_BASE, (uint32_t)(RING_MODEL_BUS + ring));
	uiomap_write32(regs, UIO_DUMMY_RING_RX_BASE + 4, (RING_MODEL_BUS + ring) >> 32);
	uiomap_write32(regs, UIO_DUMMY_RING_TX_SIZE, SIZE);
	uiomap_write32(regs, UIO_DUMMY_RING_RX_SIZE, SIZE);
	uiomap_doorbell32(regs, UIO_DUMMY_RING_CTRL, UIO_DUMMY_RING_RUN);
}

static uint64_t bus(const struct both *b, const unsigned char *p)
{
	return RING_MODEL_BUS + (uint64_t)(p - b->dev.memory);
}

static void post_rx(struct both *b)
{
	struct uio_dummy_desc *desc = queue_reserve(&b->rx);

	*desc = (struct uio_dummy_desc){
		.addr = bus(b, b->rx_buffers + (b->rx.prod % SIZE) * ROOM),
		.length = ROOM,
	};
	queue_commit(&b->rx);
}

static void send(struct both *b, uint32_t n)
{
	unsigned char *buffer = b->tx_buffers + (b->tx.prod % SIZE) * ROOM;
	struct uio_dummy_desc *desc = queue_reserve(&b->tx);

	for (uint32_t i = 0; i < length_of(n); i++)
		buffer[i] = (unsigned char)(n + i * 7);
	*desc = (struct uio_dummy_desc){ .addr = bus(b, buffer),
					 .length = length_of(n),
					 .cookie = n };
	queue_commit(&b->tx);
}

static bool done(const struct queue *q, const struct uio_dummy_desc **desc)
{
	uint32_t status;

	*desc = queue_peek(q, &status);
	return *desc && status;
}

/* `batch` messages per doorbell; the indices begin shortly before 2^32. */
static void run(uint32_t messages, uint32_t batch)
{
	struct both b;
	const struct uio_dummy_desc *desc;
	uint32_t sent = 0, received = 0;

	set_up(&b, UINT32_MAX - messages / 2);
	ring_model_spawn(&b.dev);
	for (uint32_t i = 0; i < SIZE; i++)
		post_rx(&b);
	queue_doorbell(&b.rx);
	while (received < messages || b.tx.cons != b.tx.prod) {
		bool idle = true;

		while (sent < messages && queue_room(&b.tx)) {
			send(&b, sent++);
			if (sent % batch == 0)
				queue_doorbell(&b.tx);
		}
		queue_doorbell(&b.tx);
		while (done(&b.tx, &desc)) {
			cr_assert_eq(desc->status, UIO_DUMMY_DESC_DONE);
			queue_pop(&b.tx);
			idle = false;
		}
		while (done(&b.rx, &desc)) {
			const unsigned char *buffer = b.rx_buffers + (b.rx.cons % SIZE) * ROOM;

			cr_assert(desc->cookie == received);
			cr_assert(right(buffer, desc->length, received));
			received++;
			queue_pop(&b.rx);
			post_rx(&b);
			if (received % batch == 0)
				queue_doorbell(&b.rx);
			idle = false;
		}
		queue_doorbell(&b.rx);
		if (idle)
			sched_yield();
	}
	ring_model_join(&b.dev);
	cr_assert(b.dev.messages == messages);
	/* The indices have wrapped at 2^32. */
	cr_assert(b.tx.prod == messages / 2 - 1 + messages % 2 && b.tx.cons == b.tx.prod);
	ring_model_fini(&b.dev);
}

Test(race, one_by_one)
{
	run(20000, 1);
}

Test(race, batches)
{
	run(50000, 5);
}
