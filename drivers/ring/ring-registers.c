/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Reset, start, and why the device has stopped. The registers are those of kernel/uio_dummy.h,
 * "ring".
 */
#include <errno.h>
#include <inttypes.h>

#include <uio_dummy.h>

#include "ring-internal.h"

/* The device answers within UIO_DUMMY_IDLE_POLL_NS; the rest allows for a busy machine. */
#define ANSWER_NS INT64_C(1000000000)

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

int ring_reset_device(struct ring *ring)
{
	const uint32_t request = read_reg(ring, UIO_DUMMY_RING_RESET_DONE) + 1;
	uint32_t done;

	write_reg(ring, UIO_DUMMY_IRQ_ENABLE, 0);
	write_reg(ring, UIO_DUMMY_RING_RESET_REQ, request);
	if (uiomap_region_poll32(ring->region, UIO_DUMMY_RING_RESET_DONE, UINT32_MAX, request,
				 ANSWER_NS, &done) < 0) {
		if (errno != ETIMEDOUT)
			return driver_fail_uiomap();
		return driver_fail(ring->device, ETIMEDOUT,
				   "no answer to reset %" PRIu32 " (the device is at %" PRIu32
				   "); it hangs, ring_recover() tries again",
				   request, done);
	}
	/* Orders: RESET_DONE (it does no more DMA) -> all writes to the memory that it had. */
	uiomap_mb();
	ring->running = false;
	return 0;
}

int ring_start_device(struct ring *ring)
{
	const uint64_t bus = uiomap_dma_addr(ring->dma);
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
	if (uiomap_region_poll32(ring->region, UIO_DUMMY_RING_STATUS, UIO_DUMMY_RING_RUNNING,
				 UIO_DUMMY_RING_RUNNING, ANSWER_NS, &status) < 0) {
		if (errno != ETIMEDOUT)
			return driver_fail_uiomap();
		if (!(status & UIO_DUMMY_RING_STOPPED))
			return driver_fail(ring->device, ETIMEDOUT,
					   "it doesn't start, status 0x%" PRIx32
					   "; ring_recover() tries again",
					   status);
		return driver_fail(ring->device, EIO, "it refuses to start: error %" PRIu32,
				   read_reg(ring, UIO_DUMMY_RING_ERROR));
	}
	/* Acknowledge events from before the start: nobody waits for them. */
	write_reg(ring, UIO_DUMMY_IRQ_ACK, read_reg(ring, UIO_DUMMY_IRQ_SEQ));
	write_reg(ring, UIO_DUMMY_IRQ_ENABLE, ring->config.mode == RING_INTERRUPT);
	return 0;
}

uint32_t ring_stop_code(struct ring *ring)
{
	uint32_t status;

	/* An error completion may be visible before the registers that explain it. */
	if (uiomap_region_poll32(ring->region, UIO_DUMMY_RING_STATUS, UIO_DUMMY_RING_STOPPED,
				 UIO_DUMMY_RING_STOPPED, ANSWER_NS, &status) < 0)
		return UIO_DUMMY_RING_E_NONE;
	/* Orders: STATUS -> ERROR. */
	uiomap_rmb();
	return read_reg(ring, UIO_DUMMY_RING_ERROR);
}
