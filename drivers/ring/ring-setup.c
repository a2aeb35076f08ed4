/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Open, recover, close: configuration, memory, start, stop. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <uio_dummy.h>

#include "ring-internal.h"

#define SIZE_DEFAULT  256u
#define BATCH_DEFAULT 64u
#define COALESCE_NS   100000u
/* Buffers begin on their own cache lines. */
#define LINE	      64u

static size_t buffer_room(uint32_t message_max)
{
	return ((size_t)message_max + LINE - 1) / LINE * LINE;
}

size_t ring_memory(uint32_t size, uint32_t message_max)
{
	return 2 * (size_t)size * (UIO_DUMMY_DESC_SIZE + buffer_room(message_max));
}

/* Check the configuration against the device's limits and fill in the defaults. Inside a guard. */
static int configure(struct ring *ring)
{
	struct ring_config *c = &ring->config;
	const uint32_t magic = uiomap_read32(ring->regs, UIO_DUMMY_MAGIC);
	const uint32_t model = uiomap_read32(ring->regs, UIO_DUMMY_MODEL);
	const uint32_t size_max = uiomap_read32(ring->regs, UIO_DUMMY_RING_MAX_SIZE);
	const uint32_t length_max = uiomap_read32(ring->regs, UIO_DUMMY_RING_MAX_LENGTH);

	if (magic != UIO_DUMMY_MAGIC_VALUE || model != UIO_DUMMY_MODEL_RING)
		return driver_fail(ring->device, EPROTO,
				   "not a ring device: magic 0x%08" PRIx32 ", model %" PRIu32,
				   magic, model);
	if (!c->size)
		c->size = size_max < SIZE_DEFAULT ? size_max : SIZE_DEFAULT;
	if (!c->message_max)
		c->message_max = length_max;
	if (!c->batch)
		c->batch = c->size / 4 > BATCH_DEFAULT ? BATCH_DEFAULT :
			   c->size / 4		       ? c->size / 4 :
							 1;
	if (!c->coalesce_count)
		c->coalesce_count = c->size / 4;
	if (!c->coalesce_ns)
		c->coalesce_ns = COALESCE_NS;
	if (c->size < 2 || c->size > size_max || (c->size & (c->size - 1)))
		return driver_fail(ring->device, EINVAL,
				   "a size of %" PRIu32
				   " messages: a power of two from 2 to %" PRIu32 " is possible",
				   c->size, size_max);
	if (c->message_max > length_max)
		return driver_fail(ring->device, EINVAL,
				   "messages of %" PRIu32 " bytes: up to %" PRIu32 " are possible",
				   c->message_max, length_max);
	if (c->batch > c->size)
		return driver_fail(ring->device, EINVAL,
				   "a batch of %" PRIu32
				   " messages doesn't fit into rings of %" PRIu32,
				   c->batch, c->size);
	if (c->mode > RING_ADAPTIVE)
		return driver_fail(ring->device, EINVAL, "there is no mode %d", (int)c->mode);
	if (c->mode != RING_POLL &&
	    uiomap_info_irq(uiomap_device_info(ring->device)) == UIOMAP_IRQ_NONE)
		return driver_fail(ring->device, ENOTSUP, "it has no interrupt: use RING_POLL");
	return 0;
}

static int configure_body(void *arg)
{
	return configure(arg);
}

static int map_registers(struct ring *ring)
{
	ring->region = uiomap_map_name(ring->device, "registers", 0);
	if (!ring->region)
		return driver_fail_uiomap();
	if (uiomap_region_size(ring->region) < UIO_DUMMY_RING_DMA_FAULTS + 4)
		return driver_fail(ring->device, EPROTO,
				   "not a ring device: %zu bytes of registers",
				   uiomap_region_size(ring->region));
	ring->regs = uiomap_region_base(ring->region);
	return ring_guarded(ring, configure_body);
}

