/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Opening a VFIO device by the node of its IOMMU group. A group is what the
 * IOMMU can tell apart: all its devices belong to one program, or to none. Each
 * handle has a container, which is one set of DMA mappings, with one group.
 *
 * The kernel lets nobody open a group twice. The handle also holds a lock on the
 * group's node, so that later ones can tell who has it (lock-owner.c).
 */
#include "vfio.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CONTAINER UIOMAP_DEV "/vfio/vfio"

static int fail_container(const struct uiomap_device *device)
{
	const char *label = LABEL(device->info);

	if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
		return uiomap_i_fail(
			ENXIO,
			"%s: %s: %s; is VFIO loaded (modprobe vfio), and is the node passed to this container (--device)?",
			label, CONTAINER, uiomap_i_why(errno));
	return uiomap_i_fail_node_right(label, CONTAINER,
					"any user may open it: chmod 666 " CONTAINER);
}

static int fail_busy(const struct uiomap_device *device)
{
	const struct uiomap_info *info = device->info;
	struct stat node;
	char who[512] = "another process";

	if (stat(info->node, &node) == 0)
		uiomap_i_lock_owners(&node, NULL, who, sizeof(who));
	return uiomap_i_fail(
		EBUSY, "%s: its IOMMU group %u is held by %s; VFIO gives a group to one handle",
		LABEL(info), info->group, who);
}

static int fail_open(const struct uiomap_device *device)
{
	const struct uiomap_info *info = device->info;
	char advice[160];

	if (uiomap_i_vfio_gone(device->dirfd))
		return uiomap_i_fail_gone(device);
	if (errno == EBUSY)
		return fail_busy(device);
	if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
		return uiomap_i_fail(
			ENXIO,
			"%s: %s: %s, but sysfs has the device; was the node created (udev, devtmpfs), or passed to this container (--device)?",
			LABEL(info), info->node, uiomap_i_why(errno));
	snprintf(advice, sizeof(advice),
		 "as root give it to a user or a group: chgrp GROUP %s; chmod 660 %s", info->node,
		 info->node);
	return uiomap_i_fail_node_right(LABEL(info), info->node, advice);
}

/*
 * List the group's other devices that are bound to kernel drivers. Drivers of
 * VFIO, and those of ports and bridges, do no harm (driver_managed_dma).
 */
