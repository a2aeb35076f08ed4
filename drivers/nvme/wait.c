/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* How the end of an I/O is waited for: by interrupt or by polling. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <time.h>

#include "internal.h"

/* Looks at the memory between two looks at the clock, which may be a system call: some 0.4 ms. */
#define LOOKS	8192
/*
 * Looks for each time that the CPU is told of it. In a virtual machine that may
 * be an exit, and under emulation it takes the lock which the device's model
 * needs to go on: told at each look, half of the I/Os a second are lost.
 */
#define LOOKS_A_HINT	64
/* How long it is polled for nothing before the CPU is given to somebody else: longer than a busy disk takes. */
#define SPIN_NS	INT64_C(1000000)

int64_t nvme_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

void nvme_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield" ::: "memory");
#endif
}

static int spin_body(void *arg)
{
	const struct nvme *n = arg;

	for (int i = 0; i < LOOKS; i++) {
		if (pair_ready(&n->io))
			return 1;
		if (i % LOOKS_A_HINT == LOOKS_A_HINT - 1)
			nvme_relax();
	}
	return 0;
}

/*
 * Get ready to sleep. 1: there is a completion, don't.
 *
 * No interrupt is missed in between: uiomap_irq_wait() counts from the last
 * wait on, so that one which comes after this look ends it at once.
 */
static int arm_body(void *arg)
{
	struct nvme *n = arg;

	/* A line stays up until all completions are given back (pcie 3.5.1.1). */
	queue_doorbell(&n->io.cq);
	return pair_ready(&n->io);
}

static int ready_body(void *arg)
{
	const struct nvme *n = arg;

	return pair_ready(&n->io);
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
		/* Lost, or late: it is the memory that tells what is done, never the interrupt. */
		late = nvme_guarded(n, ready_body);
		if (late < 0)
			return -1;
		n->stats.late += (unsigned int)late;
		return 0;
	}
	if (errno != ENODEV)
		return nvme_error_uiomap();
	nvme_is_gone(n);
	nvme_end_all(n, ENODEV);
	return nvme_stands(n);
}

int nvme_wait(struct nvme *n, bool (*ready)(const struct nvme *, uint8_t), uint8_t arg, int64_t timeout_ns)
{
	const bool poll = n->config.mode == NVME_POLL;
	uint64_t ios = n->stats.ios;
	int64_t begin = 0, alive = 0, looked = 0, now, limit;
	bool slept = false;
	int rc;

	if (timeout_ns < UIOMAP_FOREVER)
		return nvme_error_set(n->device, EINVAL, "a timeout of %" PRId64 " ns", timeout_ns);
	for (;;) {
		rc = n->gone ? nvme_stands(n) : nvme_turn(n);
		if (ready(n, arg))
			return 0;
		if (rc < 0)
			return -1;
		if (n->failed)
			return nvme_stands(n);
		if (!timeout_ns)
			return nvme_error_set(n->device, EAGAIN, "nothing has ended");
		if (!nvme_busy(n))
			return nvme_error_set(n->device, EDEADLK, "nothing will end: no I/O is in flight");
		/* With a fast disk this is all: no look at the clock, which may be a system call. */
		if (!slept && (poll || timeout_ns == UIOMAP_FOREVER || timeout_ns >= NVME_LOOK_NS)) {
			rc = poll ? nvme_guarded(n, spin_body) : sleep_once(n, NVME_LOOK_NS);
			if (rc < 0 && !n->gone)
				return -1;
			slept = !poll || !rc;
			continue;
		}

		now = nvme_now();
		if (!begin)
			begin = alive = looked = now;
		if (ios != n->stats.ios)
			alive = looked = now;
		ios = n->stats.ios;
		if (now - looked >= NVME_LOOK_NS) {
			if (nvme_look(n) < 0 || n->failed)
				continue;
			looked = now;
		}
		limit = NVME_LOOK_NS;
		if (timeout_ns != UIOMAP_FOREVER && timeout_ns - (now - begin) < limit)
			limit = timeout_ns - (now - begin);
		if (limit <= 0)
			return nvme_error_set(n->device, ETIMEDOUT, "nothing has ended in %" PRId64 " ms; %" PRIu32
					      " I/Os are in flight", timeout_ns / 1000000, nvme_busy(n));
		if (poll && now - alive >= SPIN_NS) {
			sched_yield();
			n->stats.yields++;
		}
		rc = poll ? nvme_guarded(n, spin_body) : sleep_once(n, limit);
		if (rc < 0 && !n->gone)
			return -1;
	}
}
