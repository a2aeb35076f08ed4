/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Interrupts: counted correctly, none lost, and no wait hangs. */
#include "fake-sysfs.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>

TestSuite(irq, .init = tree_begin, .fini = tree_end);

#define MS INT64_C(1000000)

static struct uiomap_device *begin(const char *stub_irq, unsigned int flags)
{
	struct uiomap_device *device;

	tree_device(1, &(struct tree_device){ .name = "counter",
					      .driver = stub_irq ? "uio_stub" : "uio_pdrv_genirq",
					      .stub_irq = stub_irq });
	device = uiomap_open("counter", flags);
	assert_ok(device);
	return device;
}

static void takes(struct uiomap_device *device, int64_t timeout_ns, uint32_t expected)
{
	uint32_t count = 0;

	cr_assert_eq(uiomap_irq_wait(device, timeout_ns, &count), 0, "errno %d: %s", errno,
		     uiomap_error());
	cr_assert_eq(count, expected, "%u", count);
}

static void fails(struct uiomap_device *device, int64_t timeout_ns, int error)
{
	uint32_t count = 4711;

	errno = 0;
	cr_assert_eq(uiomap_irq_wait(device, timeout_ns, &count), -1, "it came: %u", count);
	assert_errno(error);
	cr_assert_eq(count, 4711);
	assert_text("uio1 \"counter\"");
}

/* ---- counting ---- */

Test(irq, counts_what_came_since)
{
	struct uiomap_device *device = begin(NULL, 0);

	core_event(1, 1);
	takes(device, 0, 1);
	core_event(1, 7);
	takes(device, UIOMAP_FOREVER, 7);
	fails(device, 0, ETIMEDOUT);
	core_event(1, 2);
	cr_assert_eq(uiomap_irq_wait(device, 0, NULL), 0);
	fails(device, 0, ETIMEDOUT);
	uiomap_close(device);
}

/*
 * The kernel's total began before the open, so the library subtracts what it was then. No interrupt
 * is lost by that: a line that is still asserted fires again when the device is enabled.
 */
Test(irq, what_came_before_open_is_not_counted)
{
	struct uiomap_device *device;

	tree_device(1, &(struct tree_device){ .name = "counter" });
	core_event(1, 1000);
	device = uiomap_open("counter", 0);
	fails(device, 0, ETIMEDOUT);
	core_event(1, 3);
	takes(device, 0, 3);
	uiomap_close(device);
}

/* sysfs was read at 5; two events came before the kernel's listener began at 7. */
Test(irq, what_came_while_opening_is_counted)
{
	struct uiomap_device *device;

	tree_device(1, &(struct tree_device){ .name = "counter" });
	core_set_event(1, 7);
	tree_write(tree_attr(1, "event"), "5\n");
	device = uiomap_open("counter", 0);
	core_event(1, 1);
	takes(device, 0, 3);
	uiomap_close(device);
}

/* read(2) reports a change, but the total is the same: 2^32 events, not none. */
Test(irq, whole_turn)
{
	struct uiomap_device *device;

	tree_device(1, &(struct tree_device){ .name = "counter" });
	core_set_event(1, 7);
	tree_write(tree_attr(1, "event"), "5\n");
	device = uiomap_open("counter", 0);
	core_set_event(1, 5);
	takes(device, 0, UINT32_MAX);
	core_event(1, 1);
	takes(device, 0, 1);
	uiomap_close(device);
}

Test(irq, wraps)
{
	struct uiomap_device *device;

	tree_device(1, &(struct tree_device){ .name = "counter" });
	core_set_event(1, UINT32_MAX - 1);
	device = uiomap_open("counter", 0);
	core_event(1, 1);
	takes(device, 0, 1);
	core_event(1, 1);
	takes(device, 0, 1);
	core_event(1, 1);
	takes(device, 0, 1);
	core_set_event(1, UINT32_MAX - 4);
	takes(device, 0, UINT32_MAX - 5);
	core_event(1, 10);
	takes(device, 0, 10);
	/* across the sign as well: the kernel's counter is an int */
	core_set_event(1, INT32_MAX);
	takes(device, 0, (uint32_t)INT32_MAX - 5);
	core_event(1, 2);
	takes(device, 0, 2);
	uiomap_close(device);
}

Test(irq, each_handle_sees_all)
{
	struct uiomap_device *a = begin(NULL, 0), *b = uiomap_open("counter", UIOMAP_WAKEABLE);

	core_event(1, 2);
	takes(a, 0, 2);
	core_event(1, 1);
	takes(a, 0, 1);
	takes(b, 0, 3);
	uiomap_close(a);
	uiomap_close(b);
}

