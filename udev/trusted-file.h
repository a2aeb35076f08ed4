/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Files in which root is told what to do: only root may have written them. */
#ifndef TRUSTED_FILE_H
#define TRUSTED_FILE_H

/* An owner that such files may have besides root: only tests define one. */
#ifndef TRUST_OWNER
#define TRUST_OWNER 0
#endif

/*
 * Open a file or a folder for reading, if no one but root decides what is in
 * it: as sshd has it (StrictModes), it and all folders above it, and those that
 * a link leads through, belong to root and can't be written by group or others.
 * This is checked from the top, and before anything is opened, so that neither a
 * FIFO nor a user's own file system (FUSE) can make the caller wait.
 *
 * -1 with errno; error_text() says what is wrong and what to do, with "it" for
 * the path: EPERM not root's alone; EINVAL no file or folder; errors of open(2).
 */
int trusted_open(const char *path);

#endif /* TRUSTED_FILE_H */
