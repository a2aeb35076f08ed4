/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The text of the thread's last error. */
#ifndef UIOMAP_ERROR_TEXT_H
#define UIOMAP_ERROR_TEXT_H

/* The thread's text; "" before the first failure. */
const char *uiomap_i_error_text(void);

/*
 * Set errno and the thread's text. Bytes that are not printable ASCII become
 * \xNN (quote.h); a long text is cut. An argument may be the previous text.
 * Always returns -1.
 */
int uiomap_i_fail(int error, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));

/*
 * As strerror(3). If a limit or a setting is the cause, the text says which one
 * and how to change it.
 */
const char *uiomap_i_why(int error);

#endif /* UIOMAP_ERROR_TEXT_H */
