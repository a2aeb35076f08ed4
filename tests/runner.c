/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * If UIOMAP_FORKED is set, run Criterion's tests without Criterion's runner,
 * each in a forked process. Criterion executes the program again for each test,
 * with about twenty libraries: this takes a second per test under valgrind,
 * half a second in the VM, and doesn't work under ThreadSanitizer. Criterion
 * also decides before the process ends; here the exit status counts, by which a
 * checker reports a leak.
 *
 * The Criterion functions that tests call are wrapped (RUNNER_LDFLAGS).
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "report.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Kill a test after this many seconds. It is generous, since checkers and VMs are slow. A
 * test's own .timeout applies only to Criterion's runner.
 */
#define LIMIT 300

/* The sections in which Test() and TestSuite() place their data; a program may have no suites. */
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak)),
	*__stop_cr_sts[] __attribute__((weak));

#define WRAPPED(function) extern __typeof__(function) __real_##function, __wrap_##function
WRAPPED(criterion_internal_test_setup);
WRAPPED(criterion_internal_test_main);
WRAPPED(criterion_internal_test_teardown);
WRAPPED(criterion_send_assert);
WRAPPED(criterion_abort_test);
WRAPPED(criterion_skip_test);
WRAPPED(cr_log);

/* Shared with the test's process and its children. */
static struct {
	atomic_bool failed, ended;
} *outcome;

static const struct criterion_test *running;
static const struct criterion_test_extra_data *suite, none;
static jmp_buf *escape;
static pid_t escapes;

/* Call both in order; a failed assertion ends both. */
static void call(void (*first)(void), void (*second)(void))
{
	jmp_buf here;

	if (!setjmp(here)) {
		escape = &here;
		escapes = gettid();
		if (first)
			first();
		if (second)
			second();
	}
	escape = NULL;
}

void __wrap_criterion_internal_test_setup(void)
{
	if (!running) {
		__real_criterion_internal_test_setup();
		return;
	}
	call(suite->init, running->data->init);
	if (outcome->failed)
		exit(1);
}

void __wrap_criterion_internal_test_main(void (*body)(void))
{
	if (running)
		call(body, NULL);
	else
		__real_criterion_internal_test_main(body);
}

void __wrap_criterion_internal_test_teardown(void)
{
	if (running)
		call(running->data->fini, suite->fini);
	else
		__real_criterion_internal_test_teardown();
}

static void complain(const char *file, unsigned int line, const char *text)
{
	outcome->failed = true;
	fprintf(stderr, "%s:%u: %s/%s: %s\n", file, line, running->category, running->name, text);
}

void __wrap_criterion_send_assert(struct criterion_assert_stats *stats)
{
	if (!running)
		__real_criterion_send_assert(stats);
	else if (!stats->passed)
		complain(stats->file, stats->line, stats->message);
}

void __wrap_criterion_abort_test(void)
{
	if (!running)
		__real_criterion_abort_test();
	/* The jump is impossible from another thread or process. */
	if (!escape || escapes != gettid())
		_exit(1);
	longjmp(*escape, 1);
}

void __wrap_criterion_skip_test(const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!running)
		__real_criterion_skip_test("%s", text);
	/* As with Criterion, a skipped test counts as not passed. */
	complain(running->data->file_, running->data->line_, text);
	exit(1);
}

void __wrap_cr_log(enum criterion_severity severity, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (running)
		fprintf(stderr, "%s\n", text);
	else
		__real_cr_log(severity, "%s", text);
}

static __attribute__((noreturn)) void child(const sigset_t *signals)
{
	/* Its own process group, for kill(). It is killed if the parent dies. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_SETMASK, signals, NULL);
	running->test();
	outcome->ended = true;
	/* exit() runs all exit handlers, in particular leak checkers. */
	exit(outcome->failed);
}

/* Returns the exit status; kills a test that takes too long. */
static int wait_for(pid_t pid, const sigset_t *child_ends)
{
	const struct timespec timeout = { .tv_sec = LIMIT };
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sigtimedwait(child_ends, NULL, &timeout) < 0 && errno == EAGAIN) {
			complain(running->data->file_, running->data->line_, "takes too long");
			kill(-pid, SIGKILL);
		}
	}
	return status;
}

static bool run(const struct criterion_test *test)
{
	const struct criterion_test_extra_data *data = test->data;
	char text[64];
	sigset_t child_ends, before;
	int status;
	pid_t pid;

	running = test;
	suite = &none;
	for (struct criterion_suite **s = __start_cr_sts; s < __stop_cr_sts; s++) {
		if (!strcmp((*s)->name, test->category))
			suite = (*s)->data;
	}
	outcome->failed = outcome->ended = false;
	/* No test uses these features, so they are not implemented. */
	if (data->param_ || data->signal || data->exit_code || data->disabled || suite->signal ||
	    suite->exit_code || suite->disabled) {
		complain(data->file_, data->line_, "asks for what tests/runner.c does not know");
		return false;
	}
	sigemptyset(&child_ends);
	sigaddset(&child_ends, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_ends, &before);
	fflush(NULL);
	pid = fork();
	if (!pid)
		child(&before);
	if (pid < 0) {
		complain(data->file_, data->line_, strerror(errno));
		return false;
	}
	status = wait_for(pid, &child_ends);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (WIFSIGNALED(status)) {
		complain(data->file_, data->line_, strsignal(WTERMSIG(status)));
	} else if (!outcome->failed && (!outcome->ended || WEXITSTATUS(status))) {
		snprintf(text, sizeof(text), "%s with status %d",
			 outcome->ended ? "ended well, but" : "ended early", WEXITSTATUS(status));
		complain(data->file_, data->line_, text);
	}
	return !outcome->failed;
}

/* Criterion's order of tests. */
static int by_name(const void *a, const void *b)
{
	const struct criterion_test *one = *(struct criterion_test * const *)a,
				    *other = *(struct criterion_test * const *)b;
	int order = strcmp(one->category, other->category);

	return order ? order : strcmp(one->name, other->name);
}

/* `pattern` is of fnmatch(3), for SUITE/NAME; NULL: all. */
static int run_all(const char *pattern)
{
	char name[256];
	int tests = 0, failed = 0;

	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (outcome == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	qsort(__start_cr_tst, (size_t)(__stop_cr_tst - __start_cr_tst), sizeof(*__start_cr_tst),
	      by_name);
	for (struct criterion_test **test = __start_cr_tst; test < __stop_cr_tst; test++, tests++) {
		bool passed;

		snprintf(name, sizeof(name), "%s/%s", (*test)->category, (*test)->name);
		if (pattern && fnmatch(pattern, name, 0)) {
			tests--;
			continue;
		}
		passed = run(*test);
		report(passed ? "pass" : "fail", (*test)->category, (*test)->name);
		failed += !passed;
	}
	munmap(outcome, sizeof(*outcome));
	report("end", "-", "-");
	printf("%s: %d tests, %d failed\n", program_invocation_short_name, tests, failed);
	return failed || !tests;
}

int main(int argc, char *argv[])
{
	struct criterion_test_set *tests;
	int status = 0;

	/* The only option, which Criterion has, too. */
	if (getenv("UIOMAP_FORKED"))
		return run_all(argc == 3 && !strcmp(argv[1], "--filter") ? argv[2] : NULL);
	tests = criterion_initialize();
	if (criterion_handle_args(argc, argv, true))
		status = !criterion_run_all_tests(tests);
	criterion_finalize(tests);
	return status;
}
