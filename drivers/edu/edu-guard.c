/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Handle removal of the card. */
#include <errno.h>

#include "driver-clock.h"
#include "edu-internal.h"

const char *edu_error(void)
{
	return driver_error();
}

int edu_guarded(struct call *call, int (*body)(void *call))
{
	if (call->timeout_ns > 0)
		call->end = clock_now_ns() + call->timeout_ns;
	return driver_guard(call->edu->device, body, call);
}

static bool nothing(uint32_t value)
{
	return value == 0 || value == UINT32_MAX;
}

bool edu_answers(const struct edu *edu, size_t offset, uint32_t *value)
{
	*value = uiomap_read32le(edu->regs, offset);
	return !nothing(*value) || !nothing(uiomap_read32le(edu->regs, EDU_ID));
}

int edu_is_gone(const struct edu *edu)
{
	return driver_fail(edu->device, ENODEV, "it doesn't answer: it was pulled out or hangs");
}
