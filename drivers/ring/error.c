/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Errors in words, and why a ring stands. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <uio_dummy.h>

#include "internal.h"

static _Thread_local char text[512];

const char *ring_error(void)
{
	return text;
}

int ring_error_set(const struct uiomap_device *device, int error, const char *format, ...)
{
	const struct uiomap_info *info = device ? uiomap_device_info(device) : NULL;
	va_list args;
	int at = 0;

	/* A name is no longer than a file's. */
	if (info)
		at = snprintf(text, sizeof(text), "%.255s (uio%u): ", uiomap_info_name(info), uiomap_info_number(info));
	va_start(args, format);
	vsnprintf(text + at, sizeof(text) - at, format, args);
	va_end(args);
	errno = error;
	return -1;
}

int ring_error_uiomap(void)
{
	const int error = errno;

	snprintf(text, sizeof(text), "%s", uiomap_error());
	errno = error;
	return -1;
}

static const char *code_text(uint32_t code)
{
	switch (code) {
	case UIO_DUMMY_RING_E_NONE: return "no error";
	case UIO_DUMMY_RING_E_SETUP: return "size or base of a ring is wrong";
	case UIO_DUMMY_RING_E_INDEX: return "more descriptors than the ring has";
	case UIO_DUMMY_RING_E_DMA: return "bus address outside its DMA memory";
	case UIO_DUMMY_RING_E_LENGTH: return "wrong length, or receive buffer too small";
	case UIO_DUMMY_RING_E_DEVICE: return "it failed on its own";
	default: return "unknown";
	}
}

void ring_stand(struct ring *ring, int error, char queue, uint32_t index, uint32_t code)
{
	if (ring->failure.error)
		return;
	ring->failure = (struct ring_failure){
		.error = error,
		.queue = queue,
		.index = index,
		.number = ring->base + index,
		.code = code,
	};
	ring->stats.failures++;
}

int ring_stands(const struct ring *ring)
{
	const struct ring_failure *f = &ring->failure;
	const char *name = f->queue == 'R' ? "receive" : "transmit";

	if (f->error == EBADMSG)
		return ring_error_set(ring->device, EBADMSG, "%s descriptor %" PRIu32 " (message %" PRIu32
				      ") is completed wrongly: CRC, length, cookie or status is not what it must be; "
				      "ring_recover() sends again what is missing", name, f->index, f->number);
	if (f->queue == '-')
		return ring_error_set(ring->device, EIO, "the device has stopped with error %" PRIu32
				      " (%s) at index %" PRIu32 "; ring_recover() starts it again",
				      f->code, code_text(f->code), f->index);
	return ring_error_set(ring->device, EIO, "%s descriptor %" PRIu32 " (message %" PRIu32
			      "): the device has stopped with error %" PRIu32 " (%s); ring_recover() starts it again",
			      name, f->index, f->number, f->code, code_text(f->code));
}
