/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Find the processes that have UIO devices open, by one walk through /proc/PID/fd for all
 * devices. Only root can see the files of other users' processes.
 */
#ifndef NODE_USERS_H
#define NODE_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct holder {
	char node[32]; /* /dev/uioN, /dev/vfio/GROUP */
	pid_t pid;
	char command[32];
};

struct holders {
	struct holder *list;
	size_t count;
};

/* -1 with errno: ENOENT where /proc isn't mounted. */
int holders_read(struct holders *holders);
void holders_free(struct holders *holders);

/*
 * Whether a process has locked the device, so that libuiomap opens it for no other. Visible to
 * any user.
 */
bool holder_alone(unsigned int number, struct holder *holder);

/*
 * Find a process that has the device open. Without root, processes of other users are found
 * only if they hold the lock.
 */
bool holder_of(unsigned int number, struct holder *holder);

/* Format as "e1000-demo (pid 4711)". Returns text. */
#define HOLDER_TEXT 96
const char *holder_text(const struct holder *holder, char text[HOLDER_TEXT]);

#endif /* NODE_USERS_H */
