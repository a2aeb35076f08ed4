/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * /run/uiomap, where these programs keep what one run tells the next. Nobody
 * else may open anything there: who can open a file can hold a lock on it.
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>

#ifndef STATE_FOLDER
#define STATE_FOLDER "/run/uiomap"
#endif

/* The folder is there and root's alone, whatever it was before. false: it can't be used, which was reported. Asked once in a process. */
bool state_ready(void);

/*
 * flock(2), but a process waits 2 s at most for all its locks together. Who may
 * hold one is another program of ours, for as long as it takes to list the
 * devices; one that hangs is not to make the others hang.
 * -1 with errno: EWOULDBLOCK it is still held.
 */
int state_lock(int fd, int operation);

#endif /* STATE_H */
