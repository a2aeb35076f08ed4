// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by uiomap-driver@.service. Runs the program that the configuration names
 * for this device. The program's only argument is the device's link, which it
 * can open or give to uiomap_open().
 *
 * This process waits for the program and exits with the same status, with one
 * exception: it is not a failure if the program fails because its device was
 * removed. The kernel informs the program before udev and systemd, so only a
 * parent process can detect this.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "bind.h"
#include "link-names.h"

/* uiomap_i_fail() escapes bytes that a terminal or a log would interpret. */
#define SAY(...) (uiomap_i_fail(errno, __VA_ARGS__), fprintf(stderr, "%s\n", uiomap_i_error_text()))

/*
 * Open the device's attribute `name`. It can be read while the device exists;
 * the descriptor never becomes another device's.
 */
static int open_name(unsigned int number)
{
	char path[64];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/class/uio/uio%u/name", number);
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static bool is_removed(int watched)
{
	char byte;

	return pread(watched, &byte, 1, 0) < 0;
}

/*
 * These variables contain the pid for which they are meant
 * (sd_watchdog_enabled(3), sd_listen_fds(3)).
 */
static void set_pid(const char *variable)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", getpid());
	if (getenv(variable))
		setenv(variable, number, 1);
}

static void exec_program(const struct conf_line *line, char *link, pid_t parent,
			 const sigset_t *signals)
{
	char * const argv[] = { line->run, link, NULL };

	/* If this process is killed, kill the program, too. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EX_OSERR);
	sigprocmask(SIG_SETMASK, signals, NULL);
	set_pid("WATCHDOG_PID");
	set_pid("LISTEN_PID");
	execv(line->run, argv);
	SAY("%s:%u: %s: %s", line->file, line->number, line->run, strerror(errno));
	_exit(EX_CONFIG);
}

/*
 * systemd sends signals only to this process (KillMode=mixed): pass them to the
 * program. Returns the program's status.
 */
static int wait_for_program(pid_t program, const sigset_t *signals)
{
	siginfo_t info;
	int status;

	while (waitpid(program, &status, WNOHANG) != program)
		if (sigwaitinfo(signals, &info) > 0 && info.si_signo != SIGCHLD)
			kill(program, info.si_signo);
	return status;
}

/* End in the same way as the program. */
static int end_like(int status)
{
	const struct rlimit none = { 0, 0 };
	sigset_t set;

	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	setrlimit(RLIMIT_CORE, &none); /* there is a core dump already */
	signal(WTERMSIG(status), SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, WTERMSIG(status));
	kill(getpid(), WTERMSIG(status));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return 128 + WTERMSIG(status);
}

static int run(const struct conf_line *line, char *link, int watched)
{
	const pid_t self = getpid();
	sigset_t all, signals;
	pid_t program;
	int status;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &signals);
	program = fork();
	if (program < 0) {
		perror("fork");
		return EX_OSERR;
	}
	if (!program)
		exec_program(line, link, self, &signals);
	status = wait_for_program(program, &all);
	if (status && is_removed(watched)) {
		SAY("%s was removed, and %s was ended", link, line->run);
		return 0;
	}
	return end_like(status);
}

int main(int argc, char **argv)
{
	char path[PATH_MAX];
	struct conf_line *lines;
	const struct conf_line *line;
	struct name_device uio;
	struct bus_device dev;
	int watched = -1;
	bool ok;

	if (argc != 2 || strchr(argv[1], '/')) {
		SAY("uiomap-run is run by uiomap-driver@.service: uiomap-run BUS:DEVICE");
		return EX_USAGE;
	}
	/*
	 * The device existed when systemd started this. If it was removed since, systemd will stop
	 * the service.
	 */
	snprintf(path, sizeof(path), UIOMAP_LINKS "/by-path/%s", argv[1]);
	if (name_find(argv[1], &uio) == 0)
		watched = open_name(uio.number);
	if (watched < 0) {
		SAY("%s: there is no such device: %s", path, strerror(errno));
		return 0;
	}
	if (bind_device_read(uio.parent.bus, uio.parent.name, &dev) < 0) {
		SAY("%s: %s", path, uiomap_i_error_text());
		return errno == ENODEV ? 0 : EX_UNAVAILABLE;
	}
	lines = conf_read(CONF_DIR, NULL, NULL, &ok);
	line = bind_find(lines, &dev);
	if (!line || !line->run) {
		SAY("%s: no line of %s/*.conf names a program for it (run=PROGRAM); can this user read them?",
		    path, CONF_DIR);
		return EX_CONFIG;
	}
	return run(line, path, watched);
}
