// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model "counter": counts, and tells of it by interrupt, at each tick of its
 * clock, at its doorbell, and on stimulus.
 *
 * A running counter has a timer for its ticks. Doorbells and switches of all
 * counters are looked at by one timer that they share: often if one of them is
 * on, and then only at those; seldom at those that are off. A thousand idle
 * counters must cost next to nothing.
 */
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "dummy.h"

#define MIN_PERIOD_NS 10000u
/* Somewhat less than promised: timers come late. */
#define ON_POLL_NS    (UIO_DUMMY_IDLE_POLL_NS / 4 * 3)
#define OFF_POLL_NS   (UIO_DUMMY_OFF_POLL_NS / 4 * 3)

struct counter {
	struct dummy *d;
	struct list_head list;
	bool on; /* counters_lock */

	/* all below, and the registers: timers, interrupts, sysfs */
	raw_spinlock_t lock;
	struct hrtimer tick;
	bool running;
	u64 next; /* time of the next tick, ns */
	u32 period;
	u32 doorbell; /* as last seen */
	u64 count;
};

static LIST_HEAD(counters);
/* the list and the shared timer; taken before a counter's lock */
static DEFINE_RAW_SPINLOCK(counters_lock);
/* start and stop: the shared timer is there while the list isn't empty */
static DEFINE_MUTEX(counters_mutex);
static struct hrtimer look_timer;
static u64 look_at_all; /* when to look at those that are off, too */

static void count(struct counter *c, u32 n)
{
	c->count += n;
	dummy_write64(c->d, UIO_DUMMY_COUNTER_COUNT, c->count);
	dummy_write64(c->d, UIO_DUMMY_COUNTER_TIME, ktime_get_ns());
	smp_wmb(); /* who sees IRQ_SEQ, or gets the interrupt, sees both */
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
	/* Unless counter_look() has started it anew in the meantime. */
	if (c->running && !hrtimer_is_queued(timer)) {
		c->running = switched_on(c);
		if (c->running) {
			c->period = period_of(c);
			/* A timer that comes late makes up for all that it has missed. */
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

/* See what the driver has written. Returns whether there may soon be more. Any context. */
static bool counter_look(struct counter *c)
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
		/* A new period counts from the last tick on. */
		c->next = (c->running ? c->next - c->period : ktime_get_ns()) + period;
		c->period = period;
		c->running = true;
		hrtimer_start(&c->tick, ns_to_ktime(c->next), HRTIMER_MODE_ABS_HARD);
	} else if (!run) {
		c->running = false; /* the timer finds out */
	}
	raw_spin_unlock_irqrestore(&c->lock, flags);
	return on || n;
}

static enum hrtimer_restart counters_look(struct hrtimer *timer)
{
	const u64 now = ktime_get_ns();
	struct counter *c;
	bool all, on = false;
	u64 next;

	raw_spin_lock(&counters_lock);
	all = now >= look_at_all;
	if (all)
		look_at_all = now + OFF_POLL_NS;
	list_for_each_entry(c, &counters, list) {
		if (all || c->on)
			c->on = counter_look(c);
		on |= c->on;
	}
	next = on ? min(look_at_all, now + ON_POLL_NS) : look_at_all;
	/* counter_kick() may have started it anew in the meantime. */
	if (!list_empty(&counters) && !hrtimer_is_queued(timer))
		hrtimer_start(timer, ns_to_ktime(next), HRTIMER_MODE_ABS_HARD);
	raw_spin_unlock(&counters_lock);
	return HRTIMER_NORESTART;
}

static void counter_kick(struct dummy *d)
{
	struct counter *c = d->priv;
	bool on = counter_look(c);

	raw_spin_lock(&counters_lock);
	if (on && !c->on)
		hrtimer_start(&look_timer, ns_to_ktime(ktime_get_ns() + ON_POLL_NS),
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
		hrtimer_setup(&look_timer, counters_look, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	raw_spin_lock_irq(&counters_lock);
	if (list_empty(&counters))
		hrtimer_start(&look_timer, 0, HRTIMER_MODE_ABS_HARD);
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
		hrtimer_cancel(&look_timer);
	mutex_unlock(&counters_mutex);
	/* Nothing starts it any more. */
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
