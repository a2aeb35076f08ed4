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

/* Exit statuses, documented in docs/man/uiomap.1. */
enum {
	TOOL_OK = 0,
	TOOL_FAILED = 1, /* any other failure */
	TOOL_USAGE = 2,
	TOOL_NO_DEVICE = 3, /* none, several, or removed meanwhile */
	TOOL_TIMEOUT = 4,
	TOOL_DENIED = 5, /* no permission */
};

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv); /* argv[0] is "uiomap NAME"; returns an exit status */
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
 * The arguments of a command that takes one device and --json. Parsed by device_argp, an argp
 * child whose input is this struct.
 */
struct device_arguments {
	/* the selector, or another form that the command accepts; NULL if none was given */
	const char *device;
	bool needed; /* set by the caller: a device is required */
	bool json;
};
extern const struct argp device_argp;

/* Print an error to standard error. Returns status. */
int complain(int status, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
/* Print libuiomap's last error. Returns the exit status for its errno. */
int complain_uiomap(void);

/* Parse seconds with an optional fraction to ns. */
bool parse_seconds(const char *text, int64_t *ns);

/*
 * Print an object on one line or indented, and free it. Returns an exit status, since writing
 * to standard output may fail.
 */
int print_json(json_t *object, bool one_line);
/* Flush standard output. Returns an exit status. */
int flush_output(void);

/* "4K", "1M", "96" */
#define SIZE_TEXT 24
const char *size_text(char buffer[SIZE_TEXT], uint64_t size);

/* "none", "masked", "counted", "unknown" */
const char *irq_text(enum uiomap_irq irq);

/*
 * A name that is safe to print to a terminal: unprintable bytes become \xNN. Returns one of two
 * static buffers in turn.
 */
const char *printable(const char *name);
/* A JSON string from any bytes: those that aren't UTF-8 become \xNN. */
json_t *json_text(const char *text);

/* All fields of a snapshot. */
json_t *device_json(const struct uiomap_info *info);

#endif /* TOOL_H */
