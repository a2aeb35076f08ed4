/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What the subcommands of `uiomap` share. */
#ifndef TOOL_H
#define TOOL_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>
#include <uiomap.h>

#include "arguments.h"
#include "attribute.h"
#include "clock.h"
#include "error-text.h"
#include "number.h"
#include "quote.h"

/* Exit statuses; docs/uiomap.1 tells the user. */
enum {
	TOOL_OK = 0,
	TOOL_FAILED = 1, /* errno and text of whatever failed */
	TOOL_USAGE = 2,
	TOOL_NO_DEVICE = 3, /* none, several, or it went away */
	TOOL_TIMEOUT = 4,
	TOOL_DENIED = 5, /* no permission */
};

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv); /* argv[0] is "uiomap NAME"; an exit status */
};

int cmd_list(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_write(int argc, char **argv);
int cmd_poll(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_bind(int argc, char **argv);
int cmd_unbind(int argc, char **argv);
int cmd_drivers(int argc, char **argv);
int cmd_new(int argc, char **argv);

/*
 * The arguments of a command that takes one device and --json: device_argp, as an argp child with
 * this as its input.
 */
struct device_arguments {
	/* a selector, or what else the command takes for one; NULL: none was given */
	const char *device;
	bool needed; /* to be set before: one has to be given */
	bool json;
};
extern const struct argp device_argp;

/* Say on standard error what failed; the exit status for it. */
int complain(int status, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
/* The same for what libuiomap said last, with the status that suits errno. */
int complain_uiomap(void);

/* Seconds with a fraction, into ns. */
bool parse_seconds(const char *text, int64_t *ns);

/*
 * Print an object, which this takes, on a line of its own or indented; an exit status: standard
 * output may be full.
 */
int print_json(json_t *object, bool one_line);
/* An exit status: has standard output taken all? */
int flush_output(void);

/* "4K", "1M", "96" */
#define SIZE_TEXT 24
const char *size_text(char buffer[SIZE_TEXT], uint64_t size);

/* "none", "masked", "counted", "unknown" */
const char *irq_text(enum uiomap_irq irq);

/* A name for the terminal: what isn't printable as \xNN. Static buffers, two of them in turn. */
const char *printable(const char *name);
/* A JSON string of any bytes: what isn't UTF-8 as \xNN. */
json_t *json_text(const char *text);

/* All that a snapshot tells. */
json_t *device_json(const struct uiomap_info *info);

#endif /* TOOL_H */
