/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Removal of a device during every kind of use. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim-fixture.h"
#include "race-window.h"
#include <uio_dummy.h>

static int touch(void *regs)
{
	return (int)uiomap_read32(regs, UIO_DUMMY_MODEL);
}

static int store(void *regs)
{
	uiomap_write32(regs, UIO_DUMMY_COUNTER_SCRATCH, 1);
	return 0;
}

/* Run body(arg) in a child process. Returns its wait status. */
static int child_status(int (*body)(void *), void *arg)
{
	pid_t child = fork();
	int status;

	if (!child) {
		signal(SIGBUS, SIG_DFL);
		body(arg);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return status;
}

/*
 * After the removal: reads and writes, with and without uiomap_guard(), in this process and in a
 * child, in every mapping.
 */
Test(unplug, mapped)
{
	struct counter c;
	struct uiomap_region *second;
	struct stat st;
	int status, fd;
	volatile uint32_t *other;

	counter_new(&c, "level", "uio_stub", 0);
	second = uiomap_map(c.device, 0, UIOMAP_MAP_RDONLY);
	cr_assert(second, "%s", uiomap_error());
	/* A second node of the same device has another inode. */
	cr_assert_eq(stat(uiosim_uio_node(c.dummy), &st), 0);
	unlink("/dev/another-node");
	cr_assert_eq(mknod("/dev/another-node", S_IFCHR | 0600, st.st_rdev), 0);
	fd = open("/dev/another-node", O_RDWR);
	cr_assert_geq(fd, 0);
	other = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	cr_assert_neq((void *)other, MAP_FAILED);

	CAUGHT(uiomap_guard(c.device, touch, (void *)c.regs), EINVAL); /* no guard yet */
	OK(uiomap_guard_install());
	cr_assert_eq(uiomap_guard(c.device, touch, (void *)c.regs), UIO_DUMMY_MODEL_COUNTER);
	cr_assert_eq(child_status(touch, (void *)c.regs), 0);

	OK(uiosim_unplug(c.dummy));
	cr_assert(uiomap_device_removed(c.device));
	CAUGHT(uiomap_guard(c.device, touch, (void *)c.regs), ENODEV);
	cr_assert(strstr(uiomap_error(), uiosim_name(c.dummy)), "%s", uiomap_error());
	CAUGHT(uiomap_guard(c.device, store, (void *)c.regs), ENODEV);
	CAUGHT(uiomap_guard(c.device, touch, (void *)uiomap_region_base(second)), ENODEV);
	status = child_status(touch, (void *)c.regs);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS, "the child ended with 0x%x",
		  status);
	status = child_status(touch, (void *)other);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS, "through the other node: 0x%x",
		  status);

	FAILS_NULL(uiomap_map(c.device, 0, 0), ENODEV);
	FAILS(uiomap_irq_wait(c.device, UIOMAP_FOREVER, NULL), ENODEV);
	FAILS(uiomap_irq_wait(c.device, 0, NULL), ENODEV);
	FAILS(uiomap_irq_enable(c.device), ENODEV);
	FAILS(uiomap_irq_read(c.device, NULL), ENODEV);
	FAILS_NULL(uiomap_open(uiosim_name(c.dummy), 0), ENODEV);
	FAILS_NULL(uiomap_open_info(uiomap_device_info(c.device), 0), ENODEV);
	/* The device is back: the old handle still fails, and a new one works. */
	OK(uiosim_go_live(c.dummy));
	OK(uiosim_bind(c.dummy, "uio_stub"));
	cr_assert(uiomap_device_removed(c.device));
	CAUGHT(uiomap_guard(c.device, touch, (void *)c.regs), ENODEV);
	FAILS(uiomap_irq_wait(c.device, 0, NULL), ENODEV);
	uiomap_close(c.device);
	counter_open(&c, 0);
	munmap((void *)other, 4096);
	close(fd);
	unlink("/dev/another-node");
	uiomap_guard_remove();
	counter_free(&c);
}

struct waiter {
	struct counter *counter;
	int64_t timeout;
	pid_t thread;
	unsigned int events;
	int error;
};

static void *wait_for_irq(void *arg)
{
	struct waiter *w = arg;

	__atomic_store_n(&w->thread, gettid(), __ATOMIC_RELEASE);
	w->error = uiomap_irq_wait(w->counter->device, w->timeout, NULL) < 0 ? errno : 0;
	return NULL;
}

Test(unplug, while_waiting)
{
	static const struct {
		const char *driver;
		unsigned int flags;
		int64_t timeout;
	} cases[] = {
		{ "uio_stub", 0, UIOMAP_FOREVER },
		{ "uio_stub", 0, 60 * SECOND },
		{ "uio_stub", UIOMAP_WAKEABLE, UIOMAP_FOREVER },
		{ "uio_pdrv_genirq", 0, UIOMAP_FOREVER },
		{ "uio_pdrv_genirq", UIOMAP_WAKEABLE, 60 * SECOND },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct counter c;
		struct waiter w = { .counter = &c, .timeout = cases[i].timeout };
		struct pollfd p;
		pthread_t thread;
		int64_t begin;

		counter_new(&c, "level", cases[i].driver, cases[i].flags);
		cr_assert_eq(pthread_create(&thread, NULL, wait_for_irq, &w), 0);
		cr_assert(until_asleep(&w.thread), "case %zu: errno %d", i, w.error);
		begin = now();
		OK(uiosim_unplug(c.dummy));
		pthread_join(thread, NULL);
		cr_assert_eq(w.error, ENODEV, "case %zu: errno %d", i, w.error);
		cr_assert_lt(now() - begin, 2 * SECOND, "case %zu", i);
		p = (struct pollfd){ .fd = uiomap_irq_fd(c.device), .events = POLLIN };
		cr_assert_eq(poll(&p, 1, LATE / MS), 1);
		cr_assert(p.revents & (POLLERR | POLLHUP), "poll tells 0x%x", p.revents);
		counter_free(&c);
	}
}

