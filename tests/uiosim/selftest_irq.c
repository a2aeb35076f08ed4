// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Self-test of uio_dummy: interrupts, and model counter. */
#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

#include "raw-uio.h"

#define PATIENCE_MS 5000
/* How long to wait to see that nothing comes. */
#define QUIET_MS    20

static const char *line;

static void configure(struct uiosim *d)
{
	RAW_OK(uiosim_set(d, "irq", line));
}

static struct uiosim *open_counter(const char *type, const char *driver, struct raw **raw)
{
	struct uiosim *d;

	line = type;
	d = raw_device("counter", configure);
	RAW_OK(uiosim_bind(d, driver));
	*raw = raw_open(d);
	cr_assert_eq(raw_read(*raw, UIO_DUMMY_MAGIC), UIO_DUMMY_MAGIC_VALUE);
	cr_assert_eq(raw_read(*raw, UIO_DUMMY_MODEL), UIO_DUMMY_MODEL_COUNTER);
	cr_assert_eq(raw_read(*raw, UIO_DUMMY_VERSION), 1);
	return d;
}

static uint32_t seq(struct raw *raw)
{
	return raw_read(raw, UIO_DUMMY_IRQ_SEQ);
}

static void quiet(struct raw *raw)
{
	cr_assert(!raw_wait(raw, QUIET_MS, NULL), "an interrupt that should not be");
}

/* Wait for one interrupt. */
static uint32_t interrupt(struct raw *raw)
{
	uint32_t count;

	cr_assert(raw_wait(raw, PATIENCE_MS, &count), "no interrupt");
	return count;
}

static void level(const char *driver)
{
	struct raw *raw;
	struct uiosim *d = open_counter("level", driver, &raw);
	uint64_t began;
	uint32_t before;

	/* Not enabled in the device: only counted. */
	cr_assert_eq(raw_irq(raw, 1), 0);
	RAW_OK(uiosim_stimulate(d, "trigger", 3));
	quiet(raw);
	cr_assert_eq(raw_read64(raw, UIO_DUMMY_COUNTER_COUNT), 3);
	cr_assert_eq(seq(raw), 0);
	cr_assert_eq(raw_stat(d, "irq_stats", "ignored"), 3);

	/* Asserted until it is acknowledged: each unmask before that causes another interrupt. */
	raw_write(raw, UIO_DUMMY_IRQ_ENABLE, 1);
	RAW_OK(uiosim_stimulate(d, "trigger", 1));
	cr_assert_eq(interrupt(raw), 1);
	quiet(raw);
	cr_assert_eq(raw_irq(raw, 1), 0);
	cr_assert_eq(interrupt(raw), 2);
	cr_assert_eq(raw_ack(raw), 1);
	quiet(raw);
	/* Masked at each interrupt: any number of further events become one interrupt. */
	RAW_OK(uiosim_stimulate(d, "burst", 10));
	cr_assert_eq(interrupt(raw), 3);
	RAW_OK(uiosim_stimulate(d, "trigger", 5));
	quiet(raw);
	raw_write(raw, UIO_DUMMY_IRQ_ACK, 11);
	cr_assert_eq(raw_irq(raw, 1), 0);
	cr_assert_eq(interrupt(raw), 4);
	cr_assert_eq(raw_ack(raw), 16);
	quiet(raw);
	/* Acknowledged while masked: nothing fires at unmask. */
	RAW_OK(uiosim_stimulate(d, "trigger", 1));
	interrupt(raw);
	RAW_OK(uiosim_stimulate(d, "trigger", 1));
	raw_ack(raw);
	quiet(raw);

	/* Lost: counted by the device, but never raised, not even at unmask. */
	RAW_OK(uiosim_stimulate(d, "lose_irq", 2));
	RAW_OK(uiosim_stimulate(d, "trigger", 2));
	quiet(raw);
	cr_assert_eq(seq(raw), 20);
	cr_assert_eq(raw_irq(raw, 1), 0);
	quiet(raw);
	cr_assert_eq(raw_stat(d, "irq_stats", "lost"), 2);
	RAW_OK(uiosim_stimulate(d, "trigger", 1));
	interrupt(raw);
	cr_assert_eq(raw_ack(raw), 21);
	quiet(raw);

	/* Delayed, and unmasking doesn't make it earlier. */
	RAW_OK(uiosim_stimulate(d, "delay_irq_ns", 100000000));
	began = raw_now();
	RAW_OK(uiosim_stimulate(d, "trigger", 1));
	cr_assert_eq(seq(raw), 22);
	cr_assert_eq(raw_irq(raw, 1), 0);
	interrupt(raw);
	cr_assert_geq(raw_now() - began, 100000000);
	RAW_OK(uiosim_stimulate(d, "delay_irq_ns", 0));
	raw_ack(raw);

	/* The core's count wraps. */
	RAW_OK(uiosim_stimulate(d, "event_count", 0xfffffffe));
	cr_assert_eq(interrupt(raw), 0xfffffffe); /* a reader sees any change as an event */
	RAW_OK(uiosim_stimulate(d, "trigger", 1));
	cr_assert_eq(interrupt(raw), 0xffffffff);
	raw_ack(raw);
	RAW_OK(uiosim_stimulate(d, "trigger", 1));
	cr_assert_eq(interrupt(raw), 0);
	before = raw_stat(d, "irq_stats", "raised");
	raw_ack(raw);
	quiet(raw);
	cr_assert_eq(raw_stat(d, "irq_stats", "raised"), before);
	/* Invalid numbers. */
	cr_assert_eq(raw_errno(uiosim_stimulate(d, "stall", 2)), EINVAL);
	cr_assert_eq(raw_errno(uiosim_stimulate(d, "lose_irq", UINT64_MAX)), EINVAL);
	cr_assert_eq(raw_errno(uiosim_stimulate(d, "toaster", 1)), ENOENT);
	raw_close(raw);
	uiosim_free(d);
}

