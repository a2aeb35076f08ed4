// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "run-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define NAP_NS 2000000
#define NAPS   1000

static int make_ready(void)
{
	struct stat st;
	int folder, result;

	if (mkdir(RUN_DIR, 0700) < 0 && errno != EEXIST)
		return -1;
	folder = open(RUN_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -1;
	result = fstat(folder, &st);
	if (result == 0 && st.st_uid != geteuid()) {
		errno = EPERM;
		result = -1;
	}
	/* An older version gave others access. */
	if (result == 0 && st.st_mode & 0077)
		result = fchmod(folder, 0700);
	close(folder);
	return result;
}

bool run_dir_ready(void)
{
	static enum { UNKNOWN, READY, UNUSABLE } state;

	if (state == UNKNOWN) {
		state = make_ready() == 0 ? READY : UNUSABLE;
		if (state == UNUSABLE)
			report(RUN_DIR
			       ": %s; it must be a directory that belongs to root: rm -rf " RUN_DIR,
			       strerror(errno));
	}
	return state == READY;
}

int run_dir_lock(int fd, int operation)
{
	static unsigned int naps;

	while (flock(fd, operation | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		if (naps == NAPS)
			return errno = EWOULDBLOCK, -1;
		naps++;
		nanosleep(&(struct timespec){ .tv_nsec = NAP_NS }, NULL);
	}
	return 0;
}