static void describe_others(const struct uiomap_device *device, char *buffer, size_t size)
{
	static const char * const harmless[] = { "pcieport", "pci-stub" };
	int fd = openat(device->dirfd, "device/iommu_group/devices",
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t used = 0;

	snprintf(buffer, size, "another of its devices");
	if (!dir && fd >= 0)
		close(fd);
	while (dir && (entry = readdir(dir)) && used < size) {
		char path[300], link[LINK_SIZE];
		struct stat st;
		bool harm = *entry->d_name != '.';

		snprintf(path, sizeof(path), "%s/vfio-dev", entry->d_name);
		if (!harm || fstatat(fd, path, &st, 0) == 0)
			continue;
		snprintf(path, sizeof(path), "%s/driver", entry->d_name);
		if (uiomap_i_attr_link(fd, path, link) < 0 || !*link)
			continue;
		for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
			harm &= !!strcmp(uiomap_i_last_name(link), harmless[i]);
		if (harm)
			used += (size_t)snprintf(buffer + used, size - used, "%s%.60s (%.60s)",
						 used ? ", " : "", entry->d_name,
						 uiomap_i_last_name(link));
	}
	if (dir)
		closedir(dir);
}

static int fail_viable(const struct uiomap_device *device)
{
	const struct uiomap_info *info = device->info;
	char others[256];

	describe_others(device, others, sizeof(others));
	return uiomap_i_fail(
		EBUSY,
		"%s: its IOMMU group %u can't be used: %s has a kernel driver, and the IOMMU can't keep the devices of a group apart; bind each of them to vfio-pci too, or to no driver: echo ADDRESS > /sys/bus/pci/devices/ADDRESS/driver/unbind",
		LABEL(info), info->group, others);
}

/* Report a failed ioctl(2). */
static int fail_ioctl(const struct uiomap_device *device, const char *what)
{
	if (uiomap_i_vfio_gone(device->dirfd))
		return uiomap_i_fail_gone(device);
	return uiomap_i_fail(errno, "%s: %s of %s: %s", LABEL(device->info), what,
			     device->info->node, uiomap_i_why(errno));
}

static int open_group(struct uiomap_device *device)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	struct vfio *vfio = device->vfio;
	struct stat st;

	vfio->group = open(device->info->node, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (vfio->group < 0)
		return fail_open(device);
	if (fstat(vfio->group, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != device->info->rdev)
		return uiomap_i_fail(ENXIO, "%s: %s is the node of another group; remove it",
				     LABEL(device->info), device->info->node);
	/* Nobody else can have the group open, so there is no conflict; it only says who has it. */
	flock(vfio->group, LOCK_EX | LOCK_NB);
	if (ioctl(vfio->group, VFIO_GROUP_GET_STATUS, &status) < 0)
		return fail_ioctl(device, "VFIO_GROUP_GET_STATUS");
	return status.flags & VFIO_GROUP_FLAGS_VIABLE ? 0 : fail_viable(device);
}

/* Set up the group's IOMMU, and with it the container. */
static int set_iommu(struct uiomap_device *device)
{
	struct vfio *vfio = device->vfio;

	if (ioctl(vfio->container, VFIO_GET_API_VERSION) != VFIO_API_VERSION)
		return uiomap_i_fail(ENOTSUP,
				     "%s: this kernel's VFIO has another interface than %d",
				     LABEL(device->info), VFIO_API_VERSION);
	if (ioctl(vfio->container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) <= 0)
		return uiomap_i_fail(
			ENOTSUP,
			"%s: VFIO has no driver for this machine's IOMMU: modprobe vfio_iommu_type1",
			LABEL(device->info));
	if (ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container) < 0)
		return errno == EPERM || errno == EBUSY ?
			       fail_viable(device) :
			       fail_ioctl(device, "VFIO_GROUP_SET_CONTAINER");
	if (ioctl(vfio->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) == 0)
		return 0;
	if (errno == EPERM)
		return uiomap_i_fail(
			EPERM,
			"%s: the IOMMU doesn't remap interrupts, so the device could send any interrupt; if you trust it: echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts",
			LABEL(device->info));
	return fail_ioctl(device, "VFIO_SET_IOMMU");
}

static int open_device(struct uiomap_device *device)
{
	struct vfio_region_info config = { .argsz = sizeof(config) };
	struct vfio_device_info info = { .argsz = sizeof(info) };
	struct vfio *vfio = device->vfio;

	/* This opens the device: the kernel powers it up, and resets it if it can. */
	vfio->device = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, device->info->dev.name);
	if (vfio->device < 0)
		return fail_ioctl(device, "VFIO_GROUP_GET_DEVICE_FD");
	if (ioctl(vfio->device, VFIO_DEVICE_GET_INFO, &info) < 0)
		return fail_ioctl(device, "VFIO_DEVICE_GET_INFO");
	if (!(info.flags & VFIO_DEVICE_FLAGS_PCI))
		return uiomap_i_fail(EPROTO, "%s: VFIO doesn't have it as a PCI device",
				     LABEL(device->info));
	if (uiomap_i_vfio_region(vfio, VFIO_PCI_CONFIG_REGION_INDEX, &config) < 0)
		return fail_ioctl(device, "VFIO_DEVICE_GET_REGION_INFO");
	vfio->config = config.offset;
	vfio->config_size = config.size;
	return 0;
}

int uiomap_i_vfio_open(struct uiomap_device *device)
{
	const struct uiomap_info *info = device->info;
	struct vfio *vfio = malloc(sizeof(*vfio));

	if (!vfio)
		return uiomap_i_fail(ENOMEM, "%s: no memory for a handle", LABEL(info));
	*vfio = (struct vfio){ .container = -1, .group = -1, .device = -1, .pollfd = -1 };
	device->vfio = vfio;
	if (strstr(info->node, "/noiommu-"))
		return uiomap_i_fail(
			ENOTSUP,
			"%s: no IOMMU confines it (%s), so VFIO gives it no DMA memory: bind it to uio_stub (uiomap bind %s), or turn the IOMMU on",
			LABEL(info), info->node, LABEL(info));
	if (info->rdev == info->cdev)
		return uiomap_i_fail(
			ENOTSUP,
			"%s: this kernel has no nodes of IOMMU groups (CONFIG_VFIO_GROUP), only %s, which this library can't use yet",
			LABEL(info), info->node);
	vfio->container = open(CONTAINER, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (vfio->container < 0)
		return fail_container(device);
	if (open_group(device) < 0 || set_iommu(device) < 0 || open_device(device) < 0 ||
	    uiomap_i_vfio_dma_ranges(device) < 0 || uiomap_i_vfio_irq_watch(device) < 0)
		return -1;
	return device->flags & UIOMAP_RDONLY ? 0 : uiomap_i_vfio_irq_open(device);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void uiomap_i_vfio_close(struct uiomap_device *device)
{
	struct vfio *vfio = device->vfio;
	int error = errno;

	if (!vfio)
		return;
	close_fd(&vfio->pollfd);
	close_fd(&device->fd);
	close_fd(&device->gonefd);
	/* The device first: its DMA must have ended when the mappings go, with the container. */
	close_fd(&vfio->device);
	close_fd(&vfio->group);
	close_fd(&vfio->container);
	uiomap_i_vfio_dma_forget(vfio);
	errno = error;
}
