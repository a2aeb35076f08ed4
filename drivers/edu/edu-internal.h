/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What the files of this driver share. */
#ifndef EDU_INTERNAL_H
#define EDU_INTERNAL_H

#include <stdbool.h>

#include "driver-error.h"
#include "driver-guard.h"
#include "edu.h"

struct edu {
	struct uiomap_device *device;
	struct uiomap_region *region;
	volatile void *regs;
	uint32_t version;
	uint32_t happened; /* causes that are acknowledged, but not returned by edu_wait() yet */
};

/* Arguments of a function that runs in a guard. */
struct call {
	struct edu *edu;
	int64_t timeout_ns, end; /* by clock_now_ns(), if timeout_ns is above 0 */
	uint32_t value, result;
	uint64_t source, target; /* of DMA */
	uint32_t command;
};

/* Run body in a guard, with call->end set. What body returns: 0; -1 with errno and text. */
int edu_guarded(struct call *call, int (*body)(void *call));

/*
 * Read a register; false if the card doesn't answer. A read without a card returns all ones, or
 * 0 behind a port in QEMU. The id register is never 0 or all ones.
 */
bool edu_answers(const struct edu *edu, size_t offset, uint32_t *value);
/* -1 with ENODEV and text. */
int edu_is_gone(const struct edu *edu);

/*
 * In a guard: wait for the causes in call->value until call->end, and store those that occurred
 * in call->result. Returns 0, or -1 with errno and text.
 */
int edu_wait_body(void *call);

#endif /* EDU_INTERNAL_H */
