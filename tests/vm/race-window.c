/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "race-window.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define TRACING "/sys/kernel/tracing/"
enum { PROBES = 40 };

static void trace_set(const char *file, int flags, const char *text)
{
	int fd = open(file, O_WRONLY | flags);

	cr_assert_geq(fd, 0, "%s: %s", file, strerror(errno));
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text), "%s < %s: %s", file,
		     text, strerror(errno));
	close(fd);
}

static void trigger_of(int probe, char path[100])
{
	snprintf(path, 100, TRACING "events/window/p%d/trigger", probe);
}

void race_window_open(char at, const char *function, const char *comm)
{
	char path[100], text[100];

	cr_assert(mount("none", TRACING, "tracefs", 0, NULL) == 0 || errno == EBUSY, "tracefs: %s",
		  strerror(errno));
	for (int i = 0; i < PROBES; i++) {
		snprintf(text, sizeof(text), "%c:window/p%d %s", at, i, function);
		trace_set(TRACING "kprobe_events", O_APPEND, text);
		snprintf(text, sizeof(text), comm ? "stacktrace if comm == \"%s\"" : "stacktrace",
			 comm);
		trigger_of(i, path);
		trace_set(path, 0, text);
	}
}

void race_window_close(void)
{
	char path[100];

	for (int i = 0; i < PROBES; i++) {
		trigger_of(i, path);
		trace_set(path, 0, "!stacktrace");
	}
	trace_set(TRACING "kprobe_events", O_TRUNC, "\n");
}
