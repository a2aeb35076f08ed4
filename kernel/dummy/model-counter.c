// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model "counter": counts and raises an interrupt at each tick of its clock, at
 * its doorbell, and on stimulus.
 *
 * A running counter has a timer for its ticks. One shared timer polls the
 * doorbells and switches of all counters. It polls often if a counter is on,
 * but then only those that are on. It rarely polls those that are off. So a
 * thousand idle counters cost very little.
 */
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "dummy.h"

#define MIN_PERIOD_NS 10000u
/* Less than documented, since timers are late. */
#define ON_POLL_NS    (UIO_DUMMY_IDLE_POLL_NS / 4 * 3)
#define OFF_POLL_NS   (UIO_DUMMY_OFF_POLL_NS / 4 * 3)

struct counter {
	struct dummy *d;
	struct list_head list;
	bool on; /* counters_lock */

	/* protects all below and the registers against timers, interrupts and sysfs */
	raw_spinlock_t lock;
	struct hrtimer tick;
	bool running;
	u64 next; /* time of the next tick, ns */
	u32 period;
	u32 doorbell; /* as last seen */
	u64 count;
};

static LIST_HEAD(counters);
/* protects the list and the shared timer; taken before a counter's lock */
static DEFINE_RAW_SPINLOCK(counters_lock);
/* start and stop: the shared timer exists while the list isn't empty */
static DEFINE_MUTEX(counters_mutex);
static struct hrtimer poll_timer;
static u64 poll_all_at; /* when to poll those that are off, too */

static void count(struct counter *c, u32 n)
{
	c->count += n;
	dummy_write64(c->d, UIO_DUMMY_COUNTER_COUNT, c->count);
	dummy_write64(c->d, UIO_DUMMY_COUNTER_TIME, ktime_get_ns());
	smp_wmb(); /* COUNT and TIME before IRQ_SEQ and the interrupt */
	dummy_irq_events(c->d, n);
}

static u32 period_of(const struct counter *c)
{
	return max(dummy_read(c->d, UIO_DUMMY_COUNTER_PERIOD_NS), MIN_PERIOD_NS);
}

static bool stalled(const struct counter *c)
{
	return READ_ONCE(c->d->faults.stall);
}

static bool switched_on(const struct counter *c)
{
	return dummy_read(c->d, UIO_DUMMY_COUNTER_CTRL) & UIO_DUMMY_COUNTER_RUN;
}

static enum hrtimer_restart counter_tick(struct hrtimer *timer)
{
	struct counter *c = container_of(timer, struct counter, tick);
	const u64 now = ktime_get_ns();
	enum hrtimer_restart restart = HRTIMER_NORESTART;
	u64 n = 0;

	raw_spin_lock(&c->lock);
	/* counter_poll() may have restarted the timer meanwhile. */
	if (c->running && !hrtimer_is_queued(timer)) {
		c->running = switched_on(c);
		if (c->running) {
			c->period = period_of(c);
			/* A late timer counts all ticks that it has missed. */
			for (; c->next <= now && n < U32_MAX; c->next += c->period)
				n++;
			if (n && !stalled(c))
				count(c, n);
			hrtimer_set_expires(timer, ns_to_ktime(c->next));
			restart = HRTIMER_RESTART;
		}
	}
	raw_spin_unlock(&c->lock);
	return restart;
}

/* Read the driver's requests. Returns whether more are likely soon. Any context. */
static bool counter_poll(struct counter *c)
{
	bool run = switched_on(c), on = run || dummy_read(c->d, UIO_DUMMY_IRQ_ENABLE);
	unsigned long flags;
	u32 period, n;

	if (stalled(c))
		return on;
	raw_spin_lock_irqsave(&c->lock, flags);
	n = dummy_read(c->d, UIO_DUMMY_COUNTER_DOORBELL) - c->doorbell;
	c->doorbell += n;
	if (n)
		count(c, n);
	period = period_of(c);
	if (run && (!c->running || period != c->period)) {
		/* A new period begins at the last tick. */
		c->next = (c->running ? c->next - c->period : ktime_get_ns()) + period;
		c->period = period;
		c->running = true;
		hrtimer_start(&c->tick, ns_to_ktime(c->next), HRTIMER_MODE_ABS_HARD);
	} else if (!run) {
		c->running = false; /* counter_tick() stops the timer */
	}
	raw_spin_unlock_irqrestore(&c->lock, flags);
	return on || n;
}

static enum hrtimer_restart counters_poll(struct hrtimer *timer)
{
	const u64 now = ktime_get_ns();
	struct counter *c;
	bool all, on = false;
	u64 next;

	raw_spin_lock(&counters_lock);
	all = now >= poll_all_at;
	if (all)
		poll_all_at = now + OFF_POLL_NS;
	list_for_each_entry(c, &counters, list) {
		if (all || c->on)
			c->on = counter_poll(c);
		on |= c->on;
	}
	next = on ? min(poll_all_at, now + ON_POLL_NS) : poll_all_at;
	/* counter_kick() may have restarted the timer meanwhile. */
	if (!list_empty(&counters) && !hrtimer_is_queued(timer))
		hrtimer_start(timer, ns_to_ktime(next), HRTIMER_MODE_ABS_HARD);
	raw_spin_unlock(&counters_lock);
	return HRTIMER_NORESTART;
}

static void counter_kick(struct dummy *d)
{
	struct counter *c = d->priv;
	bool on = counter_poll(c);

	raw_spin_lock(&counters_lock);
	if (on && !c->on)
		hrtimer_start(&poll_timer, ns_to_ktime(ktime_get_ns() + ON_POLL_NS),
			      HRTIMER_MODE_ABS_HARD);
	c->on = on;
	raw_spin_unlock(&counters_lock);
}

static void counter_events(struct dummy *d, u32 n)
{
	struct counter *c = d->priv;
	unsigned long flags;

	raw_spin_lock_irqsave(&c->lock, flags);
	count(c, n);
	raw_spin_unlock_irqrestore(&c->lock, flags);
}

static int counter_start(struct dummy *d)
{
	struct counter *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	c->d = d;
	raw_spin_lock_init(&c->lock);
	hrtimer_setup(&c->tick, counter_tick, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	dummy_write(d, UIO_DUMMY_COUNTER_PERIOD_NS, 1000000);
	d->priv = c;

	mutex_lock(&counters_mutex);
	if (list_empty(&counters))
		hrtimer_setup(&poll_timer, counters_poll, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	raw_spin_lock_irq(&counters_lock);
	if (list_empty(&counters))
		hrtimer_start(&poll_timer, 0, HRTIMER_MODE_ABS_HARD);
	list_add_tail(&c->list, &counters);
	raw_spin_unlock_irq(&counters_lock);
	mutex_unlock(&counters_mutex);
	return 0;
}

static void counter_stop(struct dummy *d)
{
	struct counter *c = d->priv;

	mutex_lock(&counters_mutex);
	raw_spin_lock_irq(&counters_lock);
	list_del(&c->list);
	raw_spin_unlock_irq(&counters_lock);
	if (list_empty(&counters))
		hrtimer_cancel(&poll_timer);
	mutex_unlock(&counters_mutex);
	/* Nothing can start the timer any more. */
	hrtimer_cancel(&c->tick);
	d->priv = NULL;
	kfree(c);
}

const struct dummy_model dummy_counter = {
	.name = "counter",
	.id = UIO_DUMMY_MODEL_COUNTER,
	.start = counter_start,
	.stop = counter_stop,
	.kick = counter_kick,
	.events = counter_events,
};
