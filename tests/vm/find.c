/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Selectors, sharing and hotplug events, on live devices. */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim-fixture.h"
#include "race-window.h"

static void check_found(const char *selector, struct uiosim *d)
{
	struct uiomap_info *info = uiomap_find(selector);
	struct uiomap_device *device;

	cr_assert(info, "%s: %s", selector, uiomap_error());
	cr_assert_eq((int)uiomap_info_number(info), uiosim_uio_number(d), "%s", selector);
	cr_assert_str_eq(uiomap_info_name(info), uiosim_name(d));
	cr_assert_str_eq(uiomap_info_device(info), uiosim_device(d));
	cr_assert_str_eq(uiomap_info_bus(info), "platform");
	cr_assert_str_eq(uiomap_info_node(info), uiosim_uio_node(d));
	uiomap_info_free(info);
	device = uiomap_open(selector, 0);
	cr_assert(device, "%s: %s", selector, uiomap_error());
	cr_assert_eq((int)uiomap_info_number(uiomap_device_info(device)), uiosim_uio_number(d));
	uiomap_close(device);
}

Test(find, every_form)
{
	struct uiosim *others[3], *d;
	struct uiomap_info *info, **list;
	char selector[300], link[] = "/dev/uio-link-for-test";
	size_t count;

	for (int i = 0; i < 3; i++)
		others[i] = plug(i == 0 ? "find-a" :
				 i == 1 ? "find-b" :
					  "uio77",
				 "counter", NULL, NULL, i % 2 ? "uio_pdrv_genirq" : "uio_stub");
	d = plug("find-", "memory", NULL, "physical:64:100,physical:0:4096", "uio_stub");

	snprintf(selector, sizeof(selector), "uio%d", uiosim_uio_number(d));
	check_found(selector, d);
	check_found(uiosim_name(d), d);
	snprintf(selector, sizeof(selector), "%s#0", uiosim_name(d));
	check_found(selector, d);
	snprintf(selector, sizeof(selector), "name:%s", uiosim_name(d));
	check_found(selector, d);
	snprintf(selector, sizeof(selector), "platform:%s", uiosim_device(d));
	check_found(selector, d);
	check_found(uiosim_uio_node(d), d);
	snprintf(selector, sizeof(selector), "/sys/class/uio/uio%d", uiosim_uio_number(d));
	check_found(selector, d);
	snprintf(selector, sizeof(selector), "/sys/bus/platform/devices/%s", uiosim_device(d));
	check_found(selector, d);
	info = uiomap_find(uiosim_name(d));
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(selector, sizeof(selector), "addr:0x%llx",
			 (unsigned long long)uiomap_info_map(info, i)->addr);
		check_found(selector, d);
	}
	cr_assert_eq(uiomap_info_map(info, 0)->addr % 4096, 64);
	uiomap_info_free(info);
	cr_assert_eq(symlink(uiosim_uio_node(d), link), 0);
	check_found(link, d);
	unlink(link);
	/* A name that looks like a number is used only with an explicit selector. */
	FAILS_NULL(uiomap_find("uio77"), ENODEV);
	check_found("name:uio77", others[2]);

	snprintf(selector, sizeof(selector), "%s#1", uiosim_name(d));
	FAILS_NULL(uiomap_find(selector), ENODEV);
	FAILS_NULL(uiomap_find("no-such-name"), ENODEV);
	cr_assert(strstr(uiomap_error(), "no-such-name") && strstr(uiomap_error(), "find-a"), "%s",
		  uiomap_error());
	FAILS_NULL(uiomap_find("platform:uio_dummy.4711"), ENODEV);
	FAILS_NULL(uiomap_find("addr:0x123456"), ENODEV);
	FAILS_NULL(uiomap_find("addr:12x"), EINVAL);
	FAILS_NULL(uiomap_find(""), EINVAL);
	FAILS_NULL(uiomap_open(NULL, 0), EINVAL);
	FAILS_NULL(uiomap_open(uiosim_name(d), 0x100), EINVAL);
	FAILS_NULL(uiomap_find("/dev/null"), ENODEV);

	list = uiomap_list(NULL, &count);
	cr_assert(list, "%s", uiomap_error());
	cr_assert_geq(count, 4);
	for (size_t i = 1; i < count; i++)
		cr_assert_gt(uiomap_info_number(list[i]), uiomap_info_number(list[i - 1]));
	uiomap_list_free(list);
	uiosim_free(d);
	for (int i = 0; i < 3; i++)
		uiosim_free(others[i]);
}

/*
 * Opening a device that another process has exclusively fails and names it; shared ones can be
 * shared.
 */