/* ---- enabling ---- */

/*
 * The interrupt fired before the open and is masked: it comes only after enabling, which must
 * precede the sleep.
 */
Test(irq, asserted_before_open)
{
	for (int i = 0; i < 2; i++) {
		struct uiomap_device *device = begin(i ? "masked" : NULL, 0);

		core_pend(1);
		takes(device, UIOMAP_FOREVER, 1);
		core_pend(1);
		takes(device, 10000 * MS, 1);
		core_pend(1);
		takes(device, 0, 1);
		uiomap_close(device);
		tree_remove(1);
	}
}

Test(irq, costs_one_read_and_one_write)
{
	struct uiomap_device *device = begin("masked", 0);
	unsigned int polls = core_polls(1);

	for (int i = 0; i < 10; i++) {
		core_event(1, 1);
		takes(device, UIOMAP_FOREVER, 1);
	}
	cr_assert_eq(core_reads(1), 10, "%u", core_reads(1));
	cr_assert_eq(core_writes(1), 10, "%u", core_writes(1));
	cr_assert_eq(core_polls(1), polls);
	for (int i = 0; i < 10; i++) {
		core_event(1, 1);
		takes(device, 1000 * MS, 1);
	}
	cr_assert_eq(core_reads(1), 20, "%u", core_reads(1));
	cr_assert_eq(core_writes(1), 20, "%u", core_writes(1));
	cr_assert_eq(core_polls(1), polls + 10);
	cr_assert_eq(core_control(1), 1);
	uiomap_close(device);
}

Test(irq, counted_lines_are_enabled_once)
{
	struct uiomap_device *device = begin("counted", 0);

	for (int i = 0; i < 10; i++) {
		core_event(1, 1);
		takes(device, UIOMAP_FOREVER, 1);
	}
	cr_assert_eq(core_reads(1), 10);
	cr_assert_eq(core_writes(1), 1);
	/* it stays off until it is enabled */
	cr_assert_eq(uiomap_irq_disable(device), 0);
	cr_assert_eq(core_control(1), 0);
	core_pend(1);
	takes(device, UIOMAP_FOREVER, 1);
	cr_assert_eq(core_control(1), 1);
	cr_assert_eq(core_writes(1), 3);
	core_event(1, 1);
	takes(device, UIOMAP_FOREVER, 1);
	cr_assert_eq(core_writes(1), 3);
	uiomap_close(device);
}

Test(irq, enable_and_disable)
{
	struct uiomap_device *device = begin(NULL, 0);

	cr_assert_eq(uiomap_irq_enable(device), 0);
	cr_assert_eq(core_control(1), 1);
	cr_assert_eq(uiomap_irq_disable(device), 0);
	cr_assert_eq(core_control(1), 0);
	cr_assert_eq(uiomap_irq_disable(device), 0);
	uiomap_close(device);
}

/* uio_pci_generic */
Test(irq, driver_that_can_not_mask)
{
	struct uiomap_device *device = begin(NULL, 0);

	core_irq(1, CORE_NO_IRQCONTROL);
	errno = 0;
	cr_assert_eq(uiomap_irq_enable(device), -1);
	assert_errno(ENOSYS);
	assert_text("uio_pdrv_genirq");
	core_event(1, 1);
	takes(device, UIOMAP_FOREVER, 1);
	core_event(1, 1);
	takes(device, UIOMAP_FOREVER, 1);
	cr_assert_eq(core_writes(1), 1, "it asks again each time");
	cr_assert_eq(uiomap_irq_disable(device), -1);
	assert_errno(ENOSYS);
	uiomap_close(device);
}

Test(irq, driver_that_fails_to_enable)
{
	struct uiomap_device *device = begin(NULL, 0);

	core_control_error(1, EPERM);
	fails(device, UIOMAP_FOREVER, EPERM);
	errno = 0;
	cr_assert_eq(uiomap_irq_enable(device), -1);
	assert_errno(EPERM);
	uiomap_close(device);
}

Test(irq, read_only_handle)
{
	struct uiomap_device *device = begin(NULL, UIOMAP_RDONLY);

	core_event(1, 1);
	takes(device, UIOMAP_FOREVER, 1);
	cr_assert_eq(core_writes(1), 0);
	errno = 0;
	cr_assert_eq(uiomap_irq_enable(device), -1);
	assert_errno(EACCES);
	errno = 0;
	cr_assert_eq(uiomap_irq_disable(device), -1);
	assert_errno(EACCES);
	uiomap_close(device);
}

