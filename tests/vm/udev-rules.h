/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What tests of the udev rules share: the rules on a real udevd, with the programs that they run.
 * What fails here fails the test.
 */
#ifndef UDEV_RULES_H
#define UDEV_RULES_H

#include <sys/types.h>

#include "installed.h"
#include "udevd.h"

/* For TestSuite(): the programs are in their place and the log is ours; nothing of it stays. */
void rules_begin(void);
void rules_end(void);

/* udevd with 60-uiomap.rules and no others, and this configuration. */
void start(const char *conf);

/* A PCI device's folder in sysfs; valid until the next call. */
const char *pci_device(const char *address);

/* Expect a file's group and mode. */
void expect_mode(const char *path, gid_t group, mode_t mode);

#endif /* UDEV_RULES_H */
