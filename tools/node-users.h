/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Which processes have which UIO devices open: one walk through /proc/PID/fd
 * for all devices. Of other users' processes only root sees the files.
 */
#ifndef NODE_USERS_H
#define NODE_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct holder {
	unsigned int number; /* of uioN */
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
 * Has a process locked the device, so that libuiomap opens it for nobody else? Anybody may see
 * that.
 */
bool holder_alone(unsigned int number, struct holder *holder);

/*
 * Somebody who has the device open, as far as can be seen: of other users' processes only root sees
 * those without a lock.
 */
bool holder_of(unsigned int number, struct holder *holder);

/* "e1000-demo (pid 4711)". Returns text. */
#define HOLDER_TEXT 96
const char *holder_text(const struct holder *holder, char text[HOLDER_TEXT]);

#endif /* NODE_USERS_H */