/* ---- time ---- */

Test(irq, no_interrupt_says_what_to_do)
{
	static const struct {
		int64_t ns;
		const char *text;
	} times[] = {
		{ 0, "in 0 s;" },     { 1, "in 1 ns;" },	  { 999, "in 999 ns;" },
		{ 1000, "in 1 us;" }, { 1050000, "in 1.05 ms;" }, { 20 * MS, "in 20 ms;" },
	};
	struct uiomap_device *device = begin(NULL, 0);

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		fails(device, times[i].ns, ETIMEDOUT);
		assert_text(times[i].text);
		assert_text("is it enabled in the device? uiomap doctor uio1");
	}
	uiomap_close(device);
}

/* Never early, and not late every time: a single delay may come from a busy machine. */
static void times_out(struct uiomap_device *device, int64_t timeout_ns)
{
	int64_t start, spent;
	int tries = 5;

	do {
		start = uiomap_i_now();
		fails(device, timeout_ns, ETIMEDOUT);
		spent = uiomap_i_now() - start;
		cr_assert_geq(spent, timeout_ns, "%ld ns too early", timeout_ns - spent);
	} while (spent > timeout_ns + 200 * MS && --tries);
	cr_assert(tries, "%ld ns late", spent - timeout_ns);
}

Test(irq, timeouts_are_never_early)
{
	static const int64_t timeouts[] = { 0, 1, 999, 100000, MS, 1500001, 20 * MS, 50 * MS };

	for (unsigned int flags = 0; flags <= UIOMAP_WAKEABLE; flags += UIOMAP_WAKEABLE) {
		struct uiomap_device *device = begin(NULL, flags);

		for (size_t i = 0; i < sizeof(timeouts) / sizeof(*timeouts); i++)
			times_out(device, timeouts[i]);
		uiomap_close(device);
		tree_remove(1);
	}
}

Test(irq, longest_timeout)
{
	struct uiomap_device *device = begin(NULL, 0);

	core_event(1, 1);
	takes(device, INT64_MAX, 1);
	errno = 0;
	cr_assert_eq(uiomap_irq_wait(device, -2, NULL), -1);
	assert_errno(EINVAL);
	cr_assert_eq(uiomap_irq_wait(device, INT64_MIN, NULL), -1);
	assert_errno(EINVAL);
	uiomap_close(device);
}

/* The kernel's timer uses another clock. */
Test(irq, woken_before_its_time)
{
	struct uiomap_device *device = begin(NULL, 0);

	core_early();
	times_out(device, 30 * MS);
	uiomap_close(device);
}

/* poll(2) reports readable, but there is no event: read(2) must not block then. */
Test(irq, spurious_readiness_does_not_block)
{
	struct uiomap_device *device = begin(NULL, 0);

	core_event(1, 1);
	takes(device, UIOMAP_FOREVER, 1);
	core_spurious(1);
	times_out(device, 30 * MS);
	core_spurious(1);
	errno = 0;
	cr_assert_eq(uiomap_irq_read(device, NULL), -1);
	assert_errno(EAGAIN);
	uiomap_close(device);
}

static void *event_once_it_sleeps(void *arg)
{
	const unsigned int *before = arg; /* polls, reads */

	while (core_polls(1) == before[0] && core_reads(1) < before[1] + 1000)
		sched_yield();
	core_event(1, 1);
	return NULL;
}

/*
 * O_NONBLOCK belongs to the open file, which a child or another library may share and set: the
 * wait must still sleep.
 */
Test(irq, somebody_else_sets_nonblocking)
{
	struct uiomap_device *device = begin(NULL, 0);
	unsigned int before[2];
	pthread_t thread;

	core_event(1, 1);
	takes(device, UIOMAP_FOREVER, 1);
	cr_assert_eq(fcntl(uiomap_irq_fd(device), F_SETFL, O_NONBLOCK), 0);
	before[0] = core_polls(1);
	before[1] = core_reads(1);
	cr_assert_eq(pthread_create(&thread, NULL, event_once_it_sleeps, before), 0);
	takes(device, UIOMAP_FOREVER, 1);
	pthread_join(thread, NULL);
	cr_assert_leq(core_reads(1) - before[1], 2, "%u times read", core_reads(1) - before[1]);
	uiomap_close(device);
}

