/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The snapshot of a VFIO device: what sysfs has about it. */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool uiomap_i_vfio_gone(int dirfd)
{
	struct stat st;

	return fstatat(dirfd, "device", &st, AT_SYMLINK_NOFOLLOW) < 0;
}

int uiomap_i_vfio_fail_attr(int dirfd, unsigned int number, const char *path)
{
	int error = errno;

	if ((error == ENOENT || error == ENODEV) && uiomap_i_vfio_gone(dirfd))
		return uiomap_i_fail(ENODEV, "vfio%u was removed while %s was read", number, path);
	if (error == ENOENT || error == ENOTDIR || error == EPROTO)
		return uiomap_i_fail(EPROTO, "vfio%u: %s/vfio%u/%s is %s; is this really sysfs?",
				     number, VFIO_CLASS, number, path,
				     error == EPROTO ? "not text of at most a page" : "missing");
	return uiomap_i_fail(error == ELOOP || error == EIO ? EPROTO : error,
			     "vfio%u: %s/vfio%u/%s: %s", number, VFIO_CLASS, number, path,
			     uiomap_i_why(error));
}

static int no_memory(unsigned int number)
{
	return uiomap_i_fail(ENOMEM, "vfio%u: no memory for its description", number);
}

/* Read the device on the bus: path, bus, name on the bus, driver, device-tree node. */
static int read_parent(int dirfd, struct uiomap_info *info)
{
	char entry[sizeof(VFIO_CLASS) + 16], link[LINK_SIZE], path[4096] = VFIO_CLASS;
	char *end;

	snprintf(entry, sizeof(entry), VFIO_CLASS "/vfio%u", info->number);
	if (uiomap_i_attr_link(AT_FDCWD, entry, link) < 0)
		return uiomap_i_vfio_fail_attr(dirfd, info->number, "");
	uiomap_i_follow(path, sizeof(path), link);
	/* DEVICE/vfio-dev/vfioN */
	end = strstr(path, "/vfio-dev/vfio");
	if (!*link || !end)
		return uiomap_i_fail(EPROTO, "vfio%u: %s is not a link to DEVICE/vfio-dev/vfio%u",
				     info->number, entry, info->number);
	*end = '\0';
	info->dev.path = strdup(path);
	info->dev.name = strdup(uiomap_i_last_name(path));
	if (!info->dev.path || !info->dev.name)
		return no_memory(info->number);
	if (!uiomap_i_bus_device_bus(&info->dev) || !uiomap_i_bus_device_driver(&info->dev) ||
	    !uiomap_i_bus_device_of_path(&info->dev))
		return errno == ENOMEM ? no_memory(info->number) :
					 uiomap_i_vfio_fail_attr(dirfd, info->number, "device");
	return 0;
}

/* Read the number of a node; 0 if there is no such file. */
static int read_node(int dirfd, const struct uiomap_info *info, int at, const char *path,
		     dev_t *node)
{
	char text[ATTR_SIZE];

	*node = 0;
	if (uiomap_i_attr_read(at, path, text) < 0)
		return errno == ENOENT ? 0 : uiomap_i_vfio_fail_attr(dirfd, info->number, path);
	if (!uiomap_i_parse_dev(text, node))
		return uiomap_i_fail(EPROTO, "vfio%u: %s is not MAJOR:MINOR", info->number, path);
	return 0;
}

/*
 * Its nodes. The group's is used if there is one: it serves every kernel, and
 * other programs expect it. Without an IOMMU the group's has another name
 * (vfio_group_find_or_alloc() in drivers/vfio/group.c).
 */
static int read_nodes(int dirfd, struct uiomap_info *info)
{
	char link[LINK_SIZE], path[sizeof(UIOMAP_SYSFS) + 64], name[20];
	uint64_t group;

	if (uiomap_i_attr_link(dirfd, "device/iommu_group", link) < 0)
		return uiomap_i_vfio_fail_attr(dirfd, info->number, "device/iommu_group");
	if (!uiomap_i_parse_number(uiomap_i_last_name(link), false, INT32_MAX, &group))
		return uiomap_i_fail(EPROTO, "vfio%u: %s/iommu_group is not a link to a group",
				     info->number, info->dev.path);
	info->group = (unsigned int)group;
	if (read_node(dirfd, info, dirfd, "dev", &info->cdev) < 0)
		return -1;
	for (int i = 0; i < 2 && !info->rdev; i++) {
		snprintf(name, sizeof(name), "%s%u", i ? "noiommu-" : "", info->group);
		snprintf(path, sizeof(path), UIOMAP_SYSFS "/class/vfio/%s/dev", name);
		if (read_node(dirfd, info, AT_FDCWD, path, &info->rdev) < 0)
			return -1;
		snprintf(info->node, sizeof(info->node), UIOMAP_DEV "/vfio/%s", name);
	}
	if (info->rdev)
		return 0;
	if (!info->cdev)
		return uiomap_i_fail(EPROTO, "vfio%u: neither it nor its IOMMU group %u has a node",
				     info->number, info->group);
	info->rdev = info->cdev;
	snprintf(info->node, sizeof(info->node), UIOMAP_DEV "/vfio/devices/vfio%u", info->number);
	return 0;
}

struct uiomap_info *uiomap_i_vfio_info_read(int dirfd, unsigned int number)
{
	struct uiomap_info *info = calloc(1, sizeof(*info));
	int error;

	if (!info) {
		no_memory(number);
		return NULL;
	}
	info->backend = &uiomap_i_vfio_backend;
	info->number = number;
	uiomap_i_bus_device_at(&info->dev, dirfd, "device/");
	info->name = strdup("");
	info->version = strdup("");
	if (!info->name || !info->version)
		no_memory(number);
	else if (read_parent(dirfd, info) == 0 && read_nodes(dirfd, info) == 0 &&
		 uiomap_i_pci_read(dirfd, info) == 0) {
		info->dev.dirfd = -1;
		return info;
	}
	error = errno;
	uiomap_info_free(info);
	errno = error;
	return NULL;
}
