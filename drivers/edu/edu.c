/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "edu.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "driver-clock.h"
#include "edu-internal.h"

/* ---- interrupts ---- */

/*
 * Read the causes before the first sleep, too: one that was set before the
 * device was opened may not interrupt again. Acknowledge exactly the causes
 * that were read, so that any later one interrupts.
 */
int edu_wait_body(void *arg)
{
	struct call *call = arg;
	struct edu *edu = call->edu;
	int64_t left = call->timeout_ns;
	uint32_t causes;

	for (;;) {
		if (!edu_answers(edu, EDU_CAUSES, &causes))
			return edu_is_gone(edu);
		if (causes)
			uiomap_write32le(edu->regs, EDU_ACK, causes);
		edu->happened |= causes;
		call->result = edu->happened & call->value;
		if (call->result)
			break;
		if (call->timeout_ns > 0)
			left = call->end - clock_now_ns();
		if (call->timeout_ns > 0 && left < 0)
			left = 0;
		if (uiomap_irq_wait(edu->device, left, NULL) < 0)
			return driver_fail_uiomap();
	}
	edu->happened &= ~call->result;
	/* Orders: EDU_CAUSES -> what the device wrote to memory before it interrupted. */
	uiomap_rmb();
	return 0;
}

int edu_wait(struct edu *edu, uint32_t causes, int64_t timeout_ns, uint32_t *happened)
{
	struct call call = { .edu = edu, .value = causes, .timeout_ns = timeout_ns };

	if (edu_guarded(&call, edu_wait_body) < 0)
		return -1;
	if (happened)
		*happened = call.result;
	return 0;
}

static int raise_body(void *arg)
{
	struct call *call = arg;

	uiomap_write32le(call->edu->regs, EDU_RAISE, call->value);
	return 0;
}

int edu_raise(struct edu *edu, uint32_t causes)
{
	return edu_guarded(&(struct call){ .edu = edu, .value = causes }, raise_body);
}

/* ---- the card's functions ---- */

static int check_body(void *arg)
{
	struct call *call = arg;
	const struct edu *edu = call->edu;
	const uint32_t sent = call->value;
	uint32_t got;

	uiomap_write32le(edu->regs, EDU_LIVENESS, sent);
	if (!edu_answers(edu, EDU_LIVENESS, &got))
		return edu_is_gone(edu);
	if (got == ~sent)
		return 0;
	return driver_fail(edu->device, EIO,
			   "liveness check: it answers 0x%08" PRIx32 " to 0x%08" PRIx32
			   ", which is not the inverse",
			   got, sent);
}

int edu_check(struct edu *edu, uint32_t value)
{
	return edu_guarded(&(struct call){ .edu = edu, .value = value }, check_body);
}

static int factorial_body(void *arg)
{
	struct call *call = arg;
	struct edu *edu = call->edu;
	const uint32_t n = call->value;
	uint32_t status;

	if (!edu_answers(edu, EDU_STATUS, &status))
		return edu_is_gone(edu);
	if (status & EDU_STATUS_BUSY)
		return driver_fail(edu->device, EBUSY, "it still computes an earlier factorial");
	edu->happened &= ~EDU_CAUSE_FACTORIAL;
	uiomap_write32le(edu->regs, EDU_STATUS, EDU_STATUS_IRQ);
	uiomap_write32le(edu->regs, EDU_FACTORIAL, n);
	call->value = EDU_CAUSE_FACTORIAL;
	/* An earlier factorial that timed out interrupts, too. Wait on until ours is done. */
	do {
		if (edu_wait_body(call) < 0)
			return -1;
		if (!edu_answers(edu, EDU_STATUS, &status))
			return edu_is_gone(edu);
	} while (status & EDU_STATUS_BUSY);
	return edu_answers(edu, EDU_FACTORIAL, &call->result) ? 0 : edu_is_gone(edu);
}

int edu_factorial(struct edu *edu, unsigned int n, int64_t timeout_ns, uint32_t *result)
{
	struct call call = { .edu = edu, .value = n, .timeout_ns = timeout_ns };

	if (n > EDU_FACTORIAL_MAX)
		return driver_fail(edu->device, ERANGE,
				   "%u! doesn't fit into 32 bits; up to %d! does", n,
				   EDU_FACTORIAL_MAX);
	if (edu_guarded(&call, factorial_body) < 0)
		return -1;
	*result = call.result;
	return 0;
}

/* ---- open and close ---- */

static int open_body(void *arg)
{
	struct call *call = arg;
	struct edu *edu = call->edu;
	uint32_t command;

	if (!edu_answers(edu, EDU_ID, &edu->version))
		return edu_is_gone(edu);
	if ((edu->version & EDU_ID_MASK) != EDU_ID_VALUE)
		return driver_fail(edu->device, EPROTO,
				   "no edu card: it identifies itself as 0x%08" PRIx32
				   ", not 0x....%04x",
				   edu->version, EDU_ID_VALUE);
	if (!edu_answers(edu, EDU_DMA_COMMAND, &command))
		return edu_is_gone(edu);
	if (command & EDU_DMA_RUN)
		return driver_fail(edu->device, EBUSY,
				   "it is still copying for an earlier user: try again in 0.1 s");
	return check_body(call);
}

static int close_body(void *arg)
{
	struct call *call = arg;

	uiomap_write32le(call->edu->regs, EDU_STATUS, 0);
	uiomap_write32le(call->edu->regs, EDU_ACK, UINT32_MAX);
	return 0;
}

struct edu *edu_open(struct uiomap_device *device)
{
	struct edu *edu = calloc(1, sizeof(*edu));

	if (!edu) {
		driver_fail(device, ENOMEM, "no memory");
		return NULL;
	}
	edu->device = device;
	if (uiomap_guard_install() < 0) {
		driver_fail_uiomap();
		goto free;
	}
	edu->region = uiomap_map_name(device, "BAR0", 0);
	if (!edu->region) {
		driver_fail_uiomap();
		goto guard_remove;
	}
	edu->regs = uiomap_region_base(edu->region);
	if (uiomap_region_size(edu->region) < EDU_DMA_COMMAND + 8) {
		driver_fail(device, EPROTO, "no edu card: BAR0 has %zu bytes",
			    uiomap_region_size(edu->region));
		goto unmap;
	}
	/* Any value serves that differs from its inverse. */
	if (edu_guarded(&(struct call){ .edu = edu, .value = 0x5a5a0ff0 }, open_body) < 0)
		goto unmap;
	return edu;

unmap:
	uiomap_unmap(edu->region);
guard_remove:
	uiomap_guard_remove();
free:
	free(edu);
	return NULL;
}

void edu_close(struct edu *edu)
{
	struct driver_error saved;

	if (!edu)
		return;
	saved = driver_error_save();
	edu_guarded(&(struct call){ .edu = edu }, close_body);
	uiomap_unmap(edu->region);
	uiomap_guard_remove();
	free(edu);
	driver_error_restore(&saved);
}

unsigned int edu_major(const struct edu *edu)
{
	return edu->version >> 24;
}

unsigned int edu_minor(const struct edu *edu)
{
	return edu->version >> 16 & 0xff;
}
