/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/ring on the simulated DMA ring. Every message is composed from its
 * number, and compared byte by byte when it is back; how many there were and
 * in which order is the device's word too.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <uio_dummy.h>
#include <uiomap.h>

#include "dummy.h"
#include "ring.h"

#define SECOND INT64_C(1000000000)
#define AT_ONCE 64u
#define PATTERN 4096u

static const enum ring_mode modes[] = { RING_INTERRUPT, RING_POLL, RING_ADAPTIVE };

struct wire {
	struct dummy *dummy;
	struct uiomap_device *device;
	struct ring *ring;
	uint32_t max;			/* longest message sent, bytes */
	uint32_t sent, received;	/* messages */
	uint64_t bytes;
	unsigned int recoveries;
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

/* ---- faults, in each mode -------------------------------------------------- */

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
