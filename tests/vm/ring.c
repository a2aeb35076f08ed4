/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/ring on the simulated ring: nothing lost, doubled or overtaken, in
 * every mode and with every fault. Contents are checked here too, not only by
 * the driver's checksum: each message's bytes follow from its number.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "ring.h"
#include <uio_dummy.h>

#define LONGEST 2048u

struct wire {
	struct dummy *dummy;
	struct uiomap_device *device;
	struct ring *ring;
	uint32_t sent, received;	/* messages */
	uint64_t bytes;
	unsigned int failures;
};

static void wire_open(struct wire *w, enum ring_mode mode, uint32_t size)
{
	struct ring_config config = { .mode = mode, .size = size, .message_max = LONGEST };

	w->device = open_dummy(w->dummy, 0);
	w->ring = ring_open(w->device, &config);
	cr_assert(w->ring, "%s", ring_error());
}

static void wire_new(struct wire *w, enum ring_mode mode, uint32_t size)
{
	memset(w, 0, sizeof(*w));
	w->dummy = dummy_new("ring-");
	cr_assert(w->dummy, "%s", dummy_error());
	OK(dummy_set(w->dummy, "model", "ring"));
	OK(dummy_go_live(w->dummy));
	OK(dummy_stub_options(w->dummy, "dma=4M"));
	OK(dummy_bind(w->dummy, "uio_stub"));
	wire_open(w, mode, size);
}

static void wire_free(struct wire *w)
{
	ring_close(w->ring);
	uiomap_close(w->device);
	dummy_free(w->dummy);
}

static uint64_t device_says(struct wire *w, const char *file, const char *name)
{
	uint64_t value;

	OK(dummy_stat(w->dummy, file, name, &value));
	return value;
}

static uint32_t mix(uint32_t n)
{
	n = (n ^ n >> 15) * 2654435761u;
	return n ^ n >> 13;
}

/* Mostly short, some as long as there is room: random, but the same for a number whenever asked. */
static uint32_t length_of(uint32_t n)
{
	uint32_t r = mix(n);

	return 8 + (r % 16 ? r / 16 % 120 : r / 16 % (LONGEST - 7));
}

static void compose(uint8_t *to, uint32_t n)
{
	uint32_t length = length_of(n), word = mix(n + 0x9e3779b9u);

	memcpy(to, &n, 4);
	for (uint32_t i = 4; i < length; i++)
		to[i] = (uint8_t)(word >> (i & 3) * 8);
}

static void check(struct wire *w, const struct ring_message *m)
{
	const uint8_t *data = m->data;
	uint32_t n, word, wrong = 0;

	memcpy(&n, data, 4);
	cr_assert_eq(n, w->received, "message %u came as number %u", n, w->received);
	cr_assert_eq(m->length, length_of(n), "message %u has %u bytes", n, m->length);
	word = mix(n + 0x9e3779b9u);
	for (uint32_t i = 4; i < m->length; i++)
		wrong |= (uint32_t)(data[i] ^ (uint8_t)(word >> (i & 3) * 8));
	cr_assert_not(wrong, "message %u has other bytes", n);
	w->received++;
	w->bytes += m->length;
}

/* -1: the device failed as told by errno; and that was all right. */
static int recover(struct wire *w)
{
	const struct ring_failure *failure = ring_failure(w->ring);

	cr_assert(errno == EIO || errno == EBADMSG, "%s", ring_error());
	cr_assert_eq(failure->error, errno);
	if (errno == EIO) {	/* only by the fault "error" here: a TX descriptor, and one under way */
		cr_assert_eq(failure->queue, 'T');
		cr_assert_eq(failure->code, UIO_DUMMY_RING_E_DEVICE);
		cr_assert_lt(w->sent - failure->number - 1, 256u, "message %u of %u", failure->number, w->sent);
	}
	cr_assert(strlen(ring_error()) > 10);
	w->failures++;
	cr_assert_eq(ring_recover(w->ring), 0, "%s", ring_error());
	return 0;
}

