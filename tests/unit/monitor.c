/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Devices that are added and removed, in every order of devices and uevents. */
#include "fake-sysfs.h"
#include "fake-libudev.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>

TestSuite(monitor, .init = tree_begin, .fini = tree_end);

#define MS INT64_C(1000000)

static void come(unsigned int number, const char *name)
{
	tree_device(number, &(struct tree_device){ .name = name });
}

static void expect(struct uiomap_monitor *m, enum uiomap_event type, unsigned int number,
		   const char *name)
{
	struct pollfd p = { .fd = uiomap_monitor_fd(m), .events = POLLIN };
	struct uiomap_info *info = NULL;
	int got;

	cr_assert_eq(poll(&p, 1, 0), 1, "its descriptor is not readable");
	got = uiomap_monitor_next(m, 0, &info);
	cr_assert_eq(got, (int)type, "event %d, errno %d: %s", got, errno, uiomap_error());
	cr_assert_eq(uiomap_info_number(info), number);
	cr_assert_str_eq(uiomap_info_name(info), name);
	uiomap_info_free(info);
}

static void expect_error(struct uiomap_monitor *m, int error)
{
	struct uiomap_info *info = NULL;

	errno = 0;
	cr_assert_eq(uiomap_monitor_next(m, 0, &info), -1, "uio%u %s", uiomap_info_number(info),
		     uiomap_info_name(info));
	assert_errno(error);
	cr_assert_null(info);
}

static void expect_nothing(struct uiomap_monitor *m)
{
	struct pollfd p = { .fd = uiomap_monitor_fd(m), .events = POLLIN };

	expect_error(m, ETIMEDOUT);
	cr_assert_eq(poll(&p, 1, 0), 0, "its descriptor is readable for nothing");
}

static struct uiomap_monitor *open_monitor(const char *selector)
{
	struct uiomap_monitor *m = uiomap_monitor_open(selector);

	assert_ok(m);
	return m;
}

static void close_monitor(struct uiomap_monitor *m)
{
	uiomap_monitor_close(m);
	cr_assert_eq(udev_leaked(), 0, "%d objects of libudev are left", udev_leaked());
}

Test(monitor, what_is_there_comes_first)
{
	struct uiomap_monitor *m;

	come(3, "c");
	come(1, "a");
	m = open_monitor(NULL);
	cr_assert(udev_filtered());
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	expect(m, UIOMAP_EVENT_ADD, 3, "c");
	cr_assert_eq(poll(&(struct pollfd){ .fd = uiomap_monitor_fd(m), .events = POLLIN }, 1, 0),
		     0);
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, come_and_go)
{
	struct uiomap_monitor *m = open_monitor(NULL);

	expect_nothing(m);
	come(1, "a");
	udev_send("add", "uio1");
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	expect_nothing(m);
	tree_remove(1);
	udev_send("remove", "uio1");
	/* with the data of the add event */
	expect(m, UIOMAP_EVENT_REMOVE, 1, "a");
	expect_nothing(m);
	close_monitor(m);
}

static void late_device(void)
{
	come(5, "late");
	udev_send("add", "uio5");
}

/* Added between listening and scanning: the kernel reports it twice, the monitor once. */
Test(monitor, comes_while_the_monitor_is_opened)
{
	struct uiomap_monitor *m;

	udev_on_listen = late_device;
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 5, "late");
	expect_nothing(m);
	close_monitor(m);
}

/* The kernel sends a device's uevent before it creates the maps. */
Test(monitor, maps_come_after_the_uevent)
{
	struct uiomap_monitor *m = open_monitor(NULL);
	struct uiomap_info *info = NULL;

	come(1, "a");
	core_openat("device/driver_override", tree_late_map);
	udev_send("add", "uio1");
	cr_assert_eq(uiomap_monitor_next(m, 0, &info), UIOMAP_EVENT_ADD);
	cr_assert_eq(uiomap_info_map_count(info), 1);
	uiomap_info_free(info);
	close_monitor(m);
}

