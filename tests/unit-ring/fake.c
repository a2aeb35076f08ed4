/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake.h"

#define ROUND 64

struct uiomap_region {
	struct uiomap_device *device;
};

struct uiomap_dma {
	struct uiomap_device *device;
	size_t offset;
};

static struct uiomap_device *current;	/* whose clock runs */
static const char *error_text = "";

void fake_init(struct uiomap_device *device, uint32_t size_max, uint32_t message_max)
{
	memset(device, 0, sizeof(*device));
	device->dma_size = 2 * size_max * (UIO_DUMMY_DESC_SIZE + (size_t)(message_max + ROUND - 1) / ROUND * ROUND);
	device_init(&device->dev, device->dma_size, size_max, message_max);
	device->irq = UIOMAP_IRQ_MASKED;
	device->steps = 7;
	device->pace = 1;
	device->now = 1;
	current = device;
}

void fake_fini(struct uiomap_device *device)
{
	uiomap_dma_free(device->dma);
	device_fini(&device->dev);
}

static int fail(int error, const char *text)
{
	error_text = text;
	errno = error;
	return -1;
}

/* A level line: fires again as long as it isn't acknowledged; what is acknowledged while it is masked is never heard of. */
static void line(struct uiomap_device *device)
{
	if (device->dev.interrupts != device->raised)
		device->asserted = true;
	device->raised = device->dev.interrupts;
	if (device_reg(&device->dev, UIO_DUMMY_IRQ_SEQ) == device_reg(&device->dev, UIO_DUMMY_IRQ_ACK))
		device->asserted = false;
	if (device->asserted && !device->masked) {
		device->fired++;
		device->masked = true;
	}
}

/* Time passes, the device works. */
static void pass(struct uiomap_device *device, int64_t ns)
{
	device->now += ns;
	if (device->garbage)
		device_garbage(&device->dev, random_next(&device->garbage));
	device_step(&device->dev, device->steps);
	line(device);
}

static bool gone(const struct uiomap_device *device)
{
	return device->gone_at && device->guards >= device->gone_at;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *ts);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
	(void)clock;
	current->now += 10000;
	*ts = (struct timespec){ .tv_sec = current->now / 1000000000, .tv_nsec = current->now % 1000000000 };
	return 0;
}

const char *uiomap_error(void)
{
	return error_text;
}

const struct uiomap_info *uiomap_device_info(const struct uiomap_device *device)
{
	return (const struct uiomap_info *)device;
}

const char *uiomap_info_name(const struct uiomap_info *info)
{
	(void)info;
	return "fake";
}

unsigned int uiomap_info_number(const struct uiomap_info *info)
{
	(void)info;
	return 7;
}

enum uiomap_irq uiomap_info_irq(const struct uiomap_info *info)
{
	return ((const struct uiomap_device *)info)->irq;
}

bool uiomap_device_removed(const struct uiomap_device *device)
{
	return gone(device);
}

struct uiomap_region *uiomap_map_name(struct uiomap_device *device, const char *name, unsigned int flags)
{
	struct uiomap_region *region = calloc(1, sizeof(*region));

	if (strcmp(name, "registers") != 0 || flags || !region)
		abort();
	device->mapped++;
	region->device = device;
	return region;
}

void uiomap_unmap(struct uiomap_region *region)
{
	if (region)
		region->device->mapped--;
	free(region);
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

int uiomap_region_poll32(const struct uiomap_region *region, size_t offset, uint32_t mask, uint32_t want,
			 int64_t timeout_ns, uint32_t *last)
{
	struct uiomap_device *device = region->device;
	const int64_t end = device->now + timeout_ns;

	for (;;) {
		*last = uiomap_read32(device->dev.regs, offset);
		if ((*last & mask) == want)
			return 0;
		if (device->now >= end)
			return fail(ETIMEDOUT, "poll32: not in time");
		pass(device, 1000000);
	}
}

struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align)
{
	struct uiomap_dma *dma;

	if (!device->dma_size || size > device->dma_size - device->dma_used) {
		fail(device->dma_size ? ENOMEM : ENOTSUP, device->dma_size ? "not enough left" : "no DMA memory");
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

uint64_t uiomap_dma_bus(const struct uiomap_dma *dma)
{
	return DEVICE_BUS + dma->offset;
}

int uiomap_irq_wait(struct uiomap_device *device, int64_t timeout_ns, uint32_t *count)
{
	const int64_t end = device->now + timeout_ns;

	if (device->irq == UIOMAP_IRQ_NONE || timeout_ns <= 0)
		abort();
	device->masked = false;
	line(device);
	while (device->fired == device->seen) {
		if (gone(device))
			return fail(ENODEV, "gone");
		if (device->now >= end)
			return fail(ETIMEDOUT, "no interrupt");
		pass(device, 1000000);
	}
	*count = device->fired - device->seen;
	device->seen = device->fired;
	return 0;
}

int uiomap_guard_install(void)
{
	current->installed++;
	return 0;
}

void uiomap_guard_remove(void)
{
	current->installed--;
}

int uiomap_guard(struct uiomap_device *device, int (*body)(void *arg), void *arg)
{
	int rc;

	device->guards++;
	if (gone(device))
		return fail(ENODEV, "an access was refused: it is gone");
	if (device->guards % device->pace == 0)
		pass(device, 1000);
	rc = body(arg);
	if (gone(device))
		return fail(ENODEV, "an access was refused: it is gone");
	return rc;
}
