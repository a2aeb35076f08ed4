/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * How many system calls the calling thread makes, as the kernel counts them. For the demo programs
 * and bench/.
 */
#ifndef SYSCALLS_H
#define SYSCALLS_H

#include <stdint.h>

/*
 * Begin to count; a file descriptor. -1 with errno if the kernel doesn't let us (not root, no
 * tracefs).
 */
int syscalls_begin(void);

/* How many so far, this call's own read(2) not counted. */
uint64_t syscalls_count(int fd);

/* The same, and stop counting; -1 if fd is the -1 of syscalls_begin(). */
int64_t syscalls_end(int fd);

#endif /* SYSCALLS_H */
