/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The thread that plays a device's engine (scanout, DMA): sleeps, and is kicked awake. */
#ifndef DUMMY_ENGINE_H
#define DUMMY_ENGINE_H

#include <linux/ktime.h>

#include "dummy.h"

struct dummy_engine {
	struct task_struct *thread;
	bool kicked;
};

/* Start `run(data)`; it returns when dummy_engine_sleep() says false. */
int dummy_engine_start(struct dummy_engine *engine, int (*run)(void *data), void *data,
		       const struct dummy *d);

/* Back when `run` has returned. */
void dummy_engine_stop(struct dummy_engine *engine);

/* End the sleep now, or the next one at once. Any context. */
void dummy_engine_kick(struct dummy_engine *engine);

/* The engine's own: sleep until then (ktime_get_ns()) or until kicked. False: stop. */
bool dummy_engine_sleep(struct dummy_engine *engine, u64 until);

#endif /* DUMMY_ENGINE_H */
