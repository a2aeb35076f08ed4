/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "systemd.h"

#include <errno.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "installed.h"

#define UNITS	"/run/manager-units"
#define CGROUPS "/sys/fs/cgroup"
#define SLICE	CGROUPS "/system.slice/system-uiomap\\x2ddriver.slice"

static pid_t manager;

void manager_unit(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	cr_assert_eq(system("mkdir -p " UNITS "/uiomap-driver@.service.d"), 0);
	snprintf(path, sizeof(path), UNITS "/%s", name);
	f = fopen(path, "w");
	cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s: %s", path, strerror(errno));
}

static void units(void)
{
	static const char * const empty[] = { "sysinit.target", "basic.target", "shutdown.target" };
	char file[600], start[600], line[2000];

	installed_source("uiomap-driver@.service", file, sizeof(file));
	installed_source("uiomap-start@.service", start, sizeof(start));
	/*
	 * The default start limit is one here. So a unit that doesn't set its own limit fails at
	 * its second start, on slow machines, too.
	 */
	cr_assert_eq(
		system("mkdir -p /run/systemd/system.conf.d && printf '[Manager]\\nDefaultStartLimitIntervalSec=1h\\n"
		       "DefaultStartLimitBurst=1\\n' > /run/systemd/system.conf.d/limit.conf"),
		0);
	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++)
		manager_unit(empty[i], "[Unit]\nDefaultDependencies=no\n");
	manager_unit("test.target",
		     "[Unit]\nDefaultDependencies=no\nWants=systemd-udevd.service\n");
	manager_unit("uiomap-driver@.service.d/output.conf",
		     "[Service]\nStandardOutput=append:" MANAGER_OUTPUT
		     "\nStandardError=append:" MANAGER_OUTPUT "\n");
	snprintf(line, sizeof(line),
		 "ln -s /lib/systemd/system/systemd-udevd* " UNITS "/ && cp %s %s " UNITS "/", file,
		 start);
	cr_assert_eq(system(line), 0, "%s", line);
}

/*
 * Returns true if a process has a socket for the kernel's uevents. This is udevd's socket: uevents
 * wait in it until udevd is ready.
 */
static bool udevd_listens(const void *data)
{
	unsigned int protocol, groups;
	bool found = false;
	char line[256];
	FILE *f = fopen("/proc/net/netlink", "re");

	(void)data;
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %u %*s %x", &protocol, &groups) == 2 &&
		    protocol == NETLINK_KOBJECT_UEVENT && groups & 1)
			found = true;
	if (f)
		fclose(f);
	return found;
}

void manager_start(void)
{
	units();
	if (access(CGROUPS "/cgroup.procs", F_OK) < 0)
		cr_assert_eq(mount("cgroup2", CGROUPS, "cgroup2", 0, NULL), 0, "%s: %s", CGROUPS,
			     strerror(errno));
	fflush(NULL);
	manager = fork();
	cr_assert(manager >= 0);
	if (!manager) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setenv("container", "test", 1);
		setenv("SYSTEMD_UNIT_PATH", UNITS, 1);
		execlp("unshare", "unshare", "--pid", "--mount-proc", "--fork", "--kill-child",
		       "/lib/systemd/systemd", "--system", "--unit=test.target",
		       "--log-target=kmsg", NULL);
		_exit(127);
	}
	cr_assert(until(udevd_listens, NULL), "systemd with udevd doesn't come up");
}

void manager_stop(void)
{
	if (!manager)
		return;
	kill(manager, SIGKILL);
	cr_assert_eq(waitpid(manager, NULL, 0), manager);
	manager = 0;
	cr_assert_eq(system("rm -rf /run/udev/* /run/systemd " UNITS " " MANAGER_OUTPUT), 0);
}

/* The name of a process's program; "" if there is none. */
static const char *program_of(pid_t pid)
{
	static char name[64];
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (!f || !fgets(name, sizeof(name), f))
		*name = '\0';
	if (f)
		fclose(f);
	name[strcspn(name, "\n")] = '\0';
	return name;
}

pid_t manager_process(const char *instance)
{
	char path[512];
	int pid = 0, next;
	FILE *f;

	snprintf(path, sizeof(path), SLICE "/uiomap-driver@%s.service/cgroup.procs", instance);
	f = fopen(path, "re");
	while (f && fscanf(f, "%d", &next) == 1)
		if (!pid || !strcmp(program_of(pid), "uiomap-run"))
			pid = next;
	if (f)
		fclose(f);
	return pid;
}

bool manager_runs(const char *instance, const char *program)
{
	return !strcmp(program_of(manager_process(instance)), program);
}

bool manager_in_group(pid_t process, gid_t group)
{
	char path[64], line[1024], *word, *rest;
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", process);
	f = fopen(path, "re");
	cr_assert(f, "%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "Gid:", 4) && strncmp(line, "Groups:", 7))
			continue;
		strtok_r(line, "\t \n", &rest);
		while ((word = strtok_r(NULL, "\t \n", &rest)))
			found |= strtoul(word, NULL, 10) == group;
	}
	fclose(f);
	return found;
}

bool manager_gone(const void *instance)
{
	return !manager_process(instance);
}
