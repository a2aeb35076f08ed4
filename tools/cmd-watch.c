/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uiomap watch: count a device's interrupts, one line per second. It only observes: the driver
 * must enable and acknowledge them.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define HISTORY 32 /* ticks */

struct arguments {
	struct device_arguments device;
	int64_t interval_ns;
	uint64_t ticks; /* 0: no limit */
};

static const struct argp_option options[] = {
	{ "interval", 'i', "SECONDS", 0, "how often to tell (1)", 0 },
	{ "count", 'n', "N", 0, "end after so many lines", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->device;
		return 0;
	case 'i':
		if (!parse_seconds(arg, &a->interval_ns) || a->interval_ns < 1000000)
			argp_error(state, "--interval %s: seconds, 0.001 or more", arg);
		return 0;
	case 'n':
		if (!uiomap_i_parse_number(arg, true, UINT64_MAX, &a->ticks) || !a->ticks)
			argp_error(state, "--count %s: a number from 1 on", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = { { &device_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"SELECTOR",
	"Show how many interrupts a device raises. Enables and acknowledges nothing: a driver must do that. `missed` counts those that came "
	"before an earlier one had been waited for, so that one wait reported several.",
	children,
	0,
	0
};

/* Print the rates of the last ticks as blocks, scaled to the highest rate. */
static void sparkline(const double *rates, unsigned int count)
{
	static const char * const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	double top = 0;

	for (unsigned int i = 0; i < count; i++)
		top = fmax(top, rates[i]);
	for (unsigned int i = 0; i < count; i++)
		fputs(blocks[top > 0 ? (int)(rates[i] / top * 7) : 0], stdout);
}

struct tally {
	uint64_t interrupts, waits;
};

/* Count until `end`. Returns an exit status. */
static int count_until(struct uiomap_device *device, int64_t end, struct tally *tally)
{
	for (;;) {
		int64_t left = end - uiomap_i_now();
		uint32_t n;

		if (uiomap_irq_wait(device, left > 0 ? left : 0, &n) == 0) {
			tally->interrupts += n;
			tally->waits++;
			/* Leave the loop in time even if interrupts never stop. */
			if (left > 0)
				continue;
			return TOOL_OK;
		}
		if (errno == ETIMEDOUT)
			return TOOL_OK;
		if (errno != EINTR)
			return complain_uiomap();
	}
}

static int watch(struct uiomap_device *device, const struct arguments *a)
{
	/* Without a descriptor the library polls the total count, so `missed` can't be known. */
	const bool by_total = uiomap_irq_fd(device) < 0;
	double rates[HISTORY] = { 0 };
	struct tally all = { 0 };
	int64_t tick = uiomap_i_now();
	unsigned int filled = 0;
	bool live = isatty(STDOUT_FILENO) && !a->device.json;

	for (uint64_t n = 0; !a->ticks || n < a->ticks; n++) {
		struct tally latest = { 0 };
		int64_t begin = tick;
		int status;

		tick += a->interval_ns;
		status = count_until(device, tick, &latest);
		if (status) {
			if (live)
				putchar('\n');
			return status;
		}
		all.interrupts += latest.interrupts;
		all.waits += latest.waits;
		if (filled == HISTORY)
			memmove(rates, rates + 1, sizeof(rates) - sizeof(*rates));
		else
			filled++;
		rates[filled - 1] =
			(double)latest.interrupts * 1e9 / (double)(uiomap_i_now() - begin);
		if (a->device.json) {
			status = print_json(
				json_pack("{s:I, s:f, s:o}", "interrupts",
					  (json_int_t)all.interrupts, "rate", rates[filled - 1],
					  "missed",
					  by_total ? json_null() :
						     json_integer((json_int_t)(all.interrupts -
									       all.waits))),
				true);
		} else {
			printf("%s%10.1f /s  %12" PRIu64 " interrupts  ", live ? "\r\033[K" : "",
			       rates[filled - 1], all.interrupts);
			if (!by_total)
				printf("%10" PRIu64 " missed  ", all.interrupts - all.waits);
			sparkline(rates, filled);
			if (!live)
				putchar('\n');
			status = flush_output();
		}
		if (status)
			return status;
	}
	if (live)
		putchar('\n');
	return flush_output();
}

int cmd_watch(int argc, char **argv)
{
	struct arguments a = { .device.needed = true, .interval_ns = 1000000000 };
	struct uiomap_device *device;
	int status;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	device = uiomap_open(a.device.device, UIOMAP_RDONLY);
	status = device ? watch(device, &a) : complain_uiomap();
	uiomap_close(device);
	return status;
}