/* Send until `until` messages have been sent, and take them all back. */
static void move(struct wire *w, uint32_t until)
{
	struct ring_message messages[64];

	while (w->received < until) {
		int n;

		while (w->sent < until) {
			void *buffer = ring_reserve(w->ring, 0);

			if (!buffer && errno == EAGAIN)
				break;
			if (!buffer) {
				recover(w);
				continue;
			}
			compose(buffer, w->sent);
			if (ring_commit(w->ring, length_of(w->sent)) < 0)
				recover(w);
			else
				w->sent++;
		}
		n = ring_peek(w->ring, messages, 64, 20 * SECOND);
		if (n < 0) {
			recover(w);
			continue;
		}
		for (int i = 0; i < n; i++)
			check(w, &messages[i]);
		cr_assert_eq(ring_release(w->ring, (unsigned int)n), 0, "%s", ring_error());
	}
	cr_assert_eq(w->sent, w->received);
}

static void check_stats(struct wire *w)
{
	struct ring_stats stats;

	ring_stats(w->ring, &stats);
	cr_expect_eq(stats.accepted, w->sent);
	cr_expect_eq(stats.received, w->received);
	cr_expect_eq(stats.bytes, w->bytes);
	cr_expect_eq(stats.failures, w->failures);
	/* The device has moved at least these: more if some were sent again. */
	cr_expect_geq(device_says(w, "stats", "messages"), w->received);
	if (!w->failures)
		cr_expect_eq(device_says(w, "stats", "messages"), w->received);
	cr_expect_eq(device_says(w, "stats", "dma_faults"), 0);
}

Test(ring, a_million, .timeout = 280)
{
	struct wire w;
	struct ring_stats stats;

	wire_new(&w, RING_ADAPTIVE, 256);
	move(&w, 1000000);
	check_stats(&w);
	ring_stats(w.ring, &stats);
	/* Busy: fewer than one system call in ten messages. */
	cr_expect_lt(stats.sleeps * 3 + stats.yields, w.sent / 10, "%llu sleeps, %llu yields", (unsigned long long)stats.sleeps,
		     (unsigned long long)stats.yields);
	wire_free(&w);
}

Test(ring, modes, .timeout = 280)
{
	for (int mode = RING_INTERRUPT; mode <= RING_ADAPTIVE; mode++) {
		struct wire w;
		struct ring_stats stats;

		wire_new(&w, (enum ring_mode)mode, mode == RING_POLL ? 64 : 256);
		move(&w, 100000);
		check_stats(&w);
		ring_stats(w.ring, &stats);
		if (mode == RING_POLL)
			cr_expect_eq(stats.sleeps, 0);
		if (mode == RING_INTERRUPT)
			cr_expect_gt(stats.interrupts, 0);
		cr_expect_lt(stats.batches, w.sent, "%llu doorbells", (unsigned long long)stats.batches);
		wire_free(&w);
	}
}

/* Each fault again and again while 100,000 messages move. */
static void with_fault(const char *fault, uint64_t on, uint64_t off, unsigned int times, enum ring_mode mode)
{
	struct wire w;

	wire_new(&w, mode, 128);
	for (unsigned int i = 1; i <= times; i++) {
		OK(dummy_stimulate(w.dummy, fault, on));
		move(&w, 100000 / times * i);
		if (off != UINT64_MAX)
			OK(dummy_stimulate(w.dummy, fault, off));
	}
	cr_assert_eq(w.received, 100000);
	check_stats(&w);
	/* Each one was noticed: the ring stood, so that no two can hide behind one failure. */
	if (!strcmp(fault, "error") || !strcmp(fault, "corrupt"))
		cr_expect_eq(w.failures, on * times, "%s: %u of %u noticed", fault, w.failures, (unsigned int)on * times);
	else
		cr_expect_eq(w.failures, 0);
	if (!strcmp(fault, "lose_irq"))
		cr_expect_gt(device_says(&w, "irq_stats", "lost"), 0);
	wire_free(&w);
}

