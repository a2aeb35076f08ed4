/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* How completions are waited for: interrupt, polling, or one after the other. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <time.h>

#include <uio_dummy.h>

#include "internal.h"

/* Looks at the memory between two looks at the clock, which may be a system call. */
#define LOOKS	1024
/* How long it is polled for nothing before the CPU is given to somebody else: longer than a busy device takes for a message. */
#define SPIN_NS	INT64_C(50000)

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield" ::: "memory");
#endif
}

/* Whether the device has completed something that isn't taken in yet. Inside a guard. */
static bool work(const struct ring *ring)
{
	uint32_t status;

	return (queue_peek(&ring->rx, &status) && status) || (queue_peek(&ring->tx, &status) && status);
}

static int spin_body(void *arg)
{
	const struct ring *ring = arg;

	for (int i = 0; i < LOOKS; i++) {
		if (work(ring))
			return 1;
		relax();
	}
	return 0;
}

/* Get ready to sleep. 1: there is work, don't. */
static int arm_body(void *arg)
{
	struct ring *ring = arg;
	uint32_t seq;

	/* Nobody sleeps on what the device hasn't been told. */
	ring_post(ring);
	if (ring->config.mode == RING_ADAPTIVE) {
		uiomap_write32(ring->regs, UIO_DUMMY_IRQ_ENABLE, 1);
		/* Reading back makes the posted write arrive. */
		uiomap_read32(ring->regs, UIO_DUMMY_IRQ_ENABLE);
		/*
		 * Orders: IRQ_ENABLE -> status words in work(). What completes
		 * after we have looked finds the interrupt enabled.
		 */
		uiomap_mb();
	}
	seq = uiomap_read32(ring->regs, UIO_DUMMY_IRQ_SEQ);
	uiomap_write32(ring->regs, UIO_DUMMY_IRQ_ACK, seq);
	/*
	 * Orders: IRQ_SEQ -> status words in work(). An event that is
	 * acknowledged here is one whose completions are seen here.
	 */
	uiomap_rmb();
	return work(ring);
}

static int disarm_body(void *arg)
{
	struct ring *ring = arg;

	uiomap_write32(ring->regs, UIO_DUMMY_IRQ_ENABLE, 0);
	return 0;
}

static int work_body(void *arg)
{
	return work(arg);
}

/* Sleep until an interrupt comes, but no longer than limit_ns. */
static int sleep_once(struct ring *ring, int64_t limit_ns)
{
	uint32_t count = 0;
	int rc = ring_guarded(ring, arm_body), late;

	if (rc < 0)
		return -1;
	if (!rc) {
		ring->stats.sleeps++;
		if (uiomap_irq_wait(ring->device, limit_ns, &count) == 0) {
			ring->stats.interrupts += count;
		} else if (errno == ETIMEDOUT) {
			/* Lost, or late: it is the memory that tells what is done, never the interrupt. */
			late = ring_guarded(ring, work_body);
			if (late < 0)
				return -1;
			ring->stats.late += late;
		} else {
			if (errno == ENODEV)
				ring->gone = true;
			return ring_error_uiomap();
		}
	}
	return ring->config.mode == RING_ADAPTIVE ? ring_guarded(ring, disarm_body) : 0;
}

/* One step of waiting, at most limit_ns long; idle_ns: for how long nothing has happened. */
static int idle(struct ring *ring, int64_t idle_ns, int64_t limit_ns)
{
	int rc;

	if (ring->config.mode == RING_INTERRUPT || (ring->config.mode == RING_ADAPTIVE && idle_ns >= SPIN_NS))
		return sleep_once(ring, limit_ns);
	rc = ring_guarded(ring, spin_body);
	if (!rc && idle_ns >= SPIN_NS && ring->config.mode == RING_POLL) {
		sched_yield();
		ring->stats.yields++;
	}
	return rc < 0 ? -1 : 0;
}

int ring_wait(struct ring *ring, bool (*ready)(const struct ring *), const char *(*hopeless)(const struct ring *),
	      int64_t timeout_ns)
{
	uint32_t rx = ring->rx.cons, tx = ring->tx.cons;
	int64_t begin = 0, alive = 0, looked = 0, now, limit;
	bool spun = ring->config.mode == RING_INTERRUPT;
	const char *reason;

	if (timeout_ns < UIOMAP_FOREVER)
		return ring_error_set(ring->device, EINVAL, "a timeout of %" PRId64 " ns", timeout_ns);
	for (;;) {
		if (ring_turn(ring) < 0)
			return -1;
		if (ready(ring))
			return 0;
		if (ring->failure.error)
			return ring_stands(ring);
		if (!timeout_ns)
			return ring_error_set(ring->device, EAGAIN, "nothing at hand");
		reason = hopeless(ring);
		if (reason)
			return ring_error_set(ring->device, EDEADLK, "%s", reason);
		/* With a busy device this is all: no look at the clock. */
		if (!spun) {
			spun = true;
			if (ring_guarded(ring, spin_body) < 0)
				return -1;
			continue;
		}

		now = now_ns();
		if (!begin)
			begin = alive = looked = now;
		if (rx != ring->rx.cons || tx != ring->tx.cons)
			alive = looked = now;
		rx = ring->rx.cons;
		tx = ring->tx.cons;
		if (now - looked >= RING_LOOK_NS) {
			if (ring_look(ring) < 0)
				return -1;
			looked = now;
		}
		limit = RING_LOOK_NS;
		if (timeout_ns != UIOMAP_FOREVER && timeout_ns - (now - begin) < limit)
			limit = timeout_ns - (now - begin);
		if (limit <= 0)
			return ring_error_set(ring->device, ETIMEDOUT, "nothing in %" PRId64 " ms; %" PRIu32
					      " messages are under way", timeout_ns / 1000000,
					      ring->accepted - ring_received(ring));
		if (!ring->failure.error && idle(ring, now - alive, limit) < 0)
			return -1;
	}
}
