/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The thread that simulates a device's engine (scanout, DMA). It sleeps until a
 * time, or until it is kicked.
 */
#ifndef DUMMY_ENGINE_H
#define DUMMY_ENGINE_H

#include <linux/ktime.h>

#include "dummy.h"

struct dummy_engine {
	struct task_struct *thread;
	bool kicked;
};

/* Start run(data), which must return when dummy_engine_sleep() returns false. */
int dummy_engine_start(struct dummy_engine *engine, int (*run)(void *data), void *data,
		       const struct dummy *d);

/* Stop the thread; waits until run() has returned. */
void dummy_engine_stop(struct dummy_engine *engine);

/* End the current sleep, or else the next one. Any context. */
void dummy_engine_kick(struct dummy_engine *engine);

/* For the engine: sleep until a time (ktime_get_ns()) or until kicked. Returns false to stop. */
bool dummy_engine_sleep(struct dummy_engine *engine, u64 until);

#endif /* DUMMY_ENGINE_H */
