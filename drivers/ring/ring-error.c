/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Record why a ring has stopped, or that its device was removed. */
#include <errno.h>
#include <inttypes.h>

#include <uio_dummy.h>

#include "ring-internal.h"

const char *ring_error(void)
{
	return driver_error();
}

static const char *code_text(uint32_t code)
{
	switch (code) {
	case UIO_DUMMY_RING_E_NONE:
		return "no error";
	case UIO_DUMMY_RING_E_SETUP:
		return "size or base of a ring is wrong";
	case UIO_DUMMY_RING_E_INDEX:
		return "more descriptors than the ring has";
	case UIO_DUMMY_RING_E_DMA:
		return "bus address outside its DMA memory";
	case UIO_DUMMY_RING_E_LENGTH:
		return "wrong length, or receive buffer too small";
	case UIO_DUMMY_RING_E_DEVICE:
		return "it failed on its own";
	default:
		return "unknown";
	}
}

void ring_set_failure(struct ring *ring, int error, char queue, uint32_t index, uint32_t code)
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

int ring_failed(const struct ring *ring)
{
	const struct ring_failure *f = &ring->failure;
	const char *name = f->queue == 'R' ? "receive" : "transmit";

	if (f->error == EBADMSG)
		return driver_fail(
			ring->device, EBADMSG,
			"%s descriptor %" PRIu32 " (message %" PRIu32
			") is completed wrongly: CRC, length, cookie or status is not what it must be; "
			"ring_recover() sends again what is missing",
			name, f->index, f->number);
	if (f->queue == '-')
		return driver_fail(ring->device, EIO,
				   "the device has stopped with error %" PRIu32
				   " (%s) at index %" PRIu32 "; ring_recover() starts it again",
				   f->code, code_text(f->code), f->index);
	return driver_fail(ring->device, EIO,
			   "%s descriptor %" PRIu32 " (message %" PRIu32
			   "): the device has stopped with error %" PRIu32
			   " (%s); ring_recover() starts it again",
			   name, f->index, f->number, f->code, code_text(f->code));
}

int ring_is_gone(struct ring *ring)
{
	ring->gone = true;
	return driver_fail(ring->device, ENODEV, "the device is gone");
}

int ring_guarded(struct ring *ring, int (*body)(void *))
{
	int rc;

	if (ring->gone)
		return ring_is_gone(ring);
	rc = driver_guard(ring->device, body, ring);
	/* Either the guard caught an access, or body returned ENODEV itself. */
	if (rc < 0 && errno == ENODEV)
		ring->gone = true;
	return rc;
}
