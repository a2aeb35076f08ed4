/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "ring-model.h"

#define PAGE 4096

void ring_model_init(struct ring_model *dev, size_t memory_size, uint32_t size_max,
		     uint32_t message_max)
{
	memset(dev, 0, sizeof(*dev));
	dev->regs = aligned_alloc(PAGE, PAGE);
	dev->memory = aligned_alloc(64, (memory_size + 63) / 64 * 64);
	if (!dev->regs || !dev->memory)
		abort();
	memset(dev->regs, 0, PAGE);
	memset(dev->memory, 0, memory_size);
	dev->memory_size = memory_size;
	dev->size_max = size_max;
	dev->message_max = message_max;
	dev->tx.cons_reg = UIO_DUMMY_RING_TX_CONS;
	dev->rx.cons_reg = UIO_DUMMY_RING_RX_CONS;
	ring_model_set(dev, UIO_DUMMY_MAGIC, UIO_DUMMY_MAGIC_VALUE);
	ring_model_set(dev, UIO_DUMMY_MODEL, UIO_DUMMY_MODEL_RING);
	ring_model_set(dev, UIO_DUMMY_RING_MAX_SIZE, size_max);
	ring_model_set(dev, UIO_DUMMY_RING_MAX_LENGTH, message_max);
}

void ring_model_fini(struct ring_model *dev)
{
	free(dev->regs);
	free(dev->memory);
}

static void event(struct ring_model *dev)
{
	dev->untold = 0;
	if (!ring_model_reg(dev, UIO_DUMMY_IRQ_ENABLE))
		return;
	ring_model_set(dev, UIO_DUMMY_IRQ_SEQ, ring_model_reg(dev, UIO_DUMMY_IRQ_SEQ) + 1);
	if (dev->lose_irq)
		dev->lose_irq--;
	else
		__atomic_add_fetch(&dev->interrupts, 1, __ATOMIC_RELEASE);
}

/* The IOMMU: CPU address of [bus, bus + size), or NULL. */
static void *reach(const struct ring_model *dev, uint64_t bus, size_t size)
{
	if (bus < RING_MODEL_BUS || bus - RING_MODEL_BUS > dev->memory_size ||
	    size > dev->memory_size - (bus - RING_MODEL_BUS))
		return NULL;
	return dev->memory + (bus - RING_MODEL_BUS);
}

static struct uio_dummy_desc *desc_at(const struct ring_model *dev,
				      const struct ring_model_ring *ring)
{
	return reach(dev,
		     ring->base + (uint64_t)(ring->cons & (ring->size - 1)) * UIO_DUMMY_DESC_SIZE,
		     UIO_DUMMY_DESC_SIZE);
}

static void complete(struct ring_model *dev, struct ring_model_ring *ring,
		     struct uio_dummy_desc *desc, uint32_t status)
{
	/* Status last, then CONS. */
	__atomic_store_n(&desc->status, status, __ATOMIC_RELEASE);
	ring_model_set(dev, ring->cons_reg, ++ring->cons);
}

static void stop(struct ring_model *dev, struct ring_model_ring *ring, uint32_t error)
{
	struct uio_dummy_desc *desc = ring ? desc_at(dev, ring) : NULL;
	uint32_t index = ring ? ring->cons : 0;

	if (desc)
		complete(dev, ring, desc, UIO_DUMMY_DESC_DONE | UIO_DUMMY_DESC_ERROR);
	ring_model_set(dev, UIO_DUMMY_RING_ERROR, error);
	ring_model_set(dev, UIO_DUMMY_RING_ERROR_INDEX, index);
	dev->status = UIO_DUMMY_RING_STOPPED;
	ring_model_set(dev, UIO_DUMMY_RING_STATUS, dev->status);
	event(dev);
}

/*
 * Corrupt a completion. For a receive completion, this may be the payload, without a change of
 * the CRC in the descriptor.
 */
static uint32_t falsify(struct ring_model *dev, struct uio_dummy_desc *desc, unsigned char *payload,
			uint32_t length)
{
	switch (dev->falsified++ % (payload ? 5 : 4)) {
	case 0:
		desc->crc ^= 0x10000;
		break;
	case 1:
		desc->length += 1u << 31;
		break;
	case 2:
		desc->cookie++;
		break;
	case 3:
		return 0x80u;
	case 4:
		payload[length - 1] ^= 1;
		break;
	}
	return UIO_DUMMY_DESC_DONE;
}

static bool message(struct ring_model *dev)
{
	struct uio_dummy_desc *tx = desc_at(dev, &dev->tx), *rx = desc_at(dev, &dev->rx);
	/* Read once: with garbage, a buffer may overlap the descriptors. */
	const uint64_t from_bus = tx->addr, to_bus = rx->addr;
	const uint32_t length = tx->length, room = rx->length, cookie = tx->cookie;
	uint32_t status = UIO_DUMMY_DESC_DONE, crc;
	unsigned char *from = reach(dev, from_bus, length), *to = reach(dev, to_bus, length);

	if (dev->error) {
		dev->error--;
		stop(dev, &dev->tx, UIO_DUMMY_RING_E_DEVICE);
		return false;
	}
	if (!length || length > dev->message_max || length > room) {
		stop(dev, &dev->tx, UIO_DUMMY_RING_E_LENGTH);
		return false;
	}
	if (!from || !to || tx->status || rx->status) {
		stop(dev, from ? &dev->rx : &dev->tx, UIO_DUMMY_RING_E_DMA);
		return false;
	}
	memmove(to, from, length);
	crc = (uint32_t)crc32(0, to, length);
	rx->length = length;
	rx->cookie = cookie;
	rx->crc = crc;
	tx->crc = crc;
	if (dev->corrupt) {
		dev->corrupt--;
		status = falsify(dev, rx, to, length);
	}
	complete(dev, &dev->rx, rx, status);
	status = UIO_DUMMY_DESC_DONE;
	if (dev->corrupt_tx) {
		dev->corrupt_tx--;
		status = falsify(dev, tx, NULL, 0);
	}
	complete(dev, &dev->tx, tx, status);
	__atomic_add_fetch(&dev->messages, 1, __ATOMIC_RELAXED);
	if (++dev->untold >= ring_model_reg(dev, UIO_DUMMY_RING_COALESCE_COUNT))
		event(dev);
	return true;
}

