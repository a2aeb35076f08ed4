/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The command `uiomap`: finds the subcommand and runs it. */
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static const struct command commands[] = {
	{ "list", "all UIO devices, as a table", cmd_list },
	{ "info", "all that is known about one device", cmd_info },
	{ "monitor", "devices that are added and removed", cmd_monitor },
	{ "watch", "a device's interrupts, live", cmd_watch },
	{ "read", "read registers", cmd_read },
	{ "write", "write a register, show old and new", cmd_write },
	{ "poll", "read a register until it has a value", cmd_poll },
	{ "dump", "hex dump of a region", cmd_dump },
	{ "doctor", "why a device has no node, or its interrupt doesn't come", cmd_doctor },
	{ "bind", "give a device to a UIO driver", cmd_bind },
	{ "unbind", "give it back to its normal driver", cmd_unbind },
	{ "drivers", "which UIO drivers there are, and could bind a device", cmd_drivers },
	{ "new", "a driver project for a device", cmd_new },
};
#define COMMANDS (sizeof(commands) / sizeof(*commands))

static void usage(FILE *out)
{
	fputs("Usage: uiomap COMMAND [ARGUMENT]…\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
	fputs("\n`uiomap COMMAND --help` describes its arguments, uiomap(1) the selectors and exit statuses.\n",
	      out);
}

int main(int argc, char **argv)
{
	char name[64];

	if (argc < 2) {
		usage(stderr);
		return TOOL_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return flush_output();
	}
	if (!strcmp(argv[1], "--version")) {
		printf("uiomap %s\n", uiomap_version());
		return flush_output();
	}
	argp_err_exit_status = TOOL_USAGE;
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		/* The name that argp prints for the program. */
		snprintf(name, sizeof(name), "uiomap %s", commands[i].name);
		argv[1] = name;
		return commands[i].run(argc - 1, argv + 1);
	}
	return complain(TOOL_USAGE, "no command '%s'; `uiomap --help` lists them",
			printable(argv[1]));
}
