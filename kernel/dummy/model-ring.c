// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model "ring": the DMA engine. It polls the doorbells, processes the rings
 * (ring-message.c), coalesces interrupts, handles resets, and sleeps when there
 * is nothing to do.
 */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "model-ring.h"

#define MIN_RING   2u
#define MAX_RING   32768u
#define MIN_LENGTH 64u
#define MAX_LENGTH 65536u

/* Maximum number of messages between two checks of reset, stall and RUN. */
#define PROCESS_MAX    64u
/*
 * Polls without any work before the engine sleeps. On one processor the driver
 * can't run until the engine sleeps.
 */
#define EMPTY_POLLS    (num_online_cpus() > 1 ? 200u : 0u)
/*
 * The sleep's length doubles each time. The longest one leaves some of the
 * documented time for waking up.
 */
#define SHORTEST_SLEEP 20000ull
#define LONGEST_SLEEP  (UIO_DUMMY_IDLE_POLL_NS / 4 * 3ull)

static int ring_check(const struct dummy *d)
{
	const struct dummy_config *c = &d->config;

	if (c->ring_size < MIN_RING || c->ring_size > MAX_RING || !is_power_of_2(c->ring_size))
		return -EINVAL;
	if (c->max_length < MIN_LENGTH || c->max_length > MAX_LENGTH)
		return -EINVAL;
	return 0;
}

static void write_status(struct ring *r, u32 status)
{
	r->status = status;
	ring_store(r, UIO_DUMMY_RING_STATUS, status);
}

/*
 * Raise the interrupt for completed messages. CONS was stored before, so the
 * driver sees it after the interrupt.
 */
static void notify(struct ring *r)
{
	r->stats.interrupts++;
	if (r->stats.max_batch < r->pending)
		r->stats.max_batch = r->pending;
	r->pending = 0;
	smp_wmb(); /* CONS and STATUS before IRQ_SEQ */
	dummy_irq_event(r->d);
}

/* The time at which the interrupt for completed messages is due. */
static u64 notify_time(const struct ring *r)
{
	return r->pending_since + dummy_read(r->d, UIO_DUMMY_RING_COALESCE_NS);
}

static void notify_if_due(struct ring *r)
{
	if (r->pending && ktime_get_ns() >= notify_time(r))
		notify(r);
}

/* Count one completion; raise the interrupt if it is due. */
static void completed(struct ring *r)
{
	if (r->pending++ == 0)
		r->pending_since = ktime_get_ns();
	if (r->pending >= dummy_read(r->d, UIO_DUMMY_RING_COALESCE_COUNT))
		notify(r);
	else
		notify_if_due(r);
}

static u64 read64(const struct ring *r, u32 reg)
{
	return (u64)dummy_read(r->d, reg + 4) << 32 | dummy_read(r->d, reg);
}

/* Read the driver's set-up of one ring. */
static u32 setup_queue(struct ring *r, struct ring_queue *q, u32 base_reg, u32 size_reg)
{
	q->base = read64(r, base_reg);
	q->size = dummy_read(r->d, size_reg);
	if (q->size < MIN_RING || q->size > r->d->config.ring_size || !is_power_of_2(q->size))
		return UIO_DUMMY_RING_E_SETUP;
	if (q->base % UIO_DUMMY_DESC_SIZE)
		return UIO_DUMMY_RING_E_SETUP;
	/*
	 * Check it here, so that a wrong address is reported now and not at the first descriptor.
	 */
	if (!dummy_dma_get(r->d, q->base, (size_t)q->size * UIO_DUMMY_DESC_SIZE))
		return UIO_DUMMY_RING_E_SETUP;
	dummy_dma_put(r->d);
	return UIO_DUMMY_RING_E_NONE;
}

static void setup(struct ring *r)
{
	struct ring_queue *q = &r->tx;
	u32 error;

	error = setup_queue(r, q, UIO_DUMMY_RING_TX_BASE, UIO_DUMMY_RING_TX_SIZE);
	if (!error) {
		q = &r->rx;
		error = setup_queue(r, q, UIO_DUMMY_RING_RX_BASE, UIO_DUMMY_RING_RX_SIZE);
	}
	if (!error) {
		write_status(r, UIO_DUMMY_RING_RUNNING);
	} else {
		ring_fail(r, q, error);
		notify(r);
	}
}

static void reset(struct ring *r, u32 request)
{
	u32 reg;

	for (reg = UIO_DUMMY_RING_CTRL; reg < UIO_DUMMY_RING_ERROR; reg += 4) {
		if (reg != UIO_DUMMY_RING_RESET_REQ && reg != UIO_DUMMY_RING_RESET_DONE &&
		    reg != UIO_DUMMY_RING_MAX_SIZE && reg != UIO_DUMMY_RING_MAX_LENGTH)
			dummy_write(r->d, reg, 0);
	}
	r->status = 0;
	r->tx.cons = 0;
	r->rx.cons = 0;
	r->pending = 0;
	r->was_reset = true;
	r->stats.resets++;
	r->reset_done = request;
	/* Release: the registers are cleared before RESET_DONE. */
	ring_store(r, UIO_DUMMY_RING_RESET_DONE, request);
}

