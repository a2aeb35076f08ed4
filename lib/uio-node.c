/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The node, /dev/uioN: when it is opened, permissions, and effects of its close.
 *
 * Under uio_pci_generic each close of the node turns the card's bus mastering
 * off, even if others have it open (release() in drivers/uio/uio_pci_generic.c):
 * other programs' DMA stops. So, under uio_pci_generic:
 * - A reader never opens the node: sysfs has what it needs.
 * - A controller opens the node when it first needs it, or immediately with
 *   UIOMAP_EXCLUSIVE. Until then it locks a BAR's file: closing that has no
 *   effect, and it has the same permissions as the node.
 * - An exclusive controller is detected before the node is opened.
 * - After a close, bus mastering is turned on again if others have the node open.
 */
#include "internal.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int uiomap_i_node_baseline(struct uiomap_device *device, unsigned int number)
{
	char buffer[ATTR_SIZE];
	uint64_t value;

	if (uiomap_i_attr_read(device->dirfd, "event", buffer) < 0 ||
	    !uiomap_i_parse_number(buffer, false, UINT32_MAX, &value)) {
		if (uiomap_i_uio_gone(device->dirfd, number))
			return uiomap_i_fail(ENODEV, "uio%u was removed while it was opened",
					     number);
		return uiomap_i_fail(
			EPROTO, "uio%u: %s/uio%u/event is no 32-bit number; is this really sysfs?",
			number, UIOMAP_CLASS, number);
	}
	device->node_total = (uint32_t)value;
	return 0;
}

/*
 * sysfs doesn't show whether a mainline driver has an interrupt. Without one,
 * poll(2) of the node reports an error.
 */
static void ask_irq(struct uiomap_device *device)
{
	struct pollfd p = { .fd = device->fd, .events = POLLIN };

	if (device->info->irq != UIOMAP_IRQ_UNKNOWN || poll(&p, 1, 0) < 0)
		return;
	if (p.revents & (POLLERR | POLLHUP | POLLNVAL))
		device->info->irq = UIOMAP_IRQ_NONE;
	else if (uiomap_i_driver_masks(device->info->dev.driver))
		device->info->irq = UIOMAP_IRQ_MASKED;
}

bool uiomap_i_node_waits(const char *driver)
{
	return !strcmp(uiomap_i_last_name(driver), "uio_pci_generic");
}

int uiomap_i_node_open(struct uiomap_device *device, unsigned int number)
{
	char node[32];

	snprintf(node, sizeof(node), UIOMAP_DEV "/uio%u", number);
	/*
	 * The node may be replaced by another file, which hold() detects later. O_NONBLOCK: if it
	 * is a FIFO, open(2) must not wait for a writer.
	 */
	device->fd = open(node, (device->flags & UIOMAP_RDONLY ? O_RDONLY : O_RDWR) | O_CLOEXEC |
					O_NOCTTY | O_NONBLOCK);
	device->nonblocking = true;
	return device->fd < 0 ? uiomap_i_fail_node_open(number, device->dirfd, node) : 0;
}

static int fail_held(const struct uiomap_device *device, const struct stat *file)
{
	char who[512];

	uiomap_i_lock_owners(file, NULL, who, sizeof(who));
	return uiomap_i_fail(EBUSY, "%s is held %sby %s", LABEL(device->info),
			     device->flags & UIOMAP_EXCLUSIVE ? "" : "exclusively ", who);
}