Test(ring, interrupts_lost, .timeout = 280)
{
	with_fault("lose_irq", 3, UINT64_MAX, 10, RING_INTERRUPT);
}

Test(ring, interrupts_late, .timeout = 280)
{
	with_fault("delay_irq_ns", 2000000, 0, 4, RING_ADAPTIVE);
}

Test(ring, error_descriptors, .timeout = 280)
{
	with_fault("error", 2, UINT64_MAX, 20, RING_INTERRUPT);
	with_fault("error", 1, UINT64_MAX, 20, RING_POLL);
}

Test(ring, corrupt_completions, .timeout = 280)
{
	/* One at a time: behind the first, the reset would hide others. Each time another field. */
	with_fault("corrupt", 1, UINT64_MAX, 25, RING_ADAPTIVE);
}

static void *unstall(void *dummy)
{
	nanosleep(&(struct timespec){ .tv_nsec = 100 * MS }, NULL);
	return dummy_stimulate(dummy, "stall", 0) == 0 ? dummy : NULL;
}

Test(ring, stalls, .timeout = 280)
{
	struct wire w;
	struct ring_message m;
	pthread_t thread;
	void *done, *buffer;

	wire_new(&w, RING_INTERRUPT, 128);
	for (uint32_t i = 1; i <= 10; i++) {
		OK(dummy_stimulate(w.dummy, "stall", 1));
		/* It stands: a timeout, and nothing is lost by it. */
		buffer = ring_reserve(w.ring, 0);
		cr_assert(buffer, "%s", ring_error());
		compose(buffer, w.sent);
		cr_assert_eq(ring_commit(w.ring, length_of(w.sent)), 0, "%s", ring_error());
		w.sent++;
		cr_assert_eq(ring_peek(w.ring, &m, 1, 30 * MS), -1);
		cr_assert_eq(errno, ETIMEDOUT, "%s", ring_error());
		cr_assert_eq(ring_peek(w.ring, &m, 1, 0), -1);
		cr_assert_eq(errno, EAGAIN);
		cr_assert_eq(pthread_create(&thread, NULL, unstall, w.dummy), 0);
		move(&w, 10000 * i);
		pthread_join(thread, &done);
		cr_assert(done);
	}
	cr_assert_eq(w.received, 100000);
	check_stats(&w);
	wire_free(&w);
}

/* Full: EAGAIN if asked not to wait, a timeout if asked to, EDEADLK where waiting can't help; and it goes on. */
Test(ring, back_pressure, .timeout = 60)
{
	struct wire w;
	struct ring_message m[64];
	void *buffer;
	int n;

	wire_new(&w, RING_INTERRUPT, 16);
	OK(dummy_stimulate(w.dummy, "stall", 1));
	while ((buffer = ring_reserve(w.ring, 0))) {
		compose(buffer, w.sent);
		cr_assert_eq(ring_commit(w.ring, length_of(w.sent)), 0, "%s", ring_error());
		cr_assert_leq(++w.sent, 16);
	}
	cr_assert_eq(errno, EAGAIN, "%s", ring_error());
	cr_assert_eq(w.sent, 16);
	cr_assert_null(ring_reserve(w.ring, 20 * MS));
	cr_assert_eq(errno, ETIMEDOUT, "%s", ring_error());
	cr_assert_null(ring_reserve(w.ring, -2));
	cr_assert_eq(errno, EINVAL);
	OK(dummy_stimulate(w.dummy, "stall", 0));
	/* All arrive, none is released: nothing can come free. */
	do
		n = ring_peek(w.ring, m, 64, 10 * SECOND);
	while (n > 0 && n < 16);
	cr_assert_eq(n, 16, "%s", ring_error());
	while ((buffer = ring_reserve(w.ring, UIOMAP_FOREVER))) {
		compose(buffer, w.sent);
		cr_assert_eq(ring_commit(w.ring, length_of(w.sent)), 0, "%s", ring_error());
		cr_assert_leq(++w.sent, 32);
	}
	cr_assert_eq(errno, EDEADLK, "%s", ring_error());
	cr_assert_eq(w.sent, 32);
	for (int i = 0; i < n; i++)
		check(&w, &m[i]);
	cr_assert_eq(ring_release(w.ring, 17), -1);
	cr_assert_eq(errno, EINVAL);
	cr_assert_eq(ring_release(w.ring, 16), 0, "%s", ring_error());
	/* The other sixteen, in order behind them. */
	move(&w, 32);
	cr_assert_eq(ring_peek(w.ring, m, 64, UIOMAP_FOREVER), -1);
	cr_assert_eq(errno, EDEADLK);
	cr_assert_eq(ring_commit(w.ring, 8), -1);
	cr_assert_eq(errno, EINVAL);
	cr_assert(ring_reserve(w.ring, 0));
	cr_assert_eq(ring_commit(w.ring, LONGEST + 1), -1);
	cr_assert_eq(errno, EMSGSIZE);
	move(&w, 1000);
	check_stats(&w);
	wire_free(&w);
}