/* Process the descriptors of both rings. Returns whether there were any. */
static bool process(struct ring *r)
{
	/* Acquire: the descriptors up to PROD and their payload are read after PROD. */
	const u32 tx_prod = ring_load(r, UIO_DUMMY_RING_TX_PROD);
	const u32 rx_prod = ring_load(r, UIO_DUMMY_RING_RX_PROD);
	u32 status = UIO_DUMMY_RING_RUNNING;
	unsigned int n = 0;

	if (tx_prod - r->tx.cons > r->tx.size) {
		ring_fail(r, &r->tx, UIO_DUMMY_RING_E_INDEX);
	} else if (rx_prod - r->rx.cons > r->rx.size) {
		ring_fail(r, &r->rx, UIO_DUMMY_RING_E_INDEX);
	} else {
		while (n < PROCESS_MAX && r->tx.cons != tx_prod && r->rx.cons != rx_prod &&
		       ring_message(r)) {
			completed(r);
			n++;
		}
	}
	if (r->status & UIO_DUMMY_RING_STOPPED) {
		notify(r);
		return true;
	}
	if (r->tx.cons != tx_prod && r->rx.cons == rx_prod)
		status |= UIO_DUMMY_RING_STALLED;
	if (status & ~r->status)
		r->stats.stalled++;
	if (status != r->status)
		write_status(r, status);
	notify_if_due(r);
	return n > 0;
}

/* Check once for requests of the driver. Returns whether there were any. */
static bool poll_once(struct ring *r)
{
	const u32 request = ring_load(r, UIO_DUMMY_RING_RESET_REQ);

	if (request != r->reset_done) {
		reset(r, request);
		return true;
	}
	if (r->status & UIO_DUMMY_RING_STOPPED)
		return false;
	/* Acquire: the set-up was written before RUN. */
	if (ring_load(r, UIO_DUMMY_RING_CTRL) & UIO_DUMMY_RING_RUN) {
		if (r->status & UIO_DUMMY_RING_RUNNING)
			return process(r);
		setup(r);
		return true;
	}
	if (r->status & UIO_DUMMY_RING_RUNNING) {
		write_status(r, 0);
		if (r->pending)
			notify(r);
	}
	return false;
}

static int ring_run(void *data)
{
	struct ring *r = data;
	u64 sleep = SHORTEST_SLEEP;
	u32 empty = 0;

	while (!kthread_should_stop()) {
		const bool stalled = READ_ONCE(r->d->faults.stall);
		u64 until;

		if (!stalled && poll_once(r)) {
			empty = 0;
			sleep = SHORTEST_SLEEP;
			cond_resched();
			continue;
		}
		if (!stalled && r->status & UIO_DUMMY_RING_RUNNING && empty < EMPTY_POLLS) {
			empty++;
			cpu_relax();
			cond_resched();
			continue;
		}
		until = ktime_get_ns() + sleep;
		if (!stalled && r->pending)
			until = min(until, notify_time(r));
		dummy_engine_sleep(&r->engine, until);
		sleep = min(sleep * 2, LONGEST_SLEEP);
	}
	return 0;
}

static void ring_kick(struct dummy *d)
{
	struct ring *r = d->priv;

	dummy_engine_kick(&r->engine);
}

static int ring_start(struct dummy *d)
{
	struct ring *r = kzalloc(sizeof(*r), GFP_KERNEL);
	int err;

	if (!r)
		return -ENOMEM;
	r->d = d;
	r->tx.cons_reg = UIO_DUMMY_RING_TX_CONS;
	r->rx.cons_reg = UIO_DUMMY_RING_RX_CONS;
	dummy_write(d, UIO_DUMMY_RING_MAX_SIZE, d->config.ring_size);
	dummy_write(d, UIO_DUMMY_RING_MAX_LENGTH, d->config.max_length);
	d->priv = r;
	err = dummy_engine_start(&r->engine, ring_run, r, d);
	if (err) {
		d->priv = NULL;
		kfree(r);
	}
	return err;
}

static void ring_stop(struct dummy *d)
{
	struct ring *r = d->priv;

	dummy_engine_stop(&r->engine);
	d->priv = NULL;
	kfree(r);
}

static ssize_t stats_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct dummy *d = dummy_of(dev);
	const struct ring *r = d->priv;
	const struct {
		const char *name;
		const u64 *value;
	} lines[] = {
		{ "messages", &r->stats.messages },
		{ "bytes", &r->stats.bytes },
		{ "tx_errors", &r->stats.tx_errors },
		{ "rx_errors", &r->stats.rx_errors },
		{ "corrupted", &r->stats.corrupted },
		{ "interrupts", &r->stats.interrupts },
		{ "max_batch", &r->stats.max_batch },
		{ "stalled", &r->stats.stalled },
		{ "resets", &r->stats.resets },
		{ "stops", &r->stats.stops },
		{ "out_of_order", &r->stats.out_of_order },
		{ "reset_skipped", &r->stats.reset_skipped },
		{ "reset_repeated", &r->stats.reset_repeated },
	};
	int at = 0, i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		at += sysfs_emit_at(buf, at, "%s %llu\n", lines[i].name,
				    READ_ONCE(*lines[i].value));
	return at + sysfs_emit_at(buf, at, "dma_faults %u\n", dummy_dma_faults(d));
}

static DEVICE_ATTR_ADMIN_RO(stats);

static struct attribute *ring_attributes[] = { &dev_attr_stats.attr, NULL };

static const struct attribute_group ring_group = { .attrs = ring_attributes };

const struct dummy_model dummy_ring = {
	.name = "ring",
	.id = UIO_DUMMY_MODEL_RING,
	.check = ring_check,
	.start = ring_start,
	.stop = ring_stop,
	.kick = ring_kick,
	.group = &ring_group,
};
