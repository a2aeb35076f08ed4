/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Opening, closing, and whether it is still there. */
#include "internal.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

int fail_gone(const struct uiomap_device *device)
{
	return fail(ENODEV, "%s is gone (unbound or unplugged); close it and open it again when it is back",
		    LABEL(device->info));
}

bool uiomap_device_removed(const struct uiomap_device *device)
{
	int error = errno;
	bool gone = !device || info_gone(device->dirfd, device->info->number);

	errno = error;
	return gone;
}

const struct uiomap_info *uiomap_device_info(const struct uiomap_device *device)
{
	if (!device) {
		fail(EINVAL, "uiomap_device_info: no device given (NULL)");
		return NULL;
	}
	return device->info;
}

/* open(2) of a node has failed: why, and what to do. There is no snapshot yet. */
static int fail_open(unsigned int number, int dirfd, const char *node)
{
	char buffer[256], owner[64], group[64], name[ATTR_SIZE] = "", join[224];
	struct group entry, *found;
	struct passwd user, *known;
	int error = errno;
	struct statvfs fs;
	struct stat st;

	/* The kernel says EINVAL when it is just taking the device away (uio_open() in drivers/uio/uio.c). */
	if ((error == EINVAL || error == ENODEV || error == ENXIO || error == ENOENT) && info_gone(dirfd, number))
		return fail(ENODEV, "uio%u went away while it was opened", number);
	attr_read(dirfd, "name", name);
	if (error == ENOENT || error == ENXIO || error == ENODEV)
		return fail(ENXIO, "uio%u %s: %s: %s, but sysfs tells of the device; is the node made (udev, devtmpfs), or given to this container (--device)?",
			    number, QUOTE(name), node, why(error));
	/* uio_stub, stub_dma_clean(). */
	if (error == EBUSY)
		return fail(error, "uio%u %s: its DMA memory is still part of I/O of a program that has closed it (a pipe, a socket, io_uring); end that program, or unbind and bind the device",
			    number, QUOTE(name));
	/* The UIO core has no EPERM of its own. */
	if (error == EPERM)
		return fail(EACCES, "uio%u %s: %s: %s: not the mode but this process' control group refuses it (of a container: --device; of a service: DeviceAllow=%s)",
			    number, QUOTE(name), node, why(error), node);
	if (error == EACCES && statvfs(node, &fs) == 0 && fs.f_flag & ST_NODEV)
		return fail(EACCES, "uio%u %s: %s: %s: it is in a file system that was mounted nodev", number, QUOTE(name), node, why(error));
	if (error != EACCES || stat(node, &st) < 0)
		return fail(error, "uio%u %s: %s: %s", number, QUOTE(name), node, why(error));
	if (getgrgid_r(st.st_gid, &entry, buffer, sizeof(buffer), &found) == 0 && found)
		snprintf(group, sizeof(group), "%s", found->gr_name);
	else
		snprintf(group, sizeof(group), "%u", st.st_gid);
	if (getpwuid_r(st.st_uid, &user, buffer, sizeof(buffer), &known) == 0 && known)
		snprintf(owner, sizeof(owner), "%s", known->pw_name);
	else
		snprintf(owner, sizeof(owner), "%u", st.st_uid);
	/* Nobody should join root's group, and to join one that has no right is no use. */
	if ((st.st_mode & 0060) == 0060 && st.st_gid)
		snprintf(join, sizeof(join), "join the group %s (usermod -aG %s USER, then log in again)", group, group);
	else
		snprintf(join, sizeof(join), "uiomap's udev rules give such nodes to the group uio (man uiomap.conf)");
	return fail(EACCES, "uio%u %s: no permission for %s: it is mode %04o, owner %s, group %s; %s", number, QUOTE(name), node,
		    st.st_mode & 07777, owner, group, join);
}

