/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Counts the system calls of the calling thread, by a tracepoint of the kernel. For the demo
 * programs and bench/.
 */
#ifndef SYSCALLS_H
#define SYSCALLS_H

#include <stdint.h>

/*
 * Start counting. Returns a file descriptor, or -1 with errno if the kernel doesn't allow it
 * (not root, no tracefs).
 */
int syscalls_begin(void);

/* System calls so far, without this function's own read(2). */
uint64_t syscalls_count(int fd);

/* The same, and stop counting. -1 if fd is -1, as from a syscalls_begin() that failed. */
int64_t syscalls_end(int fd);

#endif /* SYSCALLS_H */
