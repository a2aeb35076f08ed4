/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The test runner: runs Criterion's tests, each in a forked process, and prints
 * TAP (https://testanything.org/tap-version-12-specification.html).
 *
 *	PROGRAM [--list] [--filter SUITE/NAME]	(a pattern of fnmatch(3))
 *
 * It defines the functions that Criterion's macros call, so a test program uses
 * criterion/criterion.h and not libcriterion. Criterion's own runner executes
 * the program again for each test, with about twenty libraries: unit/irq takes
 * ten times as long under valgrind. It doesn't work under ThreadSanitizer, runs
 * tests side by side, which those that share a device don't bear, and decides
 * before the process ends, but a checker reports a leak by the exit status.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
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

/* Kill a test after this many seconds: only a fault takes as long, also in a slow VM. */
#define LIMIT 300

/* The sections in which Test() and TestSuite() place their data; a program may have no suites. */
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak)),
	*__stop_cr_sts[] __attribute__((weak));

/* Shared with the test's process and its children. */
static struct {
	atomic_bool failed, ended, skipped;
	char reason[256]; /* why it was skipped */
} *outcome;

static const struct criterion_test *running;
static const struct criterion_test_extra_data *suite;
static jmp_buf *escape;
static pid_t escapes;

static void complain(const char *file, unsigned int line, const char *text)
{
	outcome->failed = true;
	fprintf(stderr, "%s:%u: %s/%s: %s\n", file, line, running->category, running->name, text);
}

/* ---- what Criterion's macros use ---- */

struct criterion_options criterion_options;

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

void criterion_internal_test_setup(void)
{
	call(suite->init, running->data->init);
	if (outcome->failed)
		exit(1);
}

void criterion_internal_test_main(void (*body)(void))
{
	call(body, NULL);
}

void criterion_internal_test_teardown(void)
{
	call(running->data->fini, suite->fini);
}

void cri_asserts_passed_incr(void)
{
}

/* After a failed cr_expect(). */
void criterion_continue_test(void)
{
}

/* The text of a failed assertion that has none of its own: expression, and strings compared. */
char *cr_translate_assert_msg(int message, ...)
{
	const char *expression, *one, *other;
	char *text;
	va_list args;

	va_start(args, message);
	expression = va_arg(args, const char *);
	if (message == CRITERION_ASSERT_MSG_EXPR_AS_STRINGS_FALSE) {
		one = va_arg(args, const char *);
		other = va_arg(args, const char *);
		cr_asprintf(&text, "%s is false: \"%s\", \"%s\"", expression, one, other);
	} else {
		cr_asprintf(&text, "%s is false", expression);
	}
	va_end(args);
	return text;
}

void criterion_send_assert(struct criterion_assert_stats *stats)
{
	complain(stats->file, stats->line, stats->message);
}

void criterion_abort_test(void)
{
	/* The jump is impossible from another thread or process. */
	if (!escape || escapes != gettid())
		_exit(1);
	longjmp(*escape, 1);
}

void criterion_skip_test(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(outcome->reason, sizeof(outcome->reason), format, args);
	va_end(args);
	outcome->skipped = outcome->ended = true;
	exit(0);
}

int cr_asprintf(char **text, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(text, format, args);
	va_end(args);
	if (length < 0)
		abort();
	return length;
}

void cr_asprintf_free(char *text)
{
	free(text);
}

void cr_log(enum criterion_severity severity, const char *format, ...)
{
	va_list args;

	(void)severity;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* ---- the runner ---- */

static __attribute__((noreturn)) void child(const sigset_t *signals)
{
	/* Its own process group, for kill(). It is killed if the parent dies. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_SETMASK, signals, NULL);
	/* Standard output is for TAP. */
	dup2(STDERR_FILENO, STDOUT_FILENO);
	running->test();
	outcome->ended = true;
	/* exit() runs all exit handlers, in particular leak checkers. */
	exit(outcome->failed);
}

/* Returns the exit status; kills a test that takes too long. */
static int wait_for(pid_t pid, const sigset_t *child_ends)
{
	const struct timespec timeout = { .tv_sec = LIMIT };
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(pid, &status, WNOHANG)) == 0) {
		if (sigtimedwait(child_ends, NULL, &timeout) < 0 && errno == EAGAIN) {
			complain(running->data->file_, running->data->line_, "takes too long");
			kill(-pid, SIGKILL);
		}
	}
	if (ended < 0)
		complain(running->data->file_, running->data->line_, strerror(errno));
	return status;
}

/* Returns whether the test has not failed. */
static bool run(const struct criterion_test *test)
{
	static const struct criterion_test_extra_data none;
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
	outcome->failed = outcome->ended = outcome->skipped = false;
	/* No test uses these features, so they are not implemented. */
	if (data->param_ || data->signal || data->exit_code || data->timeout || data->disabled ||
	    suite->signal || suite->exit_code || suite->timeout || suite->disabled) {
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

static int by_name(const void *a, const void *b)
{
	const struct criterion_test *one = *(struct criterion_test * const *)a,
				    *other = *(struct criterion_test * const *)b;
	int order = strcmp(one->category, other->category);

	return order ? order : strcmp(one->name, other->name);
}

/* Move the tests whose names match to the front of the section, in order. Returns their number. */
static size_t choose(const char *pattern)
{
	const size_t all = (size_t)(__stop_cr_tst - __start_cr_tst);
	size_t chosen = 0;

	qsort(__start_cr_tst, all, sizeof(*__start_cr_tst), by_name);
	for (size_t i = 0; i < all; i++) {
		struct criterion_test *test = __start_cr_tst[i];
		char name[256];

		snprintf(name, sizeof(name), "%s/%s", test->category, test->name);
		if (!pattern || !fnmatch(pattern, name, FNM_EXTMATCH))
			__start_cr_tst[chosen++] = test;
	}
	return chosen;
}

int main(int argc, char *argv[])
{
	const char *pattern = NULL;
	bool list = false, failed = false;
	size_t count;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--list")) {
			list = true;
		} else if (!strcmp(argv[i], "--filter") && i + 1 < argc) {
			pattern = argv[++i];
		} else {
			fprintf(stderr, "Usage: %s [--list] [--filter SUITE/NAME]\n",
				program_invocation_short_name);
			return 2;
		}
	}
	count = choose(pattern);
	/* Who started the program may have ignored it; then waitpid(2) has no statuses. */
	signal(SIGCHLD, SIG_DFL);
	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (outcome == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	/* A reader sees each result at once, also if the machine crashes. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!list)
		printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		const struct criterion_test *test = __start_cr_tst[i];
		bool passed;

		if (list) {
			printf("%s/%s\n", test->category, test->name);
			continue;
		}
		passed = run(test);
		failed |= !passed;
		printf("%sok %zu - %s/%s%s%s\n", passed ? "" : "not ", i + 1, test->category,
		       test->name, outcome->skipped && passed ? " # SKIP " : "",
		       outcome->skipped && passed ? outcome->reason : "");
	}
	return failed || !count;
}
