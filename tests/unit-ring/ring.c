/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The ring driver over a fake libuiomap: every fault and every error, in any order,
 * reproducibly.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "fake-ring.h"
#include "../../drivers/ring/ring-internal.h"
#include "ring.h"

#define MS INT64_C(1000000)

static const enum ring_mode modes[] = { RING_INTERRUPT, RING_POLL, RING_ADAPTIVE };

static struct uiomap_device device;

static struct ring *open_ring(enum ring_mode mode, uint32_t size)
{
	struct ring_config config = { .mode = mode, .size = size };
	struct ring *ring;

	fake_init(&device, 64, 512);
	ring = ring_open(&device, &config);
	cr_assert_not_null(ring, "%s", ring_error());
	return ring;
}

static void close_ring(struct ring *ring)
{
	ring_close(ring);
	cr_assert_eq(device.allocated, 0, "DMA memory is not given back");
	cr_assert_eq(device.fake.mapped, 0);
	cr_assert_eq(device.fake.installed, 0);
	fake_fini(&device);
}

/* Message n: the length varies, and every byte depends on n. */
static uint32_t length_of(uint32_t n)
{
	return 1 + n * 2654435761u % 512;
}

static void fill(unsigned char *data, uint32_t n)
{
	for (uint32_t i = 0; i < length_of(n); i++)
		data[i] = (unsigned char)(n * 31 + i);
}

static bool right(const struct ring_message *m, uint32_t n)
{
	const unsigned char *data = m->data;

	if (m->length != length_of(n) || m->number != n)
		return false;
	for (uint32_t i = 0; i < m->length; i++)
		if (data[i] != (unsigned char)(n * 31 + i))
			return false;
	return true;
}

/* Send messages until there is no room. Returns the number of messages sent so far. */
static uint32_t send_all(struct ring *ring, uint32_t sent, uint32_t end)
{
	while (sent < end) {
		void *buffer = ring_reserve(ring, 0);

		if (!buffer) {
			cr_assert(errno == EAGAIN || errno == EIO || errno == EBADMSG, "%s",
				  ring_error());
			break;
		}
		fill(buffer, sent);
		if (ring_commit(ring, length_of(sent)) < 0) {
			cr_assert(errno == EIO || errno == EBADMSG, "%s", ring_error());
			break;
		}
		sent++;
	}
	return sent;
}

/* Wait until `count` messages have arrived. */
static void await(struct ring *ring, struct ring_message *m, int count)
{
	int n;

	do {
		n = ring_peek(ring, m, (unsigned int)count, 1000 * MS);
		cr_assert_gt(n, 0, "%s", ring_error());
	} while (n < count);
}

/* Transfer all messages, recovering after each failure. Returns the number of recoveries. */
static unsigned int all_through(struct ring *ring, uint32_t messages)
{
	uint32_t sent = 0, received = 0, seed = 1;
	struct ring_message m[8];
	unsigned int recoveries = 0;

	while (received < messages) {
		int n;

		sent = send_all(ring, sent, messages);
		n = ring_peek(ring, m, 1 + random_next(&seed) % 8, 1000 * MS);
		if (n < 0) {
			cr_assert(errno == EIO || errno == EBADMSG, "after %u: %s", received,
				  ring_error());
			cr_assert_eq(ring_failure(ring)->error, errno);
			cr_assert_eq(ring_recover(ring), 0, "%s", ring_error());
			cr_assert_eq(ring_failure(ring)->error, 0);
			recoveries++;
			continue;
		}
		/* Keep some messages unreleased for a while. */
		n = (int)(random_next(&seed) % (unsigned int)n + 1);
		for (int i = 0; i < n; i++)
			cr_assert(right(&m[i], received + (uint32_t)i), "message %u",
				  received + (uint32_t)i);
		cr_assert_eq(ring_release(ring, (unsigned int)n), 0, "%s", ring_error());
		received += (uint32_t)n;
	}
	return recoveries;
}

