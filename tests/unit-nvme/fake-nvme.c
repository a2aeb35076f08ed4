/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake-nvme.h"

#define MEMORY (8u << 20)
#define BLOCKS 4096

struct uiomap_dma {
	struct uiomap_device *device;
	size_t offset, size;
};

void fake_init(struct uiomap_device *device)
{
	memset(device, 0, sizeof(*device));
	nvme_model_init(&device->c, MEMORY, BLOCKS);
	device->steps = 7;
	fake_uiomap_begin(device, UIOMAP_IRQ_COUNTED);
}

void fake_fini(struct uiomap_device *device)
{
	nvme_model_fini(&device->c);
}

void fake_work(struct uiomap_device *device)
{
	if (device->garbage)
		nvme_model_garbage(&device->c, random_next(&device->garbage));
	nvme_model_step(&device->c, device->steps);
}

void fake_looked(struct uiomap_device *device)
{
	/* With a pace above 1, the controller works only in some guards, and during sleeps. */
	if (device->fake.pace == 1)
		fake_uiomap_pass(device, 1000000);
	else
		device->fake.now += 1000000;
}

uint32_t fake_reg(const struct uiomap_device *device, size_t offset)
{
	return nvme_model_reg(&device->c, offset);
}

struct uiomap_region *uiomap_map_name(struct uiomap_device *device, const char *name,
				      unsigned int flags)
{
	struct uiomap_region *region = calloc(1, sizeof(*region));

	if (strcmp(name, "BAR0") != 0 || flags || !region)
		abort();
	device->fake.mapped++;
	region->device = device;
	/* The capability registers are valid from power-on. */
	device->c.regs[NVME_CAP / 4] = (uint32_t)device->c.cap;
	device->c.regs[NVME_CAP / 4 + 1] = (uint32_t)(device->c.cap >> 32);
	device->c.regs[NVME_VS / 4] = device->c.version;
	return region;
}

volatile void *uiomap_region_base(const struct uiomap_region *region)
{
	return region->device->c.regs;
}

size_t uiomap_region_size(const struct uiomap_region *region)
{
	return region->device->region_size ? region->device->region_size :
					     region->device->c.regs_size;
}

struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align)
{
	const size_t begin = (device->dma_used + align - 1) / align * align;
	struct uiomap_dma *dma;

	if (device->no_dma || begin + size > device->c.memory_size) {
		fake_uiomap_fail(device->no_dma ? ENOTSUP : ENOMEM,
				 device->no_dma ? "no DMA memory" : "not enough left");
		return NULL;
	}
	dma = malloc(sizeof(*dma));
	if (!dma)
		abort();
	*dma = (struct uiomap_dma){ device, begin, size };
	device->dma_used = begin + size;
	device->allocated++;
	return dma;
}

void uiomap_dma_free(struct uiomap_dma *dma)
{
	if (!dma)
		return;
	if (!--dma->device->allocated)
		dma->device->dma_used = 0;
	free(dma);
}

void *uiomap_dma_cpu(const struct uiomap_dma *dma)
{
	return dma->device->c.memory + dma->offset;
}

uint64_t uiomap_dma_addr(const struct uiomap_dma *dma)
{
	return NVME_MODEL_BUS + dma->offset;
}

size_t uiomap_dma_size(const struct uiomap_dma *dma)
{
	return dma->size;
}

int uiomap_irq_wait(struct uiomap_device *device, int64_t timeout_ns, uint32_t *count)
{
	const int64_t end = fake_uiomap_now(device) + timeout_ns;
	unsigned int events;

	if (device->fake.irq == UIOMAP_IRQ_NONE || timeout_ns <= 0)
		abort();
	while ((events = atomic_load(&device->c.interrupts)) == device->seen) {
		if (device->wake) {
			device->wake = false;
			return fake_uiomap_fail(ECANCELED, "woken");
		}
		if (fake_uiomap_gone(device))
			return fake_uiomap_fail(ENODEV, "gone");
		if (fake_uiomap_now(device) >= end)
			return fake_uiomap_fail(ETIMEDOUT, "no interrupt");
		fake_uiomap_pass(device, 1000000);
	}
	*count = events - device->seen;
	device->seen = events;
	return 0;
}
