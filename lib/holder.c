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

/* The next lock on this file: whose, and whether it keeps all others off. */
static bool next_lock(FILE *locks, const struct stat *node, long *pid, bool *alone)
{
	unsigned int major_number, minor_number;
	unsigned long long inode;
	char line[256], type[8];

	/* "1: FLOCK  ADVISORY  WRITE 4711 00:06:345 0 EOF"; those that wait for it have "->" before FLOCK. */
	while (fgets(line, sizeof(line), locks)) {
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
	FILE *locks = fopen("/proc/locks", "re");
	unsigned int count = 0;
	bool alone;
	long pid;

	if (!locks)
		return 0;
	while (next_lock(locks, node, &pid, &alone))
		count += alone || !only_alone;
	fclose(locks);
	return count;
}

void holders(const struct stat *node, const struct uiomap_device *self, char *buffer, size_t size)
{
	bool skip = self, alone;
	size_t used = 0;
	FILE *locks;
	long pid;

	snprintf(buffer, size, "a process that can't be seen from here");
	locks = fopen("/proc/locks", "re");
	if (!locks)
		return;
	while (used + 64 < size && next_lock(locks, node, &pid, &alone)) {
		if (skip && pid == getpid()) {
			skip = false;
			continue;
		}
		if (used)
			used += (size_t)snprintf(buffer + used, size - used, ", ");
		describe(pid, buffer + used, size - used);
		used += strlen(buffer + used);
	}
	fclose(locks);
}
