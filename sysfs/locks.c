/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "locks.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/*
 * For each read(2) the kernel returns as many whole lines as fit into a page,
 * and continues at that line number. If a lock is added or removed between two
 * reads, a line may be repeated or skipped. So a read that leaves room for
 * another line is treated as the last one.
 */
#define PAGE_NEARLY_FULL (4096 - 256)

bool uiomap_i_locks_open(struct locks *locks)
{
	locks->fd = open("/proc/locks", O_RDONLY | O_CLOEXEC);
	locks->at = locks->end = 0;
	locks->last = false;
	return locks->fd >= 0;
}

void uiomap_i_locks_close(struct locks *locks)
{
	close(locks->fd);
}

static const char *next_line(struct locks *locks)
{
	char *line = locks->text + locks->at, *end;
	ssize_t n;

	while (!(end = memchr(line, '\n', locks->end - locks->at))) {
		if (locks->last)
			return NULL;
		locks->end -= locks->at;
		memmove(locks->text, line, locks->end);
		locks->at = 0;
		line = locks->text;
		n = read(locks->fd, line + locks->end, sizeof(locks->text) - locks->end);
		if (n <= 0)
			return NULL;
		locks->end += (size_t)n;
		locks->last = n < PAGE_NEARLY_FULL;
	}
	*end = '\0';
	locks->at = (size_t)(end + 1 - locks->text);
	return line;
}

bool uiomap_i_locks_next(struct locks *locks, const struct stat *file, long *pid, bool *alone)
{
	unsigned int major_number, minor_number;
	unsigned long long inode;
	const char *line;
	char type[8];

	/*
	 * "1: FLOCK  ADVISORY  WRITE 4711 00:06:345 0 EOF"; a waiting lock has "->" before FLOCK.
	 */
	while ((line = next_line(locks))) {
		if (sscanf(line, "%*d: FLOCK %*s %7s %ld %x:%x:%llu", type, pid, &major_number,
			   &minor_number, &inode) != 5 ||
		    inode != file->st_ino || makedev(major_number, minor_number) != file->st_dev)
			continue;
		*alone = !strcmp(type, "WRITE");
		return true;
	}
	return false;
}
