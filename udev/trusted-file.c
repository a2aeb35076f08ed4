// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "trusted-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind.h"

#define LINKS 40 /* path_resolution(7) */

struct walk {
	const char *path;    /* as given by the caller */
	char done[PATH_MAX]; /* the part that was checked, with links resolved */
	char rest[PATH_MAX]; /* the part that remains */
	int dirfd;	     /* the last directory of done */
	unsigned int links;
};

static int fail_errno(int error)
{
	return uiomap_i_fail(error, "%s", strerror(error));
}

/* Continue in this directory. dirfd may be -1 with errno. */
static int enter(struct walk *w, int dirfd)
{
	if (w->dirfd >= 0)
		close(w->dirfd);
	w->dirfd = dirfd;
	return dirfd < 0 ? fail_errno(errno) : 0;
}

static int begin(struct walk *w, const char *path)
{
	const bool whole = *path == '/';

	snprintf(w->done, sizeof(w->done), "%s", whole ? "/" : ".");
	return enter(w, open(w->done, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/*
 * Check owner and mode. The text says "it" if the caller's path itself is
 * wrong, and names the file if a link or a parent directory is.
 */
static int check(const struct walk *w, const struct stat *st)
{
	const char *done = !strncmp(w->done, "./", 2) ? w->done + 2 : w->done;
	const char *who = strcmp(done, w->path) ? done : "it";

	if (st->st_uid != 0 && st->st_uid != TRUST_OWNER)
		return uiomap_i_fail(
			EPERM,
			"%s belongs to user %u, who would decide what root binds and runs: chown root:root %s",
			who, st->st_uid, done);
	if (st->st_mode & 0022)
		return uiomap_i_fail(
			EPERM,
			"%s can be written by others (mode %04o), who would decide what root binds and runs: chmod go-w %s",
			who, st->st_mode & 07777, done);
	return 0;
}

/* Take the next component of the path; "" at the end. Returns false if it is too long. */
static bool next(struct walk *w, char name[NAME_MAX + 1])
{
	const char *from = w->rest + strspn(w->rest, "/");
	const size_t length = strcspn(from, "/");

	if (length > NAME_MAX)
		return false;
	memcpy(name, from, length);
	name[length] = '\0';
	memmove(w->rest, from + length, strlen(from + length) + 1);
	return true;
}

static int follow(struct walk *w, int link)
{
	char target[PATH_MAX], rest[PATH_MAX];
	const ssize_t n = readlinkat(link, "", target, sizeof(target) - 1);

	if (n < 0)
		return fail_errno(errno);
	target[n] = '\0';
	strcpy(rest, w->rest);
	if (++w->links > LINKS)
		return fail_errno(ELOOP);
	if (snprintf(w->rest, sizeof(w->rest), "%s/%s", target, rest) >= (int)sizeof(w->rest))
		return fail_errno(ENAMETOOLONG);
	return *target == '/' ? begin(w, target) : 0;
}

static int add(struct walk *w, const char *name)
{
	const size_t length = strlen(w->done);

	return snprintf(w->done + length, sizeof(w->done) - length, "%s%s",
			w->done[length - 1] == '/' ? "" : "/",
			name) < (int)(sizeof(w->done) - length) ?
		       0 :
		       fail_errno(ENAMETOOLONG);
}

/*
 * Process one component, which fd refers to. Returns 0 to continue, 1 if it is
 * the file, which was checked but is not open yet, -1 on failure.
 */
static int step(struct walk *w, const char *name, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail_errno(errno);
	if (S_ISLNK(st.st_mode))
		return follow(w, fd);
	if (add(w, name) < 0)
		return -1;
	if (S_ISDIR(st.st_mode))
		return enter(w, fcntl(fd, F_DUPFD_CLOEXEC, 0));
	if (!S_ISREG(st.st_mode))
		return uiomap_i_fail(EINVAL, "not a regular file");
	if (w->rest[strspn(w->rest, "/")])
		return fail_errno(ENOTDIR);
	return check(w, &st) < 0 ? -1 : 1;
}

static int walk(struct walk *w)
{
	char name[NAME_MAX + 1];
	struct stat st;
	int fd, result;

	for (;;) {
		/* Check the directory first: who can write in it can replace any file. */
		if (fstat(w->dirfd, &st) < 0)
			return fail_errno(errno);
		if (check(w, &st) < 0)
			return -1;
		if (!next(w, name))
			return fail_errno(ENAMETOOLONG);
		fd = openat(w->dirfd, *name ? name : ".",
			    *name ? O_PATH | O_NOFOLLOW | O_CLOEXEC :
				    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return fail_errno(errno);
		if (!*name)
			return fd;
		result = step(w, name, fd);
		close(fd);
		if (result < 0)
			return -1;
		if (result)
			break;
	}
	/* Only root can write in this directory, so this opens the file that was checked. */
	fd = openat(w->dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? fail_errno(errno) : fd;
}

int trusted_open(const char *path)
{
	struct walk w = { .path = path, .dirfd = -1 };
	int fd = -1, error;

	if (snprintf(w.rest, sizeof(w.rest), "%s", path) >= (int)sizeof(w.rest))
		return fail_errno(ENAMETOOLONG);
	if (begin(&w, path) == 0)
		fd = walk(&w);
	error = errno;
	if (w.dirfd >= 0)
		close(w.dirfd);
	errno = error;
	return fd;
}
