/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * After a boot with systemd as process 1 (tests/vm/guest-boot). The VM has two cards and one
 * configuration line for each. At boot, udev must bind and name a card, give it to the group and
 * start its service. Then the card is pulled and plugged in again.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim-fixture.h"
#include "installed.h"
#include "systemd.h"
#include "qmp.h"
#include "pci.h"

#define PLUGS	   3  /* minimum */
#define MORE_PLUGS 10 /* maximum, since a busy host may delay some */
#define LINK	   "/dev/uio/by-name/1234:11e8"

static bool runs(const void *instance)
{
	return manager_runs(instance, "boot-driver");
}

static bool has_link(const void *link)
{
	return *leads(link);
}

static bool no_links(const void *data)
{
	(void)data;
	return !entries("/dev/uio/by-name", "") && !entries("/dev/uio/by-path", "");
}

/* Whether the kernel has counted two more interrupts of the card. */
static bool interrupts(const void *link)
{
	const char *node = strrchr(leads(link), '/');
	unsigned int events = 0;
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/uio%s/event", node ? node : "/");
	f = fopen(path, "re");
	if (f && fscanf(f, "%u", &events) != 1)
		events = 0;
	if (f)
		fclose(f);
	return events >= 2;
}

/* Returns the first line that a command prints. */
static const char *says(const char *format, const char *name)
{
	static char text[256];
	char command[512];
	FILE *f;

	snprintf(command, sizeof(command), format, name);
	f = popen(command, "re");
	if (!f || !fgets(text, sizeof(text), f))
		*text = '\0';
	if (f)
		pclose(f);
	return text;
}

/* The time when a unit became active, in ms on the clock of now(). */
static long active(const char *unit)
{
	const long ms =
		atol(says("systemctl show --value -p ActiveEnterTimestampMonotonic '%s'", unit)) /
		1000;

	cr_assert(ms > 0, "%s has never been active", unit);
	return ms;
}

static bool no_bare(const void *data)
{
	(void)data;
	return !*says("systemctl list-units --all --no-legend '%s'", "bare@*");
}

static bool is_active(const void *unit)
{
	return atol(says("systemctl show --value -p ActiveEnterTimestampMonotonic '%s'", unit)) > 0;
}

static void expect_line(pid_t pid, const char *line)
{
	char path[64], text[8192];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	cr_assert(f, "%s", path);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	cr_assert(strstr(text, line), "no \"%s\" in %s: %s", line, path, strstr(text, "Groups"));
}

/*
 * The service's user is neither root nor in the group, has access to this card and gets its
 * interrupts.
 */
static void expect_driven(const char *instance)
{
	struct stat st, user;
	char path[32];

	cr_assert(until(has_link, LINK), "no " LINK);
	cr_assert_eq(stat(LINK, &st), 0);
	cr_assert_eq(st.st_gid, installed_group());
	cr_assert_eq(st.st_mode & 07777, 0660, "mode %o", st.st_mode);
	cr_assert(until(runs, instance), "its service does not run");
	cr_assert(!manager_in_group(manager_process(instance), installed_group()));
	expect_line(manager_process(instance), "CapEff:\t0000000000000000");
	snprintf(path, sizeof(path), "/proc/%d", manager_process(instance));
	cr_assert(stat(path, &user) == 0 && user.st_uid != 0, "%s is root's", path);
	cr_assert(stat(LINK, &st) == 0 && st.st_uid == user.st_uid, "the node is user %u's",
		  st.st_uid);
	cr_assert(until(interrupts, LINK), "it gets no interrupts");
}

static void pull_out(struct monitor *m, const char *instance)
{
	qmp_unplug(m, "edu");
	qmp_unplugged(m, "edu");
	cr_assert(until(manager_gone, instance), "its service is not stopped");
	cr_assert(until(no_links, NULL), "a link below /dev/uio stays");
}

/* Times since the card was plugged in, in ms. */
struct took {
	long link; /* until its link exists */
	/* until a minimal service (bare@.service) of the same rules runs */
	long bare;
	long driver; /* until its driver, started by its service, runs */
};

static struct took plug_in(struct monitor *m)
{
	char address[PCI_ADDRESS], instance[64], bare[64];
	struct took took;
	long begun;

