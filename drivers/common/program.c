/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "driver-clock.h"
#include "option-number.h"
#include "program.h"
#include "quote.h"

static const struct argp_option options[] = {
	{ "json", 'j', "FILE", 0, "write the results to FILE, as JSON", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct program_arguments *a = state->input;

	switch (key) {
	case 'j':
		a->json = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->selector)
			argp_error(state, "one device only");
		a->selector = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which device?");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp program_argp = { options, parse, NULL, NULL, NULL, NULL, NULL };

uint32_t program_number(const char *option, const char *arg, uint32_t max, struct argp_state *state)
{
	const char *at = arg;
	uint32_t value = 0;

	if (!number_take(&at, 1, max, &value) || *at)
		argp_error(state, "--%s %s: a number from 1 to %" PRIu32, option, arg, max);
	return value;
}

double program_seconds(void)
{
	return (double)clock_now_ns() / 1e9;
}

int program_complain(const char *what, const char *why)
{
	char line[2][ESCAPE_SIZE(4096)];

	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name,
		uiomap_i_escape(what, line[0], sizeof(line[0])),
		uiomap_i_escape(why, line[1], sizeof(line[1])));
	return -1;
}
