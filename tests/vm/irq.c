/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Interrupts: none lost, all counted, with every way to wait. */
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "sim-fixture.h"
#include <uio_dummy.h>

static const struct {
	const char *driver, *irq;
} kinds[] = { { "uio_stub", "level" },
	      { "uio_stub", "edge" },
	      { "uio_pdrv_genirq", "level" },
	      { "uio_pdrv_genirq", "edge" } };

#define FOR_EACH_KIND(k) for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)

static void trigger(struct counter *c, uint64_t n)
{
	OK(uiosim_stimulate(c->dummy, "trigger", n));
}

/*
 * What one event may count. A level line that fired before the wait, and isn't
 * acknowledged yet, fires once more when the wait enables it.
 */
#define IS_ONE(n, k)                                                                               \
	cr_assert((n) == 1 || ((n) == 2 && !strcmp(kinds[k].irq, "level")), "%s, %s: %u at once",  \
		  kinds[k].driver, kinds[k].irq, n)

/*
 * After the acknowledgement, no more interrupts come. From Linux 6.12 on, the UIO core counts in a
 * thread under mainline drivers: the additional interrupt (see above) may be counted only now.
 */
static void is_quiet(const struct counter *c, size_t k)
{
	uint32_t n = 1;

	if (!strcmp(kinds[k].irq, "level") && !strcmp(kinds[k].driver, "uio_pdrv_genirq"))
		cr_assert(uiomap_irq_wait(c->device, 20 * MS, &n) == 0 || errno == ETIMEDOUT, "%s",
			  uiomap_error());
	cr_assert_eq(n, 1);
	FAILS(uiomap_irq_wait(c->device, 20 * MS, &n), ETIMEDOUT);
}

Test(irq, one_by_one)
{
	FOR_EACH_KIND(k)
	{
		struct counter c;
		uint32_t n;

		counter_new(&c, kinds[k].irq, kinds[k].driver, k % 2 ? UIOMAP_WAKEABLE : 0);
		FAILS(uiomap_irq_wait(c.device, 0, &n), ETIMEDOUT);
		for (int i = 0; i < 30; i++) {
			trigger(&c, 1);
			OK(uiomap_irq_wait(c.device, i % 3 ? UIOMAP_FOREVER : LATE, &n));
			IS_ONE(n, k);
			counter_ack(&c);
		}
		is_quiet(&c, k);
		counter_free(&c);
	}
}

/*
 * An interrupt before the open is reported by the first wait. (Under the kernel's own drivers
 * an edge before open is lost, as documented.)
 */
Test(irq, before_open)
{
	for (size_t k = 0; k < 3; k++) {
		struct counter c;
		uint32_t n;

		counter_new(&c, kinds[k].irq, kinds[k].driver, 0);
		uiomap_close(c.device);
		trigger(&c, 1);
		counter_open(&c, 0);
		OK(uiomap_irq_wait(c.device, LATE, &n));
		IS_ONE(n, k);
		counter_ack(&c);
		is_quiet(&c, k);
		counter_free(&c);
	}
}

/*
 * A level line that is still asserted when it is enabled fires again. So a driver that doesn't
 * check its device once more before the wait loses nothing.
 */
Test(irq, level_fires_again)
{
	for (size_t k = 0; k < 4; k += 2) {
		struct counter c;
		uint32_t n;

		counter_new(&c, "level", kinds[k].driver, 0);
		trigger(&c, 1);
		OK(uiomap_irq_wait(c.device, LATE, &n));
		OK(uiomap_irq_wait(c.device, LATE, &n));
		counter_ack(&c);
		is_quiet(&c, k);
		counter_free(&c);
	}
}

/* Edges are counted one by one by uio_stub, also across the wrap of the kernel's counter. */
Test(irq, burst_and_wrap)
{
	struct counter c;
	uint32_t n, sum;

	c.dummy = plug("burst-", "counter", "edge", NULL, "uio_stub");
	OK(uiosim_stimulate(c.dummy, "event_count", 0xfffffff0));
	counter_open(&c, 0);
	OK(uiosim_stimulate(c.dummy, "burst", 100));
	for (sum = 0; sum < 100; sum += n)
		OK(uiomap_irq_wait(c.device, LATE, &n));
	cr_assert_eq(sum, 100);
	FAILS(uiomap_irq_wait(c.device, 20 * MS, &n), ETIMEDOUT);
	/* Several before a wait: it returns their number. */
	trigger(&c, 7);
	nanosleep(&(struct timespec){ .tv_nsec = 20 * MS }, NULL);
	OK(uiomap_irq_wait(c.device, LATE, &n));
	cr_assert_eq(n, 7);
	counter_free(&c);
}

