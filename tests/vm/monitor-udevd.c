/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uiomap's monitor with a real udevd: one that is slow, behind, frozen or dead, and without udevd.
 */
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim-fixture.h"
#include "udevd.h"

#define GRACE (5 * SECOND)
#define GROUP 4711
#define LINK  "/dev/uiomap-link"

/*
 * For each new device, udevd stops twice at a gate until the test opens it: in the rules, before it
 * changes the node; and in a program that it runs after the rules.
 */
#define ARRIVED "/run/uiomap-arrived"
#define OPENED	"/run/uiomap-opened"
#define GATE	"echo >" ARRIVED "; read line <" OPENED
static const char rules[] = "ACTION!=\"add\", GOTO=\"end\"\n"
			    "SUBSYSTEM!=\"uio\", GOTO=\"end\"\n"
			    "PROGRAM=\"/bin/sh -c '" GATE "'\"\n"
			    "MODE=\"0660\", GROUP=\"4711\", SYMLINK+=\"uiomap-link\"\n"
			    "RUN+=\"/bin/sh -c '" GATE "; chmod 0664 $devnode'\"\n"
			    "LABEL=\"end\"\n";
static int arrived, opened;

/* An earlier test that failed may have left its udevd. */
TestSuite(monitor_udevd, .init = udevd_stop);

static int make_fifo(const char *path)
{
	int fd;

	unlink(path);
	cr_assert_eq(mkfifo(path, 0600), 0);
	/* O_RDWR, so that open() doesn't wait for a second process, and written bytes are kept. */
	fd = open(path, O_RDWR | O_CLOEXEC);
	cr_assert_geq(fd, 0);
	return fd;
}

static void start_gated(void)
{
	arrived = make_fifo(ARRIVED);
	opened = make_fifo(OPENED);
	udevd_rules("50-gate.rules", rules);
	udevd_start();
}

static void at_gate(void)
{
	struct pollfd p = { .fd = arrived, .events = POLLIN };
	char byte;

	cr_assert_eq(poll(&p, 1, 60000), 1, "udevd doesn't come to the gate");
	cr_assert_eq(read(arrived, &byte, 1), 1);
}

static void open_gate(void)
{
	cr_assert_eq(write(opened, "\n", 1), 1);
}

static struct uiomap_monitor *open_monitor(void)
{
	struct uiomap_monitor *m = uiomap_monitor_open(NULL);

	cr_assert(m, "%s", uiomap_error());
	return m;
}

/* Wait with poll() on the monitor's descriptor, and expect this event. */
static void expect(struct uiomap_monitor *m, enum uiomap_event type, int64_t timeout)
{
	struct pollfd p = { .fd = uiomap_monitor_fd(m), .events = POLLIN };
	struct uiomap_info *info = NULL;
	int64_t end = now() + timeout;
	int got;

	do {
		int64_t left = end - now();

		cr_assert_eq(poll(&p, 1, left > 0 ? (int)(left / MS) : 0), 1,
			     "no event %d in %ld ms", type, (long)(timeout / MS));
		errno = 0;
		got = uiomap_monitor_next(m, 0, &info);
	} while (got < 0 && errno == ETIMEDOUT);
	cr_assert_eq(got, (int)type, "event %d: %s", got, uiomap_error());
	uiomap_info_free(info);
}

static void expect_nothing(struct uiomap_monitor *m)
{
	struct pollfd p = { .fd = uiomap_monitor_fd(m), .events = POLLIN };
	struct uiomap_info *info = NULL;

	FAILS(uiomap_monitor_next(m, 0, &info), ETIMEDOUT);
	cr_assert_eq(poll(&p, 1, 0), 0, "its descriptor is readable for nothing");
}

static mode_t mode(struct uiosim *d)
{
	struct stat st;

	cr_assert_eq(stat(uiosim_uio_node(d), &st), 0);
	return st.st_mode & 0777;
}

