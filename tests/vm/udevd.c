/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "udevd.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM	 "/lib/systemd/systemd-udevd"
#define RUN	 "/run/udev"
#define RULES	 RUN "/rules.d"
#define READY	 RUN "/ready"
#define START_MS 60000

static pid_t udevd;

static void make_folder(const char *path)
{
	cr_assert(mkdir(path, 0755) == 0 || errno == EEXIST, "%s: %s", path, strerror(errno));
}

static void rules_path(char *path, size_t size, const char *name)
{
	make_folder(RUN);
	make_folder(RULES);
	snprintf(path, size, RULES "/%s", name);
}

void udevd_rules(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	rules_path(path, sizeof(path), name);
	f = fopen(path, "w");
	cr_assert(f, "%s: %s", path, strerror(errno));
	cr_assert(fputs(text, f) >= 0 && fclose(f) == 0, "%s: %s", path, strerror(errno));
}

void udevd_rules_file(const char *file)
{
	const char *slash = strrchr(file, '/');
	char path[256], full[4096];

	rules_path(path, sizeof(path), slash ? slash + 1 : file);
	cr_assert(realpath(file, full), "%s: %s", file, strerror(errno));
	cr_assert_eq(symlink(full, path), 0, "%s: %s", path, strerror(errno));
}

/*
 * Mount empty folders over the folders of the distribution's and the machine's rules. Only udevd
 * sees these mounts.
 */
static int hide_rules(void)
{
	static const char * const folders[] = { "/usr/lib/udev/rules.d",
						"/usr/local/lib/udev/rules.d", "/lib/udev/rules.d",
						"/etc/udev/rules.d" };

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (access(folders[i], F_OK) == 0 &&
		    mount("tmpfs", folders[i], "tmpfs", MS_RDONLY, NULL) < 0)
			return -1;
	return 0;
}

static void become_udevd(void)
{
	/* udevd's messages belong to the test's output, not to the kernel log. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && hide_rules() == 0 &&
	    setenv("NOTIFY_SOCKET", READY, 1) == 0 &&
	    setenv("SYSTEMD_LOG_TARGET", "console", 1) == 0)
		execl(PROGRAM, PROGRAM, NULL);
	perror(PROGRAM);
	_exit(127);
}

/* As with any service manager, udevd sends READY=1 when it listens. */
static void until_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char text[1024];
	ssize_t length;

	do {
		cr_assert_eq(poll(&p, 1, START_MS), 1, "udevd isn't ready after %d ms", START_MS);
		length = recv(fd, text, sizeof(text) - 1, 0);
		cr_assert(length > 0, "%s: %s", READY, strerror(errno));
		text[length] = '\0';
	} while (!strstr(text, "READY=1"));
}

void udevd_start(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = READY };
	int fd;

	cr_assert(!udevd, "udevd runs already");
	cr_assert_eq(access(PROGRAM, X_OK), 0, "%s: %s; apt-get install udev", PROGRAM,
		     strerror(errno));
	make_folder(RUN);
	unlink(READY);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cr_assert(fd >= 0);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0, "%s: %s", READY,
		     strerror(errno));
	fflush(NULL);
	udevd = fork();
	cr_assert(udevd >= 0);
	if (!udevd)
		become_udevd();
	until_ready(fd);
	close(fd);
	unlink(READY);
}

void udevd_settle(void)
{
	cr_assert_eq(system("exec udevadm settle --timeout=60"), 0,
		     "udevd has something to do for 60 s");
}

void udevd_freeze(void)
{
	int status;

	cr_assert_eq(kill(udevd, SIGSTOP), 0);
	cr_assert_eq(waitpid(udevd, &status, WUNTRACED), udevd);
	cr_assert(WIFSTOPPED(status), "udevd ended with 0x%x", status);
}

void udevd_thaw(void)
{
	cr_assert_eq(kill(udevd, SIGCONT), 0);
}

static void end(int signal)
{
	cr_assert_eq(kill(udevd, signal), 0);
	kill(udevd, SIGCONT);
	cr_assert_eq(waitpid(udevd, NULL, 0), udevd);
	udevd = 0;
}

void udevd_kill(void)
{
	end(SIGKILL);
}

void udevd_stop(void)
{
	if (udevd)
		end(SIGTERM);
	cr_assert_eq(system("rm -rf " RUN "/*"), 0);
}
