/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Reading sysfs: attributes (its files) and links. */
#ifndef UIOMAP_ATTRIBUTE_H
#define UIOMAP_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* An attribute has at most a page; longer content isn't from sysfs. */
#define ATTR_SIZE 4097

/*
 * Read one attribute: one openat(2), one read(2), one close(2). buffer gets the
 * text without the final newline. Returns the length; or -1 with errno, which
 * is EPROTO for content that no attribute has (longer than a page, a null
 * byte). Sets no text.
 */
ssize_t uiomap_i_attr_read(int dirfd, const char *path, char buffer[ATTR_SIZE]);

/* Read as many of a file's bytes as fit. Returns their number; 0 also if it can't be read. */
size_t uiomap_i_attr_bytes(int dirfd, const char *path, char *bytes, size_t size);

/*
 * Read a file's first line without its newline, cut to size. If the file can't
 * be read, text is "" and the result is false.
 */
bool uiomap_i_attr_line(int dirfd, const char *path, char *text, size_t size);

/*
 * Open a file that must be a regular file. Fails with EPROTO for any other:
 * opening a FIFO could block, and opening a terminal or a tape has effects.
 */
int uiomap_i_attr_open(int dirfd, const char *path, int flags);

/* Read the target of a link; "" if there is no such link. Returns 0, or -1 with errno. */
#define LINK_SIZE 1024
int uiomap_i_attr_link(int dirfd, const char *path, char buffer[LINK_SIZE]);

/* The part after the last slash. */
const char *uiomap_i_last_name(const char *path);

#endif /* UIOMAP_ATTRIBUTE_H */