Test(ring, every_mode_and_size)
{
	for (int mode = 0; mode < 3; mode++) {
		uint64_t sleeps = 0;

		for (uint32_t size = 2; size <= 64; size *= 2) {
			struct ring *ring = open_ring(modes[mode], size);
			struct ring_stats stats;

			device.steps = 1 + size % 9;
			device.fake.pace = modes[mode] == RING_INTERRUPT ? 50 : 3;
			cr_assert_eq(all_through(ring, 2000), 0);
			ring_stats(ring, &stats);
			cr_assert_eq(stats.accepted, 2000);
			cr_assert_eq(stats.received, 2000);
			cr_assert_eq(device.dev.messages, 2000);
			cr_assert_eq(stats.late, 0,
				     "mode %d size %u: %lu completions without an interrupt", mode,
				     size, (unsigned long)stats.late);
			cr_assert_leq(stats.interrupts, device.dev.interrupts,
				      "mode %d size %u: what was acknowledged came again", mode,
				      size);
			sleeps += stats.sleeps;
			close_ring(ring);
		}
		cr_assert_eq(sleeps > 0, modes[mode] == RING_INTERRUPT,
			     "a device that is busy all the time lets only that mode sleep");
	}
}

Test(ring, every_batch)
{
	for (uint32_t batch = 1; batch <= 16; batch++) {
		struct ring_config config = { .mode = RING_POLL, .size = 16, .batch = batch };
		struct ring_stats stats;
		struct ring *ring;

		fake_init(&device, 64, 512);
		ring = ring_open(&device, &config);
		cr_assert_not_null(ring, "%s", ring_error());
		cr_assert_eq(all_through(ring, 1000), 0);
		ring_stats(ring, &stats);
		cr_assert(stats.batches <= 1000);
		close_ring(ring);
	}
}

Test(ring, one_doorbell_a_batch)
{
	struct ring_config config = { .mode = RING_POLL, .size = 64, .batch = 16 };
	struct ring_message m[64];
	struct ring_stats stats;
	struct ring *ring;

	fake_init(&device, 64, 512);
	ring = ring_open(&device, &config);
	cr_assert_eq(send_all(ring, 0, 15), 15);
	cr_assert_eq(ring_model_reg(&device.dev, UIO_DUMMY_RING_TX_PROD), 0, "not yet");
	cr_assert_eq(send_all(ring, 15, 16), 16);
	cr_assert_eq(ring_model_reg(&device.dev, UIO_DUMMY_RING_TX_PROD), 16);
	cr_assert_eq(send_all(ring, 16, 17), 17);
	cr_assert_eq(ring_flush(ring), 0);
	cr_assert_eq(ring_flush(ring), 0);
	cr_assert_eq(ring_model_reg(&device.dev, UIO_DUMMY_RING_TX_PROD), 17);
	ring_stats(ring, &stats);
	cr_assert_eq(stats.batches, 2);
	await(ring, m, 17);
	close_ring(ring);
}

Test(ring, back_pressure)
{
	struct ring_message m[16];

	for (int mode = 0; mode < 3; mode++) {
		struct ring *ring = open_ring(modes[mode], 8);
		int64_t begin;

		cr_assert_eq(ring_peek(ring, m, 16, 0), -1);
		cr_assert_eq(errno, EAGAIN);
		cr_assert_eq(ring_peek(ring, m, 16, UIOMAP_FOREVER), -1, "for ever it would be");
		cr_assert_eq(errno, EDEADLK);
		/* The device is stalled: the ring gets full, and waiting times out. */
		device.dev.stall = true;
		cr_assert_eq(send_all(ring, 0, 20), 8);
		begin = device.fake.now;
		cr_assert_null(ring_reserve(ring, 50 * MS));
		cr_assert_eq(errno, ETIMEDOUT, "%s", ring_error());
		cr_assert(device.fake.now - begin >= 50 * MS && device.fake.now - begin < 53 * MS,
			  "%ld ns", (long)(device.fake.now - begin));
		cr_assert_eq(ring_peek(ring, m, 16, 25 * MS), -1);
		cr_assert_eq(errno, ETIMEDOUT);
		device.dev.stall = false;
		/* The stall ends, and a blocking reserve gets the next free buffer. */
		cr_assert_not_null(ring_reserve(ring, UIOMAP_FOREVER));
		device.steps = 64;
		cr_assert_eq(send_all(ring, 8, 20), 16, "8 on this side, 8 on the other");
		cr_assert_eq(ring_peek(ring, m, 16, 0), 8);
		/* No message is released, so no buffer can become free. */
		cr_assert_null(ring_reserve(ring, UIOMAP_FOREVER));
		cr_assert_eq(errno, EDEADLK, "%s", ring_error());
		cr_assert_eq(ring_release(ring, 9), -1);
		cr_assert_eq(errno, EINVAL);
		for (uint32_t got = 0; got < 16;) {
			int n = ring_peek(ring, m, 3, UIOMAP_FOREVER);

			cr_assert(n > 0, "%s", ring_error());
			for (int i = 0; i < n; i++)
				cr_assert(right(&m[i], got + (uint32_t)i));
			cr_assert_eq(ring_release(ring, (unsigned int)n), 0);
			got += (uint32_t)n;
		}
		close_ring(ring);
	}
}