Test(monitor, other_uevents)
{
	struct uiomap_monitor *m;

	come(1, "a");
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	udev_send("change", "uio1");
	udev_send("bind", "uio1");
	udev_send("", "uio1");
	udev_send("add", "map0");
	come(2, "untold");
	udev_send("add", "uio02");
	udev_send("remove", "uio7");
	udev_send("add", "uio7");
	udev_send("add", "uio1");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, came_and_went_before_we_looked)
{
	struct uiomap_monitor *m = open_monitor(NULL);

	udev_send("add", "uio1");
	udev_send("remove", "uio1");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, number_with_a_new_owner)
{
	struct uiomap_monitor *m;

	come(1, "old");
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "old");
	tree_remove(1);
	come(1, "new");
	udev_send("remove", "uio1");
	udev_send("add", "uio1");
	expect(m, UIOMAP_EVENT_REMOVE, 1, "old");
	expect(m, UIOMAP_EVENT_ADD, 1, "new");
	expect_nothing(m);
	close_monitor(m);
}

static void replace(void)
{
	tree_remove(1);
	come(1, "new");
	udev_send("remove", "uio1");
	udev_send("add", "uio1");
}

/* The scan finds the new device; the old device's uevents come later and must not remove it. */
Test(monitor, replaced_while_the_monitor_is_opened)
{
	struct uiomap_monitor *m;

	come(1, "old");
	udev_on_listen = replace;
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "new");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, only_what_is_selected)
{
	struct uiomap_monitor *m;

	come(1, "a");
	come(2, "b");
	m = open_monitor("b");
	expect(m, UIOMAP_EVENT_ADD, 2, "b");
	expect_nothing(m);
	come(3, "b");
	udev_send("add", "uio3");
	expect(m, UIOMAP_EVENT_ADD, 3, "b");
	tree_remove(1);
	udev_send("remove", "uio1");
	tree_remove(2);
	udev_send("remove", "uio2");
	expect(m, UIOMAP_EVENT_REMOVE, 2, "b");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, selectors)
{
	errno = 0;
	cr_assert_null(uiomap_monitor_open("a#0"));
	assert_errno(EINVAL);
	assert_text("without #");
	errno = 0;
	cr_assert_null(uiomap_monitor_open("addr:1"));
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_null(uiomap_monitor_open(""));
	assert_errno(EINVAL);
	cr_assert_eq(udev_leaked(), 0);
	close_monitor(open_monitor("platform:x"));
}

Test(monitor, malformed_devices_are_left_out)
{
	struct uiomap_monitor *m;

	come(1, "a");
	tree_write(tree_attr(1, "dev"), "nonsense\n");
	m = open_monitor(NULL);
	expect_nothing(m);
	come(2, "b");
	tree_unlink("%s", tree_attr(2, "version"));
	udev_send("add", "uio2");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, dropped_events)
{
	struct uiomap_monitor *m;

	come(1, "stays");
	come(2, "old");
	come(3, "goes");
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "stays");
	expect(m, UIOMAP_EVENT_ADD, 2, "old");
	expect(m, UIOMAP_EVENT_ADD, 3, "goes");
	tree_remove(3);
	come(4, "comes");
	udev_overflow("kernel");
	expect_error(m, ENOBUFS);
	assert_text("again");
	expect(m, UIOMAP_EVENT_REMOVE, 3, "goes");
	expect(m, UIOMAP_EVENT_ADD, 4, "comes");
	expect_nothing(m);
	tree_remove(2);
	come(2, "new");
	udev_overflow("kernel");
	expect_error(m, ENOBUFS);
	expect(m, UIOMAP_EVENT_REMOVE, 2, "old");
	expect(m, UIOMAP_EVENT_ADD, 2, "new");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, dropped_event_of_the_last_one)
{
	struct uiomap_monitor *m;

	come(1, "last");
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "last");
	tree_remove(1);
	udev_overflow("kernel");
	expect_error(m, ENOBUFS);
	expect(m, UIOMAP_EVENT_REMOVE, 1, "last");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, many_at_once)
{
	struct uiomap_monitor *m = open_monitor(NULL);
	char name[16];

	for (unsigned int i = 0; i < 50; i++) {
		come(i, "many");
		snprintf(name, sizeof(name), "uio%u", i);
		udev_send("add", name);
	}
	for (unsigned int i = 0; i < 50; i++)
		expect(m, UIOMAP_EVENT_ADD, i, "many");
	expect_nothing(m);
	close_monitor(m);
}

