// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "conf-report.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "run-dir.h"

#define FAULTS RUN_DIR "/faults" /* the faults that were reported last */

struct faults {
	char text[8192];
	size_t length;
	unsigned int left_out;
};

static void add(void *data, const char *file, unsigned int number, const char *text)
{
	struct faults *faults = data;
	const size_t room = sizeof(faults->text) - faults->length;
	int n;

	if (number)
		n = snprintf(faults->text + faults->length, room, "%s:%u: %s\n", file, number,
			     text);
	else
		n = snprintf(faults->text + faults->length, room, "%s: %s\n", file, text);
	if (n < 0 || (size_t)n >= room) {
		faults->text[faults->length] = '\0';
		faults->left_out++;
		return;
	}
	faults->length += n;
}

static bool same_as_last(const struct faults *faults)
{
	char last[sizeof(faults->text)];
	const int fd = open(FAULTS, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	const ssize_t n = fd < 0 ? 0 : read(fd, last, sizeof(last));

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)faults->length && !memcmp(last, faults->text, n);
}

/*
 * Record the reported faults. Write to a temporary file and rename it: several
 * of these programs run at the same time.
 */
static void record(const struct faults *faults)
{
	char path[] = FAULTS ".XXXXXX";
	bool written;
	int fd;

	fd = mkstemp(path);
	if (fd < 0)
		return; /* the faults are reported again next time */
	written = write(fd, faults->text, faults->length) == (ssize_t)faults->length;
	close(fd);
	if (!written || rename(path, FAULTS) < 0)
		unlink(path);
}

struct conf_line *report_conf_read(void)
{
	struct faults faults = { .length = 0 };
	struct conf_line *lines;
	char *line, *rest;
	bool ok;

	lines = conf_read(CONF_DIR, add, &faults, &ok);
	if (!ok)
		report("no memory for all of %s", CONF_DIR);
	if (run_dir_ready()) {
		if (same_as_last(&faults))
			return lines;
		record(&faults);
	}
	for (line = strtok_r(faults.text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		report("%s", line);
	if (faults.left_out)
		report("%s: %u more lines are malformed", CONF_DIR, faults.left_out);
	return lines;
}
