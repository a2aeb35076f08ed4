// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "told.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static void path_of(char path[64], unsigned int number)
{
	snprintf(path, 64, REPORT_STATE "/uio%u", number);
}

/* One a line: no link has a newline in it. */
static size_t text_of(const struct name_links *links, char text[3 * NAME_SIZE])
{
	return snprintf(text, 3 * NAME_SIZE, "%s\n%s\n%s\n", links->name, links->instance, links->path);
}

/* Under its name it is there only with a lock on it, which goes when it is closed. */
int told_begin(unsigned int number)
{
	char path[64], new[80];
	int fd;

	path_of(path, number);
	snprintf(new, sizeof(new), "%s.new", path);
	mkdir(REPORT_STATE, 0755);
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0 && rename(new, path) == 0)
		return fd;
	report("%s: %s; its links may be wrong when devices of its name come or go", new, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

void told_end(int fd, const struct name_links *links)
{
	char text[3 * NAME_SIZE];
	const size_t length = text_of(links, text);

	if (fd < 0)
		return;
	if (write(fd, text, length) != (ssize_t)length)
		report("what the links of a device are can't be kept: %s", strerror(errno));
	close(fd);
}

bool told_wrong(unsigned int number, const struct name_links *links)
{
	char path[64], text[3 * NAME_SIZE], told[3 * NAME_SIZE];
	const size_t length = text_of(links, text);
	ssize_t n;
	int fd;

	path_of(path, number);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	/* It may be being told just now, of a list in which the newest may be missing: wait for what that was. */
	flock(fd, LOCK_SH);
	n = read(fd, told, sizeof(told));
	close(fd);
	if (n == (ssize_t)length && !memcmp(told, text, length))
		return false;
	/* Of several that find it wrong, one sees to it. */
	return unlink(path) == 0;
}

void told_forget(unsigned int number)
{
	char path[64];

	path_of(path, number);
	unlink(path);
}
