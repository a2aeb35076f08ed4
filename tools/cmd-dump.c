/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap dump: print a region in hexadecimal. Each register is read once, with the given width. */
#include <ctype.h>
#include <inttypes.h>

#include "register-target.h"

#define LINE 16 /* bytes */

struct arguments {
	struct target target;
	uint64_t length; /* 0: to the region's end */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->target;
		return 0;
	case ARGP_KEY_ARG:
		if (a->target.arguments < 2 || state->arg_num)
			return ARGP_ERR_UNKNOWN;
		if (!uiomap_i_parse_number(arg, true, SIZE_MAX, &a->length) || !a->length)
			argp_error(state, "length %s: bytes, decimal or 0x…, not 0", arg);
		return 0;
	case ARGP_KEY_END:
		if (!a->target.arguments)
			argp_error(state, "which device?");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = { { &target_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	NULL,
	parse,
	"SELECTOR [OFFSET [LENGTH]]",
	"Show a region, or LENGTH bytes of it from OFFSET on, in hexadecimal. Reads with exactly this width, and nothing "
	"outside.\vReading a register may change the device: a FIFO loses an entry, a status bit is cleared.",
	children,
	0,
	0
};

/* 0x10: 0000beef 00000001 … |....| */
static int dump_line(struct target *t, uint64_t offset, unsigned int bytes)
{
	unsigned int step = t->width / 8;
	unsigned char text[LINE];

	printf("%08" PRIx64 ":", offset);
	for (unsigned int at = 0; at < LINE; at += step) {
		uint64_t value;
		int status;

		if (at >= bytes) {
			printf(" %*s", (int)t->width / 4, "");
			continue;
		}
		status = target_read(t, offset + at, &value);
		if (status) {
			putchar('\n');
			return status;
		}
		printf(" %0*" PRIx64, (int)t->width / 4, value);
		/*
		 * Print the bytes in the order that they have in memory on a little-endian
		 * machine.
		 */
		for (unsigned int i = 0; i < step; i++)
			text[at + i] = (unsigned char)(value >> 8 * i);
	}
	printf("  |");
	for (unsigned int i = 0; i < bytes; i++)
		putchar(isprint(text[i]) ? text[i] : '.');
	printf("|\n");
	return TOOL_OK;
}

static int dump_json(struct target *t, uint64_t offset, uint64_t end)
{
	json_t *values = json_array();
	int status = TOOL_OK;

	for (uint64_t at = offset; !status && at < end; at += t->width / 8) {
		uint64_t value;
		char text[24];

		status = target_read(t, at, &value);
		snprintf(text, sizeof(text), "0x%0*" PRIx64, (int)t->width / 4, value);
		if (!status)
			json_array_append_new(values, json_string(text));
	}
	if (status) {
		json_decref(values);
		return status;
	}
	return print_json(json_pack("{s:I, s:i, s:o}", "offset", (json_int_t)offset, "width",
				    (int)t->width, "values", values),
			  false);
}

static int dump(struct arguments *a)
{
	uint64_t size = uiomap_region_size(a->target.region), step = a->target.width / 8, end;
	int status = target_check(&a->target, a->target.offset, a->length);

	if (status)
		return status;
	end = a->length ? a->target.offset + a->length : size;
	/* Don't read a register that extends beyond the end. */
	if ((end - a->target.offset) % step) {
		end -= (end - a->target.offset) % step;
		complain(TOOL_OK,
			 "%s: the last %" PRIu64
			 " bytes are less than a register of %u bits and were not read",
			 target_label(&a->target),
			 (a->length ? a->target.offset + a->length : size) - end, a->target.width);
	}
	if (a->target.json)
		return dump_json(&a->target, a->target.offset, end);
	for (uint64_t at = a->target.offset; !status && at < end; at += LINE)
		status = dump_line(&a->target, at,
				   end - at < LINE ? (unsigned int)(end - at) : LINE);
	return status ? status : flush_output();
}

int cmd_dump(int argc, char **argv)
{
	struct arguments a = { .target.width = 32 };
	int status;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	status = target_open(&a.target, false);
	if (status)
		return status;
	status = dump(&a);
	target_close(&a.target);
	return status;
}
