/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Devices that come and go, in every order that they and their uevents can. */
#include "tree.h"
#include "udev.h"

#include <poll.h>
#include <pthread.h>
#include <time.h>

TestSuite(monitor, .init = tree_begin, .fini = tree_end, .timeout = 30);

#define MS INT64_C(1000000)

static void come(unsigned int number, const char *name)
{
	tree_device(number, &(struct tree_device){ .name = name });
}

static void expect(struct uiomap_monitor *m, enum uiomap_event type, unsigned int number, const char *name)
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
	cr_assert_eq(uiomap_monitor_next(m, 0, &info), -1, "uio%u %s", uiomap_info_number(info), uiomap_info_name(info));
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
	cr_assert_str_eq(udev_source(), "kernel");
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	expect(m, UIOMAP_EVENT_ADD, 3, "c");
	cr_assert_eq(poll(&(struct pollfd){ .fd = uiomap_monitor_fd(m), .events = POLLIN }, 1, 0), 0);
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
	/* as it was when it came */
	expect(m, UIOMAP_EVENT_REMOVE, 1, "a");
	expect_nothing(m);
	close_monitor(m);
}

static void late_device(void)
{
	come(5, "late");
	udev_send("add", "uio5");
}

/* Between listening and scanning: told twice by the kernel, once by us. */
Test(monitor, comes_while_the_monitor_is_opened)
{
	struct uiomap_monitor *m;

	udev_on_listen = late_device;
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 5, "late");
	expect_nothing(m);
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

/* The scan sees the new one; the uevents of the old one are still to come and must not take it away. */
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
	come(2, "goes");
	come(3, "old");
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "stays");
	expect(m, UIOMAP_EVENT_ADD, 2, "goes");
	expect(m, UIOMAP_EVENT_ADD, 3, "old");
	tree_remove(2);
	tree_remove(3);
	come(3, "new");
	come(4, "comes");
	udev_overflow();
	expect_error(m, ENOBUFS);
	assert_text("again");
	expect(m, UIOMAP_EVENT_REMOVE, 2, "goes");
	expect(m, UIOMAP_EVENT_REMOVE, 3, "old");
	expect(m, UIOMAP_EVENT_ADD, 3, "new");
	expect(m, UIOMAP_EVENT_ADD, 4, "comes");
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

/* ---- with udevd ---- */

Test(monitor, listens_to_udevd_where_there_is_one)
{
	struct uiomap_monitor *m;

	udev_run();
	come(1, "a");
	m = open_monitor(NULL);
	cr_assert_str_eq(udev_source(), "udev");
	/* idle, so what is there was there before udevd, or is set up */
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, waits_for_udevd_to_set_up)
{
	struct uiomap_monitor *m;

	udev_run();
	udev_busy(true);
	come(1, "ready");
	come(2, "not ready");
	udev_initialized("uio1", true);
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "ready");
	expect_nothing(m);
	udev_send("add", "uio2");
	expect(m, UIOMAP_EVENT_ADD, 2, "not ready");
	udev_busy(false);
	expect_nothing(m);
	close_monitor(m);
}

/* udevd never heard of it: once it has nothing to do any more, it won't. */
Test(monitor, does_not_wait_for_ever)
{
	struct uiomap_monitor *m;

	udev_run();
	udev_busy(true);
	come(1, "older than udevd");
	m = open_monitor(NULL);
	expect_nothing(m);
	udev_busy(false);
	expect(m, UIOMAP_EVENT_ADD, 1, "older than udevd");
	expect_nothing(m);
	close_monitor(m);
}

Test(monitor, goes_before_udevd_got_to_it)
{
	struct uiomap_monitor *m;

	udev_run();
	udev_busy(true);
	come(1, "short");
	m = open_monitor(NULL);
	tree_remove(1);
	udev_send("remove", "uio1");
	expect_nothing(m);
	udev_busy(false);
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
	int64_t begin = now(), spent;

	errno = 0;
	cr_assert_eq(uiomap_monitor_next(m, 20 * MS, &info), -1);
	assert_errno(ETIMEDOUT);
	spent = now() - begin;
	cr_assert_geq(spent, 20 * MS);
	cr_assert_lt(spent, 10000 * MS, "%ld", spent); /* a unit taken for another; a busy machine may be late */
	errno = 0;
	cr_assert_eq(uiomap_monitor_next(m, -2, &info), -1);
	assert_errno(EINVAL);
	/* uevents of no interest must not make it longer or shorter */
	begin = now();
	udev_send("change", "uio1");
	cr_assert_eq(uiomap_monitor_next(m, 20 * MS, &info), -1);
	assert_errno(ETIMEDOUT);
	cr_assert_geq(now() - begin, 20 * MS);
	close_monitor(m);
}

Test(monitor, closed_with_events_left)
{
	struct uiomap_monitor *m;

	come(1, "a");
	come(2, "b");
	m = open_monitor(NULL);
	expect(m, UIOMAP_EVENT_ADD, 1, "a");
	errno = 77;
	close_monitor(m);
	cr_assert_eq(errno, 77);
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