Test(irq, level)
{
	level("uio_stub");
	level("uio_pdrv_genirq");
}

Test(irq, edge)
{
	struct raw *raw;
	struct uiosim *d = open_counter("edge", "uio_stub", &raw);
	uint32_t count;

	raw_write(raw, UIO_DUMMY_IRQ_ENABLE, 1);
	cr_assert_eq(raw_irq(raw, 1), 0);
	/* Each event counts, acknowledged or not. */
	RAW_OK(uiosim_stimulate(d, "trigger", 5));
	cr_assert_eq(interrupt(raw), 5);
	RAW_OK(uiosim_stimulate(d, "burst", 1000));
	for (count = 0; count != 1005; count = interrupt(raw))
		;
	quiet(raw);
	cr_assert_eq(raw_irq(raw, 1), 0);
	quiet(raw);
	/* Disabled: several are latched as one. */
	cr_assert_eq(raw_irq(raw, 0), 0);
	RAW_OK(uiosim_stimulate(d, "burst", 3));
	quiet(raw);
	cr_assert_eq(raw_irq(raw, 1), 0);
	cr_assert_eq(interrupt(raw), 1006);
	quiet(raw);
	cr_assert_eq(seq(raw), 1008);
	/* Some are delayed, some lost. */
	RAW_OK(uiosim_stimulate(d, "delay_irq_ns", 50000000));
	RAW_OK(uiosim_stimulate(d, "lose_irq", 2));
	RAW_OK(uiosim_stimulate(d, "trigger", 5));
	cr_assert(!raw_wait(raw, 10, NULL), "an interrupt that should be late");
	for (count = 0; count != 1009; count = interrupt(raw))
		;
	quiet(raw);
	/* The same without delay. */
	RAW_OK(uiosim_stimulate(d, "delay_irq_ns", 0));
	RAW_OK(uiosim_stimulate(d, "lose_irq", 2));
	RAW_OK(uiosim_stimulate(d, "burst", 5));
	for (count = 0; count != 1012; count = interrupt(raw))
		;
	quiet(raw);
	cr_assert_eq(raw_stat(d, "irq_stats", "lost"), 4);
	raw_close(raw);
	uiosim_free(d);

	/* uio_pdrv_genirq masks at each interrupt: the others become one. */
	d = open_counter("edge", "uio_pdrv_genirq", &raw);
	raw_write(raw, UIO_DUMMY_IRQ_ENABLE, 1);
	RAW_OK(uiosim_stimulate(d, "trigger", 5));
	cr_assert_eq(interrupt(raw), 1);
	quiet(raw);
	cr_assert_eq(raw_irq(raw, 1), 0);
	cr_assert_eq(interrupt(raw), 2);
	cr_assert_eq(raw_irq(raw, 1), 0);
	quiet(raw);
	raw_close(raw);
	uiosim_free(d);
}

