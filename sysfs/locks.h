/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The flock(2) locks that /proc/locks tells of: those on one file, with the pid of each. Anybody
 * may read it.
 */
#ifndef UIOMAP_LOCKS_H
#define UIOMAP_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#define locks_close uiomap_i_locks_close
#define locks_next  uiomap_i_locks_next
#define locks_open  uiomap_i_locks_open

struct locks {
	int fd;
	size_t at, end; /* what is not looked at yet */
	bool last;	/* there is nothing to read after it */
	char text[16384];
};

/* false with errno: there is no /proc. */
bool locks_open(struct locks *locks);
void locks_close(struct locks *locks);

/*
 * The next lock on this file: whose, and whether it keeps all others off. A pid of 0 or -1 is one
 * of another pid namespace.
 */
bool locks_next(struct locks *locks, const struct stat *file, long *pid, bool *alone);

#endif /* UIOMAP_LOCKS_H */
