// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "link-state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "log.h"
#include "run-dir.h"

static void path_of(char path[64], unsigned int number)
{
	snprintf(path, 64, RUN_DIR "/uio%u", number);
}

/* One link a line: no link contains a newline. */
static size_t text_of(const struct name_links *links, char text[3 * NAME_SIZE])
{
	return snprintf(text, 3 * NAME_SIZE, "%s\n%s\n%s\n", links->name, links->instance,
			links->path);
}

/* The file gets its final name only when it is locked. The lock ends when the file is closed. */
int link_state_begin(unsigned int number)
{
	char path[64], new[80];
	int fd;

	if (!run_dir_ready())
		return -1;
	path_of(path, number);
	snprintf(new, sizeof(new), "%s.new", path);
	unlink(new); /* left by a process that was killed */
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && rename(new, path) == 0)
		return fd;
	report("%s: %s; its links may become wrong when devices of its name are added or removed",
	       new, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

void link_state_end(int fd, const struct name_links *links)
{
	char text[3 * NAME_SIZE];
	const size_t length = text_of(links, text);

	if (fd < 0)
		return;
	if (write(fd, text, length) != (ssize_t)length)
		report("the links of a device can't be recorded: %s", strerror(errno));
	close(fd);
}

bool link_state_differs(unsigned int number, const struct name_links *links)
{
	char path[64], text[3 * NAME_SIZE], recorded[3 * NAME_SIZE];
	const size_t length = text_of(links, text);
	ssize_t n;
	int fd;

	if (!run_dir_ready())
		return false;
	path_of(path, number);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	/*
	 * Another process may be handling an event of this device, with a list that may lack the
	 * newest device. Wait for its result. If that takes too long, an unnecessary event does no
	 * harm.
	 */
	n = run_dir_lock(fd, LOCK_SH) == 0 ? read(fd, recorded, sizeof(recorded)) : -1;
	close(fd);
	if (n == (ssize_t)length && !memcmp(recorded, text, length))
		return false;
	/*
	 * If several processes find the difference, only the one that unlinks the file sends the
	 * event.
	 */
	return unlink(path) == 0;
}

void link_state_forget(unsigned int number)
{
	char path[64];

	if (!run_dir_ready())
		return;
	path_of(path, number);
	unlink(path);
}
