/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Which processes have which UIO devices open: one walk through /proc/PID/fd
 * for all devices. Of other users' processes only root sees the files.
 */
#ifndef HOLDERS_H
#define HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct holder {
	unsigned int number;	/* of uioN */
	pid_t pid;
	char command[32];
};

struct holders {
	struct holder *list;
	size_t count;
};

/* -1 with errno. */
int holders_read(struct holders *holders);
void holders_free(struct holders *holders);

/* Has a process locked the device, so that libuiomap opens it for nobody else? Anybody may see that. */
bool holder_alone(unsigned int number, struct holder *holder);

#endif /* HOLDERS_H */
