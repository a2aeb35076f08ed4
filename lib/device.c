/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Open and close devices. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

const struct uiomap_info *uiomap_device_info(const struct uiomap_device *device)
{
	if (!device) {
		uiomap_i_fail(EINVAL, "uiomap_device_info: no device given (NULL)");
		return NULL;
	}
	return device->info;
}

/* Is it the device of the older snapshot? For uiomap_open_info(), which has no selector. */
static bool same_device(const struct uiomap_info *a, const struct uiomap_info *b)
{
	return a->rdev == b->rdev && !strcmp(a->name, b->name) && !strcmp(a->dev.path, b->dev.path);
}

static struct uiomap_device *open_number(const struct backend *backend, unsigned int number,
					 const struct selector *selector,
					 const struct uiomap_info *former, unsigned int flags)
{
	struct uiomap_device *device;

	device = calloc(1, sizeof(*device));
	if (!device) {
		uiomap_i_fail(ENOMEM, "%s%u: no memory for a handle", backend->prefix, number);
		return NULL;
	}
	device->flags = flags;
	device->fd = -1;
	device->lockfd = -1;
	device->wakefd = -1;
	device->gonefd = -1;
	device->configfd = -1;
	device->backend = backend;
	if (device->backend->open(device, number) < 0)
		goto close_device;
	if (selector ? !uiomap_i_match_info(selector, device->info) :
		       !same_device(former, device->info)) {
		uiomap_i_fail(ENODEV, "%s%u is another device now: %s", backend->prefix, number,
			      LABEL(device->info));
		goto close_device;
	}
	if (device->backend->hold(device) < 0)
		goto close_device;
	if (flags & UIOMAP_WAKEABLE) {
		device->wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (device->wakefd < 0) {
			uiomap_i_fail(errno, "%s: eventfd: %s", LABEL(device->info),
				      uiomap_i_why(errno));
			goto close_device;
		}
	}
	return device;

close_device:
	uiomap_close(device);
	return NULL;
}

static int check_flags(unsigned int flags)
{
	if (flags & ~(UIOMAP_RDONLY | UIOMAP_EXCLUSIVE | UIOMAP_WAKEABLE))
		return uiomap_i_fail(EINVAL, "open flags 0x%x: unknown flags", flags);
	if (flags & UIOMAP_RDONLY && flags & UIOMAP_EXCLUSIVE)
		return uiomap_i_fail(
			EINVAL,
			"open flags UIOMAP_RDONLY | UIOMAP_EXCLUSIVE: a reader never excludes others; use only one of the two");
	return 0;
}

struct uiomap_device *uiomap_open(const char *selector, unsigned int flags)
{
	struct uiomap_device *device = NULL;
	const struct backend *backend;
	struct selector s;
	unsigned int number;

	if (!selector) {
		uiomap_i_fail(EINVAL, "uiomap_open: no selector given (NULL)");
		return NULL;
	}
	if (check_flags(flags) < 0 || uiomap_i_selector_parse(selector, &s) < 0)
		return NULL;
	if (uiomap_i_find_number(&s, selector, &backend, &number) == 0)
		device = open_number(backend, number, &s, NULL, flags);
	uiomap_i_selector_clear(&s);
	return device;
}

struct uiomap_device *uiomap_open_info(const struct uiomap_info *info, unsigned int flags)
{
	if (!info) {
		uiomap_i_fail(EINVAL, "uiomap_open_info: no snapshot given (NULL)");
		return NULL;
	}
	if (check_flags(flags) < 0)
		return NULL;
	return open_number(info->backend, info->number, NULL, info, flags);
}

void uiomap_close(struct uiomap_device *device)
{
	int error = errno;

	if (!device)
		return;
	while (device->regions)
		uiomap_unmap(device->regions);
	while (device->ports)
		uiomap_port_close(device->ports);
	device->backend->close(device);
	/*
	 * If no other handle has the device open, the kernel has stopped its DMA by now. So the
	 * memory can be freed.
	 */
	uiomap_i_dma_close(device);
	if (device->dirfd >= 0)
		close(device->dirfd);
	if (device->wakefd >= 0)
		close(device->wakefd);
	if (device->configfd >= 0)
		close(device->configfd);
	uiomap_info_free(device->info);
	free(device->vfio);
	free(device);
	errno = error;
}
