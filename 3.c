// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Model "adder": adds two numbers at each ring of its doorbell, and interrupts. */
#include <linux/slab.h>

#include "engine.h"

/* Somewhat less than promised: threads wake up late. */
#define POLL_NS (UIO_DUMMY_IDLE_POLL_NS / 4 * 3)

struct adder {
	struct dummy *d;
	struct dummy_engine engine;
	u32 done;
};

static void look(struct adder *a)
{
	struct dummy *d = a->d;
	const u32 request = dummy_read(d, UIO_DUMMY_ADDER_REQUEST);

	if (request == a->done)
		return;
	smp_rmb(); /* REQUEST, which the driver writes last, before A and B */
	dummy_write(d, UIO_DUMMY_ADDER_SUM,
		    dummy_read(d, UIO_DUMMY_ADDER_A) + dummy_read(d, UIO_DUMMY_ADDER_B));
	smp_wmb(); /* SUM before DONE: who sees DONE sees SUM */
	a->done = request;
	dummy_write(d, UIO_DUMMY_ADDER_DONE, request);
	smp_wmb(); /* DONE before IRQ_SEQ and the interrupt */
	dummy_irq_event(d);
}

static int adder_run(void *data)
{
	struct adder *a = data;

	while (dummy_engine_sleep(&a->engine, ktime_get_ns() + POLL_NS)) {
		/* `stall` in sysfs: the engine stands still. */
		if (!READ_ONCE(a->d->faults.stall))
			look(a);
	}
	return 0;
}

static void adder_kick(struct dummy *d)
{
	struct adder *a = d->priv;

	dummy_engine_kick(&a->engine);
}

static int adder_start(struct dummy *d)
{
	struct adder *a = kzalloc(sizeof(*a), GFP_KERNEL);
	int err;

	if (!a)
		return -ENOMEM;
	a->d = d;
	d->priv = a;
	err = dummy_engine_start(&a->engine, adder_run, a, d);
	if (err) {
		d->priv = NULL;
		kfree(a);
	}
	return err;
}

static void adder_stop(struct dummy *d)
{
	struct adder *a = d->priv;

	dummy_engine_stop(&a->engine);
	d->priv = NULL;
	kfree(a);
}

const struct dummy_model dummy_adder = {
	.name = "adder",
	.id = UIO_DUMMY_MODEL_ADDER,
	.start = adder_start,
	.stop = adder_stop,
	.kick = adder_kick,
};
