/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* How many system calls the calling thread makes, as the kernel counts them. For the example and the tests. */
#ifndef RING_SYSCALLS_H
#define RING_SYSCALLS_H

#include <stdint.h>

/* Begin to count; a file descriptor. -1 with errno if the kernel doesn't let us (not root, no tracefs). */
int syscalls_begin(void);

/* How many so far, this call's own read(2) not counted. */
uint64_t syscalls_count(int fd);

#endif /* RING_SYSCALLS_H */
