/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap read, write, poll: access single registers. */
#include <inttypes.h>
#include <sched.h>

#include "register-target.h"

struct arguments {
	struct target target;
	uint64_t value, count, mask;
	int64_t timeout_ns;
	bool no_readback;
};

enum { KEY_MASK = 1000, KEY_TIMEOUT, KEY_NO_READBACK };

#define OPTION_MASK { "mask", KEY_MASK, "MASK", 0, "only these bits (all)", 0 }

static const struct argp_option write_options[] = {
	OPTION_MASK,
	{ "no-readback", KEY_NO_READBACK, NULL, 0,
	  "don't read the register before or after: for registers that change when read", 0 },
	{ 0 },
};
static const struct argp_option poll_options[] = {
	OPTION_MASK,
	{ "timeout", KEY_TIMEOUT, "SECONDS", 0, "give up after this time (1)", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->target;
		return 0;
	case KEY_MASK:
		if (!uiomap_i_parse_number(arg, true, UINT64_MAX, &a->mask) || !a->mask)
			argp_error(state, "--mask %s: must be a number other than 0", arg);
		return 0;
	case KEY_TIMEOUT:
		if (!parse_seconds(arg, &a->timeout_ns))
			argp_error(state, "--timeout %s: seconds", arg);
		return 0;
	case KEY_NO_READBACK:
		a->no_readback = true;
		return 0;
	case ARGP_KEY_END:
		if (a->target.arguments < 2)
			argp_error(state, "a device and an offset are needed");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_read(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	if (key == ARGP_KEY_ARG && a->target.arguments == 2 && !state->arg_num) {
		if (!uiomap_i_parse_number(arg, true, SIZE_MAX, &a->count) || !a->count)
			argp_error(state, "count %s: how many registers, 1 or more", arg);
		return 0;
	}
	return parse(key, arg, state);
}

static error_t parse_value(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	if (key == ARGP_KEY_ARG && a->target.arguments == 2 && !state->arg_num) {
		if (!uiomap_i_parse_number(arg, true, UINT64_MAX, &a->value))
			argp_error(state, "value %s: decimal or 0x…", arg);
		return 0;
	}
	if (key == ARGP_KEY_END) {
		if (!state->arg_num)
			argp_error(state, "a device, an offset and a value are needed");
		/* Check here, since options may follow the arguments. */
		if (a->value > target_max(&a->target))
			argp_error(state, "value 0x%" PRIx64 " has more than %u bits", a->value,
				   a->target.width);
		if (a->mask != UINT64_MAX && a->mask > target_max(&a->target))
			argp_error(state, "--mask 0x%" PRIx64 " has more than %u bits", a->mask,
				   a->target.width);
		if (a->value & ~a->mask)
			argp_error(state,
				   "value 0x%" PRIx64 " has bits that --mask 0x%" PRIx64 " has not",
				   a->value, a->mask);
		if (a->no_readback && a->mask != UINT64_MAX)
			argp_error(
				state,
				"--mask keeps the other bits as they are, so it has to read: not with --no-readback");
		return 0;
	}
	return parse(key, arg, state);
}

static const struct argp_child children[] = { { &target_argp, 0, NULL, 0 }, { 0 } };
static const struct argp read_argp = { NULL,
				       parse_read,
				       "SELECTOR OFFSET [COUNT]",
				       "Read COUNT registers (1) from OFFSET on, a line each.",
				       children,
				       0,
				       0 };
static const struct argp write_argp = {
	write_options,
	parse_value,
	"SELECTOR OFFSET VALUE",
	"Write a register; show its value before and after. With --mask only those bits change.",
	children,
	0,
	0
};
static const struct argp poll_argp = { poll_options,
				       parse_value,
				       "SELECTOR OFFSET VALUE",
				       "Read a register until (register & MASK) == VALUE.",
				       children,
				       0,
				       0 };

static struct arguments arguments(void)
{
	return (struct arguments){ .target.width = 32,
				   .count = 1,
				   .mask = UINT64_MAX,
				   .timeout_ns = 1000000000 };
}

/* "0x0000beef", as wide as the register */
#define VALUE_TEXT 24
static const char *value_text(char buffer[VALUE_TEXT], const struct target *t, uint64_t value)
{
	snprintf(buffer, VALUE_TEXT, "0x%0*" PRIx64, (int)t->width / 4, value);
	return buffer;
}
#define TEXT(target, value) value_text((char[VALUE_TEXT]){ 0 }, target, value)

static int read_all(struct arguments *a)
{
	json_t *array = a->target.json ? json_array() : NULL;
	unsigned int step = a->target.width / 8;
	/* Check all before the first access, which may have side effects. */
	int status = target_check(&a->target, a->target.offset,
				  a->count > UINT64_MAX / step ? UINT64_MAX : a->count * step);

	for (uint64_t i = 0; !status && i < a->count; i++) {
		uint64_t offset = a->target.offset + i * step, value;

		status = target_read(&a->target, offset, &value);
		if (status)
			break;
		if (array)
			json_array_append_new(array,
					      json_pack("{s:I, s:s}", "offset", (json_int_t)offset,
							"value", TEXT(&a->target, value)));
		else
			printf("0x%04" PRIx64 ": %s\n", offset, TEXT(&a->target, value));
	}
	if (array && !status)
		return print_json(array, false);
	json_decref(array);
	return status ? status : flush_output();
}

int cmd_read(int argc, char **argv)
{
	struct arguments a = arguments();
	int status;

	arguments_parse(&read_argp, argc, argv, &a, sizeof(a));
	status = target_open(&a.target, false);
	if (status)
		return status;
	status = read_all(&a);
	target_close(&a.target);
	return status;
}

static int write_one(struct arguments *a)
{
	uint64_t before = 0, after = 0;
	int status;

	if (a->no_readback) {
		status = target_write(&a->target, a->target.offset, a->value);
		if (!status && a->target.json)
			status = print_json(json_pack("{s:I, s:s}", "offset",
						      (json_int_t)a->target.offset, "written",
						      TEXT(&a->target, a->value)),
					    false);
		return status;
	}
	status = target_read(&a->target, a->target.offset, &before);
	if (status)
		return status;
	a->value |= before & ~a->mask;
	status = target_write(&a->target, a->target.offset, a->value);
	if (!status)
		status = target_read(&a->target, a->target.offset, &after);
	if (status)
		return status;
	if (a->target.json)
		return print_json(
			json_pack("{s:I, s:s, s:s, s:s}", "offset", (json_int_t)a->target.offset,
				  "old", TEXT(&a->target, before), "written",
				  TEXT(&a->target, a->value), "new", TEXT(&a->target, after)),
			false);
	printf("0x%04" PRIx64 ": %s -> %s", a->target.offset, TEXT(&a->target, before),
	       TEXT(&a->target, after));
	if (after != a->value)
		printf(" (%s was written)", TEXT(&a->target, a->value));
	putchar('\n');
	return flush_output();
}

int cmd_write(int argc, char **argv)
{
	struct arguments a = arguments();
	int status;

	arguments_parse(&write_argp, argc, argv, &a, sizeof(a));
	status = target_open(&a.target, true);
	if (status)
		return status;
	status = write_one(&a);
	target_close(&a.target);
	return status;
}

static int poll_one(struct arguments *a)
{
	int64_t begin = uiomap_i_now(), spent;
	uint64_t value;
	int status;

	/* The last read comes after the timeout. */
	do {
		spent = uiomap_i_now() - begin;
		status = target_read(&a->target, a->target.offset, &value);
		if (status)
			return status;
		if ((value & a->mask) == a->value)
			break;
		sched_yield();
	} while (spent < a->timeout_ns);
	if ((value & a->mask) != a->value)
		return complain(TOOL_TIMEOUT,
				"%s: register 0x%" PRIx64
				" is %s after %.3f s, not %s (in the bits %s)",
				target_label(&a->target), a->target.offset, TEXT(&a->target, value),
				(double)a->timeout_ns / 1e9, TEXT(&a->target, a->value),
				TEXT(&a->target, a->mask & target_max(&a->target)));
	if (a->target.json)
		return print_json(
			json_pack("{s:I, s:s, s:f}", "offset", (json_int_t)a->target.offset,
				  "value", TEXT(&a->target, value), "seconds", (double)spent / 1e9),
			false);
	printf("0x%04" PRIx64 ": %s after %.6f s\n", a->target.offset, TEXT(&a->target, value),
	       (double)spent / 1e9);
	return flush_output();
}

int cmd_poll(int argc, char **argv)
{
	struct arguments a = arguments();
	int status;

	arguments_parse(&poll_argp, argc, argv, &a, sizeof(a));
	status = target_open(&a.target, false);
	if (status)
		return status;
	status = poll_one(&a);
	target_close(&a.target);
	return status;
}
