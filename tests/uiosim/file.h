/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Read and write files of configfs and sysfs; error texts. For uiosim.c. */
#ifndef UIOSIM_FILE_H
#define UIOSIM_FILE_H

#include <stddef.h>

/* Set uiosim_error() to this text and that of errno. Keeps errno. Returns -1. */
int uiosim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Write a value. */
int uiosim_write_file(const char *path, const char *text);

/*
 * Read a whole file, whose size is not known in advance. The content is terminated by 0. Free
 * with free().
 */
char *uiosim_read_file(const char *path, size_t *size);

/* Read a short text, without its newline. */
int uiosim_read_text(const char *path, char *text, size_t size);

#endif /* UIOSIM_FILE_H */