/* Every controller holds a lock, shared or exclusive, that later ones find. */
static int lock(const struct uiomap_device *device, int fd)
{
	struct stat file;

	if (flock(fd, (device->flags & UIOMAP_EXCLUSIVE ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK || fstat(fd, &file) < 0)
		return uiomap_i_fail(errno, "%s: can't lock %s: %s", LABEL(device->info),
				     device->info->node, uiomap_i_why(errno));
	return fail_held(device, &file);
}

/* Check that the open node is the device's, and lock it. Readers need no lock. */
static int hold(struct uiomap_device *device)
{
	const struct uiomap_info *info = device->info;
	struct stat st;

	if (fstat(device->fd, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != info->rdev)
		return uiomap_i_fail(ENXIO, "%s: %s is the node of another device; remove it",
				     LABEL(info), info->node);
	if (!(device->flags & UIOMAP_RDONLY) && lock(device, device->fd) < 0)
		return -1;
	device->held = true;
	ask_irq(device);
	return 0;
}

/* The file of the first BAR: only root and its group can open it, and closing it has no effect. */
static bool bar_file(const struct uiomap_info *info, char *file, size_t size)
{
	if (info->map_count)
		snprintf(file, size, "%s", info->sources[0].file);
	else if (info->port_count)
		snprintf(file, size, "device/resource%s", info->ports[0].name + strlen("BAR"));
	return info->map_count || info->port_count;
}

/*
 * Returns 1 if locked, 0 if it can't be opened or there is none, -1 with errno
 * and text if another process has it.
 */
static int lock_bar(struct uiomap_device *device)
{
	char file[48];

	if (!bar_file(device->info, file, sizeof(file)))
		return 0;
	device->lockfd = uiomap_i_attr_open(device->dirfd, file, O_RDWR);
	if (device->lockfd < 0)
		return 0;
	return lock(device, device->lockfd) < 0 ? -1 : 1;
}

/* Lock a device of uio_pci_generic, for a controller. */
static int hold_card(struct uiomap_device *device)
{
	struct stat st;
	int locked;

	/*
	 * A controller that could open only the node has locked only the node. If /proc doesn't
	 * show its lock, lock() detects it later.
	 */
	if (stat(device->info->node, &st) == 0 &&
	    uiomap_i_locks_on(&st, !(device->flags & UIOMAP_EXCLUSIVE)))
		return fail_held(device, &st);
	locked = lock_bar(device);
	if (locked < 0)
		return -1;
	return locked && !(device->flags & UIOMAP_EXCLUSIVE) ? 0 : uiomap_i_node_need(device);
}

int uiomap_i_node_hold(struct uiomap_device *device)
{
	if (device->fd >= 0)
		return hold(device);
	return device->flags & UIOMAP_RDONLY ? 0 : hold_card(device);
}

int uiomap_i_node_need(struct uiomap_device *device)
{
	const unsigned int number = device->info->number;

	if (device->fd >= 0)
		return 0;
	if (uiomap_device_removed(device))
		return uiomap_i_fail_gone(device);
	if (uiomap_i_node_baseline(device, number) < 0 || uiomap_i_node_open(device, number) < 0)
		return -1;
	if (hold(device) < 0 || uiomap_i_range_mark(device) < 0)
		goto close_node;
	/*
	 * If the device is still there, the opened node is its own, and not that of another device
	 * that got its number.
	 */
	if (!uiomap_device_removed(device))
		return 0;
	uiomap_i_fail_gone(device);

close_node:
	uiomap_i_node_close(device);
	return -1;
}

/*
 * Close the node under uio_pci_generic, which turns bus mastering off. Turn it
 * on again if others have the node open.
 */
static void close_card(struct uiomap_device *device)
{
	struct stat node;
	bool on, others_visible;

	/*
	 * The card may still use buffers that were not freed. Leave bus mastering off then: no
	 * transfer may continue into memory that is reused.
	 */
	on = uiomap_i_range_marked(device) && !device->buffers && fstat(device->fd, &node) == 0 &&
	     uiomap_i_config_mastering(device);
	others_visible = on && uiomap_i_locks_on(&node, false) > (device->held ? 1 : 0);
	close(device->fd);
	if (!on)
		return;
	uiomap_i_config_set_mastering(device, true);
	/* The last other user may have closed the node meanwhile, and freed its DMA memory. */
	if (others_visible && !uiomap_i_locks_on(&node, false))
		uiomap_i_config_set_mastering(device, false);
}

void uiomap_i_node_close(struct uiomap_device *device)
{
	int error = errno;

	if (device->fd >= 0 && device->info && uiomap_i_pci_generic(device->info))
		close_card(device);
	else if (device->fd >= 0)
		close(device->fd);
	device->fd = -1;
	device->held = false;
	if (device->lockfd >= 0)
		close(device->lockfd);
	device->lockfd = -1;
	errno = error;
}
