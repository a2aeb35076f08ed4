/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/ring on the simulated DMA ring. Every message is composed from its
 * number, and compared byte by byte when it is back; how many there were and
 * in which order is the device's word too.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <uio_dummy.h>
#include <uiomap.h>

#include "dummy.h"
#include "ring.h"
#include "syscalls.h"

#define MS INT64_C(1000000)
#define SECOND INT64_C(1000000000)
#define AT_ONCE 64u
#define PATTERN 4096u

static const enum ring_mode modes[] = { RING_INTERRUPT, RING_POLL, RING_ADAPTIVE };
static const char *const mode_names[] = { "interrupt", "poll", "adaptive" };

struct wire {
	struct dummy *dummy;
	struct uiomap_device *device;
	struct ring *ring;
	uint32_t max;			/* longest message sent, bytes */
	uint32_t sent, received;	/* messages */
	uint64_t bytes;
	unsigned int recoveries, timeouts;
	unsigned char pattern[2 * PATTERN];
};

/* Of the driver, or of the simulator's client: whichever was called. */
#define OK(call) cr_assert_geq((call), 0, "%s: errno %d: %s / %s / %s", #call, errno, ring_error(), uiomap_error(), dummy_error())

static void plug(struct wire *w, const char *irq, const char *driver, const char *options)
{
	for (size_t i = 0; i < sizeof(w->pattern); i++)
		w->pattern[i] = (unsigned char)((i + 1) * 2654435761u >> 24);
	w->dummy = dummy_new("ring-");
	cr_assert(w->dummy, "%s", dummy_error());
	OK(dummy_set(w->dummy, "model", "ring"));
	OK(dummy_set(w->dummy, "irq", irq));
	OK(dummy_go_live(w->dummy));
	if (options)
		OK(dummy_stub_options(w->dummy, options));
	OK(dummy_bind(w->dummy, driver));
	w->device = uiomap_open(dummy_name(w->dummy), UIOMAP_EXCLUSIVE);
	cr_assert(w->device, "%s", uiomap_error());
}

static void start(struct wire *w, const char *irq, const struct ring_config *config, uint32_t max)
{
	memset(w, 0, sizeof(*w));
	plug(w, irq, "uio_stub", "dma=4M");
	w->max = max;
	w->ring = ring_open(w->device, config);
	cr_assert(w->ring, "%s", ring_error());
}

static void finish(struct wire *w)
{
	ring_close(w->ring);
	uiomap_close(w->device);
	dummy_free(w->dummy);
}

static uint64_t device_says(const struct wire *w, const char *name)
{
	uint64_t value = 0;

	OK(dummy_stat(w->dummy, "stats", name, &value));
	return value;
}

static uint32_t hash(uint32_t n)
{
	n = (n ^ n >> 15) * 2654435761u;
	return n ^ n >> 13;
}

/* Mostly short, one in 64 of any length. */
static uint32_t length_of(const struct wire *w, uint32_t n)
{
	uint32_t most = n % 64 || w->max < 128 ? (w->max < 128 ? w->max : 128) : w->max;

	return 1 + hash(n) % most;
}

/* Send what there is room for. -1: the ring stands. */
static int send_some(struct wire *w, uint32_t end)
{
	while (w->sent < end) {
		void *buffer = ring_reserve(w->ring, 0);

		if (!buffer)
			return errno == EAGAIN ? 0 : -1;
		memcpy(buffer, w->pattern + w->sent % PATTERN, length_of(w, w->sent));
		if (ring_commit(w->ring, length_of(w, w->sent)) < 0)
			return -1;
		w->sent++;
	}
	return 0;
}

/* Take what has come, waiting for it at most so long. -1: the ring stands, or nothing came. */
static int take_some(struct wire *w, int64_t timeout_ns)
{
	struct ring_message m[AT_ONCE];
	int count = ring_peek(w->ring, m, AT_ONCE, timeout_ns);

	if (count < 0)
		return -1;
	for (int i = 0; i < count; i++, w->received++) {
		const uint32_t n = w->received;

		/* One comparison decides, so that a million of them cost little. */
		if (m[i].number != n || m[i].length != length_of(w, n) || memcmp(m[i].data, w->pattern + n % PATTERN, m[i].length))
			cr_assert_fail("message %u came as %u, %u bytes instead of %u, or with others", n, m[i].number,
				       m[i].length, length_of(w, n));
		w->bytes += m[i].length;
	}
	return ring_release(w->ring, (unsigned int)count);
}

