/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A project made by `uiomap new`, as a service. A real udevd binds its device, a real systemd
 * starts it, and it runs without root.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "sim-fixture.h"
#include "installed.h"
#include "systemd.h"
#include "udevd.h"

/*
 * Install the project that was built on the host. Its configuration names a board's device: here
 * uio_dummy's takes its place.
 */
static void install(void)
{
	char project[600], library[600], command[2048];

	command_in_build(project, sizeof(project), "tests/vm/new-fresh");
	command_in_build(library, sizeof(library), "lib/.libs");
	snprintf(command, sizeof(command),
		 "cp -P %s/libuiomap.so.* /usr/local/lib/ && cp %s/new-fresh /usr/local/sbin/ && "
		 "sed 's/^platform:[^ ]*/platform:uio_dummy/' %s/uiomap.conf > " CONF,
		 library, project, project);
	cr_assert_eq(system(command), 0, "%s", command);
	/*
	 * Set the library's folder instead of calling ldconfig: that reads all of this machine's
	 * libraries, 20 s in the VM.
	 */
	manager_unit("uiomap-driver@.service.d/library.conf",
		     "[Service]\nEnvironment=LD_LIBRARY_PATH=/usr/local/lib\n");
}

static void begin(void)
{
	char rules[600];

	installed_begin();
	install();
	installed_source("60-uiomap.rules", rules, sizeof(rules));
	udevd_rules_file(rules);
	manager_start();
}

static void end(void)
{
	manager_stop();
	cr_assert_eq(system("rm -rf " CONF
			    " /run/uiomap /usr/local/sbin/new-fresh /usr/local/lib/libuiomap.so.*"),
		     0);
}

TestSuite(new_service, .init = begin, .fini = end);

/* The number of times that this line was printed. */
static unsigned int times(const char *line)
{
	char text[256];
	unsigned int n = 0;
	FILE *f = fopen(MANAGER_OUTPUT, "re");

	while (f && fgets(text, sizeof(text), f))
		n += !strcmp(text, line);
	if (f)
		fclose(f);
	return n;
}

static bool once(const void *line)
{
	return times(line) >= 1;
}

static bool twice(const void *line)
{
	return times(line) >= 2;
}

Test(new_service, drives_its_device)
{
	struct uiosim *d = plug("service-", "memory", "level", "physical:0:4096:registers", NULL);
	char instance[128], path[64];
	struct stat st;
	pid_t pid;

	snprintf(instance, sizeof(instance), "platform:%s", uiosim_device(d));
	cr_assert(until(once, "ready\n"), "the driver does not start");
	pid = manager_process(instance);
	snprintf(path, sizeof(path), "/proc/%d", pid);
	cr_assert(stat(path, &st) == 0 && st.st_uid != 0, "process %d is not there, or is root's",
		  pid);
	OK(uiosim_stimulate(d, "trigger", 1));
	cr_assert(until(once, "interrupt 1\n"), "no interrupt");
	OK(uiosim_stimulate(d, "trigger", 1));
	cr_assert(until(once, "interrupt 2\n"), "one interrupt only");

	/* SIGTERM must end the driver, and systemd must not restart it. */
	cr_assert_eq(kill(pid, SIGTERM), 0);
	cr_assert(until(once, "stopped\n"), "it does not stop");
	cr_assert(until(manager_gone, instance), "it is started again");
	OK(uiosim_unplug(d));

	OK(uiosim_go_live(d));
	snprintf(instance, sizeof(instance), "platform:%s", uiosim_device(d));
	cr_assert(until(twice, "ready\n"), "the driver does not start again");
	OK(uiosim_unplug(d));
	cr_assert(until(manager_gone, instance), "it outlives its device");
	cr_assert(times("the device is gone\n") == 1 || times("stopped\n") == 2,
		  "it has been killed");
	uiosim_free(d);
}