Test(irq, wrap_to_the_number)
{
	struct counter c;
	uint32_t n;

	c.dummy = plug("wrap-", "counter", "edge", NULL, "uio_stub");
	OK(uiosim_stimulate(c.dummy, "event_count", 0xfffffffd));
	counter_open(&c, 0);
	trigger(&c, 5);
	/* All five are counted before this wait: trigger returns after the last one. */
	OK(uiomap_irq_wait(c.device, LATE, &n));
	cr_assert_eq(n, 5, "across the wrap: %u", n);
	/* 0x7fffffff to 0x80000000: the sign of the kernel's int. */
	uiomap_close(c.device);
	OK(uiosim_stimulate(c.dummy, "event_count", 0x7ffffffe));
	counter_open(&c, 0);
	trigger(&c, 4);
	OK(uiomap_irq_wait(c.device, LATE, &n));
	cr_assert_eq(n, 4, "across the sign: %u", n);
	counter_free(&c);
}

Test(irq, timeouts)
{
	static const int64_t timeouts[] = { 0, 1, MS, 30 * MS, 200 * MS };
	struct counter c;

	counter_new(&c, "level", "uio_stub", 0);
	for (size_t i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		int64_t best = INT64_MAX;

		/*
		 * A timeout must never be early. It may be late on a busy machine, so the best of
		 * five counts.
		 */
		for (int j = 0; j < 5; j++) {
			int64_t begin = now(), took;

			FAILS(uiomap_irq_wait(c.device, timeouts[i], NULL), ETIMEDOUT);
			took = now() - begin;
			cr_assert_geq(took, timeouts[i]);
			best = took < best ? took : best;
		}
		cr_assert_lt(best, timeouts[i] + 50 * MS, "%lld ns took %lld",
			     (long long)timeouts[i], (long long)best);
	}
	FAILS(uiomap_irq_wait(c.device, -2, NULL), EINVAL);
	counter_free(&c);
}

static void *wake_soon(void *device)
{
	nanosleep(&(struct timespec){ .tv_nsec = 50 * MS }, NULL);
	return uiomap_irq_wake(device) == 0 ? device : NULL;
}

Test(irq, wake)
{
	struct counter c;
	pthread_t thread;
	void *done;
	uint32_t n;

	counter_new(&c, "edge", "uio_stub", UIOMAP_WAKEABLE);
	/* Wake the wait while it sleeps, with and without a timeout. */
	for (int i = 0; i < 4; i++) {
		cr_assert_eq(pthread_create(&thread, NULL, wake_soon, c.device), 0);
		FAILS(uiomap_irq_wait(c.device, i % 2 ? UIOMAP_FOREVER : 60 * SECOND, &n),
		      ECANCELED);
		pthread_join(thread, &done);
		cr_assert(done);
	}
	/* Wakes before the wait count as one. No interrupt is lost. */
	trigger(&c, 1);
	OK(uiomap_irq_wake(c.device));
	OK(uiomap_irq_wake(c.device));
	FAILS(uiomap_irq_wait(c.device, UIOMAP_FOREVER, &n), ECANCELED);
	OK(uiomap_irq_wait(c.device, LATE, &n));
	cr_assert_eq(n, 1);
	counter_free(&c);
	counter_new(&c, "level", "uio_stub", 0);
	FAILS(uiomap_irq_wake(c.device), EINVAL);
	counter_free(&c);
}

Test(irq, none)
{
	static const char * const drivers[] = { "uio_stub", "uio_pdrv_genirq" };

	for (int i = 0; i < 2; i++) {
		struct counter c;
		uint32_t n;

		counter_new(&c, "none", drivers[i], UIOMAP_WAKEABLE);
		cr_assert_eq(uiomap_info_irq(uiomap_device_info(c.device)), UIOMAP_IRQ_NONE);
		FAILS(uiomap_irq_wait(c.device, UIOMAP_FOREVER, &n), ENOTSUP);
		FAILS(uiomap_irq_wait(c.device, 0, &n), ENOTSUP);
		FAILS(uiomap_irq_read(c.device, &n), ENOTSUP);
		FAILS(uiomap_irq_enable(c.device), ENOTSUP);
		FAILS(uiomap_irq_disable(c.device), ENOTSUP);
		/* Registers still work without an interrupt. */
		uiomap_write32(c.regs, UIO_DUMMY_COUNTER_SCRATCH, 77);
		cr_assert_eq(uiomap_read32(c.regs, UIO_DUMMY_COUNTER_SCRATCH), 77);
		counter_free(&c);
	}
}

