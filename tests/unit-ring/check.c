/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "check.h"

#ifdef __SANITIZE_THREAD__
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static struct check_test *tests;
static const struct check_test *running;

/* A line for scripts/test, as tests/report.c writes it. */
static void report(const char *verdict, const char *suite, const char *name)
{
	const char *file = getenv("UIOMAP_REPORT");
	FILE *f = file ? fopen(file, "a") : NULL;

	if (f && fprintf(f, "%s %s %s/%s\n", verdict, program_invocation_short_name, suite, name) > 0 && !fclose(f))
		return;
	if (file)
		abort();
}

void check_add(struct check_test *test)
{
	test->next = tests;
	tests = test;
}

void check_that(bool is_so, const char *text, const char *file, int line)
{
	if (is_so)
		return;
	fprintf(stderr, "%s:%d: %s/%s: not so: %s\n", file, line, running->suite, running->name, text);
	report("fail", running->suite, running->name);
	_Exit(1);
}

int main(void)
{
	for (running = tests; running; running = running->next) {
		running->run();
		printf("%s/%s\n", running->suite, running->name);
		report("pass", running->suite, running->name);
	}
	report("end", "-", "-");
	return 0;
}
#endif
