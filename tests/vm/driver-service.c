/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A driver service, started when its device appears and stopped when it is removed, with a real
 * udevd and systemd.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../udev/link-names.h"
#include "sim-fixture.h"
#include "installed.h"
#include "systemd.h"
#include "pci.h"
#include "udevd.h"

#define DRIVER "/usr/local/libexec/uiomap-test-driver"
#define CYCLES 3

/*
 * Prints what it can access and waits for interrupts. When its device is removed it fails, as
 * any driver does.
 */
static const char script[] =
	"#!/bin/bash\n"
	"for node in /dev/uio[0-9]*; do\n"
	"	if ( : <> $node ) 2> /dev/null; then echo \"$1: reaches $node\"; else echo \"$1: not $node\"; fi\n"
	"done\n"
	"( : > /etc/evil ) 2> /dev/null && echo \"$1: writes /etc\"\n"
	"echo \"$1: runs\"\n"
	"exec dd if=$1 bs=4 of=/dev/null 2> /dev/null\n";

static void install(const char *text)
{
	FILE *f = fopen(DRIVER, "w");

	cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0 && chmod(DRIVER, 0755) == 0);
}

/* A service that prints its instance, for a device named "escapes". */
static void escapes(void)
{
	char unit[128], rule[256];

	cr_assert(
		name_unit("instance@", "platform:my-dma.0 \\x2f", ".service", unit, sizeof(unit)));
	snprintf(rule, sizeof(rule),
		 "SUBSYSTEM==\"uio\", ATTR{name}==\"escapes\", ENV{SYSTEMD_WANTS}=\"%s\"\n", unit);
	udevd_rules("90-escapes.rules", rule);
	manager_unit("instance@.service", "[Service]\nStandardOutput=append:" MANAGER_OUTPUT
					  "\nExecStart=/bin/echo \"instance %I\"\n");
}

/* The number of failed starts: systemd logs each to the kernel log. */
static unsigned int failures(const char *instance)
{
	char line[256];
	int count = -1;
	FILE *f;

	snprintf(line, sizeof(line),
		 "dmesg | grep -c 'uiomap-driver@%s.service: Failed with result'", instance);
	f = popen(line, "re");
	cr_assert(f && fscanf(f, "%d", &count) == 1, "%s", line);
	pclose(f);
	return count;
}

static void begin(void)
{
	char rules[600];

	installed_begin();
	installed_conf("platform:uio_dummy run=" DRIVER "\n");
	install(script);
	installed_source("60-uiomap.rules", rules, sizeof(rules));
	udevd_rules_file(rules);
	escapes();
	cr_assert_eq(system("sysctl -q kernel.printk_devkmsg=on"), 0);
	manager_start();
}

static void end(void)
{
	manager_stop();
	cr_assert_eq(system("rm -rf " CONF " /run/uiomap " DRIVER), 0);
}

TestSuite(driver_service, .init = begin, .fini = end);

static bool runs(const void *instance)
{
	return manager_runs(instance, "dd");
}

static struct uiosim *plug_in(const char *name, char instance[128])
{
	struct uiosim *d = plug(name, "counter", NULL, NULL, NULL);
	int64_t begun = now();

	snprintf(instance, 128, "platform:%s", uiosim_device(d));
	cr_assert(until(runs, instance), "the service of %s does not run", instance);
	fprintf(stderr, "%s: driven after %lld ms\n", instance, (long long)((now() - begun) / MS));
	return d;
}

static bool killed(const void *data)
{
	const pid_t *pid = data;

	return kill(*pid, 0) < 0;
}

/* /proc/PID/FILE must contain this line. */
static void expect_line(pid_t pid, const char *file, const char *line)
{
	char path[64], text[8192];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	f = fopen(path, "re");
	cr_assert(f, "%s", path);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	cr_assert(strstr(text, line), "no \"%s\" in %s: %s", line, path, text);
}

