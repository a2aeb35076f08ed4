/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A folder of the test's own, which is its current directory. What can't be made there is no reason to pass. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stddef.h>

void scratch_begin(void);
void scratch_end(void);

/* The folders that it lies in are made too. */
void scratch_bytes(const char *path, const void *bytes, size_t size);
void scratch_file(const char *path, const char *text);
void scratch_link(const char *path, const char *target);
void scratch_folder(const char *path);

#endif /* SCRATCH_H */