Test(find, two_processes)
{
	struct uiosim *d = plug("shared-", "counter", NULL, NULL, "uio_stub");
	struct uiomap_device *device;
	char pid[32], byte;

	for (int exclusive = 0; exclusive < 2; exclusive++) {
		int ready[2];
		pid_t child;

		cr_assert_eq(pipe(ready), 0);
		child = fork();
		if (!child) {
			device = uiomap_open(uiosim_name(d), exclusive ? UIOMAP_EXCLUSIVE : 0);
			_exit(!device || write(ready[1], "", 1) != 1 || pause());
		}
		cr_assert_eq(read(ready[0], &byte, 1), 1);
		snprintf(pid, sizeof(pid), "pid %d", child);
		FAILS_NULL(uiomap_open(uiosim_name(d), UIOMAP_EXCLUSIVE), EBUSY);
		cr_assert(strstr(uiomap_error(), pid), "%s", uiomap_error());
		if (exclusive) {
			FAILS_NULL(uiomap_open(uiosim_name(d), 0), EBUSY);
			cr_assert(strstr(uiomap_error(), pid), "%s", uiomap_error());
		} else {
			device = open_dummy(d, 0);
			uiomap_close(device);
		}
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		close(ready[0]);
		close(ready[1]);
		/* When the process ends, the device is free again. */
		device = open_dummy(d, UIOMAP_EXCLUSIVE);
		uiomap_close(device);
	}
	uiosim_free(d);
}

static int next(struct uiomap_monitor *monitor, const char *name)
{
	struct uiomap_info *info;
	int event;

	event = uiomap_monitor_next(monitor, 5 * SECOND, &info);
	cr_assert_geq(event, 0, "%s", uiomap_error());
	cr_assert_str_eq(uiomap_info_name(info), name);
	uiomap_info_free(info);
	return event;
}

Test(find, monitor)
{
	struct uiosim *d = plug("hot-", "counter", NULL, NULL, "uio_stub"), *other;
	struct uiomap_monitor *monitor = uiomap_monitor_open(uiosim_name(d));
	struct uiomap_info *info;
	struct pollfd p = { .events = POLLIN };

	cr_assert(monitor, "%s", uiomap_error());
	p.fd = uiomap_monitor_fd(monitor);
	/*
	 * A device that was there before the monitor is reported first, and makes the descriptor
	 * readable.
	 */
	cr_assert_eq(poll(&p, 1, LATE / MS), 1);
	cr_assert_eq(next(monitor, uiosim_name(d)), UIOMAP_EVENT_ADD);
	FAILS(uiomap_monitor_next(monitor, 0, &info), ETIMEDOUT);
	/* Other devices are not reported. */
	other = plug("hot-other-", "counter", NULL, NULL, "uio_stub");
	uiosim_free(other);
	FAILS(uiomap_monitor_next(monitor, 50 * MS, &info), ETIMEDOUT);
	for (int i = 0; i < 100; i++) {
		struct uiomap_device *device;

		OK(uiosim_unplug(d));
		cr_assert_eq(next(monitor, uiosim_name(d)), UIOMAP_EVENT_REMOVE, "round %d", i);
		OK(uiosim_go_live(d));
		OK(uiosim_bind(d, "uio_stub"));
		cr_assert_eq(poll(&p, 1, 5000), 1);
		cr_assert_eq(next(monitor, uiosim_name(d)), UIOMAP_EVENT_ADD, "round %d", i);
		device = open_dummy(d, 0);
		uiomap_close(device);
	}
	cr_assert_eq(poll(&p, 1, 0), 0);
	uiomap_monitor_close(monitor);
	uiosim_free(d);
}

/* The kernel creates uioN, then its maps. */
static void before_maps(void)
{
	race_window_open('p', "sysfs_create_dir_ns", "binds");
}

static void *binds(void *d)
{
	prctl(PR_SET_NAME, "binds");
	return uiosim_bind(d, "uio_stub") < 0 ? d : NULL;
}

Test(find, comes_with_its_maps, .init = before_maps, .fini = race_window_close)
{
	struct uiosim *d =
		plug("late-", "memory", NULL, "physical:64:100,physical:0:4096", "uio_stub");

	for (int i = 0; i < 5; i++) {
		struct uiomap_info *info;
		pthread_t thread;
		void *wrong;

		OK(uiosim_unbind(d));
		cr_assert_eq(pthread_create(&thread, NULL, binds, d), 0);
		while (!(info = uiomap_find(uiosim_name(d)))) {
			cr_assert_eq(errno, ENODEV, "%s", uiomap_error());
			sched_yield();
		}
		cr_assert_eq(uiomap_info_map_count(info), 2, "round %d", i);
		uiomap_info_free(info);
		pthread_join(thread, &wrong);
		cr_assert_null(wrong, "%s", uiosim_error());
	}
	uiosim_free(d);
}
