/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Deadlines, and waiting for a file descriptor until a deadline. */
#include "internal.h"

#include <poll.h>
#include <stddef.h>

int64_t uiomap_i_deadline(int64_t timeout_ns)
{
	int64_t begin;

	if (timeout_ns < 0)
		return UIOMAP_FOREVER;
	begin = uiomap_i_now();
	return timeout_ns > INT64_MAX - begin ? INT64_MAX : begin + timeout_ns;
}

int uiomap_i_poll_until(struct pollfd *fds, unsigned int count, int64_t end)
{
	for (;;) {
		int64_t left = end == UIOMAP_FOREVER ? 0 : end - uiomap_i_now();
		struct timespec t;
		int ready;

		if (left < 0)
			left = 0;
		t.tv_sec = left / 1000000000;
		t.tv_nsec = left % 1000000000;
		ready = ppoll(fds, count, end == UIOMAP_FOREVER ? NULL : &t, NULL);
		/*
		 * Return 0 only when CLOCK_MONOTONIC has reached end: the caller compares with it,
		 * too.
		 */
		if (ready || uiomap_i_now() >= end)
			return ready;
	}
}
