/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * ring-demo: send messages through a DMA ring and check what comes back. With --stats, also
 * compare with the device's own counters.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uiomap.h>

#include "option-number.h"
#include "program.h"
#include "ring-report.h"
#include "ring.h"
#include "syscalls.h"

/* A wait longer than this is a failure of the device. */
#define TIMEOUT_NS INT64_C(10000000000)
/* Each message begins with its 4-byte number. */
#define HEADER	   4u
#define AT_ONCE	   64u

static const struct argp_option options[] = {
	{ "messages", 'n', "N", 0, "messages to send (100000)", 0 },
	{ "size", 's', "SIZES", 0,
	  "bytes of a message: N, MIN-MAX (random), or imix: 40, 576, 1500 as 7:4:1 (4-1500)", 0 },
	{ "mode", 'm', "MODE", 0, "interrupt, poll or adaptive (adaptive)", 0 },
	{ "ring", 'r', "N", 0,
	  "messages in the ring, a power of two (default: the device's maximum, at most 256)", 0 },
	{ "batch", 'b', "N", 0, "messages per doorbell (a quarter of the ring, at most 64)", 0 },
	{ "stats", 'd', "FILE", 0, "compare with the device's counters in FILE, lines 'NAME VALUE'",
	  0 },
	{ 0 },
};

struct arguments {
	struct program_arguments program;
	const char *stats;
	struct ring_config config;
	uint32_t messages, min, max;
	bool imix;
};

