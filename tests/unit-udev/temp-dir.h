/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A folder of the test's own, which is its current directory. What can't be made there is no reason
 * to pass.
 */
#ifndef TEMP_DIR_H
#define TEMP_DIR_H

#include <stddef.h>

void temp_dir_begin(void);
void temp_dir_end(void);

/* The folders that it lies in are made too. */
void temp_dir_bytes(const char *path, const void *bytes, size_t size);
void temp_dir_file(const char *path, const char *text);
void temp_dir_link(const char *path, const char *target);
void temp_dir_folder(const char *path);

/*
 * uioN in sys, with this name, of sys/devices/PARENT (NULL: of none), which is on the bus pci if
 * there is a pci in PARENT, else on platform.
 */
void temp_dir_uio(unsigned int number, const char *name, const char *parent);

#endif /* TEMP_DIR_H */