/*
 * Two hundred times: one thread waits for an interrupt, another reads registers in uiomap_guard(),
 * and the device is removed at a random moment.
 */
static int read_for_ever(void *regs)
{
	/* The scratch register stays 0: only the removal ends this. */
	while (!uiomap_read32(regs, UIO_DUMMY_COUNTER_SCRATCH))
		;
	return 0;
}

static void *read_guarded(void *arg)
{
	struct counter *c = arg;

	return uiomap_guard(c->device, read_for_ever, (void *)c->regs) == UIOMAP_GUARD_FAILED &&
			       errno == ENODEV ?
		       arg :
		       NULL;
}

Test(unplug, two_hundred_times)
{
	OK(uiomap_guard_install());
	for (int i = 0; i < 200; i++) {
		struct counter c;
		struct waiter w = { .counter = &c,
				    .timeout = i % 2 ? UIOMAP_FOREVER : 60 * SECOND };
		pthread_t waiter, reader;
		void *caught;

		counter_new(&c, i % 3 ? "level" : "edge", "uio_stub", i % 5 ? 0 : UIOMAP_WAKEABLE);
		uiomap_write32(c.regs, UIO_DUMMY_COUNTER_PERIOD_NS, 100000);
		if (i % 4 == 0)
			uiomap_write32(c.regs, UIO_DUMMY_COUNTER_CTRL, UIO_DUMMY_COUNTER_RUN);
		cr_assert_eq(pthread_create(&waiter, NULL, wait_for_irq, &w), 0);
		cr_assert_eq(pthread_create(&reader, NULL, read_guarded, &c), 0);
		if (i % 2)
			OK(uiosim_stimulate(c.dummy, "unplug", 1));
		else
			OK(uiosim_unbind(c.dummy));
		pthread_join(reader, &caught);
		cr_assert(caught, "round %d", i);
		pthread_join(waiter, NULL);
		/* An interrupt may have come before the removal. From now on, all waits fail. */
		cr_assert(w.error == 0 || w.error == ENODEV, "round %d: errno %d", i, w.error);
		FAILS(uiomap_irq_wait(c.device, UIOMAP_FOREVER, NULL), ENODEV);
		counter_free(&c);
	}
	uiomap_guard_remove();
}

/*
 * uio_read() checks that the device exists, and some instructions later it prepares to be woken. If
 * the device is removed between the two, the core's wake-up must not be lost.
 */
static void about_to_sleep_open(void)
{
	/* uio_read() has just released the lock under which it checked. */
	race_window_open('r', "mutex_unlock", "about-to-sleep");
}

static void *wait_until_gone(void *arg)
{
	struct waiter *w = arg;

	prctl(PR_SET_NAME, "about-to-sleep");
	while (uiomap_irq_wait(w->counter->device, w->timeout, NULL) >= 0)
		__atomic_add_fetch(&w->events, 1, __ATOMIC_RELEASE);
	w->error = errno;
	return NULL;
}

Test(unplug, about_to_sleep, .init = about_to_sleep_open, .fini = race_window_close)
{
	for (int i = 0; i < 40; i++) {
		struct counter c;
		struct waiter w = { .counter = &c,
				    .timeout = i % 4 ? UIOMAP_FOREVER : 60 * SECOND };
		struct timespec limit;
		pthread_t waiter;

		counter_new(&c, "edge", "uio_stub", 0);
		uiomap_write32(c.regs, UIO_DUMMY_COUNTER_PERIOD_NS, 1000000);
		uiomap_write32(c.regs, UIO_DUMMY_COUNTER_CTRL, UIO_DUMMY_COUNTER_RUN);
		cr_assert_eq(pthread_create(&waiter, NULL, wait_until_gone, &w), 0);
		while (__atomic_load_n(&w.events, __ATOMIC_ACQUIRE) < 3)
			sched_yield();
		OK(uiosim_unplug(c.dummy));
		clock_gettime(CLOCK_REALTIME, &limit);
		limit.tv_sec += 10;
		cr_assert_eq(pthread_timedjoin_np(waiter, NULL, &limit), 0,
			     "round %d: it sleeps for ever", i);
		cr_assert_eq(w.error, ENODEV, "round %d: errno %d", i, w.error);
		counter_free(&c);
	}
}

/* Under a driver that doesn't revoke mappings, the memory stays unchanged and isn't reused. */
Test(unplug, not_revoked_but_kept)
{
	static const char * const maps[] = { "physical:0:4096", "logical:8:4000",
					     "virtual:0:9000" };

	for (size_t i = 0; i < 3; i++) {
		struct uiosim *d =
			plug("kept-", "memory", NULL, maps[i], i ? NULL : "uio_pdrv_genirq");
		struct uiomap_device *device = open_dummy(d, 0);
		struct uiomap_region *region = uiomap_map(device, 0, 0);
		volatile char *base = uiomap_region_base(region);

		strcpy((char *)base, "still mine");
		OK(uiosim_unplug(d));
		/* Allocate and free much memory in other devices. */
		for (int j = 0; j < 20; j++) {
			struct uiosim *other = plug("kept-other-", "memory", NULL,
						    "physical:0:65536,physical:0:4096", "uio_stub");

			uiosim_free(other);
		}
		cr_assert_str_eq((char *)base, "still mine", "map %s", maps[i]);
		cr_assert_neq(system("rmmod uio_dummy 2>/dev/null"), 0);
		uiomap_close(device);
		uiosim_free(d);
	}
}
