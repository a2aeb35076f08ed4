/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Who holds a device: /proc/locks has the pid of each flock(2) and the file it is on. */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void describe(long pid, char *buffer, size_t size)
{
	char path[48], comm[ATTR_SIZE];

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	/* A pid of 0 or -1 is one of another pid namespace. */
	if (pid <= 0)
		snprintf(buffer, size, "a process outside this container");
	else if (attr_read(AT_FDCWD, path, comm) < 0)
		snprintf(buffer, size, "pid %ld", pid);
	else
		snprintf(buffer, size, "%s (pid %ld)", QUOTE(comm), pid);
}

/*
 * The kernel prints as many whole lines as fit into a page at each read(2), and goes
 * on by their number: where locks come and go between two reads, one is seen twice, or
 * not at all. So what leaves room for another line in its page is taken for the end.
 */
struct locks {
	int fd;
	size_t at, end;
	bool last;
	char text[16384];
};
#define PAGE_NEARLY_FULL (4096 - 256)

static bool locks_open(struct locks *locks)
{
	locks->fd = open("/proc/locks", O_RDONLY | O_CLOEXEC);
	locks->at = locks->end = 0;
	locks->last = false;
	return locks->fd >= 0;
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

/* The next lock on this file: whose, and whether it keeps all others off. */
static bool next_lock(struct locks *locks, const struct stat *node, long *pid, bool *alone)
{
	unsigned int major_number, minor_number;
	unsigned long long inode;
	const char *line;
	char type[8];

	/* "1: FLOCK  ADVISORY  WRITE 4711 00:06:345 0 EOF"; those that wait for it have "->" before FLOCK. */
	while ((line = next_line(locks))) {
		if (sscanf(line, "%*d: FLOCK %*s %7s %ld %x:%x:%llu", type, pid, &major_number, &minor_number, &inode) != 5 ||
		    inode != node->st_ino || makedev(major_number, minor_number) != node->st_dev)
			continue;
		*alone = !strcmp(type, "WRITE");
		return true;
	}
	return false;
}

unsigned int locks_on(const struct stat *node, bool only_alone)
{
	unsigned int count = 0;
	struct locks locks;
	bool alone;
	long pid;

	if (!locks_open(&locks))
		return 0;
	while (next_lock(&locks, node, &pid, &alone))
		count += alone || !only_alone;
	close(locks.fd);
	return count;
}

void holders(const struct stat *node, const struct uiomap_device *self, char *buffer, size_t size)
{
	bool skip = self, alone;
	long pid, last = -1;
	struct locks locks;
	size_t used = 0;

	snprintf(buffer, size, "a process that can't be seen from here");
	if (!locks_open(&locks))
		return;
	while (used + 64 < size && next_lock(&locks, node, &pid, &alone)) {
		if (skip && pid == getpid()) {
			skip = false;
			continue;
		}
		/* One with several handles is named once. */
		if (used && pid == last)
			continue;
		last = pid;
		if (used)
			used += (size_t)snprintf(buffer + used, size - used, ", ");
		describe(pid, buffer + used, size - used);
		used += strlen(buffer + used);
	}
	close(locks.fd);
}
