/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * /run/uiomap, where these programs keep state between their runs. Only root
 * may open files there: a process that can open a file can hold a lock on it.
 */
#ifndef RUN_DIR_H
#define RUN_DIR_H

#include <stdbool.h>

#ifndef RUN_DIR
#define RUN_DIR "/run/uiomap"
#endif

/*
 * Create the directory for root only, or correct its mode. Returns false if it
 * can't be used, after reporting that. Done once in a process.
 */
bool run_dir_ready(void);

/*
 * As flock(2), but a process waits at most 2 s for all its locks together. Only
 * another of these programs can hold a lock, while it lists the devices. If
 * that program hangs, the others must not hang, too. Returns -1 with errno:
 * EWOULDBLOCK if it is still held.
 */
int run_dir_lock(int fd, int operation);

#endif /* RUN_DIR_H */