Test(ring, lost_interrupts_cost_time_only)
{
	for (int mode = 0; mode < 3; mode += 2) {
		struct ring *ring = open_ring(modes[mode], 16);
		struct ring_stats stats;

		device.dev.lose_irq = 50;
		device.steps = 1;
		device.fake.pace = 1000;
		cr_assert_eq(all_through(ring, 3000), 0);
		ring_stats(ring, &stats);
		cr_assert_geq(stats.late, 5, "mode %d: %lu", mode, (unsigned long)stats.late);
		cr_assert_gt(stats.interrupts, 0);
		close_ring(ring);
	}
}

Test(ring, error_completions_are_told_and_recovered)
{
	for (int mode = 0; mode < 3; mode++) {
		struct ring *ring = open_ring(modes[mode], 16);
		struct ring_message m[16];
		struct ring_stats stats;

		/* The error has its descriptor, and comes after the messages before it. */
		cr_assert_eq(send_all(ring, 0, 3), 3);
		await(ring, m, 3);
		device.dev.error = 1;
		cr_assert_eq(send_all(ring, 3, 6), 6);
		cr_assert_eq(ring_peek(ring, m, 16, 0), 3, "what has arrived is there");
		cr_assert_eq(ring_release(ring, 3), 0);
		cr_assert_eq(ring_peek(ring, m, 16, 1000 * MS), -1);
		cr_assert_eq(errno, EIO);
		cr_assert_eq(ring_failure(ring)->queue, 'T');
		cr_assert_eq(ring_failure(ring)->index, 3);
		cr_assert_eq(ring_failure(ring)->number, 3);
		cr_assert_eq(ring_failure(ring)->code, UIO_DUMMY_RING_E_DEVICE);
		cr_assert_not_null(strstr(ring_error(), "descriptor 3 (message 3)"), "%s",
				   ring_error());
		cr_assert_null(ring_reserve(ring, UIOMAP_FOREVER));
		cr_assert_eq(errno, EIO);
		cr_assert_eq(ring_flush(ring), -1);
		cr_assert_eq(ring_recover(ring), 0, "%s", ring_error());
		await(ring, m, 3);
		for (uint32_t i = 0; i < 3; i++)
			cr_assert(right(&m[i], 3 + i));
		close_ring(ring);

		ring = open_ring(modes[mode], 16);
		device.dev.error = 40;
		cr_assert_eq(all_through(ring, 3000), 40);
		ring_stats(ring, &stats);
		cr_assert_eq(stats.failures, 40);
		cr_assert_eq(stats.recoveries, 40);
		cr_assert_eq(stats.received, 3000);
		close_ring(ring);
	}
}

Test(ring, falsified_completions_are_found)
{
	for (int mode = 0; mode < 3; mode++)
		for (int tx = 0; tx < 2; tx++) {
			struct ring *ring = open_ring(modes[mode], 16);
			struct ring_stats stats;

			*(tx ? &device.dev.corrupt_tx : &device.dev.corrupt) = 100;
			cr_assert_gt(all_through(ring, 3000), 0);
			ring_stats(ring, &stats);
			cr_assert_eq(stats.received, 3000);
			cr_assert_eq(device.dev.falsified, 100);
			close_ring(ring);
			/* Every kind of corruption is detected, every time. */
			for (unsigned int way = 0; way < 5; way++) {
				ring = open_ring(modes[mode], 16);
				device.dev.falsified = way;
				*(tx ? &device.dev.corrupt_tx : &device.dev.corrupt) = 1;
				cr_assert_eq(all_through(ring, 100), 1, "mode %d, %cX, way %u",
					     mode, tx ? 'T' : 'R', way);
				close_ring(ring);
			}
		}
}