Test(irq, before_open_and_none)
{
	const char *types[] = { "level", "edge" };
	struct raw *raw;
	struct uiosim *d;
	uint32_t count;
	unsigned int i;

	/*
	 * Events between two opens are kept until the line is enabled, which uio_stub does at
	 * open.
	 */
	for (i = 0; i < 2; i++) {
		d = open_counter(types[i], "uio_stub", &raw);
		raw_write(raw, UIO_DUMMY_IRQ_ENABLE, 1);
		raw_close(raw);
		RAW_OK(uiosim_stimulate(d, "burst", 3));
		raw = raw_open(d);
		cr_assert_eq(interrupt(raw), 1);
		cr_assert_eq(raw_ack(raw), 3);
		quiet(raw);
		raw_close(raw);
		uiosim_free(d);
	}

	d = open_counter("none", "uio_stub", &raw);
	raw_write(raw, UIO_DUMMY_IRQ_ENABLE, 1);
	cr_assert(read(raw->fd, &count, sizeof(count)) < 0 && errno == EIO);
	cr_assert_eq(raw_irq(raw, 1), EIO);
	RAW_OK(uiosim_stimulate(d, "trigger", 3));
	cr_assert_eq(raw_read64(raw, UIO_DUMMY_COUNTER_COUNT), 3);
	raw_close(raw);
	uiosim_free(d);
}

Test(irq, counter)
{
	struct raw *raw;
	struct uiosim *d = open_counter("edge", "uio_stub", &raw);
	uint64_t count, time, before;
	uint32_t rings = raw_read(raw, UIO_DUMMY_COUNTER_DOORBELL);

	cr_assert_eq(raw_read(raw, UIO_DUMMY_COUNTER_PERIOD_NS), 1000000);
	cr_assert_eq(raw_read(raw, UIO_DUMMY_COUNTER_CTRL), 0);
	raw_write(raw, UIO_DUMMY_COUNTER_SCRATCH, 0x12345678);
	raw_write(raw, UIO_DUMMY_IRQ_ENABLE, 1);
	cr_assert_eq(raw_irq(raw, 1), 0);

	/* The doorbell causes as many events as it was advanced by, also across its wrap. */
	raw_write(raw, UIO_DUMMY_COUNTER_DOORBELL, rings += 5);
	cr_assert(raw_until(raw, UIO_DUMMY_COUNTER_COUNT, ~0u, 5, PATIENCE_MS));
	cr_assert(raw_until(raw, UIO_DUMMY_IRQ_SEQ, ~0u, 5, PATIENCE_MS));

	/* Running: not too many events, and none too early. */
	raw_write(raw, UIO_DUMMY_COUNTER_PERIOD_NS, 2000000);
	before = raw_now();
	raw_write(raw, UIO_DUMMY_COUNTER_CTRL, UIO_DUMMY_COUNTER_RUN);
	while ((count = raw_read64(raw, UIO_DUMMY_COUNTER_COUNT)) < 5 + 20)
		interrupt(raw);
	time = raw_now();
	cr_assert_leq((count - 5 - 1) * 2000000, time - before);
	cr_assert_geq(raw_read64(raw, UIO_DUMMY_COUNTER_TIME), before);
	cr_assert_leq(raw_read64(raw, UIO_DUMMY_COUNTER_TIME), raw_now());
	raw_write(raw, UIO_DUMMY_COUNTER_CTRL, 0);
	while (raw_wait(raw, QUIET_MS, NULL))
		;
	count = raw_read64(raw, UIO_DUMMY_COUNTER_COUNT);
	quiet(raw);
	cr_assert_eq(raw_read64(raw, UIO_DUMMY_COUNTER_COUNT), count);

	/* Stalled: the doorbell has no effect until the stall ends. */
	RAW_OK(uiosim_stimulate(d, "stall", 1));
	quiet(raw);
	raw_write(raw, UIO_DUMMY_COUNTER_DOORBELL, rings += 2);
	quiet(raw);
	cr_assert_eq(raw_read64(raw, UIO_DUMMY_COUNTER_COUNT), count);
	RAW_OK(uiosim_stimulate(d, "stall", 0));
	cr_assert(raw_until(raw, UIO_DUMMY_COUNTER_COUNT, ~0u, count + 2, PATIENCE_MS));
	cr_assert_eq(seq(raw), count + 2);
	cr_assert_eq(raw_read(raw, UIO_DUMMY_COUNTER_SCRATCH), 0x12345678);
	raw_close(raw);
	uiosim_free(d);
}
