/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What failed last in this thread, in words. */
#ifndef UIOMAP_ERROR_TEXT_H
#define UIOMAP_ERROR_TEXT_H

#define error_text uiomap_i_error_text
#define fail	   uiomap_i_fail
#define why	   uiomap_i_why

/* The thread's text; "" before the first failure. */
const char *error_text(void);

/*
 * Set errno and the thread's text, with what is not printable ASCII as \xNN (quote.h), and cut off
 * where it is too long. An argument may be the former text. Always -1.
 */
int fail(int error, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));

/* strerror(3); and if a limit or a setting is the cause, which one, and how to change it. */
const char *why(int error);

#endif /* UIOMAP_ERROR_TEXT_H */