/* ---- without sleeping ---- */

Test(irq, read)
{
	struct uiomap_device *device = begin(NULL, 0);
	struct pollfd p = { .fd = uiomap_irq_fd(device), .events = POLLIN };
	uint32_t count = 0;

	errno = 0;
	cr_assert_eq(uiomap_irq_read(device, &count), -1);
	assert_errno(EAGAIN);
	cr_assert_eq(poll(&p, 1, 0), 0);
	core_event(1, 4);
	cr_assert_eq(poll(&p, 1, -1), 1);
	cr_assert_eq(p.revents, POLLIN);
	cr_assert_eq(uiomap_irq_read(device, &count), 0);
	cr_assert_eq(count, 4);
	cr_assert_eq(core_writes(1), 0, "it enables");
	cr_assert_eq(uiomap_irq_read(device, NULL), -1);
	/* then it sleeps in read(2) again */
	core_event(1, 1);
	takes(device, UIOMAP_FOREVER, 1);
	uiomap_close(device);
}

/* ---- being woken ---- */

static unsigned int polls_before;

static void *wake_when_asleep(void *arg)
{
	while (core_polls(1) == polls_before)
		sched_yield();
	/* in poll(2), or just before it: both must work */
	return (void *)(intptr_t)uiomap_irq_wake(arg);
}

Test(irq, wake_during_wait)
{
	struct uiomap_device *device = begin(NULL, UIOMAP_WAKEABLE);
	pthread_t thread;
	void *result;

	for (int i = 0; i < 100; i++) {
		polls_before = core_polls(1);
		cr_assert_eq(pthread_create(&thread, NULL, wake_when_asleep, device), 0);
		fails(device,
		      i % 3 == 0 ? UIOMAP_FOREVER :
		      i % 3 == 1 ? INT64_MAX :
				   20000 * MS,
		      ECANCELED);
		pthread_join(thread, &result);
		cr_assert_null(result);
	}
	uiomap_close(device);
}

Test(irq, wake_before_wait_ends_the_next_one_only)
{
	struct uiomap_device *device = begin(NULL, UIOMAP_WAKEABLE);

	errno = 77;
	cr_assert_eq(uiomap_irq_wake(device), 0);
	cr_assert_eq(uiomap_irq_wake(device), 0);
	cr_assert_eq(errno, 77);
	fails(device, UIOMAP_FOREVER, ECANCELED);
	fails(device, 0, ETIMEDOUT);
	uiomap_close(device);
}

Test(irq, wake_takes_no_interrupt_away)
{
	struct uiomap_device *device = begin(NULL, UIOMAP_WAKEABLE);

	core_event(1, 3);
	uiomap_irq_wake(device);
	fails(device, UIOMAP_FOREVER, ECANCELED);
	takes(device, UIOMAP_FOREVER, 3);
	uiomap_close(device);
}

static struct uiomap_device *to_wake;

static void wake_from_signal(int number)
{
	(void)number;
	uiomap_irq_wake(to_wake);
}

Test(irq, wake_from_a_signal_handler)
{
	struct sigaction action = { .sa_handler = wake_from_signal };
	struct itimerval timer = { .it_value.tv_usec = 20000 };

	to_wake = begin(NULL, UIOMAP_WAKEABLE);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	/* EINTR is returned first */
	if (uiomap_irq_wait(to_wake, UIOMAP_FOREVER, NULL) == -1 && errno == EINTR)
		fails(to_wake, UIOMAP_FOREVER, ECANCELED);
	else
		assert_errno(ECANCELED);
	uiomap_close(to_wake);
}

Test(irq, not_wakeable)
{
	struct uiomap_device *device = begin(NULL, 0);

	errno = 0;
	cr_assert_eq(uiomap_irq_wake(device), -1);
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_eq(uiomap_irq_wake(NULL), -1);
	assert_errno(EINVAL);
	uiomap_close(device);
}

static void ignore(int number)
{
	(void)number;
}

Test(irq, signals)
{
	struct sigaction action = { .sa_handler = ignore };
	struct itimerval timer = { .it_value.tv_usec = 5000, .it_interval.tv_usec = 5000 },
			 off = { 0 };

	for (unsigned int flags = 0; flags <= UIOMAP_WAKEABLE; flags += UIOMAP_WAKEABLE) {
		struct uiomap_device *device = begin(NULL, flags);

		sigaction(SIGALRM, &action, NULL);
		setitimer(ITIMER_REAL, &timer, NULL);
		fails(device, UIOMAP_FOREVER, EINTR);
		fails(device, 20000 * MS, EINTR);
		setitimer(ITIMER_REAL, &off, NULL);
		core_event(1, 2);
		takes(device, UIOMAP_FOREVER, 2);
		uiomap_close(device);
		tree_remove(1);
	}
}