Test(ring, recovery_at_any_moment)
{
	struct ring *ring = open_ring(RING_INTERRUPT, 16);
	uint32_t sent = 0, received = 0, seed = 3;
	struct ring_message m[16];

	device.steps = 3;
	while (received < 5000) {
		int n;

		sent = send_all(ring, sent, sent + random_next(&seed) % 17);
		n = ring_peek(ring, m, 1 + random_next(&seed) % 16, 0);
		if (random_next(&seed) % 4 == 0)
			cr_assert_eq(ring_recover(ring), 0, "%s", ring_error());
		/* Messages that arrived before the reset are still valid after it. */
		for (int i = 0; i < n; i++)
			cr_assert(right(&m[i], received + (uint32_t)i));
		if (n > 0) {
			n = (int)(random_next(&seed) % ((uint32_t)n + 1));
			cr_assert_eq(ring_release(ring, (unsigned int)n), 0);
			received += (uint32_t)n;
		}
	}
	close_ring(ring);
}

Test(ring, a_reset_that_is_not_answered_can_be_tried_again)
{
	struct ring *ring = open_ring(RING_INTERRUPT, 16);
	struct ring_message m[16];

	cr_assert_eq(send_all(ring, 0, 10), 10);
	device.dev.stall = true;
	cr_assert_eq(ring_recover(ring), -1);
	cr_assert_eq(errno, ETIMEDOUT, "%s", ring_error());
	cr_assert_null(ring_reserve(ring, UIOMAP_FOREVER));
	cr_assert_eq(errno, EIO);
	device.dev.stall = false;
	cr_assert_eq(ring_recover(ring), 0, "%s", ring_error());
	await(ring, m, 10);
	for (uint32_t i = 0; i < 10; i++)
		cr_assert(right(&m[i], i));
	/* The memory of a device that doesn't stop stays allocated. */
	device.dev.stall = true;
	ring_close(ring);
	cr_assert_eq(device.allocated, 1);
	cr_assert_eq(device.fake.mapped, 0);
	fake_fini(&device);
}

Test(ring, somebody_else_stops_the_device)
{
	struct ring *ring = open_ring(RING_INTERRUPT, 16);
	struct ring_message m;

	cr_assert_eq(send_all(ring, 0, 2), 2);
	ring_model_set(&device.dev, UIO_DUMMY_RING_RESET_REQ,
		       ring_model_reg(&device.dev, UIO_DUMMY_RING_RESET_DONE) + 1);
	cr_assert_eq(ring_peek(ring, &m, 1, UIOMAP_FOREVER), -1);
	cr_assert_eq(errno, EIO, "%s", ring_error());
	cr_assert_eq(ring_failure(ring)->queue, '-');
	cr_assert_eq(ring_recover(ring), 0);
	cr_assert_eq(ring_peek(ring, &m, 1, UIOMAP_FOREVER), 1);
	cr_assert(right(&m, 0));
	close_ring(ring);
}

/* Send one message and take those that have arrived. -1 at the first error other than EAGAIN. */
static int work_a_little(struct ring *ring)
{
	struct ring_message m[8];
	int n;

	if (ring_reserve(ring, 0)) {
		if (ring_commit(ring, 5) < 0)
			return -1;
	} else if (errno != EAGAIN) {
		return -1;
	}
	n = ring_peek(ring, m, 8, 2 * MS);
	if (n < 0)
		return errno == EAGAIN || errno == ETIMEDOUT ? 0 : -1;
	return ring_release(ring, (unsigned int)n);
}

