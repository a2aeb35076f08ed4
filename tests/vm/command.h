/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Run the built command `uiomap` in tests. A failure here fails the test. */
#ifndef COMMAND_H
#define COMMAND_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

/* Store the path of a file in the build folder. */
void command_in_build(char *path, size_t size, const char *what);

/* Run a shell command that must succeed. */
void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A running command, and a stream of its output (including standard error). */
struct command {
	FILE *output;
	pid_t pid;
};

struct command command_start(const char *arguments);

/* Start another program with up to two arguments (NULL: no more). */
struct command command_spawn(const char *path, const char *first, const char *second);

/* Wait until it ends; returns its wait status. */
int command_finish(struct command *command);

/* Run it until it ends; returns the exit status. The output is in command_output. */
int command_run(const char *format, const char *name);
extern char command_output[65536];

/* The same without root, with a copy of the program that all users can read. */
int command_run_as_nobody(const char *format, const char *name);

/* Uses a variable `name` for %s in the arguments. */
#define EXITS(status, arguments)                                                                   \
	do {                                                                                       \
		int is = command_run(arguments, name);                                             \
		cr_assert_eq(is, (status), "uiomap %s: exit status %d: %s", (arguments), is,       \
			     command_output);                                                      \
	} while (0)
#define SAYS(text)                                                                                 \
	cr_assert(strstr(command_output, (text)), "no \"%s\" in: %s", (text), command_output)
#define PRINTS(arguments, text)                                                                    \
	do {                                                                                       \
		EXITS(0, arguments);                                                               \
		SAYS(text);                                                                        \
	} while (0)

/* The text must be JSON: one value or several. */
void command_is_json(const char *text);
#define IS_JSON() command_is_json(command_output)

#endif /* COMMAND_H */