	cr_assert(until(no_bare, NULL), "the last card's bare service stays");
	qmp_plug(m, "edu", "edu", "port0", "");
	pci_plugged(PCI_PORT0, address);
	begun = now() / MS;
	cr_assert(until(has_link, LINK), "no " LINK);
	took.link = now() / MS - begun;
	snprintf(instance, sizeof(instance), "pci:%s", address);
	cr_assert(until(runs, instance), "its service does not run");
	took.driver = now() / MS - begun;
	expect_driven(instance);
	snprintf(bare, sizeof(bare), "bare@%s.service", strrchr(leads(LINK), '/') + 1);
	cr_assert(until(is_active, bare), "%s does not run", bare);
	took.bare = active(bare) - begun;
	fprintf(stderr,
		"the link after %ld ms, a bare service after %ld ms, the driver after %ld ms\n",
		took.link, took.bare, took.driver);
	return took;
}

static bool bound(const void *address)
{
	return !strcmp(says("basename $(readlink /sys/bus/pci/devices/%s/driver)", address),
		       "uio_stub\n");
}

static bool claimed(const void *match)
{
	return *says("grep -F '%s' /sys/module/uio_stub/parameters/claim", match);
}

/*
 * The kernel has a driver for this card. At boot, that driver must not be loaded for it. If the
 * driver is loaded later, it must not get the card.
 */
static void network_card(struct monitor *m)
{
	char address[PCI_ADDRESS];

	cr_assert(pci_find(PCI_E1000, 0, address));
	cr_assert(until(bound, address), "%s has another driver", address);
	cr_assert_eq(access("/sys/module/e1000", F_OK), -1, "e1000 was loaded");
	cr_assert_eq(system("modprobe e1000"), 0);
	qmp_unplug(m, "nic");
	qmp_unplugged(m, "nic");
	qmp_plug(m, "e1000", "nic", "port1", "");
	pci_plugged(PCI_PORT1, address);
	cr_assert(until(bound, address), "%s has another driver", address);
	cr_assert_str_eq(says("ls /sys/bus/pci/drivers/e1000 | grep -c ^0000%s", ""), "0\n");
	/* A new line takes effect at once. */
	cr_assert_eq(system("echo pci:1234:5678 > /etc/uiomap.d/new.conf"), 0);
	cr_assert(until(claimed, "pci:1234:5678"), "uiomap-claim.path does not see the new line");
	qmp_unplug(m, "nic");
	qmp_unplugged(m, "nic");
}

Test(boot, card)
{
	char address[PCI_ADDRESS], instance[64], unit[128];
	/* the shortest times: in ms; `driver` in % of the bare service's */
	long listens, link = LONG_MAX, driver = LONG_MAX;
	struct monitor *m = qmp_open();

	cr_assert_str_eq(says("cat /proc/1/comm%s", ""), "systemd\n");
	network_card(m);
	cr_assert(pci_find(PCI_EDU, 0, address));
	snprintf(instance, sizeof(instance), "pci:%s", address);
	snprintf(unit, sizeof(unit), "uiomap-driver@%s.service", instance);
	expect_driven(instance);
	listens = active("systemd-udevd.service");
	fprintf(stderr,
		"at boot, after udevd was there: the link after %ld ms, the service after %ld ms\n",
		active(says("systemd-escape -p --suffix=device %s | tr -d '\\n'", LINK)) - listens,
		active(unit) - listens);
	/* The driver's output is in the journal. */
	cr_assert(*says("journalctl -b -o cat -u '%s' | grep -m 1 'by an interrupt'", unit),
		  "its output is not in the journal");

	/*
	 * The driver may take three times as long as a bare service: the sandbox and the driver
	 * itself need time.
	 */
	for (int i = 0; i < PLUGS || (i < MORE_PLUGS && (link >= 1000 || driver >= 300)); i++) {
		struct took took;

		pull_out(m, instance);
		took = plug_in(m);
		link = took.link < link ? took.link : link;
		took.driver = took.driver * 100 / (took.bare > 0 ? took.bare : 1);
		driver = took.driver < driver ? took.driver : driver;
	}
	pull_out(m, instance);
	cr_assert_lt(link, 1000, "the link takes %ld ms", link);
	cr_assert_lt(driver, 300, "the driver takes %ld %% of what a bare service takes", driver);
	qmp_close(m);
}
