/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Reads the flock(2) locks on one file, with their pids, from /proc/locks. Any user may read it. */
#ifndef UIOMAP_LOCKS_H
#define UIOMAP_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct locks {
	int fd;
	size_t at, end; /* the part of text that was not parsed yet */
	bool last;	/* the last read(2) reached the end */
	char text[16384];
};

/* Returns false with errno if there is no /proc. */
bool uiomap_i_locks_open(struct locks *locks);
void uiomap_i_locks_close(struct locks *locks);

/*
 * Find the next lock on this file: its pid, and whether it is exclusive
 * (alone). The pid is 0 or -1 for a process of another pid namespace.
 */
bool uiomap_i_locks_next(struct locks *locks, const struct stat *file, long *pid, bool *alone);

#endif /* UIOMAP_LOCKS_H */
