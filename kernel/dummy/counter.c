// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model `counter`: counts, and interrupts, every PERIOD_NS, on a doorbell and
 * on stimulus. One timer looks at the registers: often while something goes on
 * or the interrupt was enabled lately, seldom otherwise, so that a thousand
 * idle counters cost little.
 */
#include <linux/hrtimer.h>
#include <linux/slab.h>

#include "dummy.h"

#define SLOW_POLL_NS	(100 * NSEC_PER_MSEC)
#define AWAKE_NS	NSEC_PER_SEC
#define MIN_PERIOD_NS	10000u
#define MAX_AT_ONCE	1000u		/* events that one look delivers */

struct counter {
	struct dummy *d;
	struct hrtimer timer;
	raw_spinlock_t lock;		/* count, against stimulus */
	u64 count;
	u32 doorbell;			/* as last seen */
	ktime_t due;			/* next periodic event; 0: not running */
	ktime_t awake_until;
};

static void counter_event(struct dummy *d)
{
	struct counter *c = d->priv;
	unsigned long flags;

	raw_spin_lock_irqsave(&c->lock, flags);
	dummy_write64(d, UIO_DUMMY_COUNTER_COUNT, ++c->count);
	dummy_write64(d, UIO_DUMMY_COUNTER_TIME, ktime_get_ns());
	raw_spin_unlock_irqrestore(&c->lock, flags);
	dummy_irq_event(d);
}

static enum hrtimer_restart counter_look(struct hrtimer *timer)
{
	struct counter *c = container_of(timer, struct counter, timer);
	struct dummy *d = c->d;
	u32 period = max(dummy_read(d, UIO_DUMMY_COUNTER_PERIOD_NS), MIN_PERIOD_NS);
	ktime_t now = ktime_get(), next;
	u32 rung = dummy_read(d, UIO_DUMMY_COUNTER_DOORBELL) - c->doorbell, n = 0;

	if (READ_ONCE(d->faults.stall)) {
		hrtimer_forward_now(timer, UIO_DUMMY_IDLE_POLL_NS);
		return HRTIMER_RESTART;
	}
	if (rung) {
		c->awake_until = now + AWAKE_NS;
		for (n = min(rung, MAX_AT_ONCE); n; n--, c->doorbell++)
			counter_event(d);
	}
	if (dummy_read(d, UIO_DUMMY_COUNTER_CTRL) & UIO_DUMMY_COUNTER_RUN) {
		c->awake_until = now + AWAKE_NS;
		if (!c->due)
			c->due = now + period;
		for (n = 0; c->due <= now && n < MAX_AT_ONCE; n++) {
			counter_event(d);
			c->due += period;
		}
	} else {
		c->due = 0;
	}
	next = now + (now < c->awake_until ? UIO_DUMMY_IDLE_POLL_NS : SLOW_POLL_NS);
	if (c->due && c->due < next)
		next = max(c->due, now + MIN_PERIOD_NS);
	hrtimer_set_expires(timer, next);
	return HRTIMER_RESTART;
}

/* The interrupt was enabled: somebody is there. */
static void counter_kick(struct dummy *d)
{
	struct counter *c = d->priv;

	if (ktime_get() >= c->awake_until && hrtimer_try_to_cancel(&c->timer) == 1) {
		c->awake_until = ktime_get() + AWAKE_NS;
		hrtimer_start(&c->timer, 0, HRTIMER_MODE_ABS_HARD);
	} else {
		c->awake_until = ktime_get() + AWAKE_NS;
	}
}

static int counter_start(struct dummy *d)
{
	struct counter *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	dummy_write(d, UIO_DUMMY_COUNTER_PERIOD_NS, NSEC_PER_MSEC);
	c->d = d;
	raw_spin_lock_init(&c->lock);
	hrtimer_init(&c->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	c->timer.function = counter_look;
	c->awake_until = ktime_get() + AWAKE_NS;
	d->priv = c;
	hrtimer_start(&c->timer, ktime_get() + UIO_DUMMY_IDLE_POLL_NS, HRTIMER_MODE_ABS_HARD);
	return 0;
}

static void counter_stop(struct dummy *d)
{
	struct counter *c = d->priv;

	hrtimer_cancel(&c->timer);
	d->priv = NULL;
	kfree(c);
}

const struct dummy_model dummy_counter = {
	.name = "counter",
	.id = UIO_DUMMY_MODEL_COUNTER,
	.start = counter_start,
	.stop = counter_stop,
	.kick = counter_kick,
	.event = counter_event,
};