Test(irq, own_poll_loop)
{
	FOR_EACH_KIND(k)
	{
		struct counter c;
		struct epoll_event event = { .events = EPOLLIN };
		struct pollfd p;
		uint32_t n;
		int fd;

		counter_new(&c, kinds[k].irq, kinds[k].driver, 0);
		p = (struct pollfd){ .fd = uiomap_irq_fd(c.device), .events = POLLIN };
		fd = epoll_create1(EPOLL_CLOEXEC);
		cr_assert_eq(epoll_ctl(fd, EPOLL_CTL_ADD, p.fd, &event), 0);
		OK(uiomap_irq_enable(c.device));
		FAILS(uiomap_irq_read(c.device, &n), EAGAIN);
		cr_assert_eq(poll(&p, 1, 0), 0);
		for (int i = 0; i < 5; i++) {
			trigger(&c, 1);
			if (i % 2)
				cr_assert_eq(poll(&p, 1, LATE / MS), 1);
			else
				cr_assert_eq(epoll_wait(fd, &event, 1, LATE / MS), 1);
			OK(uiomap_irq_read(c.device, &n));
			cr_assert_eq(n, 1);
			counter_ack(&c);
			OK(uiomap_irq_enable(c.device));
		}
		close(fd);
		counter_free(&c);
	}
}

/*
 * Disabling or enabling twice is the same as once. An interrupt that comes while disabled is
 * reported after enabling.
 */
Test(irq, enable_and_disable)
{
	FOR_EACH_KIND(k)
	{
		struct counter c;
		struct uiomap_device *rdonly;
		struct pollfd p;
		uint32_t n;

		counter_new(&c, kinds[k].irq, kinds[k].driver, 0);
		p = (struct pollfd){ .fd = uiomap_irq_fd(c.device), .events = POLLIN };
		OK(uiomap_irq_disable(c.device));
		OK(uiomap_irq_disable(c.device));
		trigger(&c, 1);
		cr_assert_eq(poll(&p, 1, 30), 0);
		OK(uiomap_irq_enable(c.device));
		OK(uiomap_irq_enable(c.device));
		cr_assert_eq(poll(&p, 1, LATE / MS), 1, "%s, %s: lost while it was off",
			     kinds[k].driver, kinds[k].irq);
		OK(uiomap_irq_read(c.device, &n));
		IS_ONE(n, k);
		counter_ack(&c);
		rdonly = open_dummy(c.dummy, UIOMAP_RDONLY);
		FAILS(uiomap_irq_enable(rdonly), EACCES);
		uiomap_close(rdonly);
		counter_free(&c);
	}
}

/* A lost interrupt causes a timeout; the next one is reported. */
Test(irq, lost_and_delayed)
{
	for (size_t k = 0; k < 3; k++) {
		struct counter c;
		uint32_t n;
		int64_t begin;

		counter_new(&c, kinds[k].irq, kinds[k].driver, 0);
		OK(uiosim_stimulate(c.dummy, "lose_irq", 1));
		trigger(&c, 1);
		FAILS(uiomap_irq_wait(c.device, 50 * MS, &n), ETIMEDOUT);
		trigger(&c, 1);
		OK(uiomap_irq_wait(c.device, LATE, &n));
		counter_ack(&c);
		is_quiet(&c, k);
		OK(uiosim_stimulate(c.dummy, "delay_irq_ns", 100 * MS));
		begin = now();
		trigger(&c, 1);
		OK(uiomap_irq_wait(c.device, LATE, &n));
		cr_assert_geq(now() - begin, 100 * MS);
		counter_free(&c);
	}
}

/* Each handle sees every interrupt. */
Test(irq, two_handles)
{
	struct counter c;
	struct uiomap_device *second;
	uint32_t n;

	counter_new(&c, "edge", "uio_stub", 0);
	second = open_dummy(c.dummy, 0);
	trigger(&c, 3);
	OK(uiomap_irq_wait(c.device, LATE, &n));
	cr_assert_eq(n, 3);
	OK(uiomap_irq_wait(second, LATE, &n));
	cr_assert_eq(n, 3);
	uiomap_close(second);
	counter_free(&c);
}

/* The device's own timer causes thousands of interrupts in a row: none gets stuck. */
Test(irq, periodic)
{
	static const size_t some[] = { 0, 1, 2 };

	for (size_t i = 0; i < 3; i++) {
		struct counter c;
		uint32_t n, sum = 0;

		counter_new(&c, kinds[some[i]].irq, kinds[some[i]].driver, 0);
		uiomap_write32(c.regs, UIO_DUMMY_COUNTER_PERIOD_NS, 200000);
		uiomap_write32(c.regs, UIO_DUMMY_COUNTER_CTRL, UIO_DUMMY_COUNTER_RUN);
		for (int j = 0; j < 3000; j++) {
			OK(uiomap_irq_wait(c.device, LATE, &n));
			counter_ack(&c);
			sum += n;
		}
		cr_assert_leq(sum, uiomap_read32(c.regs, UIO_DUMMY_IRQ_SEQ));
		uiomap_write32(c.regs, UIO_DUMMY_COUNTER_CTRL, 0);
		counter_free(&c);
	}
}
