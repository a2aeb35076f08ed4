/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "installed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command.h"

#define NOBODY 65534

static int log_fd = -1;

void installed_source(const char *file, char *path, size_t size)
{
	char in_build[512];

	snprintf(in_build, sizeof(in_build), "udev/%s", file);
	command_in_build(path, size, in_build);
}

void installed_begin(void)
{
	char programs[600];

	installed_source("", programs, sizeof(programs));
	shell("mkdir -p %s /etc/uiomap.d && rm -rf /dev/uio /etc/uiomap.d/*.conf /run/uiomap/* && cd %s && "
	      "cp uiomap-bind uiomap-claim uiomap-name uiomap-own uiomap-run %s/ && systemd-sysusers " SYSUSERS,
	      PKGLIBEXECDIR, programs, PKGLIBEXECDIR);
}

gid_t installed_group(void)
{
	const struct group *group = getgrnam("uio");

	cr_assert(group, "there is no group uio");
	return group->gr_gid;
}

void installed_conf(const char *text)
{
	FILE *f = fopen(CONF, "w");

	cr_assert(f, CONF ": %s", strerror(errno));
	cr_assert(fputs(text, f) >= 0 && fclose(f) == 0, CONF ": %s", strerror(errno));
}

void installed_log_open(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };

	unlink(address.sun_path);
	log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	cr_assert_eq(bind(log_fd, (struct sockaddr *)&address, sizeof(address)), 0, "/dev/log: %s",
		     strerror(errno));
}

const char *installed_log(void)
{
	static char text[65536];
	size_t at = 0;
	ssize_t n;

	while (at < sizeof(text) - 2 &&
	       (n = recv(log_fd, text + at, sizeof(text) - 2 - at, 0)) >= 0) {
		at += n;
		text[at++] = '\n';
	}
	text[at] = '\0';
	return text;
}

void uevent(const char *device, const char *action)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/uevent", device);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	cr_assert(fd >= 0, "%s: %s", path, strerror(errno));
	cr_assert(write(fd, action, strlen(action)) > 0, "%s: %s", path, strerror(errno));
	close(fd);
}

static void member(gid_t group, const char *(*work)(const void *), const void *data)
{
	const char *wrong = "it can't become nobody";

	if (setgroups(1, &group) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		wrong = work(data);
	if (wrong)
		fprintf(stderr, "as nobody: %s\n", wrong);
	fflush(NULL);
	_exit(!!wrong);
}

void as_member(const char *(*work)(const void *data), const void *data)
{
	const gid_t group = installed_group();
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	cr_assert(pid >= 0);
	if (!pid)
		member(group, work, data);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0, "a member of the group uio can't (status 0x%x, see above)", status);
}

static int64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* udevd and the service manager send no event when they are done, so poll. */
bool until(bool (*is)(const void *data), const void *data)
{
	const int64_t end = clock_ns() + INT64_C(60000000000);

	while (!is(data)) {
		if (clock_ns() > end)
			return false;
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	return true;
}

unsigned int entries(const char *folder, const char *beginning)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned int count = 0;

	while (dir && (entry = readdir(dir)))
		count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
			 !strncmp(entry->d_name, beginning, strlen(beginning));
	if (dir)
		closedir(dir);
	return count;
}

const char *leads(const char *link)
{
	static char target[256];
	const ssize_t n = readlink(link, target, sizeof(target) - 1);

	target[n < 0 ? 0 : n] = '\0';
	return target;
}