/* Open the device as a member of the rules' group. Returns 0 or errno. */
static int open_as_member(struct uiosim *d)
{
	pid_t child = fork();
	int status;

	if (!child) {
		gid_t group = GROUP;

		if (setgroups(1, &group) < 0 || setgid(65534) < 0 || setuid(65534) < 0)
			_exit(255);
		_exit(uiomap_open(uiosim_name(d), 0) ? 0 : errno);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

Test(monitor_udevd, told_when_set_up)
{
	struct uiomap_monitor *early, *late;
	struct uiosim *d;

	start_gated();
	early = open_monitor();
	expect_nothing(early);
	d = plug("udev-", "counter", NULL, NULL, "uio_stub");
	at_gate();
	late = open_monitor();
	expect_nothing(early);
	expect_nothing(late);
	cr_assert_eq(mode(d), 0600);
	cr_assert_eq(open_as_member(d), EACCES);
	open_gate();
	at_gate();
	/* udevd has applied the rules, and now runs their program. */
	cr_assert_eq(mode(d), 0660);
	expect_nothing(early);
	open_gate();
	expect(early, UIOMAP_EVENT_ADD, GRACE);
	cr_assert_eq(mode(d), 0664);
	cr_assert_eq(access(LINK, F_OK), 0);
	cr_assert_eq(open_as_member(d), 0);
	expect(late, UIOMAP_EVENT_ADD, GRACE);
	uiomap_monitor_close(late);
	udevd_settle();
	/* A new monitor finds the device in udevd's database. */
	late = open_monitor();
	expect(late, UIOMAP_EVENT_ADD, 0);
	uiosim_free(d);
	expect(early, UIOMAP_EVENT_REMOVE, LATE);
	expect(late, UIOMAP_EVENT_REMOVE, LATE);
	udevd_settle();
	expect_nothing(early);
	uiomap_monitor_close(early);
	uiomap_monitor_close(late);
	udevd_stop();
}

/*
 * The device is removed and another one gets its number while udevd still runs the first one's
 * rules.
 */
Test(monitor_udevd, behind)
{
	struct uiomap_monitor *m;
	struct uiosim *d;
	int number;

	start_gated();
	m = open_monitor();
	d = plug("udev-", "counter", NULL, NULL, "uio_stub");
	number = uiosim_uio_number(d);
	at_gate();
	expect_nothing(m);
	OK(uiosim_unplug(d));
	OK(uiosim_go_live(d));
	OK(uiosim_bind(d, "uio_stub"));
	cr_assert_eq(uiosim_uio_number(d), number);
	open_gate();
	at_gate();
	open_gate();
	/*
	 * udevd has finished the first device and sent its event. Now it handles the second device.
	 */
	at_gate();
	expect_nothing(m);
	open_gate();
	at_gate();
	expect_nothing(m);
	open_gate();
	expect(m, UIOMAP_EVENT_ADD, GRACE);
	cr_assert_eq(mode(d), 0664);
	uiosim_free(d);
	expect(m, UIOMAP_EVENT_REMOVE, LATE);
	expect_nothing(m);
	udevd_settle();
	uiomap_monitor_close(m);
	udevd_stop();
}

/* A udevd that sends no events: devices are reported late, but once. */
Test(monitor_udevd, frozen_and_dead)
{
	struct uiomap_monitor *m;
	struct uiosim *d;
	int64_t begin, spent;

	udevd_rules("50-mode.rules", "SUBSYSTEM==\"uio\", MODE=\"0660\"\n");
	udevd_start();
	m = open_monitor();
	udevd_freeze();
	begin = now();
	d = plug("udev-", "counter", NULL, NULL, "uio_stub");
	expect(m, UIOMAP_EVENT_ADD, GRACE + LATE);
	spent = now() - begin;
	cr_assert_geq(spent, GRACE, "told after %ld ms", (long)(spent / MS));
	cr_assert_eq(mode(d), 0600);
	udevd_thaw();
	udevd_settle();
	cr_assert_eq(mode(d), 0660);
	expect_nothing(m);
	udevd_kill();
	OK(uiosim_unplug(d));
	expect(m, UIOMAP_EVENT_REMOVE, LATE);
	/* A killed udevd leaves its socket's file. It can't be distinguished from a slow udevd. */
	OK(uiosim_go_live(d));
	OK(uiosim_bind(d, "uio_stub"));
	expect_nothing(m);
	uiosim_free(d);
	expect_nothing(m);
	uiomap_monitor_close(m);
	udevd_stop();
}

/* Without udevd, devices are reported at once: before udevd starts, and after it has ended. */
Test(monitor_udevd, none)
{
	struct uiomap_monitor *m;
	struct uiosim *d;

	m = open_monitor();
	d = plug("udev-", "counter", NULL, NULL, "uio_stub");
	expect(m, UIOMAP_EVENT_ADD, LATE);
	cr_assert_eq(mode(d), 0600);
	OK(uiosim_unplug(d));
	expect(m, UIOMAP_EVENT_REMOVE, LATE);

	udevd_rules("50-mode.rules", "SUBSYSTEM==\"uio\", MODE=\"0660\"\n");
	udevd_start();
	OK(uiosim_go_live(d));
	OK(uiosim_bind(d, "uio_stub"));
	expect(m, UIOMAP_EVENT_ADD, GRACE);
	cr_assert_eq(mode(d), 0660, "this monitor is older than udevd");
	OK(uiosim_unplug(d));
	expect(m, UIOMAP_EVENT_REMOVE, LATE);
	udevd_settle();
	udevd_stop();

	OK(uiosim_go_live(d));
	OK(uiosim_bind(d, "uio_stub"));
	expect(m, UIOMAP_EVENT_ADD, LATE);
	uiosim_free(d);
	uiomap_monitor_close(m);
}

/*
 * libudev sets the receive buffers of root's sockets to 128 MiB. Set them to the minimum, so that
 * they overflow soon, as a user's may.
 */
static void make_sockets_small(void)
{
	for (int fd = 0; fd < 64; fd++) {
		socklen_t size = sizeof(int);
		int domain = 0, least = 1;

		if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
		    domain == AF_NETLINK)
			cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)),
				     0);
	}
}

/* More uevents than the socket holds: an error, and the next scan reports what was lost. */
Test(monitor_udevd, dropped)
{
	struct uiosim *stays, *goes, *comes;
	struct uiomap_monitor *m;
	struct uiomap_info *info = NULL;
	char path[64];
	int fd;

	stays = plug("udev-stays-", "counter", NULL, NULL, "uio_stub");
	goes = plug("udev-goes-", "counter", NULL, NULL, "uio_stub");
	m = open_monitor();
	expect(m, UIOMAP_EVENT_ADD, 0);
	expect(m, UIOMAP_EVENT_ADD, 0);
	make_sockets_small();
	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/uevent", uiosim_uio_number(stays));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	cr_assert_geq(fd, 0);
	for (int i = 0; i < 100; i++)
		cr_assert_eq(write(fd, "change", 6), 6);
	close(fd);
	comes = plug("udev-comes-", "counter", NULL, NULL, "uio_stub");
	OK(uiosim_unplug(goes));
	FAILS(uiomap_monitor_next(m, 0, &info), ENOBUFS);
	expect(m, UIOMAP_EVENT_REMOVE, 0);
	expect(m, UIOMAP_EVENT_ADD, 0);
	expect_nothing(m);
	uiosim_free(stays);
	uiosim_free(goes);
	uiosim_free(comes);
	uiomap_monitor_close(m);
}
