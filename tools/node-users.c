/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attribute.h"
#include "node-users.h"
#include "locks.h"
#include "number.h"

/* The node of a UIO or VFIO device. */
static bool is_node(const char *path)
{
	unsigned int number;

	if (!strncmp(path, "/dev/vfio/", 10))
		return strcmp(path, "/dev/vfio/vfio"); /* every user of VFIO has this one open */
	return !strncmp(path, "/dev/", 5) && uiomap_i_parse_uio(path + 5, &number);
}

static int add(struct holders *h, const char *node, pid_t pid, int procfd)
{
	struct holder *list;

	/* A process that has the node open twice is one holder. */
	for (size_t i = h->count; i-- && h->list[i].pid == pid;)
		if (!strcmp(h->list[i].node, node))
			return 0;
	list = realloc(h->list, (h->count + 1) * sizeof(*list));
	if (!list)
		return -1;
	h->list = list;
	snprintf(list[h->count].node, sizeof(list->node), "%s", node);
	list[h->count].pid = pid;
	uiomap_i_attr_line(procfd, "comm", list[h->count].command, sizeof(list->command));
	h->count++;
	return 0;
}

/* Skip a process that has ended meanwhile, or whose files may not be read. */
static int look_at(struct holders *h, int procfd, pid_t pid)
{
	int fd = openat(procfd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while (!rc && (entry = readdir(dir))) {
		char target[32];
		ssize_t n = readlinkat(fd, entry->d_name, target, sizeof(target) - 1);

		if (n <= 0)
			continue;
		target[n] = 0;
		if (is_node(target))
			rc = add(h, target, pid, procfd);
	}
	closedir(dir);
	return rc;
}

int holders_read(struct holders *h)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int rc = 0, error;

	*h = (struct holders){ 0 };
	if (!proc)
		return -1;
	/* /proc exists as an empty folder even if it isn't mounted. */
	if (faccessat(dirfd(proc), "self", F_OK, AT_SYMLINK_NOFOLLOW) < 0) {
		closedir(proc);
		errno = ENOENT;
		return -1;
	}
	while (!rc && (errno = 0, entry = readdir(proc))) {
		int fd;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		fd = openat(dirfd(proc), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			continue;
		rc = look_at(h, fd, (pid_t)atoi(entry->d_name));
		close(fd);
	}
	error = errno;
	closedir(proc);
	/* An incomplete list must not appear as "no holder". */
	if (error)
		holders_free(h);
	errno = error;
	return error ? -1 : 0;
}

void holders_free(struct holders *h)
{
	free(h->list);
	*h = (struct holders){ 0 };
}

bool holder_alone(unsigned int number, struct holder *holder)
{
	bool found = false, alone;
	struct locks locks;
	struct stat node;
	char path[64];
	long pid;
	int fd;

	*holder = (struct holder){ 0 };
	snprintf(holder->node, sizeof(holder->node), "/dev/uio%u", number);
	if (stat(holder->node, &node) < 0 || !uiomap_i_locks_open(&locks))
		return false;
	while (!found && uiomap_i_locks_next(&locks, &node, &pid, &alone)) {
		found = alone;
		if (found)
			holder->pid = (pid_t)pid;
	}
	uiomap_i_locks_close(&locks);
	snprintf(path, sizeof(path), "/proc/%d", (int)holder->pid);
	fd = found ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		uiomap_i_attr_line(fd, "comm", holder->command, sizeof(holder->command));
		close(fd);
	}
	return found;
}

bool holder_of(unsigned int number, struct holder *holder)
{
	struct holders holders;
	bool found = false;
	char node[32];

	snprintf(node, sizeof(node), "/dev/uio%u", number);
	if (holders_read(&holders) == 0) {
		for (size_t i = 0; i < holders.count && !found; i++) {
			found = !strcmp(holders.list[i].node, node);
			*holder = holders.list[i];
		}
		holders_free(&holders);
	}
	return found || holder_alone(number, holder);
}

const char *holder_text(const struct holder *holder, char text[HOLDER_TEXT])
{
	/* /proc/locks has no pid for a process outside this container. */
	if (holder->pid <= 0)
		snprintf(text, HOLDER_TEXT, "a process outside this container");
	else if (!*holder->command)
		snprintf(text, HOLDER_TEXT, "a process that can't be seen from here (pid %d)",
			 (int)holder->pid);
	else
		snprintf(text, HOLDER_TEXT, "%s (pid %d)", holder->command, (int)holder->pid);
	return text;
}