Test(ring, removal_at_any_moment)
{
	for (int mode = 0; mode < 3; mode++)
		for (uint64_t at = 1; at < 100; at++) {
			struct ring_config config = { .mode = modes[mode], .size = 8 };
			struct ring_stats stats;
			struct ring_message m;
			struct ring *ring;

			fake_init(&device, 64, 512);
			device.fake.gone_at = at;
			ring = ring_open(&device, &config);
			cr_assert(ring || errno == ENODEV, "at %lu: %s", (unsigned long)at,
				  ring_error());
			if (ring) {
				while (work_a_little(ring) == 0)
					;
				cr_assert_eq(errno, ENODEV, "at %lu: %s", (unsigned long)at,
					     ring_error());
				cr_assert_not_null(strstr(ring_error(), "gone"), "%s",
						   ring_error());
				/* From then on all calls that need the device fail with ENODEV. */
				cr_assert(ring_flush(ring) == -1 && errno == ENODEV);
				cr_assert(ring_recover(ring) == -1 && errno == ENODEV);
				while (ring_peek(ring, &m, 1, UIOMAP_FOREVER) == 1)
					cr_assert(ring_release(ring, 1) == 0 || errno == ENODEV);
				cr_assert_eq(errno, ENODEV);
				while (ring_reserve(ring, UIOMAP_FOREVER) &&
				       ring_commit(ring, 1) == 0)
					;
				cr_assert_eq(errno, ENODEV);
				/* A message that could not be committed is not counted. */
				ring_stats(ring, &stats);
				cr_assert_eq(ring->accepted, stats.accepted);
			}
			close_ring(ring);
		}
}

Test(ring, a_hostile_device_breaks_nothing)
{
	for (uint32_t seed = 1; seed <= 600; seed++) {
		struct ring *ring = open_ring(modes[seed % 3], 1u << (1 + seed % 5));
		struct ring_message m[8];
		uint32_t expected = 0;

		device.garbage = seed * 2654435761u;
		for (int i = 0; i < 300; i++) {
			uint32_t room = ring_message_max(ring);
			void *buffer = ring_reserve(ring, i % 3 ? 0 : 5 * MS);
			int n;

			/* Buffers stay in their places, whatever the device writes. */
			if (buffer) {
				memset(buffer, i, room);
				ring_commit(ring, 1 + (uint32_t)i % room);
			}
			n = ring_peek(ring, m, 8, i % 5 ? 0 : 5 * MS);
			for (int k = 0; k < n; k++) {
				cr_assert_eq(m[k].number, expected + (uint32_t)k);
				cr_assert_leq(m[k].length, room);
				for (uint32_t b = 0; b < m[k].length; b++)
					((volatile const unsigned char *)m[k].data)[b];
			}
			if (n > 0) {
				cr_assert_eq(ring_release(ring, (unsigned int)n), 0);
				expected += (uint32_t)n;
			}
			if (ring_failure(ring)->error)
				ring_recover(ring);
		}
		device.garbage = 0;
		close_ring(ring);
	}
}

/*
 * A completion for a message that was not sent, with valid content: that of the message which
 * was in this entry before.
 */
Test(ring, a_message_told_twice_is_refused)
{
	struct ring *ring = open_ring(RING_POLL, 4);
	struct uio_dummy_desc *rx = (struct uio_dummy_desc *)(void *)(device.dev.memory +
								      4 * UIO_DUMMY_DESC_SIZE),
			      first;
	struct ring_message m[4];

	cr_assert_eq(send_all(ring, 0, 4), 4);
	await(ring, m, 4);
	first = *rx;
	cr_assert_eq(ring_release(ring, 4), 0);
	cr_assert_eq(ring_flush(ring), 0);
	cr_assert_eq(rx->status, 0, "posted again");
	device.dev.stall = true;
	rx->length = first.length;
	rx->crc = first.crc;
	rx->cookie = 4;
	rx->status = first.status;
	cr_assert_eq(ring_peek(ring, m, 1, 0), -1);
	cr_assert_eq(errno, EBADMSG, "%s", ring_error());
	device.dev.stall = false;
	close_ring(ring);
}

