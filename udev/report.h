/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Faults of the configuration to the log, once: udev runs these programs for every device. */
#ifndef REPORT_H
#define REPORT_H

#include "config.h"

/* Lines to the log that udevd and the journal keep. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The configuration. Its faults are reported if they are not those that were reported last. */
struct conf_line *report_conf_read(void);

#endif /* REPORT_H */
