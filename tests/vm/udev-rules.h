/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Fixture for tests of the udev rules: a real udevd with the rules and the programs that they run.
 * A failure here fails the test.
 */
#ifndef UDEV_RULES_H
#define UDEV_RULES_H

#include <sys/types.h>

#include "installed.h"
#include "udevd.h"

/* For TestSuite(): install the programs and receive the log; rules_end() removes everything. */
void rules_begin(void);
void rules_end(void);

/* Start udevd with 60-uiomap.rules, no other rules, and this configuration. */
void start(const char *conf);

/* A PCI device's folder in sysfs; valid until the next call. */
const char *pci_device(const char *address);

/* Expect a file's group and mode. */
void expect_mode(const char *path, gid_t group, mode_t mode);

#endif /* UDEV_RULES_H */
