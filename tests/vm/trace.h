/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Count the system calls of a piece of code by ptrace(2), like strace -c. */
#ifndef TRACE_H
#define TRACE_H

#define TRACE_NUMBERS 512

struct trace {
	unsigned int total;
	unsigned int by[TRACE_NUMBERS]; /* by[SYS_read] and so on */
	int status;			/* of the process, as from waitpid(2) */
};

/*
 * Run body(arg) in a new process and count its system calls between trace_begin() and trace_end().
 * The process exits with body's return value.
 */
void trace_run(struct trace *t, int (*body)(void *arg), void *arg);
void trace_begin(void);
void trace_end(void);

/* The counts as text for an error message: "read 20, write 20". Valid until the next call. */
const char *trace_text(const struct trace *t);

#endif /* TRACE_H */
