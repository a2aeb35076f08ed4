/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/ring on the simulated ring: no message is lost, duplicated or out of order, in every mode
 * and with every fault (ring-faults.c). The tests compare the bytes too: they don't rely on the
 * driver's checksum.
 */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "ring-fixture.h"

Test(ring, a_million)
{
	struct ring_fixture w;
	struct ring_stats stats;

	ring_fixture_new(&w, RING_ADAPTIVE, 256);
	ring_fixture_move(&w, 1000000);
	ring_fixture_check_stats(&w);
	ring_stats(w.ring, &stats);
	/* Busy: fewer than one system call in ten messages. */
	cr_expect_lt(stats.sleeps * 3 + stats.yields, w.sent / 10, "%llu sleeps, %llu yields",
		     (unsigned long long)stats.sleeps, (unsigned long long)stats.yields);
	ring_fixture_free(&w);
}

Test(ring, modes)
{
	for (int mode = RING_INTERRUPT; mode <= RING_ADAPTIVE; mode++) {
		struct ring_fixture w;
		struct ring_stats stats;

		ring_fixture_new(&w, (enum ring_mode)mode, mode == RING_POLL ? 64 : 256);
		ring_fixture_move(&w, 100000);
		ring_fixture_check_stats(&w);
		ring_stats(w.ring, &stats);
		if (mode == RING_POLL)
			cr_expect_eq(stats.sleeps, 0);
		if (mode == RING_INTERRUPT)
			cr_expect_gt(stats.interrupts, 0);
		cr_expect_lt(stats.batches, w.sent, "%llu doorbells",
			     (unsigned long long)stats.batches);
		ring_fixture_free(&w);
	}
}

/*
 * A full ring: EAGAIN without waiting, ETIMEDOUT with a timeout, and EDEADLK if waiting can't help.
 * Afterwards the ring still works.
 */
Test(ring, back_pressure)
{
	struct ring_fixture w;
	struct ring_message m[64];
	void *buffer;
	int n;

	ring_fixture_new(&w, RING_INTERRUPT, 16);
	OK(uiosim_stimulate(w.dummy, "stall", 1));
	while ((buffer = ring_reserve(w.ring, 0))) {
		ring_fixture_compose(buffer, w.sent);
		cr_assert_eq(ring_commit(w.ring, ring_fixture_length(w.sent)), 0, "%s",
			     ring_error());
		cr_assert_leq(++w.sent, 16);
	}
	cr_assert_eq(errno, EAGAIN, "%s", ring_error());
	cr_assert_eq(w.sent, 16);
	cr_assert_null(ring_reserve(w.ring, 20 * MS));
	cr_assert_eq(errno, ETIMEDOUT, "%s", ring_error());
	cr_assert_null(ring_reserve(w.ring, -2));
	cr_assert_eq(errno, EINVAL);
	OK(uiosim_stimulate(w.dummy, "stall", 0));
	/* Receive all messages and release none, so that no buffer becomes free. */
	do
		n = ring_peek(w.ring, m, 64, 10 * SECOND);
	while (n > 0 && n < 16);
	cr_assert_eq(n, 16, "%s", ring_error());
	while ((buffer = ring_reserve(w.ring, UIOMAP_FOREVER))) {
		ring_fixture_compose(buffer, w.sent);
		cr_assert_eq(ring_commit(w.ring, ring_fixture_length(w.sent)), 0, "%s",
			     ring_error());
		cr_assert_leq(++w.sent, 32);
	}
	cr_assert_eq(errno, EDEADLK, "%s", ring_error());
	cr_assert_eq(w.sent, 32);
	for (int i = 0; i < n; i++)
		ring_fixture_check(&w, &m[i]);
	cr_assert_eq(ring_release(w.ring, 17), -1);
	cr_assert_eq(errno, EINVAL);
	cr_assert_eq(ring_release(w.ring, 16), 0, "%s", ring_error());
	/* The other sixteen messages follow in order. */
	ring_fixture_move(&w, 32);
	cr_assert_eq(ring_peek(w.ring, m, 64, UIOMAP_FOREVER), -1);
	cr_assert_eq(errno, EDEADLK);
	cr_assert_eq(ring_commit(w.ring, 8), -1);
	cr_assert_eq(errno, EINVAL);
	cr_assert(ring_reserve(w.ring, 0));
	cr_assert_eq(ring_commit(w.ring, FIXTURE_LONGEST + 1), -1);
	cr_assert_eq(errno, EMSGSIZE);
	ring_fixture_move(&w, 1000);
	ring_fixture_check_stats(&w);
	ring_fixture_free(&w);
}