/* After any error, the next call reports the devices added meanwhile, without a further uevent. */
Test(monitor, goes_on_after_an_error)
{
	static const int errors[] = { EMFILE, ENFILE, ENOMEM, EACCES };
	/* its folder, for a device that isn't known yet; an attribute, for one that is known */
	static const char * const paths[] = { "class/uio/uio1", "version" };
	struct uiomap_monitor *m = open_monitor(NULL);

	for (unsigned int i = 0; i < 8; i++) {
		come(1, "comes");
		core_openat_error(paths[i % 2], O_RDONLY, errors[i / 2]);
		udev_send("add", "uio1");
		expect_error(m, errors[i / 2]);
		core_openat_error(NULL, 0, 0);
		expect(m, UIOMAP_EVENT_ADD, 1, "comes");
		expect_nothing(m);
		tree_remove(1);
		core_openat_error("class/uio/uio1", O_RDONLY, errors[i / 2]);
		udev_send("remove", "uio1");
		expect_error(m, errors[i / 2]);
		core_openat_error(NULL, 0, 0);
		expect(m, UIOMAP_EVENT_REMOVE, 1, "comes");
		expect_nothing(m);
	}
	close_monitor(m);
}

/* ---- with udevd ---- */

Test(monitor, waits_for_udevd)
{
	struct uiomap_monitor *m;
	unsigned int seqnum;

	udev_run();
	m = open_monitor(NULL);
	come(1, "a");
	seqnum = udev_send("add", "uio1");
	expect_nothing(m);
	udev_passes_on(seqnum, "add", "uio1");
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	expect_nothing(m);
	/* A removal is reported at once, whatever udevd does. */
	tree_remove(1);
	seqnum = udev_send("remove", "uio1");
	expect(m, UIOMAP_EVENT_REMOVE, 1, "a");
	udev_passes_on(seqnum, "remove", "uio1");
	expect_nothing(m);
	close_monitor(m);
}

/* `udevadm trigger` sends another uevent, which udevd finishes later: the first one suffices. */
Test(monitor, second_uevent_does_not_delay)
{
	struct uiomap_monitor *m;
	unsigned int first, second;

	udev_run();
	m = open_monitor(NULL);
	come(1, "a");
	first = udev_send("add", "uio1");
	second = udev_send("add", "uio1");
	expect_nothing(m);
	udev_passes_on(first, "add", "uio1");
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	udev_passes_on(second, "add", "uio1");
	expect_nothing(m);
	close_monitor(m);
}

/*
 * A scan checks udevd's database. Devices that aren't in it are reported when udevd sends an
 * event, whatever its action.
 */
