/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the kernel and udevd tell: the only file that knows libudev. Where
 * udevd runs, it is udevd that is listened to: it passes the kernel's uevents
 * on when links, modes and names are set up.
 */
#include "internal.h"

#include <libudev.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int uevents_listen(struct uevents *u)
{
	bool udevd = access(UIOMAP_RUN "/udev/control", F_OK) == 0;
	int result;

	*u = (struct uevents){ .fd = -1, .idle_fd = -1 };
	errno = ENOMEM;
	u->udev = udev_new();
	if (u->udev)
		u->source = udev_monitor_new_from_netlink(u->udev, udevd ? "udev" : "kernel");
	if (u->source && udevd)
		u->queue = udev_queue_new(u->udev);
	if (u->queue)
		u->idle_fd = udev_queue_get_fd(u->queue);
	if (!u->source || (udevd && u->idle_fd < 0))
		return fail(errno, "can't listen to uevents: %s", strerror(errno));
	/* Maps and ports send uevents too, but belong to no subsystem. */
	result = udev_monitor_filter_add_match_subsystem_devtype(u->source, "uio", NULL);
	if (result >= 0)
		result = udev_monitor_enable_receiving(u->source);
	if (result < 0)
		return fail(-result, "can't listen to uevents: %s", strerror(-result));
	u->fd = udev_monitor_get_fd(u->source);
	return 0;
}

void uevents_close(struct uevents *u)
{
	udev_queue_unref(u->queue);
	udev_monitor_unref(u->source);
	udev_unref(u->udev);
}

int uevents_next(struct uevents *u, unsigned int *number, bool *add)
{
	struct udev_device *device;

	while ((errno = 0, device = udev_monitor_receive_device(u->source))) {
		const char *action = udev_device_get_action(device);
		const char *name = udev_device_get_sysname(device);
		/* bind, change and the like are none of ours */
		bool ours = action && name && parse_uio(name, number) && (!strcmp(action, "add") || !strcmp(action, "remove"));

		*add = ours && *action == 'a';
		udev_device_unref(device);
		if (ours)
			return 1;
	}
	if (errno == ENOBUFS)
		return fail(ENOBUFS, "the kernel dropped events of devices; call uiomap_monitor_next() again, it scans anew");
	return 0;
}

bool uevents_settled(struct uevents *u, unsigned int number)
{
	struct udev_device *device;
	bool initialized;
	char name[16];

	if (!u->queue || udev_queue_get_queue_is_empty(u->queue))
		return true;
	snprintf(name, sizeof(name), "uio%u", number);
	device = udev_device_new_from_subsystem_sysname(u->udev, "uio", name);
	initialized = device && udev_device_get_is_initialized(device);
	udev_device_unref(device);
	return initialized;
}

bool uevents_idle(struct uevents *u)
{
	udev_queue_flush(u->queue);
	return udev_queue_get_queue_is_empty(u->queue);
}
