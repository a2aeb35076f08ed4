/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Faults of the configuration to the log, once: udev runs these programs for every device. */
#ifndef CONF_REPORT_H
#define CONF_REPORT_H

#include "conf.h"

/* The configuration. Its faults are reported if they are not those that were reported last. */
struct conf_line *report_conf_read(void);

#endif /* CONF_REPORT_H */