Test(monitor, scan_waits_for_udevd)
{
	struct uiomap_monitor *m;

	udev_run();
	come(1, "ready");
	come(2, "not ready");
	come(3, "triggered");
	udev_initialized("uio1");
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "ready");
	expect_nothing(m);
	/* a former owner's */
	udev_passes_on(0, "remove", "uio2");
	expect_nothing(m);
	udev_passes_on(1, "add", "uio2");
	expect(m, UIOMAP_EVENT_ADD, 2, "not ready");
	udev_passes_on(2, "change", "uio3");
	expect(m, UIOMAP_EVENT_ADD, 3, "triggered");
	udev_passes_on(3, "add", "uio1");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, udevd_comes_and_ends)
{
	struct uiomap_monitor *m = open_monitor(NULL);
	unsigned int seqnum;

	come(1, "before");
	udev_send("add", "uio1");
	expect(m, UIOMAP_EVENT_ADD, 1, "before");
	udev_run();
	come(2, "while");
	seqnum = udev_send("add", "uio2");
	expect_nothing(m);
	udev_passes_on(seqnum, "add", "uio2");
	expect(m, UIOMAP_EVENT_ADD, 2, "while");
	udev_end();
	come(3, "after");
	udev_send("add", "uio3");
	expect(m, UIOMAP_EVENT_ADD, 3, "after");
	close_monitor(m);
}

/* udevd is late: its events and its database are still about the number's former owner. */
Test(monitor, udevd_is_at_the_former_owner)
{
	unsigned int old, gone, new;
	struct uiomap_monitor *m;

	udev_run();
	m = open_monitor(NULL);
	come(1, "old");
	old = udev_send("add", "uio1");
	expect_nothing(m);
	tree_remove(1);
	gone = udev_send("remove", "uio1");
	come(1, "new");
	/* Before the kernel's uevent of the new device, and after it. */
	udev_passes_on(old, "add", "uio1");
	udev_initialized("uio1");
	expect_nothing(m);
	new = udev_send("add", "uio1");
	udev_passes_on(old, "add", "uio1");
	udev_passes_on(gone, "remove", "uio1");
	expect_nothing(m);
	udev_passes_on(new, "add", "uio1");
	expect(m, UIOMAP_EVENT_ADD, 1, "new");
	expect_nothing(m);
	close_monitor(m);
}

/* Both sockets are readable: the kernel's uevents are read first. */
Test(monitor, kernel_before_udevd)
{
	struct uiomap_monitor *m;
	unsigned int seqnum;

	udev_run();
	m = open_monitor(NULL);
	come(1, "a");
	seqnum = udev_send("add", "uio1");
	udev_passes_on(seqnum, "add", "uio1");
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	tree_remove(1);
	udev_send("remove", "uio1");
	come(1, "b");
	seqnum = udev_send("add", "uio1");
	udev_passes_on(seqnum, "add", "uio1");
	expect(m, UIOMAP_EVENT_REMOVE, 1, "a");
	expect(m, UIOMAP_EVENT_ADD, 1, "b");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, goes_before_udevd_got_to_it)
{
	struct uiomap_monitor *m;
	unsigned int seqnum;

	udev_run();
	come(1, "short");
	m = open_monitor(NULL);
	tree_remove(1);
	udev_send("remove", "uio1");
	come(2, "shorter");
	seqnum = udev_send("add", "uio2");
	expect_nothing(m);
	tree_remove(2);
	udev_passes_on(seqnum, "add", "uio2");
	udev_send("remove", "uio2");
	expect_nothing(m);
	close_monitor(m);
}

static int64_t until_next(struct uiomap_monitor *m, unsigned int number, int64_t begin)
{
	struct pollfd p = { .fd = uiomap_monitor_fd(m), .events = POLLIN };
	struct uiomap_info *info = NULL;

	/* By the descriptor alone: nothing else would wake a program in poll(2). */
	cr_assert_eq(poll(&p, 1, -1), 1);
	cr_assert_eq(uiomap_monitor_next(m, 0, &info), UIOMAP_EVENT_ADD, "%s", uiomap_error());
	cr_assert_eq(uiomap_info_number(info), number);
	uiomap_info_free(info);
	return uiomap_i_now() - begin;
}

/*
 * If udevd never sends an event, each device is reported after its own grace time; a scan
 * meanwhile doesn't restart that time.
 */
