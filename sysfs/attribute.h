/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Reading sysfs: its files, which are called attributes, and its links. */
#ifndef UIOMAP_ATTRIBUTE_H
#define UIOMAP_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define attr_bytes uiomap_i_attr_bytes
#define attr_line  uiomap_i_attr_line
#define attr_link  uiomap_i_attr_link
#define attr_open  uiomap_i_attr_open
#define attr_read  uiomap_i_attr_read
#define last_name  uiomap_i_last_name

/* sysfs never gives more than a page; what is longer isn't sysfs. */
#define ATTR_SIZE 4097

/*
 * Read one attribute: one openat(2), one read(2), one close(2). buffer gets the
 * text without the final newline. The length; or -1 with errno, EPROTO for
 * content that no attribute has (longer than a page, a null byte). No text is set.
 */
ssize_t attr_read(int dirfd, const char *path, char buffer[ATTR_SIZE]);

/* As many of a file's bytes as fit. Their number; 0 also if it can't be read. */
size_t attr_bytes(int dirfd, const char *path, char *bytes, size_t size);

/*
 * A file's first line, without its newline, as much of it as fits; "" and false if it can't be
 * read.
 */
bool attr_line(int dirfd, const char *path, char *text, size_t size);

/*
 * open(2) of what the kernel makes a regular file. EPROTO if it is anything else:
 * a FIFO would never open, a terminal or a tape would do things.
 */
int attr_open(int dirfd, const char *path, int flags);

/* Where a link leads, "" if there is no such link; -1 with errno. */
#define LINK_SIZE 1024
int attr_link(int dirfd, const char *path, char buffer[LINK_SIZE]);

/* The part after the last slash. */
const char *last_name(const char *path);

#endif /* UIOMAP_ATTRIBUTE_H */