static const char *output(void)
{
	static char text[8192];
	FILE *f = fopen(MANAGER_OUTPUT, "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

static bool has_output(const void *text)
{
	return strstr(output(), text);
}

/* A driver that ends slowly. */
static const char slow[] = "#!/bin/bash\n"
			   "trap 'echo \"$1: ends\"; sleep 2; exit 0' TERM\n"
			   "echo \"$1: begins as $$\"\n"
			   "sleep 1000 & wait\n";

static bool begun_twice(const void *line)
{
	const char *first = strstr(output(), line);

	return first && strstr(first + 1, line);
}

/* The device appears again while systemd still stops the first service. */
Test(driver_service, comes_back_while_its_driver_ends)
{
	struct uiosim *d;

	install(slow);
	d = plug("slow", "counter", NULL, NULL, NULL);
	cr_assert(until(has_output, "uio_dummy.0: begins"), "%s", output());
	uiosim_free(d);
	cr_assert(until(has_output, "uio_dummy.0: ends"), "%s", output());
	d = plug("slow", "counter", NULL, NULL, NULL);
	cr_assert(until(begun_twice, "uio_dummy.0: begins"), "%s", output());
	uiosim_free(d);
	cr_assert(until(manager_gone, "platform:uio_dummy.0"));
}

static bool none_left(const void *data)
{
	(void)data;
	return !entries("/sys/fs/cgroup/system.slice/system-uiomap\\x2ddriver.slice",
			"uiomap-driver@");
}

static bool is_roots(const void *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_uid == 0;
}

Test(driver_service, comes_and_goes)
{
	char one[128], two[128], line[256];
	struct uiosim *d, *e;
	unsigned int failed;
	struct stat st;
	pid_t pid, again;

	d = plug_in("one", one);
	pid = manager_process(one);
	failed = failures(one);
	/* Not root, no way to become root, and a limit of locked memory. */
	snprintf(line, sizeof(line), "/proc/%d", pid);
	cr_assert_eq(stat(line, &st), 0);
	cr_assert_neq(st.st_uid, 0);
	cr_assert(!manager_in_group(pid, installed_group()),
		  "it is in the group, which has all devices");
	expect_line(pid, "status", "CapEff:\t0000000000000000");
	expect_line(pid, "status", "CapBnd:\t0000000000000000");
	expect_line(pid, "status", "NoNewPrivs:\t1");
	expect_line(pid, "status", "Seccomp:\t2");
	expect_line(pid, "limits", "Max locked memory         67108864             67108864");

	/*
	 * A second service: each can access only its own node, although both belong to the
	 * group.
	 */
	e = plug_in("two", two);
	snprintf(line, sizeof(line), "/dev/uio/by-path/%s: reaches %s\n", two, uiosim_uio_node(e));
	cr_assert(strstr(output(), line), "no \"%s\" in: %s", line, output());
	snprintf(line, sizeof(line), "/dev/uio/by-path/%s: not %s\n", two, uiosim_uio_node(d));
	cr_assert(strstr(output(), line), "no \"%s\" in: %s", line, output());
	cr_assert(!strstr(output(), "writes /etc"), "%s", output());

	/*
	 * The driver fails and is restarted. The default start limit, which is one here
	 * (systemd.c), doesn't apply.
	 */
	cr_assert_eq(kill(pid, SIGKILL), 0);
	cr_assert(until(killed, &pid));
	cr_assert(until(runs, one), "it is not started again");
	again = manager_process(one);
	cr_assert_neq(again, pid);
	cr_assert_eq(failures(one), failed + 1);

	/*
	 * This device is removed and the other one stays. The driver fails, but its service must
	 * not.
	 */
	OK(uiosim_unplug(d));
	cr_assert(until(killed, &again), "it is not stopped");
	cr_assert(until(manager_gone, one));
	cr_assert_eq(failures(one), failed + 1, "its device's going is a failure");
	cr_assert_eq(*leads("/dev/uio/by-name/one"), '\0');
	cr_assert(runs(two));
	uiosim_free(d);
	uiosim_free(e);
	cr_assert(until(manager_gone, two));

	/* Repeat it many times. */
	for (int i = 0; i < CYCLES; i++) {
		uiosim_free(plug_in("again", one));
		cr_assert(until(manager_gone, one), "it is not stopped");
	}
	cr_assert_eq(failures(one), failed + 1);
	cr_assert(until(none_left, NULL));

	/* An instance name with escaped characters, as udev and systemd pass it on. */
	d = plug("escapes", "counter", NULL, NULL, NULL);
	cr_assert(until(has_output, "instance platform:my-dma.0 \\x2f\n"), "%s", output());
	uiosim_free(d);
	cr_assert(until(manager_gone, "platform:uio_dummy.0"));
}

/*
 * Two cards whose sysfs files belong to the group: a service can access only its own card's
 * files.
 */
static const char cards[] = "#!/bin/bash\n"
			    "for file in /sys/bus/pci/devices/*/{config,resource0,resource1}; do\n"
			    "	( : >> $file ) 2> /dev/null && echo \"card: $file\"\n"
			    "done\n"
			    "echo 'card: all'\n"
			    "exec sleep 1000\n";

Test(driver_service, own_card)
{
	char address[PCI_ADDRESS], other[PCI_ADDRESS], conf[256], path[64], instance[64],
		expected[512];
	const char *text;
	struct stat st;

	install(cards);
	cr_assert(pci_find(PCI_E1000, 0, address) && pci_find(PCI_EDU, 0, other));
	snprintf(conf, sizeof(conf),
		 "pci:8086:100e take driver=uio_pci_generic run=" DRIVER
		 "\npci:1234:11e8 driver=uio_pci_generic\n");
	installed_conf(conf);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", other);
	uevent(path, "add");
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
	uevent(path, "add");
	snprintf(instance, sizeof(instance), "pci:%s", address);
	cr_assert(until(has_output, "card: all\n"), "%s", output());
	snprintf(expected, sizeof(expected),
		 "card: %s/config\ncard: %s/resource0\ncard: %s/resource1\ncard: all\n", path, path,
		 path);
	text = strstr(output(), "card: ");
	cr_assert(text && !strncmp(text, expected, strlen(expected)), "%s is not: %s", expected,
		  output());

	/* The file's owner is restored when the service ends. */
	strcat(path, "/config");
	cr_assert(stat(path, &st) == 0 && st.st_uid != 0 && st.st_gid == installed_group());
	snprintf(conf, sizeof(conf), "/dev/uio%d", pci_uio_number(address));
	cr_assert(stat(conf, &st) == 0 && st.st_uid != 0);
	cr_assert_eq(kill(manager_process(instance), SIGTERM), 0);
	cr_assert(until(is_roots, path), "%s stays its user's", path);
	cr_assert(until(is_roots, conf), "%s stays its user's", conf);
	pci_unbind(address);
	pci_unbind(other);
}