Test(monitor, does_not_wait_for_ever)
{
	int64_t first, second, scan;
	struct uiomap_monitor *m;

	udev_run();
	come(1, "old");
	first = uiomap_i_now();
	m = open_monitor(NULL);
	expect_nothing(m);
	nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	second = uiomap_i_now();
	come(2, "new");
	udev_send("add", "uio2");
	expect_nothing(m);
	scan = uiomap_i_now();
	udev_overflow("udev");
	expect_error(m, ENOBUFS);
	expect_nothing(m);
	cr_assert_geq(until_next(m, 1, first), UIOMAP_GRACE);
	/* It would be this late only if the scan or the other device had restarted the time. */
	cr_assert_lt(uiomap_i_now() - scan, UIOMAP_GRACE);
	expect_nothing(m);
	cr_assert_geq(until_next(m, 2, second), UIOMAP_GRACE);
	/* Too late */
	udev_passes_on(1, "add", "uio2");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, dropped_events_of_udevd)
{
	struct uiomap_monitor *m;

	udev_run();
	m = open_monitor(NULL);
	come(1, "a");
	come(2, "b");
	udev_send("add", "uio1");
	udev_send("add", "uio2");
	expect_nothing(m);
	udev_initialized("uio2");
	udev_overflow("udev");
	expect_error(m, ENOBUFS);
	expect(m, UIOMAP_EVENT_ADD, 2, "b");
	expect_nothing(m);
	close_monitor(m);
}

/* ---- waiting ---- */

static void *come_later(void *arg)
{
	struct timespec t = { .tv_nsec = 20000000 };

	nanosleep(&t, NULL);
	come(1, "late");
	udev_send("add", "uio1");
	return arg;
}

Test(monitor, sleeps_until_something_comes)
{
	struct uiomap_monitor *m = open_monitor(NULL);
	struct uiomap_info *info;
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, come_later, NULL), 0);
	cr_assert_eq(uiomap_monitor_next(m, UIOMAP_FOREVER, &info), UIOMAP_EVENT_ADD);
	pthread_join(thread, NULL);
	uiomap_info_free(info);
	close_monitor(m);
}

Test(monitor, timeout)
{
	struct uiomap_monitor *m = open_monitor(NULL);
	struct uiomap_info *info;
	int64_t begin = uiomap_i_now(), spent;

	errno = 0;
	cr_assert_eq(uiomap_monitor_next(m, 20 * MS, &info), -1);
	assert_errno(ETIMEDOUT);
	spent = uiomap_i_now() - begin;
	cr_assert_geq(spent, 20 * MS);
	/* detects a wrong unit; a busy machine may be late */
	cr_assert_lt(spent, 10000 * MS, "%ld", spent);
	errno = 0;
	cr_assert_eq(uiomap_monitor_next(m, -2, &info), -1);
	assert_errno(EINVAL);
	/* irrelevant uevents must not change the timeout */
	begin = uiomap_i_now();
	udev_send("change", "uio1");
	cr_assert_eq(uiomap_monitor_next(m, 20 * MS, &info), -1);
	assert_errno(ETIMEDOUT);
	cr_assert_geq(uiomap_i_now() - begin, 20 * MS);
	close_monitor(m);
}

Test(monitor, closed_with_events_left)
{
	int before = tree_open_fds();
	struct uiomap_monitor *m;

	come(1, "a");
	come(2, "b");
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	errno = 77;
	close_monitor(m);
	cr_assert_eq(errno, 77);
	cr_assert_eq(tree_open_fds(), before, "a descriptor is left open");
}

Test(monitor, null)
{
	struct uiomap_info *info;

	errno = 77;
	uiomap_monitor_close(NULL);
	cr_assert_eq(errno, 77);
	errno = 0;
	cr_assert_eq(uiomap_monitor_fd(NULL), -1);
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_eq(uiomap_monitor_next(NULL, 0, &info), -1);
	assert_errno(EINVAL);
}
