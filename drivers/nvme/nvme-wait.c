/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Wait for the end of an I/O: by interrupt or by polling. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>

#include "driver-clock.h"
#include "cpu-relax.h"
#include "nvme-internal.h"

/* Polls of memory between two readings of the clock, which may be a system call: about 0.4 ms. */
#define POLLS	      8192
/*
 * Polls per cpu_relax(). In a virtual machine cpu_relax() may cause an exit,
 * and under emulation it takes the lock that the device's model needs: one at
 * each poll halves the I/Os per second.
 */
#define POLLS_A_RELAX 64
/*
 * How long to poll without a completion before yielding the CPU: longer than a busy disk takes
 * for an I/O.
 */
#define SPIN_NS	      INT64_C(1000000)

static int spin_body(void *arg)
{
	const struct nvme *n = arg;

	for (int i = 0; i < POLLS; i++) {
		if (qpair_ready(&n->io))
			return 1;
		if (i % POLLS_A_RELAX == POLLS_A_RELAX - 1)
			cpu_relax();
	}
	return 0;
}

/*
 * Prepare to sleep. Returns 1 if there is a completion, so that sleeping would
 * be wrong.
 *
 * No interrupt is missed in between: uiomap_irq_wait() returns at once for any
 * interrupt since the last wait.
 */
static int arm_body(void *arg)
{
	struct nvme *n = arg;

	/*
	 * A pin-based interrupt stays asserted until all completions are consumed (pcie
	 * 3.5.1.1).
	 */
	queue_doorbell(&n->io.cq);
	return qpair_ready(&n->io);
}

static int ready_body(void *arg)
{
	const struct nvme *n = arg;

	return qpair_ready(&n->io);
}

/* Sleep until an interrupt comes, but no longer than limit_ns. */
static int sleep_once(struct nvme *n, int64_t limit_ns)
{
	uint32_t count = 0;
	int rc = nvme_guarded(n, arm_body), late;

	if (rc)
		return rc < 0 ? -1 : 0;
	n->stats.sleeps++;
	if (uiomap_irq_wait(n->device, limit_ns, &count) == 0) {
		n->stats.interrupts += count;
		return 0;
	}
	if (errno == ETIMEDOUT) {
		/* The interrupt may be lost or late. Only memory shows what is complete. */
		late = nvme_guarded(n, ready_body);
		if (late < 0)
			return -1;
		n->stats.late += (unsigned int)late;
		return 0;
	}
	if (errno != ENODEV)
		return driver_fail_uiomap();
	return nvme_is_gone(n);
}

int nvme_wait(struct nvme *n, bool (*ready)(const struct nvme *, uint8_t), uint8_t arg,
	      int64_t timeout_ns)
{
	const bool poll = n->config.mode == NVME_POLL;
	uint64_t ios = n->stats.ios;
	int64_t begin = 0, alive = 0, checked = 0, now, limit;
	bool slept = false;
	int rc;

	if (timeout_ns < UIOMAP_FOREVER)
		return driver_fail(n->device, EINVAL, "timeout %" PRId64 " ns is negative",
				   timeout_ns);
	for (;;) {
		rc = n->gone ? nvme_failed(n) : nvme_process(n);
		if (ready(n, arg))
			return 0;
		if (rc < 0)
			return -1;
		if (n->failed)
			return nvme_failed(n);
		if (!timeout_ns)
			return driver_fail(n->device, EAGAIN, "no I/O has completed");
		if (!nvme_outstanding(n))
			return driver_fail(n->device, EDEADLK,
					   "no I/O will complete: none is in flight");
		/*
		 * While completions keep arriving, the clock is never read: that may be a
		 * system call.
		 */
		if (!slept &&
		    (poll || timeout_ns == UIOMAP_FOREVER || timeout_ns >= NVME_CHECK_NS)) {
			rc = poll ? nvme_guarded(n, spin_body) : sleep_once(n, NVME_CHECK_NS);
			if (rc < 0 && !n->gone)
				return -1;
			slept = !poll || !rc;
			continue;
		}

		now = clock_now_ns();
		if (!begin)
			begin = alive = checked = now;
		if (ios != n->stats.ios)
			alive = checked = now;
		ios = n->stats.ios;
		if (now - checked >= NVME_CHECK_NS) {
			if (nvme_check(n) < 0 || n->failed)
				continue;
			checked = now;
		}
		limit = NVME_CHECK_NS;
		if (timeout_ns != UIOMAP_FOREVER && timeout_ns - (now - begin) < limit)
			limit = timeout_ns - (now - begin);
		if (limit <= 0)
			return driver_fail(n->device, ETIMEDOUT,
					   "no I/O has completed in %" PRId64 " ms; %" PRIu32
					   " I/Os are in flight",
					   timeout_ns / 1000000, nvme_outstanding(n));
		if (poll && now - alive >= SPIN_NS) {
			sched_yield();
			n->stats.yields++;
		}
		rc = poll ? nvme_guarded(n, spin_body) : sleep_once(n, limit);
		if (rc < 0 && !n->gone)
			return -1;
	}
}