/* A later user of the device must not get its interrupts. */
Test(ring, reset_disables_the_interrupt)
{
	struct ring *ring = open_ring(RING_INTERRUPT, 4);

	cr_assert_eq(ring_model_reg(&device.dev, UIO_DUMMY_IRQ_ENABLE), 1);
	ring_close(ring);
	cr_assert_eq(ring_model_reg(&device.dev, UIO_DUMMY_IRQ_ENABLE), 0);
	fake_fini(&device);
}

Test(ring, misuse)
{
	const struct ring_config wrong[] = {
		{ .size = 3 },
		{ .size = 1 },
		{ .size = 128 },
		{ .size = 0x80000000 },
		{ .message_max = 513 },
		{ .size = 16, .batch = 17 },
		{ .mode = (enum ring_mode)3 },
	};
	struct ring_message m;
	struct ring_stats stats;
	struct ring *ring;

	fake_init(&device, 64, 512);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert_null(ring_open(&device, &wrong[i]), "%zu", i);
		cr_assert_eq(errno, EINVAL, "%zu: %s", i, ring_error());
		cr_assert_eq(device.allocated + device.fake.mapped + device.fake.installed, 0);
	}
	device.fake.irq = UIOMAP_IRQ_NONE;
	cr_assert_null(ring_open(&device, NULL));
	cr_assert_eq(errno, ENOTSUP, "%s", ring_error());
	device.fake.irq = UIOMAP_IRQ_MASKED;
	device.dma_size -= 1;
	cr_assert_null(ring_open(&device, NULL));
	cr_assert_eq(errno, ENOMEM);
	cr_assert_not_null(strstr(ring_error(), "69632 bytes"), "%s", ring_error());
	cr_assert_eq(ring_memory(64, 512), 69632);
	device.dma_size = 0;
	cr_assert_null(ring_open(&device, NULL));
	cr_assert_eq(errno, ENOTSUP, "%s", ring_error());
	ring_model_set(&device.dev, UIO_DUMMY_MODEL, UIO_DUMMY_MODEL_COUNTER);
	cr_assert_null(ring_open(&device, NULL));
	cr_assert_eq(errno, EPROTO, "%s", ring_error());
	cr_assert_eq(device.allocated + device.fake.mapped + device.fake.installed, 0);
	fake_fini(&device);

	cr_assert_null(ring_open(NULL, NULL));
	cr_assert_eq(errno, EINVAL);
	cr_assert_null(ring_reserve(NULL, 0));
	cr_assert_eq(errno, EINVAL);
	cr_assert(ring_commit(NULL, 1) == -1 && errno == EINVAL);
	cr_assert(ring_flush(NULL) == -1 && errno == EINVAL);
	cr_assert(ring_peek(NULL, &m, 1, 0) == -1 && errno == EINVAL);
	cr_assert(ring_release(NULL, 1) == -1 && errno == EINVAL);
	cr_assert(ring_recover(NULL) == -1 && errno == EINVAL);
	errno = 0;
	cr_assert(!ring_failure(NULL) && errno == EINVAL);
	cr_assert_eq(ring_message_max(NULL), 0);
	ring_stats(NULL, &stats);
	cr_assert_eq(stats.accepted | stats.doorbells, 0);
	errno = 5;
	ring_close(NULL);
	cr_assert_eq(errno, 5);

	ring = open_ring(RING_POLL, 8);
	cr_assert(ring_commit(ring, 1) == -1 && errno == EINVAL, "nothing is reserved");
	cr_assert_not_null(ring_reserve(ring, 0));
	cr_assert_eq(ring_reserve(ring, 0), ring_reserve(ring, 0));
	cr_assert(ring_commit(ring, 0) == -1 && errno == EMSGSIZE);
	cr_assert(ring_commit(ring, ring_message_max(ring) + 1) == -1 && errno == EMSGSIZE);
	cr_assert_eq(ring_commit(ring, ring_message_max(ring)), 0, "still reserved");
	cr_assert(ring_commit(ring, 1) == -1 && errno == EINVAL, "once");
	cr_assert(ring_peek(ring, &m, 0, 0) == -1 && errno == EINVAL);
	cr_assert(ring_peek(ring, &m, 1, -2) == -1 && errno == EINVAL);
	cr_assert_eq(ring_peek(ring, &m, 1, UIOMAP_FOREVER), 1);
	close_ring(ring);
}
