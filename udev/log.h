/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#ifndef LOG_H
#define LOG_H

/* Lines to the log that udevd and the journal keep. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* LOG_H */
