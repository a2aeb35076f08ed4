// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* The thread that simulates a device's engine. */
#include <linux/kthread.h>
#include <linux/sched.h>

#include "engine.h"

int dummy_engine_start(struct dummy_engine *engine, int (*run)(void *data), void *data,
		       const struct dummy *d)
{
	struct task_struct *thread = kthread_create(run, data, "uio_dummy.%d", d->id);

	if (IS_ERR(thread))
		return PTR_ERR(thread);
	engine->thread = thread;
	wake_up_process(thread);
	return 0;
}

void dummy_engine_stop(struct dummy_engine *engine)
{
	kthread_stop(engine->thread);
}

void dummy_engine_kick(struct dummy_engine *engine)
{
	WRITE_ONCE(engine->kicked, true);
	/* A full barrier: the thread either sees kicked before it sleeps, or is woken. */
	wake_up_process(engine->thread);
}

bool dummy_engine_sleep(struct dummy_engine *engine, u64 until)
{
	ktime_t expires = ns_to_ktime(until);

	/* Set the state before reading kicked: a later kick makes the thread runnable again. */
	set_current_state(TASK_IDLE);
	if (!READ_ONCE(engine->kicked) && !kthread_should_stop())
		schedule_hrtimeout(&expires, HRTIMER_MODE_ABS);
	__set_current_state(TASK_RUNNING);
	/*
	 * Cleared before the caller reads the doorbells (full barrier). So if the caller misses a
	 * doorbell, its kick is still set at the next sleep.
	 */
	smp_store_mb(engine->kicked, false);
	return !kthread_should_stop();
}
