/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "fake-uiomap.h"

static struct uiomap_device *current; /* the device whose clock is in use */
static const char *error_text = "";

static struct fake *fake(struct uiomap_device *device)
{
	return (struct fake *)device;
}

void fake_uiomap_begin(struct uiomap_device *device, enum uiomap_irq irq)
{
	*fake(device) = (struct fake){ .irq = irq, .pace = 1, .now = 1 };
	current = device;
}

int fake_uiomap_fail(int error, const char *text)
{
	error_text = text;
	errno = error;
	return -1;
}

void fake_uiomap_pass(struct uiomap_device *device, int64_t ns)
{
	if (fake(device)->threaded) {
		sched_yield();
		return;
	}
	fake(device)->now += ns;
	fake_work(device);
}

bool fake_uiomap_gone(const struct uiomap_device *device)
{
	const struct fake *f = (const struct fake *)device;

	return f->gone_at && f->guards >= f->gone_at;
}

int __real_clock_gettime(clockid_t clock, struct timespec *ts);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ts);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
	struct fake *f = fake(current);

	if (!f || f->threaded)
		return __real_clock_gettime(clock, ts);
	fake_looked(current);
	*ts = (struct timespec){ .tv_sec = f->now / 1000000000, .tv_nsec = f->now % 1000000000 };
	return 0;
}

int64_t fake_uiomap_now(struct uiomap_device *device)
{
	struct timespec ts;

	if (!fake(device)->threaded)
		return fake(device)->now;
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

const char *uiomap_info_bus(const struct uiomap_info *info)
{
	(void)info;
	return "platform";
}

const char *uiomap_info_device(const struct uiomap_info *info)
{
	(void)info;
	return "fake.0";
}

unsigned int uiomap_info_number(const struct uiomap_info *info)
{
	(void)info;
	return 7;
}

enum uiomap_irq uiomap_info_irq(const struct uiomap_info *info)
{
	return ((const struct fake *)info)->irq;
}

bool uiomap_device_removed(const struct uiomap_device *device)
{
	return fake_uiomap_gone(device);
}

void uiomap_unmap(struct uiomap_region *region)
{
	if (region)
		fake(region->device)->mapped--;
	free(region);
}

int uiomap_region_poll32(const struct uiomap_region *region, size_t offset, uint32_t mask,
			 uint32_t want, int64_t timeout_ns, uint32_t *last)
{
	struct uiomap_device *device = region->device;
	const int64_t end = fake_uiomap_now(device) + timeout_ns;

	for (;;) {
		*last = fake_reg(device, offset);
		if ((*last & mask) == want)
			return 0;
		if (fake_uiomap_now(device) >= end)
			return fake_uiomap_fail(ETIMEDOUT, "poll32: not in time");
		fake_uiomap_pass(device, 1000000);
	}
}

int uiomap_guard_install(void)
{
	fake(current)->installed++;
	return 0;
}

void uiomap_guard_remove(void)
{
	fake(current)->installed--;
}

int uiomap_guard(struct uiomap_device *device, int (*body)(void *arg), void *arg)
{
	struct fake *f = fake(device);
	int rc;

	f->guards++;
	if (fake_uiomap_gone(device))
		goto caught;
	if (!f->threaded && f->guards % f->pace == 0)
		fake_uiomap_pass(device, 1000);
	rc = body(arg);
	if (!fake_uiomap_gone(device))
		return rc;

caught:
	fake_uiomap_fail(ENODEV, "an access failed: it is gone");
	return UIOMAP_GUARD_FAILED;
}
