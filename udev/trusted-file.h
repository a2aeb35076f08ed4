/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Opens files that decide what root does: only root may be able to change them. */
#ifndef TRUSTED_FILE_H
#define TRUSTED_FILE_H

/* Another permitted owner, for tests. */
#ifndef TRUST_OWNER
#define TRUST_OWNER 0
#endif

/*
 * Open a file or a directory for reading, if only root can change its content.
 * As with sshd's StrictModes, it, all directories above it, and those that
 * links lead through must belong to root and must not be writable by group or
 * others. The check runs from the top down, before anything is opened. So
 * neither a FIFO nor a user's file system (FUSE) can block the caller.
 *
 * Returns -1 with errno; uiomap_i_error_text() says what is wrong and what to do, with
 * "it" for the path. errno: EPERM others can change it; EINVAL not a file or
 * directory; errors of open(2).
 */
int trusted_open(const char *path);

#endif /* TRUSTED_FILE_H */
