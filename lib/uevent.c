/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Uevents of the kernel and of udevd. Only this file uses libudev. The kernel
 * sends a uevent as soon as a device is added or removed. udevd, if it runs,
 * sends the same uevent again after it has set the node's owner, mode and
 * links.
 */
#include "internal.h"

#include <fcntl.h>
#include <libudev.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * Inode of the initial user namespace: PROC_USER_INIT_INO in the kernel's
 * include/linux/proc_ns.h.
 */
#define INITIAL_USER_NAMESPACE 0xEFFFFFFDu

static int listen_to(struct udev *udev, const char *who, struct udev_monitor **source)
{
	int result;

	errno = ENOMEM;
	*source = udev_monitor_new_from_netlink(udev, who);
	if (!*source)
		return uiomap_i_fail(
			errno, "can't receive uevents: %s%s", uiomap_i_why(errno),
			errno == EAFNOSUPPORT || errno == EPERM || errno == EACCES ?
				"; netlink is refused (of a service: RestrictAddressFamilies= must have AF_NETLINK)" :
				"");
	/* Maps and ports send uevents too, but have no subsystem. */
	result = udev_monitor_filter_add_match_subsystem_devtype(*source, "uio", NULL);
	if (result >= 0)
		result = udev_monitor_enable_receiving(*source);
	if (result < 0)
		return uiomap_i_fail(-result, "can't receive uevents: %s", uiomap_i_why(-result));
	return udev_monitor_get_fd(*source);
}

/* Is this a user namespace other than the initial one? false also if unknown. */
static bool is_another(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_ino != INITIAL_USER_NAMESPACE;
}

/*
 * The kernel sends uevents only to network namespaces that the initial user
 * namespace owns (uevent_net_init() in lib/kobject_uevent.c). libudev accepts
 * them only from root, and in a user namespace without root the sender appears
 * as nobody. In both cases a monitor would never receive anything, so fail
 * instead. If a parent user namespace owns the network namespace, the kernel
 * doesn't reveal the owner (EPERM).
 */
static int check_namespaces(void)
{
	int net = uiomap_i_attr_open(AT_FDCWD, UIOMAP_PROC "/self/ns/net", O_RDONLY);
	int owner = net < 0 ? -1 : ioctl(net, NS_GET_USERNS);
	int user = uiomap_i_attr_open(AT_FDCWD, UIOMAP_PROC "/self/ns/user", O_RDONLY);
	bool no_uevents = is_another(owner), no_root;
	struct stat root;

	no_root = is_another(user) && stat(UIOMAP_SYSFS, &root) == 0 && root.st_uid;
	if (net >= 0)
		close(net);
	if (owner >= 0)
		close(owner);
	if (user >= 0)
		close(user);
	if (no_uevents)
		return uiomap_i_fail(
			ENOTSUP,
			"devices can't be watched here: the kernel sends no uevents to a network namespace of another user namespace; give the container the host's network, or call uiomap_list() now and then");
	if (no_root)
		return uiomap_i_fail(
			ENOTSUP,
			"devices can't be watched here: only root receives uevents, and this user namespace has no root (user 0); add one to its uid map, or call uiomap_list() now and then");
	return 0;
}

int uiomap_i_uevents_listen(struct uevents *u)
{
	*u = (struct uevents){ .kernel_fd = -1, .udevd_fd = -1 };
	if (check_namespaces() < 0)
		return -1;
	u->udev = udev_new();
	if (!u->udev)
		return uiomap_i_fail(ENOMEM, "can't receive uevents: no memory");
	u->kernel_fd = listen_to(u->udev, "kernel", &u->kernel);
	if (u->kernel_fd < 0)
		return -1;
	/* Listen even if udevd doesn't run: it may be started later. */
	u->udevd_fd = listen_to(u->udev, "udev", &u->udevd);
	return u->udevd_fd < 0 ? -1 : 0;
}

void uiomap_i_uevents_close(struct uevents *u)
{
	udev_monitor_unref(u->kernel);
	udev_monitor_unref(u->udevd);
	udev_unref(u->udev);
}

static int receive(struct udev_monitor *source, bool udevd, struct uevent *event)
{
	struct udev_device *device;

	while ((errno = 0, device = udev_monitor_receive_device(source))) {
		const char *action = udev_device_get_action(device);
		const char *name = udev_device_get_sysname(device);
		bool ours = action && name && uiomap_i_parse_uio(name, &event->number);

		event->seqnum = udev_device_get_seqnum(device);
		if (ours && udevd) {
			/* Any action but remove means that the rules were processed. */
			event->type = UEVENT_READY;
			ours = strcmp(action, "remove") && udev_device_get_is_initialized(device);
		} else if (ours) {
			/* ignore bind, change and the like */
			event->type = strcmp(action, "add") ? UEVENT_REMOVE : UEVENT_ADD;
			ours = event->type == UEVENT_ADD || !strcmp(action, "remove");
		}
		udev_device_unref(device);
		if (ours)
			return 1;
	}
	if (errno == ENOBUFS)
		return uiomap_i_fail(
			ENOBUFS,
			"the kernel dropped events of devices; call uiomap_monitor_next() again, it scans again");
	return 0;
}

int uiomap_i_uevents_next(struct uevents *u, struct uevent *event)
{
	int result;

	/*
	 * The kernel sends each uevent before udevd sends its own. So read udevd's first: when it
	 * is here, all earlier ones of the kernel are here, and they are delivered first.
	 */
	if (!u->holds) {
		result = receive(u->udevd, true, &u->held);
		if (result < 0)
			return -1;
		u->holds = result > 0;
	}
	result = receive(u->kernel, false, event);
	if (result != 0 || !u->holds)
		return result;
	*event = u->held;
	u->holds = false;
	return 1;
}

bool uiomap_i_uevents_udevd(void)
{
	return access(UIOMAP_RUN "/udev/control", F_OK) == 0;
}

bool uiomap_i_uevents_initialized(struct uevents *u, unsigned int number)
{
	struct udev_device *device;
	bool initialized;
	char name[16];

	snprintf(name, sizeof(name), "uio%u", number);
	device = udev_device_new_from_subsystem_sysname(u->udev, "uio", name);
	initialized = device && udev_device_get_is_initialized(device);
	udev_device_unref(device);
	return initialized;
}
