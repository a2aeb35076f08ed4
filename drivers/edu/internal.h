/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What the files of this driver share. */
#ifndef EDU_INTERNAL_H
#define EDU_INTERNAL_H

#include <stdbool.h>

#include "edu.h"

struct edu {
	struct uiomap_device *device;
	struct uiomap_region *region;
	volatile void *regs;
	uint32_t version;
	uint32_t happened;	/* causes that were acknowledged, and not waited for yet */
};

/* Arguments of what runs in a guard. */
struct call {
	struct edu *edu;
	int64_t timeout_ns, end;	/* by edu_now(), if timeout_ns is above 0 */
	uint32_t value, result;
	uint64_t source, target;	/* of DMA */
	uint32_t command;
};

int64_t edu_now(void);

/* Puts it into words. Returns the error, as what runs in a guard does: positive. */
int edu_fail(const struct uiomap_device *device, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with errno and the words of libuiomap. */
int edu_fail_uiomap(void);

/* Run body in a guard; it returns 0 or an error that it has put into words. 0, or -1 with errno. */
int edu_guarded(struct call *call, int (*body)(void *call));

/*
 * What a register says; false if no card does. Where none is, all that is read is all ones, as PCI has it, or 0, as
 * QEMU has it behind a port; the id of a card is neither.
 */
bool edu_answers(const struct edu *edu, size_t offset, uint32_t *value);
int edu_is_gone(const struct edu *edu);

/* In a guard: wait for the causes in call->value until call->end; those that came are in call->result. */
int edu_wait_body(void *call);

#endif /* EDU_INTERNAL_H */
