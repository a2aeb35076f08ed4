/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/ring on a ring that loses interrupts, reports errors, writes wrong completions and
 * stalls.
 */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "ring-fixture.h"

/* Cause a fault `times` times while 100,000 messages are sent. */
static void with_fault(const char *fault, uint64_t on, uint64_t off, unsigned int times,
		       enum ring_mode mode)
{
	struct ring_fixture w;

	ring_fixture_new(&w, mode, 128);
	for (unsigned int i = 1; i <= times; i++) {
		OK(uiosim_stimulate(w.dummy, fault, on));
		ring_fixture_move(&w, 100000 / times * i);
		if (off != UINT64_MAX)
			OK(uiosim_stimulate(w.dummy, fault, off));
	}
	cr_assert_eq(w.received, 100000);
	ring_fixture_check_stats(&w);
	/*
	 * The driver noticed each fault: the ring stops at the first, so two faults can't cause one
	 * failure.
	 */
	if (!strcmp(fault, "error") || !strcmp(fault, "corrupt"))
		cr_expect_eq(w.failures, on * times, "%s: %u of %u noticed", fault, w.failures,
			     (unsigned int)on * times);
	else
		cr_expect_eq(w.failures, 0);
	if (!strcmp(fault, "lose_irq"))
		cr_expect_gt(ring_fixture_device_says(&w, "irq_stats", "lost"), 0);
	ring_fixture_free(&w);
}

Test(ring, interrupts_lost)
{
	with_fault("lose_irq", 3, UINT64_MAX, 10, RING_INTERRUPT);
}

Test(ring, interrupts_late)
{
	with_fault("delay_irq_ns", 2000000, 0, 4, RING_ADAPTIVE);
}

Test(ring, error_descriptors)
{
	with_fault("error", 2, UINT64_MAX, 20, RING_INTERRUPT);
	with_fault("error", 1, UINT64_MAX, 20, RING_POLL);
}

Test(ring, corrupt_completions)
{
	/*
	 * One fault at a time: the reset after the first would hide a second one. Each time the
	 * device corrupts another field.
	 */
	with_fault("corrupt", 1, UINT64_MAX, 25, RING_ADAPTIVE);
}

static void *unstall(void *dummy)
{
	nanosleep(&(struct timespec){ .tv_nsec = 100 * MS }, NULL);
	return uiosim_stimulate(dummy, "stall", 0) == 0 ? dummy : NULL;
}

Test(ring, stalls)
{
	struct ring_fixture w;
	struct ring_message m;
	pthread_t thread;
	void *done, *buffer;

	ring_fixture_new(&w, RING_INTERRUPT, 128);
	for (uint32_t i = 1; i <= 10; i++) {
		OK(uiosim_stimulate(w.dummy, "stall", 1));
		/* The device is stalled: a timeout, and nothing is lost. */
		buffer = ring_reserve(w.ring, 0);
		cr_assert(buffer, "%s", ring_error());
		ring_fixture_compose(buffer, w.sent);
		cr_assert_eq(ring_commit(w.ring, ring_fixture_length(w.sent)), 0, "%s",
			     ring_error());
		w.sent++;
		cr_assert_eq(ring_peek(w.ring, &m, 1, 30 * MS), -1);
		cr_assert_eq(errno, ETIMEDOUT, "%s", ring_error());
		cr_assert_eq(ring_peek(w.ring, &m, 1, 0), -1);
		cr_assert_eq(errno, EAGAIN);
		cr_assert_eq(pthread_create(&thread, NULL, unstall, w.dummy), 0);
		ring_fixture_move(&w, 10000 * i);
		pthread_join(thread, &done);
		cr_assert(done);
	}
	cr_assert_eq(w.received, 100000);
	ring_fixture_check_stats(&w);
	ring_fixture_free(&w);
}