/* All of them through; `trouble` is called at every `every`th message. */
static void all_through(struct wire *w, uint32_t messages, uint32_t every, void (*trouble)(struct wire *w))
{
	uint32_t next = every ? every : UINT32_MAX;

	while (w->received < messages) {
		if (w->sent >= next && w->sent < messages) {
			next += every;
			trouble(w);
		}
		if (send_some(w, messages) == 0 && take_some(w, 20 * SECOND) == 0)
			continue;
		cr_assert(errno == EIO || errno == EBADMSG, "after %u: errno %d: %s", w->received, errno, ring_error());
		cr_assert_eq(ring_failure(w->ring)->error, errno);
		OK(ring_recover(w->ring));
		w->recoveries++;
	}
}

/* None lost, none doubled, none reordered: here each was compared with its number; this is what the device saw. */
static void check(struct wire *w, uint32_t messages)
{
	struct ring_stats stats;

	ring_stats(w->ring, &stats);
	cr_assert_eq(stats.accepted, messages);
	cr_assert_eq(stats.received, messages);
	cr_assert_eq(stats.bytes, w->bytes);
	cr_assert_eq(stats.recoveries, w->recoveries);
	ring_close(w->ring);
	w->ring = NULL;
	cr_assert_eq(device_says(w, "out_of_order"), 0);
	cr_assert_eq(device_says(w, "reset_skipped"), 0, "a recovery has left messages out");
	cr_assert_eq(device_says(w, "dma_faults"), 0);
	if (!w->recoveries) {
		cr_assert_eq(device_says(w, "messages"), messages);
		cr_assert_eq(device_says(w, "bytes"), w->bytes);
		cr_assert_eq(device_says(w, "reset_repeated"), 0);
	}
}

/* Hardly a sleep may end by its time limit: a wake-up that gets lost costs one. Some are the host's fault, which is busy. */
static void check_wakeups(const struct wire *w)
{
	struct ring_stats stats;

	ring_stats(w->ring, &stats);
	cr_assert_leq(stats.late, 5 + stats.sleeps / 10, "%lu of %lu sleeps missed their interrupt", stats.late, stats.sleeps);
}

Test(ring, a_million_messages, .timeout = 300)
{
	struct wire w;

	start(&w, "level", NULL, 4096);
	all_through(&w, 1000000, 0, NULL);
	check_wakeups(&w);
	check(&w, 1000000);
	finish(&w);
}

/* In each mode, busy: how many messages for a system call. */
Test(ring, hundred_thousand_in_each_mode, .timeout = 300)
{
	static const char *const irqs[] = { "level", "edge" };

	for (int i = 0; i < 3; i++)
		for (int edge = 0; edge < 2; edge++) {
			struct ring_config config = { .mode = modes[i] };
			struct ring_stats stats;
			struct wire w;
			int fd;

			if (edge && modes[i] == RING_POLL)
				continue;
			start(&w, irqs[edge], &config, 4096);
			fd = syscalls_begin();
			cr_assert_geq(fd, 0, "the kernel doesn't count system calls: %s", strerror(errno));
			all_through(&w, 100000, 0, NULL);
			cr_assert_leq(syscalls_count(fd), 100000 / 10, "%s, %s: %lu system calls", mode_names[i], irqs[edge],
				      syscalls_count(fd));
			close(fd);
			ring_stats(w.ring, &stats);
			cr_assert_eq(stats.sleeps == 0 && stats.interrupts == 0, modes[i] == RING_POLL || stats.sleeps == 0);
			cr_assert_leq(stats.batches, 100000 / 10, "%lu doorbells", stats.batches);
			check_wakeups(&w);
			check(&w, 100000);
			finish(&w);
		}
}

/* ---- faults, in each mode -------------------------------------------------- */

static void lose(struct wire *w)
{
	OK(dummy_stimulate(w->dummy, "lose_irq", 2));
}

static void delay(struct wire *w)
{
	OK(dummy_stimulate(w->dummy, "delay_irq_ns", (uint64_t)(w->sent % 4 * 5 * MS)));
}

/* The device stands: waiting ends in time, says so, and nothing is lost. */
static void stall(struct wire *w)
{
	OK(dummy_stimulate(w->dummy, "stall", 1));
	while (take_some(w, 30 * MS) == 0)
		send_some(w, w->received + 200);
	cr_assert_eq(errno, ETIMEDOUT, "%s", ring_error());
	w->timeouts++;
	OK(dummy_stimulate(w->dummy, "stall", 0));
}

static void error(struct wire *w)
{
	OK(dummy_stimulate(w->dummy, "error", 1));
}

static void corrupt(struct wire *w)
{
	OK(dummy_stimulate(w->dummy, "corrupt", 1));
}

