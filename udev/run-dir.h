/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * /run/uiomap, where these programs keep what one run tells the next. Nobody
 * else may open anything there: who can open a file can hold a lock on it.
 */
#ifndef RUN_DIR_H
#define RUN_DIR_H

#include <stdbool.h>

#ifndef RUN_DIR
#define RUN_DIR "/run/uiomap"
#endif

/*
 * Make the folder, for root only, or correct its owner and mode. false: it can't be used, which was
 * reported. Done once in a process.
 */
bool run_dir_ready(void);

/*
 * flock(2), but a process waits 2 s at most for all its locks together. Only
 * another program of ours can hold a lock, for as long as it takes to list the
 * devices; if that program hangs, the others must not hang, too.
 * -1 with errno: EWOULDBLOCK it is still held.
 */
int run_dir_lock(int fd, int operation);

#endif /* RUN_DIR_H */
