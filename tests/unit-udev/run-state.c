/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The state files of the programs that udevd runs: no other user can open them, and a lock on
 * them never blocks for long.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "temp-dir.h"

/* Receives their reports. */
#include "../../udev/run-dir.c"
#include "../../udev/link-state.c"

TestSuite(run_state, .init = temp_dir_begin, .fini = temp_dir_end);

static const struct name_links links = { .name = "a", .instance = "a#0", .path = "platform:a.0" };
static const struct name_links others = { .name = "", .instance = "a#1", .path = "platform:a.0" };

static char reported[1024];

void report(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reported, sizeof(reported), format, args);
	va_end(args);
}

static mode_t mode(const char *path)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0, "%s: %s", path, strerror(errno));
	return st.st_mode & 07777;
}

Test(run_state, told)
{
	link_state_end(link_state_begin(3), &links);
	cr_assert_eq(mode("run"), 0700);
	cr_assert_eq(mode("run/uio3"), 0600);
	cr_assert(!link_state_differs(3, &links));
	cr_assert(link_state_differs(3, &others));
	/* An event for it is expected already, so none needs to be sent. */
	cr_assert(!link_state_differs(3, &others));
	link_state_end(link_state_begin(3), &links);
	link_state_forget(3);
	cr_assert(!link_state_differs(3, &others));
	cr_assert_str_eq(reported, "");
}

/* A state file with permissions for everybody, and one of a program that was killed. */
Test(run_state, left_open)
{
	umask(0);
	cr_assert_eq(mkdir("run", 0777), 0);
	temp_dir_file("run/uio3", "x\n");
	temp_dir_file("run/uio3.new", "x\n");
	cr_assert_eq(chmod("run/uio3.new", 0666), 0);
	cr_assert(run_dir_ready());
	cr_assert_eq(mode("run"), 0700);
	link_state_end(link_state_begin(3), &links);
	cr_assert_eq(mode("run/uio3"), 0600);
	cr_assert(!link_state_differs(3, &links));
}

/* The lock may be held forever: the state then counts as different, and one more event is sent. */
Test(run_state, held)
{
	int fd;

	link_state_end(link_state_begin(3), &links);
	link_state_end(link_state_begin(4), &links);
	for (unsigned int i = 3; i < 5; i++) {
		char path[16];

		snprintf(path, sizeof(path), "run/uio%u", i);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		cr_assert(fd >= 0 && flock(fd, LOCK_EX) == 0);
	}
	cr_assert(link_state_differs(3, &links));
	cr_assert(link_state_differs(4, &links));
	/* The new state is another file. */
	link_state_end(link_state_begin(4), &links);
	cr_assert(!link_state_differs(4, &links));
	errno = 0;
	fd = open("run/uio4", O_RDONLY | O_CLOEXEC);
	cr_assert(fd >= 0 && flock(fd, LOCK_EX) == 0);
	fd = open("run/uio4", O_RDONLY | O_CLOEXEC);
	cr_assert_eq(run_dir_lock(fd, LOCK_SH), -1);
	cr_assert_eq(errno, EWOULDBLOCK);
}

/*
 * A link, a file, or another user's folder in place of the state folder is not used, and
 * reported once.
 */
Test(run_state, another_ones)
{
	temp_dir_folder("elsewhere");
	temp_dir_link("run", "elsewhere");
	cr_assert(!run_dir_ready());
	cr_assert(strstr(reported, "it must be a directory that belongs to root: rm -rf run"), "%s",
		  reported);
	reported[0] = '\0';
	cr_assert_eq(link_state_begin(3), -1);
	cr_assert(!link_state_differs(3, &others));
	link_state_forget(3);
	cr_assert_str_eq(reported, "");
	cr_assert_eq(access("elsewhere/uio3", F_OK), -1);
}

Test(run_state, not_ours)
{
	temp_dir_folder("run");
	if (geteuid())
		/* without root the owner can't be changed: test a file instead */
		cr_assert_eq(rmdir("run"), 0);
	if (geteuid())
		temp_dir_file("run", "");
	else
		cr_assert_eq(chown("run", 65534, 65534), 0);
	cr_assert(!run_dir_ready());
	cr_assert(strstr(reported, "belongs to root"), "%s", reported);
}