static void sizes(struct arguments *a, const char *arg, struct argp_state *state)
{
	const char *at = arg;

	a->imix = !strcmp(arg, "imix");
	if (a->imix) {
		a->max = 1500;
		return;
	}
	if (number_take(&at, HEADER, INT32_MAX, &a->min)) {
		a->max = a->min;
		if (!*at || (*at++ == '-' && number_take(&at, a->min, INT32_MAX, &a->max) && !*at))
			return;
	}
	argp_error(state,
		   "--size %s: N, MIN-MAX or imix; from %u to %d bytes, and MIN not above MAX", arg,
		   HEADER, INT32_MAX);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static const char * const modes[] = { "interrupt", "poll", "adaptive" };
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->program;
		return 0;
	case 'n':
		a->messages = program_number("messages", arg, INT32_MAX, state);
		return 0;
	case 's':
		sizes(a, arg, state);
		return 0;
	case 'm':
		for (int i = 0; i < 3; i++)
			if (!strcmp(arg, modes[i])) {
				a->config.mode = (enum ring_mode)i;
				return 0;
			}
		argp_error(state, "--mode %s: interrupt, poll or adaptive", arg);
		return 0;
	case 'r':
		a->config.size = program_number("ring", arg, INT32_MAX, state);
		return 0;
	case 'b':
		a->config.batch = program_number("batch", arg, INT32_MAX, state);
		return 0;
	case 'd':
		a->stats = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = { { &program_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options, parse, "SELECTOR", "Send messages through the DMA ring SELECTOR.", children, 0, 0
};

struct run {
	const struct arguments *a;
	struct ring *ring;
	struct report *report;
	unsigned char pattern[2 * 4096];
};

/* A pure function of n, so that sender and receiver compute the same length. */
static uint32_t length_of(const struct arguments *a, uint32_t n)
{
	uint32_t random = (n ^ n >> 15) * 2654435761u;

	random ^= random >> 13;
	if (a->imix)
		return random % 12 < 7 ? 40 : random % 12 < 11 ? 576 : 1500;
	return a->min + random % (a->max - a->min + 1);
}

static void compose(const struct run *run, unsigned char *buffer, uint32_t n)
{
	uint32_t left = length_of(run->a, n) - HEADER, step;

	memcpy(buffer, &n, HEADER);
	for (buffer += HEADER; left; buffer += step, left -= step) {
		step = left < 4096 ? left : 4096;
		memcpy(buffer, run->pattern + n % 4096, step);
	}
}

/*
 * The driver has verified the bytes by CRC. The number and the expected length only this
 * program knows.
 */
static void check(struct run *run, const struct ring_message *m)
{
	struct report *r = run->report;
	uint32_t n;

	memcpy(&n, m->data, HEADER);
	if (m->length != length_of(run->a, n))
		r->wrong++;
	/*
	 * A number below the expected one was overtaken. One above: those between are lost, or
	 * arrive later and count as out of order.
	 */
	if ((int32_t)(n - r->next) < 0) {
		r->out_of_order++;
	} else {
		r->lost += n - r->next;
		r->next = n + 1;
	}
	r->received++;
	r->bytes += m->length;
}

static int recover(struct run *run)
{
	if (errno != EIO && errno != EBADMSG)
		return program_complain(run->a->program.selector, ring_error());
	if (run->report->failures++ < 10)
		program_complain(run->a->program.selector, ring_error());
	return ring_recover(run->ring) < 0 ?
		       program_complain(run->a->program.selector, ring_error()) :
		       0;
}

/*
 * Runs in a guard: the device may be removed while its buffers are accessed. Returns 0, or 1
 * after an error that was printed.
 */
static int move(void *arg)
{
	struct run *run = arg;
	struct report *r = run->report;
	struct ring_message messages[AT_ONCE];

	while (r->received + r->lost < run->a->messages) {
		void *buffer;
		int n;

		while (r->sent < run->a->messages && (buffer = ring_reserve(run->ring, 0))) {
			compose(run, buffer, r->sent);
			if (ring_commit(run->ring, length_of(run->a, r->sent)) < 0)
				break;
			r->sent++;
		}
		if (r->sent < run->a->messages && errno != EAGAIN && recover(run) < 0)
			return 1;
		n = ring_peek(run->ring, messages, AT_ONCE, TIMEOUT_NS);
		if (n < 0) {
			if (recover(run) < 0)
				return 1;
			continue;
		}
		for (int i = 0; i < n; i++)
			check(run, &messages[i]);
		if (ring_release(run->ring, (unsigned int)n) < 0) {
			program_complain(run->a->program.selector, ring_error());
			return 1;
		}
	}
	return 0;
}

static int run_ring(struct uiomap_device *device, const struct arguments *a, struct report *r)
{
	struct run run = { .a = a, .report = r };
	char why[96];
	double begin;
	int rc, fd;

	for (size_t i = 0; i < sizeof(run.pattern); i++)
		run.pattern[i] = (unsigned char)(i * 2654435761u >> 24);
	run.ring = ring_open(device, &a->config);
	if (!run.ring)
		return program_complain(a->program.selector, ring_error());
	if (a->max > ring_message_max(run.ring)) {
		snprintf(why, sizeof(why),
			 "its longest message has %" PRIu32 " bytes, --size asks for %" PRIu32,
			 ring_message_max(run.ring), a->max);
		ring_close(run.ring);
		return program_complain(a->program.selector, why);
	}
	if (a->stats && report_device(a->stats, &r->before) < 0) {
		ring_close(run.ring);
		return program_complain(a->stats, strerror(errno));
	}
	fd = syscalls_begin();
	begin = program_seconds();
	rc = uiomap_guard(device, move, &run);
	if (rc == UIOMAP_GUARD_FAILED)
		program_complain(a->program.selector, uiomap_error());
	r->seconds = program_seconds() - begin;
	r->system_calls = syscalls_end(fd);
	ring_stats(run.ring, &r->ring);
	/* This resets the device; afterwards its counters are final. */
	ring_close(run.ring);
	if (rc == 0 && a->stats && report_device(a->stats, &r->after) < 0)
		rc = program_complain(a->stats, strerror(errno));
	return rc;
}

int main(int argc, char **argv)
{
	struct arguments a = { .messages = 100000,
			       .min = HEADER,
			       .max = 1500,
			       .config.mode = RING_ADAPTIVE };
	struct report report = { 0 };
	struct uiomap_device *device;
	int rc;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	device = uiomap_open(a.program.selector, UIOMAP_EXCLUSIVE);
	if (!device) {
		program_complain(a.program.selector, uiomap_error());
		return 1;
	}
	rc = run_ring(device, &a, &report);
	uiomap_close(device);
	if (report.sent || rc == 0)
		report_print(&report, a.stats != NULL);
	if (rc == 0 && a.program.json && report_json(&report, a.stats != NULL, a.program.json) < 0)
		rc = program_complain(a.program.json, strerror(errno));
	return rc || !report_good(&report, a.stats != NULL);
}
