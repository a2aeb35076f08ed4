/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#ifndef LOG_H
#define LOG_H

/* Write a line to the log of udevd and to syslog. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* LOG_H */