static void with_fault(void (*fault)(struct wire *w), int mode, struct wire *w)
{
	struct ring_config config = { .mode = modes[mode] };

	start(w, "level", &config, 1024);
	all_through(w, 100000, 5000, fault);
	check(w, 100000);
}

Test(ring, lost_interrupts, .timeout = 300)
{
	for (int mode = 0; mode < 3; mode += 2) {
		uint64_t lost;
		struct wire w;

		with_fault(lose, mode, &w);
		OK(dummy_stat(w.dummy, "irq_stats", "lost", &lost));
		cr_assert(lost > 0 || modes[mode] == RING_ADAPTIVE, "none was lost");
		finish(&w);
	}
}

Test(ring, delayed_interrupts, .timeout = 300)
{
	for (int mode = 0; mode < 3; mode += 2) {
		uint64_t delayed;
		struct wire w;

		with_fault(delay, mode, &w);
		OK(dummy_stat(w.dummy, "irq_stats", "delayed", &delayed));
		cr_assert(delayed > 0 || modes[mode] == RING_ADAPTIVE, "none was delayed");
		finish(&w);
	}
}

Test(ring, stalls, .timeout = 300)
{
	for (int mode = 0; mode < 3; mode++) {
		struct wire w;

		with_fault(stall, mode, &w);
		cr_assert_eq(w.timeouts, 19);
		cr_assert_eq(w.recoveries, 0);
		finish(&w);
	}
}

Test(ring, error_descriptors, .timeout = 300)
{
	for (int mode = 0; mode < 3; mode++) {
		struct wire w;

		with_fault(error, mode, &w);
		cr_assert_eq(w.recoveries, 19);
		cr_assert_eq(device_says(&w, "tx_errors"), 19);
		finish(&w);
	}
}

Test(ring, corrupted_completions, .timeout = 300)
{
	for (int mode = 0; mode < 3; mode++) {
		struct wire w;

		with_fault(corrupt, mode, &w);
		cr_assert_eq(w.recoveries, 19);
		cr_assert_eq(device_says(&w, "corrupted"), 19);
		finish(&w);
	}
}

Test(ring, an_error_completion_names_its_descriptor, .timeout = 60)
{
	struct ring_config config = { .mode = RING_INTERRUPT };
	const struct ring_failure *failure;
	struct wire w;

	start(&w, "level", &config, 64);
	all_through(&w, 700, 0, NULL);
	OK(dummy_stimulate(w.dummy, "error", 1));
	OK(send_some(&w, 710));
	cr_assert(take_some(&w, 20 * SECOND) == -1 && errno == EIO, "%s", ring_error());
	failure = ring_failure(w.ring);
	cr_assert_eq(failure->error, EIO);
	cr_assert_eq(failure->queue, 'T');
	cr_assert_eq(failure->index, 700);
	cr_assert_eq(failure->number, 700);
	cr_assert_eq(failure->code, UIO_DUMMY_RING_E_DEVICE);
	cr_assert(strstr(ring_error(), "transmit descriptor 700 (message 700)"), "%s", ring_error());
	cr_assert(strstr(ring_error(), dummy_name(w.dummy)), "%s", ring_error());
	OK(ring_recover(w.ring));
	w.recoveries++;
	all_through(&w, 710, 0, NULL);
	check(&w, 710);
	finish(&w);
}

/* ---- waiting ------------------------------------------------------------------ */

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

Test(ring, idle_sleeps_and_full_says_so, .timeout = 120)
{
	for (int mode = 0; mode < 3; mode++) {
		struct ring_config config = { .mode = modes[mode], .size = 16 };
		struct ring_message m;
		int64_t begin, cpu;
		struct wire w;

		start(&w, "level", &config, 64);
		OK(dummy_stimulate(w.dummy, "stall", 1));
		OK(send_some(&w, 100));
		cr_assert_eq(w.sent, 16);
		begin = clock_ns(CLOCK_MONOTONIC);
		cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		cr_assert_null(ring_reserve(w.ring, 400 * MS));
		cr_assert_eq(errno, ETIMEDOUT, "%s", ring_error());
		begin = clock_ns(CLOCK_MONOTONIC) - begin;
		cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
		cr_assert_geq(begin, 400 * MS);
		cr_assert(modes[mode] == RING_POLL || cpu < begin / 3, "%s: %ld of %ld ms awake, for nothing",
			  mode_names[mode], (long)(cpu / MS), (long)(begin / MS));
		OK(dummy_stimulate(w.dummy, "stall", 0));
		/* Nobody takes what arrives: EAGAIN if asked so, and no endless wait if not. */
		while (w.sent < 32 && ring_reserve(w.ring, 20 * SECOND))
			OK(send_some(&w, w.sent + 1));
		cr_assert_eq(w.sent, 32);
		cr_assert_null(ring_reserve(w.ring, 0));
		cr_assert_eq(errno, EAGAIN);
		cr_assert_null(ring_reserve(w.ring, UIOMAP_FOREVER));
		cr_assert_eq(errno, EDEADLK, "%s", ring_error());
		all_through(&w, 32, 0, NULL);
		cr_assert(ring_peek(w.ring, &m, 1, 0) == -1 && errno == EAGAIN);
		cr_assert(ring_peek(w.ring, &m, 1, UIOMAP_FOREVER) == -1 && errno == EDEADLK);
		check(&w, 32);
		finish(&w);
	}
}