/* Every controller holds the lock, shared or alone, so that who comes later learns of it. Who only reads is in nobody's way. */
static int lock(struct uiomap_device *device, const struct stat *node)
{
	bool alone = device->flags & UIOMAP_EXCLUSIVE;
	char who[512];

	if (device->flags & UIOMAP_RDONLY)
		return 0;
	if (flock(device->fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return fail(errno, "%s: can't lock %s: %s", LABEL(device->info), device->info->node, why(errno));
	holders(node, NULL, who, sizeof(who));
	return fail(EBUSY, "%s is held %sby %s", LABEL(device->info), alone ? "" : "exclusively ", who);
}

/* How many interrupts there were before open(2): the kernel's listener begins to count there. */
static int baseline(unsigned int number, int dirfd, uint32_t *total)
{
	char buffer[ATTR_SIZE];
	uint64_t value;

	if (attr_read(dirfd, "event", buffer) < 0 || !parse_number(buffer, false, UINT32_MAX, &value)) {
		if (info_gone(dirfd, number))
			return fail(ENODEV, "uio%u went away while it was opened", number);
		return fail(EPROTO, "uio%u: %s/uio%u/event is no 32-bit number; is this really sysfs?", number,
			    UIOMAP_CLASS, number);
	}
	*total = (uint32_t)value;
	return 0;
}

/* sysfs doesn't tell whether a mainline driver has an interrupt, the open device does: without one, poll(2) fails. */
static void ask_irq(struct uiomap_device *device)
{
	struct pollfd p = { .fd = device->fd, .events = POLLIN };

	if (device->info->irq != UIOMAP_IRQ_UNKNOWN || poll(&p, 1, 0) < 0)
		return;
	if (p.revents & (POLLERR | POLLHUP | POLLNVAL))
		device->info->irq = UIOMAP_IRQ_NONE;
	else if (driver_masks(device->info->driver))
		device->info->irq = UIOMAP_IRQ_MASKED;
}

/* It is what was asked for: the selector still fits, or it is the device of the older snapshot. */
static bool same_device(const struct uiomap_info *a, const struct uiomap_info *b)
{
	return a->rdev == b->rdev && !strcmp(a->name, b->name) && !strcmp(a->syspath, b->syspath);
}

static struct uiomap_device *open_number(unsigned int number, const struct selector *selector,
					 const struct uiomap_info *former, unsigned int flags)
{
	struct uiomap_device *device;
	char node[32];
	struct stat st;

	device = calloc(1, sizeof(*device));
	if (!device) {
		fail(ENOMEM, "uio%u: no memory for a handle", number);
		return NULL;
	}
	snprintf(node, sizeof(node), UIOMAP_DEV "/uio%u", number);
	device->flags = flags;
	device->fd = -1;
	device->wakefd = -1;
	device->configfd = -1;
	device->nonblocking = true;
	/*
	 * From here on sysfs is read through this descriptor. It stays with this
	 * registration of the device: if another device got the number between
	 * any two steps, what follows would fail.
	 */
	device->dirfd = info_dir(number);
	if (device->dirfd < 0 && errno == ENODEV)
		fail_none(NULL, node + strlen(UIOMAP_DEV "/"));
	if (device->dirfd < 0)
		goto close_device;
	info_settle(device->dirfd);
	if (baseline(number, device->dirfd, &device->total) < 0)
		goto close_device;
	/* O_NONBLOCK: what isn't the device's node is seen below, and if it is a FIFO, open(2) must not wait for a writer. */
	device->fd = open(node, (flags & UIOMAP_RDONLY ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (device->fd < 0) {
		fail_open(number, device->dirfd, node);
		goto close_device;
	}
	/* After open(2): some drivers know their addresses only now (uio_dmem_genirq). */
	device->info = info_read(device->dirfd, number);
	if (!device->info)
		goto close_device;
	if (selector ? !selector_match(selector, device->info) : !same_device(former, device->info)) {
		fail(ENODEV, "uio%u is another device now: %s", number, QUOTE(device->info->name));
		goto close_device;
	}
	if (fstat(device->fd, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != device->info->rdev) {
		fail(ENXIO, "%s: %s is not the device that sysfs tells of; remove the stale node", LABEL(device->info), node);
		goto close_device;
	}
	if (lock(device, &st) < 0)
		goto close_device;
	if (flags & UIOMAP_WAKEABLE) {
		device->wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (device->wakefd < 0) {
			fail(errno, "%s: eventfd: %s", LABEL(device->info), why(errno));
			goto close_device;
		}
	}
	ask_irq(device);
	return device;

close_device:
	uiomap_close(device);
	return NULL;
}

static int check_flags(unsigned int flags)
{
	if (flags & ~(UIOMAP_RDONLY | UIOMAP_EXCLUSIVE | UIOMAP_WAKEABLE))
		return fail(EINVAL, "open flags 0x%x: unknown flags", flags);
	if (flags & UIOMAP_RDONLY && flags & UIOMAP_EXCLUSIVE)
		return fail(EINVAL, "open flags UIOMAP_RDONLY | UIOMAP_EXCLUSIVE: a handle for reading keeps nobody off; take one of them");
	return 0;
}

struct uiomap_device *uiomap_open(const char *selector, unsigned int flags)
{
	struct uiomap_device *device = NULL;
	struct selector s;
	unsigned int number;

	if (!selector) {
		fail(EINVAL, "uiomap_open: no selector given (NULL)");
		return NULL;
	}
	if (check_flags(flags) < 0 || selector_parse(selector, &s) < 0)
		return NULL;
	if (find_number(&s, selector, &number) == 0)
		device = open_number(number, &s, NULL, flags);
	selector_clear(&s);
	return device;
}

struct uiomap_device *uiomap_open_info(const struct uiomap_info *info, unsigned int flags)
{
	if (!info) {
		fail(EINVAL, "uiomap_open_info: no snapshot given (NULL)");
		return NULL;
	}
	if (check_flags(flags) < 0)
		return NULL;
	return open_number(info->number, NULL, info, flags);
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
	if (device->fd >= 0)
		close(device->fd);
	device->fd = -1;
	/* Now the last file is closed, if no other handle has it open, and with that the kernel has ended the device's DMA. */
	dma_close(device);
	if (device->dirfd >= 0)
		close(device->dirfd);
	if (device->wakefd >= 0)
		close(device->wakefd);
	if (device->configfd >= 0)
		close(device->configfd);
	uiomap_info_free(device->info);
	free(device);
	errno = error;
}