/* ---- no interrupt, and removal ---- */

static void no_irq(struct uiomap_device *device, int error)
{
	fails(device, UIOMAP_FOREVER, error);
	fails(device, 0, error);
	fails(device, 10000 * MS, error);
	errno = 0;
	cr_assert_eq(uiomap_irq_read(device, NULL), -1);
	assert_errno(error);
	errno = 0;
	cr_assert_eq(uiomap_irq_enable(device), -1);
	assert_errno(error);
	errno = 0;
	cr_assert_eq(uiomap_irq_disable(device), -1);
	assert_errno(error);
}

Test(irq, none)
{
	for (int i = 0; i < 2; i++) {
		struct uiomap_device *device;

		tree_device(1, &(struct tree_device){ .name = "counter",
						      .driver = i ? "uio_stub" : "uio_pdrv_genirq",
						      .stub_irq = i ? "none" : NULL });
		core_irq(1, CORE_NO_IRQ);
		device = uiomap_open("counter", i ? UIOMAP_WAKEABLE : 0);
		assert_ok(device);
		cr_assert_eq(uiomap_info_irq(uiomap_device_info(device)), UIOMAP_IRQ_NONE);
		no_irq(device, ENOTSUP);
		tree_remove(1);
		no_irq(device, ENODEV);
		uiomap_close(device);
	}
}

Test(irq, masking_is_known_once_open)
{
	struct uiomap_device *device = begin(NULL, 0);

	cr_assert_eq(uiomap_info_irq(uiomap_device_info(device)), UIOMAP_IRQ_MASKED);
	uiomap_close(device);
	tree_remove(1);
	tree_device(1, &(struct tree_device){ .name = "counter", .driver = "some_other" });
	device = uiomap_open("counter", 0);
	cr_assert_eq(uiomap_info_irq(uiomap_device_info(device)), UIOMAP_IRQ_UNKNOWN);
	uiomap_close(device);
}

Test(irq, gone)
{
	for (unsigned int flags = 0; flags <= UIOMAP_WAKEABLE; flags += UIOMAP_WAKEABLE) {
		struct uiomap_device *device = begin(NULL, flags);

		core_event(1, 1);
		tree_remove(1);
		/* events before the removal are not reported: the kernel doesn't either */
		no_irq(device, ENODEV);
		uiomap_close(device);
	}
}

/* Without the write(2) that would detect the removal first. */
Test(irq, gone_noticed_by_read_and_poll)
{
	struct uiomap_device *device = begin("counted", 0);

	core_event(1, 1);
	takes(device, UIOMAP_FOREVER, 1);
	tree_remove(1);
	no_irq(device, ENODEV);
	uiomap_close(device);
}

static void *remove_when_reading(void *arg)
{
	(void)arg;
	while (!core_reads(1))
		sched_yield();
	tree_remove(1);
	return NULL;
}

static void *remove_when_polling(void *arg)
{
	(void)arg;
	while (core_polls(1) == polls_before)
		sched_yield();
	tree_remove(1);
	return NULL;
}

Test(irq, goes_while_waiting)
{
	for (int i = 0; i < 20; i++) {
		struct uiomap_device *device = begin(NULL, i % 2 ? UIOMAP_WAKEABLE : 0);
		pthread_t thread;

		polls_before = core_polls(1);
		cr_assert_eq(pthread_create(&thread, NULL,
					    i % 2 ? remove_when_polling : remove_when_reading,
					    NULL),
			     0);
		fails(device, UIOMAP_FOREVER, ENODEV);
		pthread_join(thread, NULL);
		fails(device, UIOMAP_FOREVER, ENODEV);
		cr_assert(uiomap_device_removed(device));
		uiomap_close(device);
	}
}

Test(irq, null)
{
	errno = 0;
	cr_assert_eq(uiomap_irq_wait(NULL, 0, NULL), -1);
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_eq(uiomap_irq_read(NULL, NULL), -1);
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_eq(uiomap_irq_enable(NULL), -1);
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_eq(uiomap_irq_disable(NULL), -1);
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_eq(uiomap_irq_fd(NULL), -1);
	assert_errno(EINVAL);
}