Test(ring, refused)
{
	struct counter c;
	struct uiosim *d;
	struct uiomap_device *device;
	struct ring_fixture w;

	counter_new(&c, "level", "uio_stub", 0);
	cr_assert_null(ring_open(c.device, NULL));
	cr_assert_eq(errno, EPROTO, "%s", ring_error());
	counter_free(&c);
	/* A mainline driver provides no DMA memory. */
	d = plug("ring-", "ring", NULL, NULL, "uio_pdrv_genirq");
	device = open_dummy(d, 0);
	cr_assert_null(ring_open(device, NULL));
	cr_assert_eq(errno, ENOTSUP, "%s", ring_error());
	cr_assert(strstr(ring_error(), "dma"), "%s", ring_error());
	uiomap_close(device);
	uiosim_free(d);
	/* A ring that was closed with messages in flight starts empty when it is opened again. */
	ring_fixture_new(&w, RING_POLL, 64);
	ring_fixture_move(&w, 500);
	cr_assert(ring_reserve(w.ring, 0));
	ring_close(w.ring);
	uiomap_close(w.device);
	ring_fixture_open(&w, RING_INTERRUPT, 32);
	w.sent = w.received = 0;
	ring_fixture_move(&w, 500);
	ring_fixture_free(&w);
}

static void *unplug_soon(void *dummy)
{
	nanosleep(&(struct timespec){ .tv_nsec = 20 * MS }, NULL);
	return uiosim_stimulate(dummy, "unplug", 1) == 0 ? dummy : NULL;
}

/* Run until the device is removed, in any call. */
static int run_until_gone(void *arg)
{
	struct ring_fixture *w = arg;
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

/* Unplugged while it runs, in every mode, two hundred times. */
Test(ring, unplug)
{
	OK(uiomap_guard_install());
	for (int i = 0; i < 200; i++) {
		struct ring_fixture w;
		pthread_t thread;
		void *done;

		ring_fixture_new(&w, (enum ring_mode)(i % 3), 64);
		cr_assert_eq(pthread_create(&thread, NULL, unplug_soon, w.dummy), 0);
		errno = 0;
		cr_assert_lt(uiomap_guard(w.device, run_until_gone, &w), 0);
		cr_assert_eq(errno, ENODEV, "errno %d: %s / %s", errno, uiomap_error(),
			     ring_error());
		pthread_join(thread, &done);
		cr_assert(done);
		cr_assert_eq(ring_recover(w.ring), -1);
		cr_assert_eq(errno, ENODEV, "%s", ring_error());
		ring_fixture_free(&w);
	}
	uiomap_guard_remove();
}

static void *unplug_now(void *dummy)
{
	return uiosim_stimulate(dummy, "unplug", 1) == 0 ? dummy : NULL;
}

/*
 * Open the ring again and again until the device is removed, most often while its memory is being
 * zeroed.
 */
Test(ring, unplug_while_it_is_opened)
{
	const struct ring_config config = { .mode = RING_POLL,
					    .size = 256,
					    .message_max = FIXTURE_LONGEST };

	for (int i = 0; i < 40; i++) {
		struct ring_fixture w;
		pthread_t thread;
		void *done;

		ring_fixture_new(&w, RING_POLL, 64);
		cr_assert_eq(pthread_create(&thread, NULL, unplug_now, w.dummy), 0);
		do {
			ring_close(w.ring);
			w.ring = ring_open(w.device, &config);
		} while (w.ring);
		cr_assert_eq(errno, ENODEV, "round %d: errno %d: %s", i, errno, ring_error());
		pthread_join(thread, &done);
		cr_assert(done);
		ring_fixture_free(&w);
	}
}
