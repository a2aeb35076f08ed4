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

/* uioN in sys, with this name, of sys/devices/PARENT (NULL: of none), which is on the bus pci if there is a pci in PARENT, else on platform. */
void scratch_uio(unsigned int number, const char *name, const char *parent);

#endif /* SCRATCH_H */
