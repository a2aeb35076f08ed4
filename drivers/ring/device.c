/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The ring's registers: reset, start, errors. Register by register: kernel/uio_dummy.h, "ring". */
#include <errno.h>
#include <inttypes.h>

#include <uio_dummy.h>

#include "internal.h"

/* The device answers within UIO_DUMMY_IDLE_POLL_NS; that long for a machine that is busy elsewhere. */
#define ANSWER_NS	INT64_C(1000000000)

int ring_guarded(struct ring *ring, int (*body)(void *))
{
	int rc;

	if (ring->gone)
		return ring_error_set(ring->device, ENODEV, "the device is gone");
	rc = uiomap_guard(ring->device, body, ring);
	/* Either the guard caught an access, or body has said so itself. */
	if (rc < 0 && errno == ENODEV)
		ring->gone = true;
	return ring->gone || rc == UIOMAP_GUARD_FAILED ? ring_error_uiomap() : rc;
}

static uint32_t read_reg(const struct ring *ring, size_t reg)
{
	return uiomap_read32(ring->regs, reg);
}

static void write_reg(struct ring *ring, size_t reg, uint32_t value)
{
	uiomap_write32(ring->regs, reg, value);
}

static void write_reg64(struct ring *ring, size_t reg, uint64_t value)
{
	write_reg(ring, reg, (uint32_t)value);
	write_reg(ring, reg + 4, (uint32_t)(value >> 32));
}

static int reset(struct ring *ring)
{
	const uint32_t request = read_reg(ring, UIO_DUMMY_RING_RESET_DONE) + 1;
	uint32_t done;

	write_reg(ring, UIO_DUMMY_IRQ_ENABLE, 0);
	write_reg(ring, UIO_DUMMY_RING_RESET_REQ, request);
	if (uiomap_region_poll32(ring->region, UIO_DUMMY_RING_RESET_DONE, UINT32_MAX, request, ANSWER_NS, &done) < 0) {
		if (errno != ETIMEDOUT)
			return ring_error_uiomap();
		return ring_error_set(ring->device, ETIMEDOUT, "no answer to reset %" PRIu32 " (the device is at %"
				      PRIu32 "); it stands still, ring_recover() tries again", request, done);
	}
	/* Orders: RESET_DONE (it does no more DMA) -> all writes to the memory that it had. */
	uiomap_mb();
	ring->running = false;
	return 0;
}

static int start(struct ring *ring)
{
	const uint64_t bus = uiomap_dma_bus(ring->dma);
	const uint64_t ring_bytes = (uint64_t)ring->config.size * UIO_DUMMY_DESC_SIZE;
	uint32_t status;

	write_reg64(ring, UIO_DUMMY_RING_TX_BASE, bus);
	write_reg64(ring, UIO_DUMMY_RING_RX_BASE, bus + ring_bytes);
	write_reg(ring, UIO_DUMMY_RING_TX_SIZE, ring->config.size);
	write_reg(ring, UIO_DUMMY_RING_RX_SIZE, ring->config.size);
	write_reg(ring, UIO_DUMMY_RING_COALESCE_COUNT, ring->config.coalesce_count);
	write_reg(ring, UIO_DUMMY_RING_COALESCE_NS, ring->config.coalesce_ns);
	ring->running = true;
	/* Orders: all of the set-up -> RUN. */
	uiomap_doorbell32(ring->regs, UIO_DUMMY_RING_CTRL, UIO_DUMMY_RING_RUN);
	if (uiomap_region_poll32(ring->region, UIO_DUMMY_RING_STATUS, UIO_DUMMY_RING_RUNNING, UIO_DUMMY_RING_RUNNING,
				 ANSWER_NS, &status) < 0) {
		if (errno != ETIMEDOUT)
			return ring_error_uiomap();
		if (!(status & UIO_DUMMY_RING_STOPPED))
			return ring_error_set(ring->device, ETIMEDOUT, "it doesn't start, status 0x%" PRIx32
					      "; ring_recover() tries again", status);
		return ring_error_set(ring->device, EIO, "it refuses to start: error %" PRIu32,
				      read_reg(ring, UIO_DUMMY_RING_ERROR));
	}
	/* Events of before are nobody's. */
	write_reg(ring, UIO_DUMMY_IRQ_ACK, read_reg(ring, UIO_DUMMY_IRQ_SEQ));
	write_reg(ring, UIO_DUMMY_IRQ_ENABLE, ring->config.mode == RING_INTERRUPT);
	return 0;
}

static int restart_body(void *arg)
{
	struct ring *ring = arg;

	if (reset(ring) < 0)
		return -1;
	ring->base = ring_received(ring);
	queue_start(&ring->tx, 0);
	queue_start(&ring->rx, 0);
	if (start(ring) < 0)
		return -1;
	ring->failure = (struct ring_failure){0};
	ring_post(ring);
	return 0;
}

int ring_restart(struct ring *ring)
{
	int rc = ring_guarded(ring, restart_body);

	/* Half started is no state to go on from. */
	if (rc < 0 && !ring->gone)
		ring_stand(ring, EIO, '-', 0, UIO_DUMMY_RING_E_NONE);
	return rc;
}

static int halt_body(void *arg)
{
	return reset(arg);
}

int ring_halt(struct ring *ring)
{
	return ring_guarded(ring, halt_body);
}

uint32_t ring_stop_code(struct ring *ring)
{
	uint32_t status;

	/* An error completion may be seen before the registers that explain it. */
	if (uiomap_region_poll32(ring->region, UIO_DUMMY_RING_STATUS, UIO_DUMMY_RING_STOPPED, UIO_DUMMY_RING_STOPPED,
				 ANSWER_NS, &status) < 0)
		return UIO_DUMMY_RING_E_NONE;
	/* Orders: STATUS -> ERROR. */
	uiomap_rmb();
	return read_reg(ring, UIO_DUMMY_RING_ERROR);
}

static int look_body(void *arg)
{
	struct ring *ring = arg;
	uint32_t status = read_reg(ring, UIO_DUMMY_RING_STATUS);

	if (status & UIO_DUMMY_RING_RUNNING)
		return 0;
	/* Orders: STATUS -> ERROR, and the descriptor's own completion, which says more, in ring_turn(). */
	uiomap_rmb();
	if (ring_turn(ring) < 0)
		return -1;
	ring_stand(ring, EIO, '-', read_reg(ring, UIO_DUMMY_RING_ERROR_INDEX), read_reg(ring, UIO_DUMMY_RING_ERROR));
	return 0;
}

int ring_look(struct ring *ring)
{
	/* Where the kernel's driver leaves mappings in place, only asking tells. */
	if (uiomap_device_removed(ring->device)) {
		ring->gone = true;
		return ring_error_set(ring->device, ENODEV, "the device is gone");
	}
	return ring_guarded(ring, look_body);
}