static void set_up(struct ring_model *dev, struct ring_model_ring *ring, size_t base, size_t size)
{
	ring->base = dev->regs[base / 4] | (uint64_t)dev->regs[base / 4 + 1] << 32;
	ring->size = dev->regs[size / 4];
	ring->cons = dev->start;
	if (ring->size < 2 || ring->size > dev->size_max || (ring->size & (ring->size - 1)) ||
	    !reach(dev, ring->base, (size_t)ring->size * UIO_DUMMY_DESC_SIZE))
		stop(dev, NULL, UIO_DUMMY_RING_E_SETUP);
}

static void reset(struct ring_model *dev, uint32_t request)
{
	for (size_t reg = UIO_DUMMY_RING_CTRL; reg < UIO_DUMMY_RING_ERROR; reg += 4)
		if (reg != UIO_DUMMY_RING_RESET_REQ && reg != UIO_DUMMY_RING_RESET_DONE &&
		    reg != UIO_DUMMY_RING_MAX_SIZE && reg != UIO_DUMMY_RING_MAX_LENGTH)
			ring_model_set(dev, reg, 0);
	dev->status = 0;
	dev->untold = 0;
	ring_model_set(dev, UIO_DUMMY_RING_RESET_DONE, request);
}

bool ring_model_step(struct ring_model *dev, unsigned int max)
{
	const uint32_t request = ring_model_reg(dev, UIO_DUMMY_RING_RESET_REQ);
	uint32_t tx_prod, rx_prod;
	unsigned int n = 0;

	if (dev->stall)
		return false;
	if (request != ring_model_reg(dev, UIO_DUMMY_RING_RESET_DONE)) {
		reset(dev, request);
		return true;
	}
	if (dev->status & UIO_DUMMY_RING_STOPPED ||
	    !(ring_model_reg(dev, UIO_DUMMY_RING_CTRL) & UIO_DUMMY_RING_RUN))
		return false;
	if (!dev->status) {
		dev->status = UIO_DUMMY_RING_RUNNING;
		set_up(dev, &dev->tx, UIO_DUMMY_RING_TX_BASE, UIO_DUMMY_RING_TX_SIZE);
		set_up(dev, &dev->rx, UIO_DUMMY_RING_RX_BASE, UIO_DUMMY_RING_RX_SIZE);
		ring_model_set(dev, UIO_DUMMY_RING_STATUS, dev->status);
		return true;
	}
	tx_prod = ring_model_reg(dev, UIO_DUMMY_RING_TX_PROD);
	rx_prod = ring_model_reg(dev, UIO_DUMMY_RING_RX_PROD);
	if (tx_prod - dev->tx.cons > dev->tx.size || rx_prod - dev->rx.cons > dev->rx.size) {
		stop(dev, NULL, UIO_DUMMY_RING_E_INDEX);
		return true;
	}
	while (n < max && dev->tx.cons != tx_prod && dev->rx.cons != rx_prod && message(dev))
		n++;
	/* The coalescing timer counts idle steps. */
	if (!n && dev->untold)
		event(dev);
	return n > 0;
}

static void *play(void *arg)
{
	struct ring_model *dev = arg;

	while (!dev->stop)
		if (!ring_model_step(dev, 16))
			sched_yield();
	return NULL;
}

void ring_model_spawn(struct ring_model *dev)
{
	dev->stop = false;
	if (pthread_create(&dev->thread, NULL, play, dev))
		abort();
}

void ring_model_join(struct ring_model *dev)
{
	dev->stop = true;
	pthread_join(dev->thread, NULL);
}

void ring_model_garbage(struct ring_model *dev, uint32_t random)
{
	static const uint32_t favourites[] = { 0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff, 64 };
	uint32_t value = random & 8 ? random : favourites[random & 7];
	size_t descriptors =
		2 * (size_t)ring_model_reg(dev, UIO_DUMMY_RING_TX_SIZE) * UIO_DUMMY_DESC_SIZE / 4;
	size_t words = random & 16 && descriptors && descriptors <= dev->memory_size / 4 ?
			       descriptors :
			       dev->memory_size / 4;
	size_t at = (random >> 5) % words;

	if (random & 32)
		/* often hit a status word */
		at = at / 8 * 8 + 7;
	if (random & 64)
		/* any register but RESET_DONE: otherwise every test would end there */
		ring_model_set(dev, UIO_DUMMY_RING_TX_CONS, value);
	((uint32_t *)(void *)dev->memory)[at % words] = value;
}