Test(ring, refused, .timeout = 60)
{
	struct counter c;
	struct dummy *d;
	struct uiomap_device *device;
	struct wire w;

	counter_new(&c, "level", "uio_stub", 0);
	cr_assert_null(ring_open(c.device, NULL));
	cr_assert_eq(errno, EPROTO, "%s", ring_error());
	counter_free(&c);
	/* No DMA memory: under a mainline driver there is none. */
	d = plug("ring-", "ring", NULL, NULL, "uio_pdrv_genirq");
	device = open_dummy(d, 0);
	cr_assert_null(ring_open(device, NULL));
	cr_assert_eq(errno, ENOTSUP, "%s", ring_error());
	cr_assert(strstr(ring_error(), "dma"), "%s", ring_error());
	uiomap_close(device);
	dummy_free(d);
	/* Closed with messages under way, opened again: begins anew. */
	wire_new(&w, RING_POLL, 64);
	move(&w, 500);
	cr_assert(ring_reserve(w.ring, 0));
	ring_close(w.ring);
	uiomap_close(w.device);
	wire_open(&w, RING_INTERRUPT, 32);
	w.sent = w.received = 0;
	move(&w, 500);
	wire_free(&w);
}

static void *unplug_soon(void *dummy)
{
	nanosleep(&(struct timespec){ .tv_nsec = 20 * MS }, NULL);
	return dummy_stimulate(dummy, "unplug", 1) == 0 ? dummy : NULL;
}

/* Until it goes, in whatever call that is. */
static int run_until_gone(void *arg)
{
	struct wire *w = arg;
	struct ring_message messages[16];

	for (;;) {
		void *buffer = ring_reserve(w->ring, 0);
		int n;

		if (buffer) {
			memset(buffer, (int)w->sent, 64);
			if (ring_commit(w->ring, 64) < 0)
				return -1;
			w->sent++;
			continue;
		}
		if (errno != EAGAIN)
			return -1;
		n = ring_peek(w->ring, messages, 16, UIOMAP_FOREVER);
		if (n < 0 || ring_release(w->ring, (unsigned int)n) < 0)
			return -1;
	}
}

/* Pulled out while it runs, in every mode, two hundred times. */
Test(ring, unplug, .timeout = 280)
{
	OK(uiomap_guard_install());
	for (int i = 0; i < 200; i++) {
		struct wire w;
		pthread_t thread;
		void *done;

		wire_new(&w, (enum ring_mode)(i % 3), 64);
		cr_assert_eq(pthread_create(&thread, NULL, unplug_soon, w.dummy), 0);
		FAILS(uiomap_guard(w.device, run_until_gone, &w), ENODEV);
		pthread_join(thread, &done);
		cr_assert(done);
		cr_assert_eq(ring_recover(w.ring), -1);
		cr_assert_eq(errno, ENODEV, "%s", ring_error());
		wire_free(&w);
	}
	uiomap_guard_remove();
}
