/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Wait for completions: by interrupt, by polling, or polling first and then by interrupt. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>

#include <uio_dummy.h>

#include "driver-clock.h"
#include "cpu-relax.h"
#include "ring-internal.h"

/* Polls of memory between two readings of the clock, which may be a system call. */
#define POLLS	1024
/*
 * How long to poll without a completion before yielding the CPU: longer than a busy device
 * takes for a message.
 */
#define SPIN_NS INT64_C(50000)

/* Whether there is a completion that ring_process() has not seen. Inside a guard. */
static bool any_completed(const struct ring *ring)
{
	uint32_t status;

	return (queue_peek(&ring->rx, &status) && status) ||
	       (queue_peek(&ring->tx, &status) && status);
}

static int spin_body(void *arg)
{
	const struct ring *ring = arg;

	for (int i = 0; i < POLLS; i++) {
		if (any_completed(ring))
			return 1;
		cpu_relax();
	}
	return 0;
}

/* Prepare to sleep. Returns 1 if there is a completion, so that sleeping would be wrong. */
static int arm_body(void *arg)
{
	struct ring *ring = arg;
	uint32_t seq;

	/* Nobody posts the rest while this thread sleeps. */
	ring_post(ring);
	if (ring->config.mode == RING_ADAPTIVE) {
		uiomap_write32(ring->regs, UIO_DUMMY_IRQ_ENABLE, 1);
		/* The read flushes the posted write. */
		uiomap_read32(ring->regs, UIO_DUMMY_IRQ_ENABLE);
		/*
		 * Orders: IRQ_ENABLE -> status words in any_completed(). A completion after
		 * that check finds the interrupt enabled.
		 */
		uiomap_mb();
	}
	seq = uiomap_read32(ring->regs, UIO_DUMMY_IRQ_SEQ);
	uiomap_write32(ring->regs, UIO_DUMMY_IRQ_ACK, seq);
	/*
	 * Orders: IRQ_SEQ -> status words in any_completed(). The completions of each event
	 * that is acknowledged here are visible to the check.
	 */
	uiomap_rmb();
	return any_completed(ring);
}

static int disarm_body(void *arg)
{
	struct ring *ring = arg;

	uiomap_write32(ring->regs, UIO_DUMMY_IRQ_ENABLE, 0);
	return 0;
}

static int completed_body(void *arg)
{
	return any_completed(arg);
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
			/*
			 * The interrupt may be lost or late. Only the status words in memory
			 * show what is complete.
			 */
			late = ring_guarded(ring, completed_body);
			if (late < 0)
				return -1;
			ring->stats.late += late;
		} else {
			if (errno == ENODEV)
				ring->gone = true;
			return driver_fail_uiomap();
		}
	}
	return ring->config.mode == RING_ADAPTIVE ? ring_guarded(ring, disarm_body) : 0;
}

/* One step of waiting, at most limit_ns long. idle_ns is the time since the last completion. */
static int idle(struct ring *ring, int64_t idle_ns, int64_t limit_ns)
{
	int rc;

	if (ring->config.mode == RING_INTERRUPT ||
	    (ring->config.mode == RING_ADAPTIVE && idle_ns >= SPIN_NS))
		return sleep_once(ring, limit_ns);
	rc = ring_guarded(ring, spin_body);
	if (!rc && idle_ns >= SPIN_NS && ring->config.mode == RING_POLL) {
		sched_yield();
		ring->stats.yields++;
	}
	return rc < 0 ? -1 : 0;
}

static int check_body(void *arg)
{
	struct ring *ring = arg;
	uint32_t status = uiomap_read32(ring->regs, UIO_DUMMY_RING_STATUS);

	if (status & UIO_DUMMY_RING_RUNNING)
		return 0;
	/*
	 * Orders: STATUS -> ERROR, and the descriptor's completion in ring_process(), which has
	 * more detail.
	 */
	uiomap_rmb();
	if (ring_process(ring) < 0)
		return -1;
	ring_set_failure(ring, EIO, '-', uiomap_read32(ring->regs, UIO_DUMMY_RING_ERROR_INDEX),
			 uiomap_read32(ring->regs, UIO_DUMMY_RING_ERROR));
	return 0;
}

/*
 * Check that the device is present and running; store a failure in the ring. -1 if it was
 * removed.
 */
static int check(struct ring *ring)
{
	/* Some kernel drivers leave mappings in place after removal, so an access doesn't fail. */
	if (uiomap_device_removed(ring->device))
		return ring_is_gone(ring);
	return ring_guarded(ring, check_body);
}

int ring_wait(struct ring *ring, bool (*ready)(const struct ring *),
	      const char *(*deadlock)(const struct ring *), int64_t timeout_ns)
{
	uint32_t rx = ring->rx.cons, tx = ring->tx.cons;
	int64_t begin = 0, alive = 0, checked = 0, now, limit;
	bool spun = ring->config.mode == RING_INTERRUPT;
	const char *reason;

	if (timeout_ns < UIOMAP_FOREVER)
		return driver_fail(ring->device, EINVAL, "timeout %" PRId64 " ns is negative",
				   timeout_ns);
	for (;;) {
		if (ring_process(ring) < 0)
			return -1;
		if (ready(ring))
			return 0;
		if (ring->failure.error)
			return ring_failed(ring);
		if (!timeout_ns)
			return driver_fail(ring->device, EAGAIN, "no completion yet");
		reason = deadlock(ring);
		if (reason)
			return driver_fail(ring->device, EDEADLK, "%s", reason);
		/* While completions keep arriving, the clock is never read. */
		if (!spun) {
			spun = true;
			if (ring_guarded(ring, spin_body) < 0)
				return -1;
			continue;
		}

		now = clock_now_ns();
		if (!begin)
			begin = alive = checked = now;
		if (rx != ring->rx.cons || tx != ring->tx.cons)
			alive = checked = now;
		rx = ring->rx.cons;
		tx = ring->tx.cons;
		if (now - checked >= RING_CHECK_NS) {
			if (check(ring) < 0)
				return -1;
			checked = now;
		}
		limit = RING_CHECK_NS;
		if (timeout_ns != UIOMAP_FOREVER && timeout_ns - (now - begin) < limit)
			limit = timeout_ns - (now - begin);
		if (limit <= 0)
			return driver_fail(ring->device, ETIMEDOUT,
					   "nothing in %" PRId64 " ms; %" PRIu32
					   " messages are under way",
					   timeout_ns / 1000000,
					   ring->accepted - ring_received(ring));
		if (!ring->failure.error && idle(ring, now - alive, limit) < 0)
			return -1;
	}
}
