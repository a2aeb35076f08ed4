/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake.h"

#define MEMORY	(8u << 20)
#define BLOCKS	4096

struct uiomap_region {
	struct uiomap_device *device;
};

struct uiomap_dma {
	struct uiomap_device *device;
	size_t offset, size;
};

static struct uiomap_device *current;	/* whose clock runs */
static const char *error_text = "";

void fake_init(struct uiomap_device *device)
{
	memset(device, 0, sizeof(*device));
	controller_init(&device->c, MEMORY, BLOCKS);
	device->irq = UIOMAP_IRQ_COUNTED;
	device->steps = 7;
	device->pace = 1;
	device->now = 1;
	current = device;
}

void fake_fini(struct uiomap_device *device)
{
	controller_fini(&device->c);
}

static int fail(int error, const char *text)
{
	error_text = text;
	errno = error;
	return -1;
}

/* Time passes, the controller works. */
static void pass(struct uiomap_device *device, int64_t ns)
{
	if (device->threaded) {
		sched_yield();
		return;
	}
	device->now += ns;
	if (device->garbage)
		controller_garbage(&device->c, random_next(&device->garbage));
	controller_step(&device->c, device->steps);
}

static bool gone(const struct uiomap_device *device)
{
	return device->gone_at && device->guards >= device->gone_at;
}

int __real_clock_gettime(clockid_t clock, struct timespec *ts);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ts);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
	if (!current || current->threaded)
		return __real_clock_gettime(clock, ts);
	/* With a pace, the controller works in some guards and while it is slept for. */
	if (current->pace == 1)
		pass(current, 1000000);
	else
		current->now += 1000000;
	*ts = (struct timespec){ .tv_sec = current->now / 1000000000, .tv_nsec = current->now % 1000000000 };
	return 0;
}

static int64_t now(struct uiomap_device *device)
{
	struct timespec ts;

	if (!device->threaded)
		return device->now;
	__real_clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
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

	if (strcmp(name, "BAR0") != 0 || flags || !region)
		abort();
	device->mapped++;
	region->device = device;
	/* A controller tells what it is as soon as there is power. */
	device->c.regs[NVME_CAP / 4] = (uint32_t)device->c.cap;
	device->c.regs[NVME_CAP / 4 + 1] = (uint32_t)(device->c.cap >> 32);
	device->c.regs[NVME_VS / 4] = device->c.version;
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
	return region->device->c.regs;
}

size_t uiomap_region_size(const struct uiomap_region *region)
{
	return region->device->region_size ? region->device->region_size : region->device->c.regs_size;
}

int uiomap_region_poll32(const struct uiomap_region *region, size_t offset, uint32_t mask, uint32_t want,
			 int64_t timeout_ns, uint32_t *last)
{
	struct uiomap_device *device = region->device;
	const int64_t end = now(device) + timeout_ns;

	for (;;) {
		*last = controller_reg(&device->c, offset);
		if ((*last & mask) == want)
			return 0;
		if (now(device) >= end)
			return fail(ETIMEDOUT, "poll32: not in time");
		pass(device, 1000000);
	}
}

struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align)
{
	const size_t begin = (device->dma_used + align - 1) / align * align;
	struct uiomap_dma *dma;

	if (device->no_dma || begin + size > device->c.memory_size) {
		fail(device->no_dma ? ENOTSUP : ENOMEM, device->no_dma ? "no DMA memory" : "not enough left");
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

uint64_t uiomap_dma_bus(const struct uiomap_dma *dma)
{
	return CONTROLLER_BUS + dma->offset;
}

size_t uiomap_dma_size(const struct uiomap_dma *dma)
{
	return dma->size;
}

int uiomap_irq_wait(struct uiomap_device *device, int64_t timeout_ns, uint32_t *count)
{
	const int64_t end = now(device) + timeout_ns;
	unsigned int events;

	if (device->irq == UIOMAP_IRQ_NONE || timeout_ns <= 0)
		abort();
	while ((events = atomic_load(&device->c.interrupts)) == device->seen) {
		if (device->wake) {
			device->wake = false;
			return fail(ECANCELED, "woken");
		}
		if (gone(device))
			return fail(ENODEV, "gone");
		if (now(device) >= end)
			return fail(ETIMEDOUT, "no interrupt");
		pass(device, 1000000);
	}
	*count = events - device->seen;
	device->seen = events;
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
	if (!device->threaded && device->guards % device->pace == 0)
		pass(device, 1000);
	rc = body(arg);
	if (gone(device))
		return fail(ENODEV, "an access was refused: it is gone");
	return rc;
}
