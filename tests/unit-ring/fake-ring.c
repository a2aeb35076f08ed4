/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake-ring.h"

#define ROUND 64

struct uiomap_dma {
	struct uiomap_device *device;
	size_t offset;
};

void fake_init(struct uiomap_device *device, uint32_t size_max, uint32_t message_max)
{
	memset(device, 0, sizeof(*device));
	device->dma_size =
		2 * size_max *
		(UIO_DUMMY_DESC_SIZE + (size_t)(message_max + ROUND - 1) / ROUND * ROUND);
	ring_model_init(&device->dev, device->dma_size, size_max, message_max);
	device->steps = 7;
	fake_uiomap_begin(device, UIOMAP_IRQ_MASKED);
}

void fake_fini(struct uiomap_device *device)
{
	uiomap_dma_free(device->dma);
	ring_model_fini(&device->dev);
}

/*
 * A level interrupt: it fires again until it is acknowledged. An event that is acknowledged
 * while masked never fires.
 */
static void line(struct uiomap_device *device)
{
	if (device->dev.interrupts != device->raised)
		device->asserted = true;
	device->raised = device->dev.interrupts;
	if (ring_model_reg(&device->dev, UIO_DUMMY_IRQ_SEQ) ==
	    ring_model_reg(&device->dev, UIO_DUMMY_IRQ_ACK))
		device->asserted = false;
	if (device->asserted && !device->masked) {
		device->fired++;
		device->masked = true;
	}
}

void fake_work(struct uiomap_device *device)
{
	if (device->garbage)
		ring_model_garbage(&device->dev, random_next(&device->garbage));
	ring_model_step(&device->dev, device->steps);
	line(device);
}

void fake_looked(struct uiomap_device *device)
{
	device->fake.now += 10000;
}

uint32_t fake_reg(const struct uiomap_device *device, size_t offset)
{
	return uiomap_read32(device->dev.regs, offset);
}

struct uiomap_region *uiomap_map_name(struct uiomap_device *device, const char *name,
				      unsigned int flags)
{
	struct uiomap_region *region = calloc(1, sizeof(*region));

	if (strcmp(name, "registers") != 0 || flags || !region)
		abort();
	device->fake.mapped++;
	region->device = device;
	return region;
}

volatile void *uiomap_region_base(const struct uiomap_region *region)
{
	return region->device->dev.regs;
}

size_t uiomap_region_size(const struct uiomap_region *region)
{
	(void)region;
	return UIO_DUMMY_REGS_SIZE;
}

struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align)
{
	struct uiomap_dma *dma;

	if (!device->dma_size || size > device->dma_size - device->dma_used) {
		fake_uiomap_fail(device->dma_size ? ENOMEM : ENOTSUP,
				 device->dma_size ? "not enough left" : "no DMA memory");
		return NULL;
	}
	if (align != 64 || device->dma_used % 64)
		abort();
	dma = malloc(sizeof(*dma));
	if (!dma)
		abort();
	*dma = (struct uiomap_dma){ device, device->dma_used };
	device->dma_used += size;
	device->allocated++;
	device->dma = dma;
	return dma;
}

void uiomap_dma_free(struct uiomap_dma *dma)
{
	if (!dma)
		return;
	dma->device->dma = NULL;
	dma->device->dma_used = dma->offset;
	dma->device->allocated--;
	free(dma);
}

void *uiomap_dma_cpu(const struct uiomap_dma *dma)
{
	return dma->device->dev.memory + dma->offset;
}

uint64_t uiomap_dma_addr(const struct uiomap_dma *dma)
{
	return RING_MODEL_BUS + dma->offset;
}

int uiomap_irq_wait(struct uiomap_device *device, int64_t timeout_ns, uint32_t *count)
{
	const int64_t end = fake_uiomap_now(device) + timeout_ns;

	if (device->fake.irq == UIOMAP_IRQ_NONE || timeout_ns <= 0)
		abort();
	device->masked = false;
	line(device);
	while (device->fired == device->seen) {
		if (fake_uiomap_gone(device))
			return fake_uiomap_fail(ENODEV, "gone");
		if (fake_uiomap_now(device) >= end)
			return fake_uiomap_fail(ETIMEDOUT, "no interrupt");
		fake_uiomap_pass(device, 1000000);
	}
	*count = device->fired - device->seen;
	device->seen = device->fired;
	return 0;
}