static int get_memory(struct ring *ring)
{
	const struct ring_config *c = &ring->config;
	const size_t bytes = ring_memory(c->size, c->message_max);
	const size_t ring_bytes = (size_t)c->size * UIO_DUMMY_DESC_SIZE;
	unsigned char *cpu;

	ring->room = buffer_room(c->message_max);
	ring->sent = calloc(c->size, sizeof(*ring->sent));
	ring->arrived = calloc(c->size, sizeof(*ring->arrived));
	if (!ring->sent || !ring->arrived)
		return driver_fail(ring->device, ENOMEM, "no memory for %" PRIu32 " messages",
				   c->size);
	ring->dma = uiomap_dma_alloc(ring->device, bytes, LINE);
	if (!ring->dma)
		return driver_fail(ring->device, errno,
				   "rings of %" PRIu32 " messages of %" PRIu32
				   " bytes take %zu bytes of DMA memory: %s",
				   c->size, c->message_max, bytes, uiomap_error());
	/* TX descriptors, RX descriptors, TX buffers, RX buffers */
	cpu = uiomap_dma_cpu(ring->dma);
	ring->tx_buffers = cpu + 2 * ring_bytes;
	ring->rx_buffers = ring->tx_buffers + c->size * ring->room;
	ring->tx_bus = uiomap_dma_addr(ring->dma) + 2 * ring_bytes;
	ring->rx_bus = ring->tx_bus + c->size * ring->room;
	ring->tx = (struct queue){
		.entries = cpu,
		.stride = UIO_DUMMY_DESC_SIZE,
		.status = offsetof(struct uio_dummy_desc, status),
		.size = c->size,
		.regs = ring->regs,
		.doorbell = UIO_DUMMY_RING_TX_PROD,
	};
	ring->rx = ring->tx;
	ring->rx.entries = cpu + ring_bytes;
	ring->rx.doorbell = UIO_DUMMY_RING_RX_PROD;
	return 0;
}

static int restart_body(void *arg)
{
	struct ring *ring = arg;

	if (ring_reset_device(ring) < 0)
		return -1;
	ring->base = ring_received(ring);
	queue_start(&ring->tx, 0);
	queue_start(&ring->rx, 0);
	if (ring_start_device(ring) < 0)
		return -1;
	ring->failure = (struct ring_failure){ 0 };
	ring_post(ring);
	return 0;
}

static int restart(struct ring *ring)
{
	int rc = ring_guarded(ring, restart_body);

	/* A ring whose start failed can't be used. */
	if (rc < 0 && !ring->gone)
		ring_set_failure(ring, EIO, '-', 0, UIO_DUMMY_RING_E_NONE);
	return rc;
}

static int stop_body(void *arg)
{
	return ring_reset_device(arg);
}

static int stop(struct ring *ring)
{
	return ring_guarded(ring, stop_body);
}

struct ring *ring_open(struct uiomap_device *device, const struct ring_config *config)
{
	struct ring *ring;

	if (!device) {
		driver_fail(NULL, EINVAL, "ring_open(): device is NULL");
		return NULL;
	}
	ring = calloc(1, sizeof(*ring));
	if (!ring) {
		driver_fail(device, ENOMEM, "no memory");
		return NULL;
	}
	ring->device = device;
	if (config)
		ring->config = *config;
	if (uiomap_guard_install() < 0) {
		driver_fail_uiomap();
		free(ring);
		return NULL;
	}
	if (map_registers(ring) < 0 || get_memory(ring) < 0 || restart(ring) < 0) {
		ring_close(ring);
		return NULL;
	}
	return ring;
}

void ring_close(struct ring *ring)
{
	struct driver_error saved;

	if (!ring)
		return;
	/* ring_open() calls this when it fails: keep its errno and text. */
	saved = driver_error_save();
	/* Memory that the device may still write to stays allocated until the device is closed. */
	if (!ring->running || ring->gone || stop(ring) == 0)
		uiomap_dma_free(ring->dma);
	uiomap_unmap(ring->region);
	uiomap_guard_remove();
	free(ring->sent);
	free(ring->arrived);
	free(ring);
	driver_error_restore(&saved);
}

int ring_recover(struct ring *ring)
{
	if (!ring)
		return driver_fail(NULL, EINVAL, "ring_recover(): ring is NULL");
	if (restart(ring) < 0)
		return -1;
	ring->stats.recoveries++;
	return 0;
}
