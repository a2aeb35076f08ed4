/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Reports faults of the configuration to the log, only once: udev runs these
 * programs for every device.
 */
#ifndef CONF_REPORT_H
#define CONF_REPORT_H

#include "conf.h"

/* Read the configuration. Report its faults if they differ from those that were reported last. */
struct conf_line *report_conf_read(void);

#endif /* CONF_REPORT_H */
