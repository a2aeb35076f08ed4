/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "command.h"

#include <jansson.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

char command_output[65536];

/* Relative to this program, which is in tests/vm. */
void command_in_build(char *path, size_t size, const char *what)
{
	char self[512];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	cr_assert(length > 0);
	for (int up = 0; up < 3; up++) {
		self[length] = '\0';
		length = strrchr(self, '/') - self;
	}
	snprintf(path, size, "%.*s/%s", (int)length, self, what);
}

struct command command_spawn(const char *path, const char *first, const char *second)
{
	struct command c;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	c.pid = fork();
	cr_assert(c.pid >= 0);
	if (!c.pid) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl(path, path, first, second, NULL);
		_exit(127);
	}
	close(ends[1]);
	c.output = fdopen(ends[0], "r");
	cr_assert(c.output);
	return c;
}

void shell(const char *format, ...)
{
	char line[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	cr_assert_eq(system(line), 0, "%s", line);
}

/* Start the command as root, or as user nobody. */
static struct command start(bool nobody, const char *arguments)
{
	char line[4096], library[600], program[600];

	command_in_build(library, sizeof(library), "lib/.libs");
	command_in_build(program, sizeof(program), "tools/.libs/uiomap");
	if (nobody)
		/* Run a copy: perhaps only root can read the build folder. */
		snprintf(
			line, sizeof(line),
			"mkdir -p /run/as-nobody && cp -L %s/libuiomap.so* %s /run/as-nobody/ && "
			"LD_LIBRARY_PATH=/run/as-nobody exec setpriv --reuid 65534 --regid 65534 --init-groups "
			"/run/as-nobody/uiomap %s",
			library, program, arguments);
	else
		snprintf(line, sizeof(line), "LD_LIBRARY_PATH=%s exec %s %s", library, program,
			 arguments);
	return command_spawn("/bin/sh", "-c", line);
}

struct command command_start(const char *arguments)
{
	return start(false, arguments);
}

int command_finish(struct command *c)
{
	int status;

	fclose(c->output);
	cr_assert_eq(waitpid(c->pid, &status, 0), c->pid);
	return status;
}

static int run(bool nobody, const char *format, const char *name)
{
	char arguments[512];
	struct command c;
	size_t used;
	int status;

	snprintf(arguments, sizeof(arguments), format, name);
	c = start(nobody, arguments);
	used = fread(command_output, 1, sizeof(command_output) - 1, c.output);
	command_output[used] = '\0';
	status = command_finish(&c);
	cr_assert(WIFEXITED(status), "uiomap %s: %s", arguments, command_output);
	return WEXITSTATUS(status);
}

int command_run(const char *format, const char *name)
{
	return run(false, format, name);
}

int command_run_as_nobody(const char *format, const char *name)
{
	return run(true, format, name);
}

void command_is_json(const char *text)
{
	json_error_t error;
	json_t *value;
	unsigned int values = 0;

	/* One value, or one per line. */
	for (size_t used = 0; text[used + strspn(text + used, " \n")];
	     used += (size_t)error.position, values++) {
		value = json_loads(text + used, JSON_DISABLE_EOF_CHECK, &error);
		cr_assert(value, "%s in: %s", error.text, text + used);
		json_decref(value);
	}
	cr_assert_gt(values, 0, "nothing was printed");
}
