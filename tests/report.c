/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Linked into every test program. Appends a line to the file that UIOMAP_REPORT
 * names as soon as a test ends, so that no result is lost if the machine
 * crashes. scripts/test counts these lines.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "report.h"

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void report(const char *verdict, const char *suite, const char *name)
{
	const char *file = getenv("UIOMAP_REPORT");
	char line[512];
	int fd, length;

	if (!file)
		return;
	length = snprintf(line, sizeof(line), "%s %s %s/%s\n", verdict,
			  program_invocation_short_name, suite, name);
	fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	/*
	 * Use one write(), since several programs append to the file. A test that can't be
	 * reported must not pass.
	 */
	if (fd < 0 || write(fd, line, length) != length || fsync(fd) < 0) {
		fprintf(stderr, "%s: %s\n", file, strerror(errno));
		abort();
	}
	close(fd);
}

ReportHook(POST_TEST)(struct criterion_test_stats *stats)
{
	/* TEST_CRASH reports a crash; POST_TEST may or may not follow. */
	if (!stats->crashed)
		report(stats->test_status == CR_STATUS_PASSED ? "pass" : "fail",
		       stats->test->category, stats->test->name);
}

ReportHook(TEST_CRASH)(struct criterion_test_stats *stats)
{
	report("fail", stats->test->category, stats->test->name);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	(void)stats;
	report("end", "-", "-");
}
