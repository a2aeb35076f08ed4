/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "trace.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Two system calls that the traced code doesn't make itself. */
#define BEGIN SYS_getppid
#define END   SYS_getpgrp

void trace_begin(void)
{
	syscall(BEGIN);
}

void trace_end(void)
{
	syscall(END);
}

static void count(struct trace *t, pid_t child, bool *counting)
{
	struct __ptrace_syscall_info info;

	cr_assert_gt(ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof(info), &info), 0);
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	if (info.entry.nr == BEGIN || info.entry.nr == END) {
		*counting = info.entry.nr == BEGIN;
	} else if (*counting) {
		cr_assert_lt(info.entry.nr, TRACE_NUMBERS);
		t->total++;
		t->by[info.entry.nr]++;
	}
}

void trace_run(struct trace *t, int (*body)(void *arg), void *arg)
{
	bool counting = false;
	pid_t child;

	memset(t, 0, sizeof(*t));
	fflush(NULL);
	child = fork();
	cr_assert_geq(child, 0);
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(body(arg));
	}
	cr_assert_eq(waitpid(child, &t->status, 0), child);
	cr_assert(WIFSTOPPED(t->status), "the child can't be traced: status 0x%x", t->status);
	cr_assert_eq(ptrace(PTRACE_SETOPTIONS, child, NULL,
			    (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)),
		     0);
	while (WIFSTOPPED(t->status)) {
		int signal = WSTOPSIG(t->status);

		if (signal == (SIGTRAP | 0x80))
			count(t, child, &counting);
		/* Pass other signals on to the process. */
		if (signal == (SIGTRAP | 0x80) || signal == SIGSTOP)
			signal = 0;
		cr_assert_eq(ptrace(PTRACE_SYSCALL, child, NULL, (void *)(long)signal), 0);
		cr_assert_eq(waitpid(child, &t->status, 0), child);
	}
}

static const char *name_of(unsigned int number)
{
	static const struct {
		unsigned int number;
		const char *name;
	} names[] = {
		{ SYS_read, "read" },
		{ SYS_write, "write" },
		{ SYS_openat, "openat" },
		{ SYS_close, "close" },
		{ SYS_ppoll, "ppoll" },
		{ SYS_fcntl, "fcntl" },
		{ SYS_getdents64, "getdents64" },
		{ SYS_newfstatat, "newfstatat" },
		{ SYS_mmap, "mmap" },
		{ SYS_brk, "brk" },
		{ SYS_readlinkat, "readlinkat" },
		{ SYS_clock_gettime, "clock_gettime" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			return names[i].name;
	return "call";
}

const char *trace_text(const struct trace *t)
{
	static char text[1024];
	size_t used = (size_t)snprintf(text, sizeof(text), "%u calls", t->total);

	for (unsigned int i = 0; i < TRACE_NUMBERS && used < sizeof(text); i++)
		if (t->by[i])
			used += (size_t)snprintf(text + used, sizeof(text) - used, ", %s(%u) %u",
						 name_of(i), i, t->by[i]);
	return text;
}
