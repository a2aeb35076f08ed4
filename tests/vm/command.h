/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The command `uiomap`, as it was built, run by tests. What fails here fails the test. */
#ifndef COMMAND_H
#define COMMAND_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

/* The path of something in the folder of the build. */
void command_in_build(char *path, size_t size, const char *what);

/* One that is running, and what it prints (standard error too). */
struct command {
	FILE *output;
	pid_t pid;
};

struct command command_start(const char *arguments);

/* Any other program, with up to two arguments (NULL: no more). */
struct command command_spawn(const char *path, const char *first, const char *second);

/* Its wait status, after it has ended. */
int command_finish(struct command *command);

/* Run it to its end; the exit status. What it printed is in command_output. */
int command_run(const char *format, const char *name);
extern char command_output[65536];

/* The same for any user but root: a copy of the program in a place that all can read. */
int command_run_as_nobody(const char *format, const char *name);

/* With a `name` in scope, which stands for %s in the arguments. */
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

/* Is that JSON: one value, or several? */
void command_is_json(const char *text);
#define IS_JSON() command_is_json(command_output)

#endif /* COMMAND_H */
