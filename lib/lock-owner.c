/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Finds the processes that hold a device, with /proc/locks. */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void describe(long pid, char *buffer, size_t size)
{
	char path[48], comm[ATTR_SIZE];

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	/* The kernel shows processes of other pid namespaces as 0 or -1. */
	if (pid <= 0)
		snprintf(buffer, size, "a process outside this container");
	else if (uiomap_i_attr_read(AT_FDCWD, path, comm) < 0)
		snprintf(buffer, size, "pid %ld", pid);
	else
		snprintf(buffer, size, "%s (pid %ld)", QUOTE(comm), pid);
}

unsigned int uiomap_i_locks_on(const struct stat *node, bool only_alone)
{
	unsigned int count = 0;
	struct locks locks;
	bool alone;
	long pid;

	if (!uiomap_i_locks_open(&locks))
		return 0;
	while (uiomap_i_locks_next(&locks, node, &pid, &alone))
		count += alone || !only_alone;
	uiomap_i_locks_close(&locks);
	return count;
}

void uiomap_i_lock_owners(const struct stat *node, const struct uiomap_device *self, char *buffer,
			  size_t size)
{
	bool skip = self, alone;
	long pid, last = -1;
	struct locks locks;
	size_t used = 0;

	snprintf(buffer, size, "a process that can't be seen from here");
	if (!uiomap_i_locks_open(&locks))
		return;
	while (used + 64 < size && uiomap_i_locks_next(&locks, node, &pid, &alone)) {
		if (skip && pid == getpid()) {
			skip = false;
			continue;
		}
		/* Name a process with several handles once. */
		if (used && pid == last)
			continue;
		last = pid;
		if (used)
			used += (size_t)snprintf(buffer + used, size - used, ", ");
		describe(pid, buffer + used, size - used);
		used += strlen(buffer + used);
	}
	uiomap_i_locks_close(&locks);
}
