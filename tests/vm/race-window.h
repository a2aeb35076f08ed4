/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Stretch a window of a few instructions in the kernel to milliseconds: trace events there, each
 * with its stack. A failure here fails the test.
 */
#ifndef RACE_WINDOW_H
#define RACE_WINDOW_H

/*
 * Stretch the point where a function begins ('p') or has returned ('r'), for threads named `comm`
 * (NULL: all).
 */
void race_window_open(char at, const char *function, const char *comm);
void race_window_close(void);

#endif /* RACE_WINDOW_H */
