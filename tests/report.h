/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#ifndef REPORT_H
#define REPORT_H

/* Appends "VERDICT PROGRAM SUITE/NAME" to the file that UIOMAP_REPORT names, if it names one. */
void report(const char *verdict, const char *suite, const char *name);

#endif /* REPORT_H */
