// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "arguments.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quote.h"

/*
 * Runs at exit. A program that has already reported a write error has discarded
 * its output (tools/tool.c).
 */
static void check_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return;
	fprintf(stderr, "%s: standard output: %s\n", program_invocation_short_name,
		strerror(errno));
	_exit(EXIT_FAILURE);
}

/*
 * Returns all arguments escaped, in one block of memory; NULL if no argument
 * needs escaping, or without memory.
 */
static char **escaped(int argc, char **argv)
{
	size_t size = ((size_t)argc + 1) * sizeof(char *);
	bool same = true;
	char **copy, *at;

	for (int i = 0; i < argc; i++)
		size += ESCAPE_SIZE(strlen(argv[i]));
	copy = malloc(size);
	at = (char *)(copy + argc + 1);
	for (int i = 0; copy && i < argc; i++) {
		copy[i] = uiomap_i_escape(argv[i], at, ESCAPE_SIZE(strlen(argv[i])));
		at += strlen(at) + 1;
		same &= !strcmp(copy[i], argv[i]);
	}
	if (!copy || same) {
		free(copy);
		return NULL;
	}
	copy[argc] = NULL;
	return copy;
}

void arguments_parse(const struct argp *argp, int argc, char **argv, void *input, size_t size)
{
	char **safe = escaped(argc, argv);
	void *trial = safe ? malloc(size) : NULL;

	atexit(check_output);
	/*
	 * Parse the escaped arguments first. This reports any error and exits: no valid option or
	 * number contains such bytes.
	 */
	if (trial) {
		memcpy(trial, input, size);
		argp_parse(argp, argc, safe, 0, NULL, trial);
	}
	free(trial);
	free(safe);
	argp_parse(argp, argc, argv, 0, NULL, input);
}