/* ---- removal -------------------------------------------------------------------- */

struct puller {
	struct wire *w;
	atomic_uint received;	/* so far */
	unsigned int at;	/* pull then */
};

static void *pull(void *arg)
{
	struct puller *p = arg;

	while (p->received < p->at)
		usleep(200);
	return (void *)(intptr_t)dummy_unplug(p->w->dummy);
}

/* Until it is gone. The buffers are the device's too, so all of it is guarded. */
static int run_until_gone(void *arg)
{
	struct puller *p = arg;

	for (;;) {
		if (send_some(p->w, UINT32_MAX) < 0 || take_some(p->w, 20 * SECOND) < 0)
			return -1;
		p->received = p->w->received;
	}
}

Test(ring, pulled_out_while_it_runs_200_times, .timeout = 300)
{
	for (int i = 0; i < 200; i++) {
		struct ring_config config = { .mode = modes[i % 3] };
		struct puller p = { .at = 1 + (unsigned int)i * 7 };
		struct ring_message m;
		pthread_t thread;
		struct wire w;
		void *rc;

		start(&w, i % 2 ? "edge" : "level", &config, 256);
		p.w = &w;
		cr_assert_eq(pthread_create(&thread, NULL, pull, &p), 0);
		cr_assert_eq(uiomap_guard(w.device, run_until_gone, &p), -1);
		cr_assert_eq(errno, ENODEV, "%d: %s", i, ring_error());
		pthread_join(thread, &rc);
		cr_assert_null(rc, "%s", dummy_error());
		/* It stays so. */
		cr_assert(ring_flush(w.ring) == -1 && errno == ENODEV, "%s", ring_error());
		cr_assert(ring_recover(w.ring) == -1 && errno == ENODEV);
		cr_assert(ring_peek(w.ring, &m, 1, UIOMAP_FOREVER) == -1 && errno == ENODEV);
		finish(&w);
	}
}

Test(ring, pulled_out_while_it_sleeps, .timeout = 60)
{
	struct ring_config config = { .mode = RING_INTERRUPT };
	struct ring_message m;
	struct puller p;
	pthread_t thread;
	struct wire w;

	start(&w, "level", &config, 64);
	p = (struct puller){ .w = &w };
	OK(dummy_stimulate(w.dummy, "stall", 1));
	OK(send_some(&w, 1));
	cr_assert_eq(pthread_create(&thread, NULL, pull, &p), 0);
	cr_assert_eq(ring_peek(w.ring, &m, 1, UIOMAP_FOREVER), -1);
	cr_assert_eq(errno, ENODEV, "%s", ring_error());
	pthread_join(thread, NULL);
	finish(&w);
}

/* ---- what can't work says why ------------------------------------------------- */

static void refused(struct wire *w, const struct ring_config *config, int error, const char *text)
{
	cr_assert_null(ring_open(w->device, config));
	cr_assert_eq(errno, error, "errno %d: %s", errno, ring_error());
	cr_assert(strstr(ring_error(), text), "%s", ring_error());
}

Test(ring, what_it_lacks, .timeout = 60)
{
	struct ring_config poll = { .mode = RING_POLL };
	struct wire w;

	plug(&w, "none", "uio_stub", "dma=64K");
	refused(&w, NULL, ENOTSUP, "no interrupt");
	refused(&w, &poll, ENOMEM, "take 2113536 bytes of DMA memory");
	poll.size = 4;
	w.ring = ring_open(w.device, &poll);
	cr_assert(w.ring, "%s", ring_error());
	w.sent = w.received = w.recoveries = 0;
	w.bytes = 0;
	w.max = 4096;
	all_through(&w, 500, 0, NULL);
	check(&w, 500);
	finish(&w);

	plug(&w, "level", "uio_pdrv_genirq", NULL);
	refused(&w, NULL, ENOTSUP, "no DMA memory");
	w.ring = NULL;
	finish(&w);
}
