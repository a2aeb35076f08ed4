/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A temporary folder, which is the test's current directory. A failure to make or read a file fails
 * the test.
 */
#ifndef TEMP_DIR_H
#define TEMP_DIR_H

#include <stddef.h>

void temp_dir_begin(void);
void temp_dir_end(void);

/* Parent folders are made, too. */
void temp_dir_bytes(const char *path, const void *bytes, size_t size);
void temp_dir_file(const char *path, const char *text);
void temp_dir_link(const char *path, const char *target);
void temp_dir_folder(const char *path);

/* What a file has. Valid until the next call. */
const char *temp_dir_content(const char *path);

/*
 * Make uioN in sys, with this name, below sys/devices/PARENT (NULL: without a parent), which is
 * on the bus pci if PARENT contains "pci", else on platform.
 */
void temp_dir_uio(unsigned int number, const char *name, const char *parent);

#endif /* TEMP_DIR_H */
