/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Finding VFIO devices. Each has a directory vfioN in the class vfio-dev,
 * whatever driver it is bound to (vfio-pci, or one for its kind of card), with a
 * link to its device on the bus. Two nodes lead to it: that of its IOMMU group,
 * /dev/vfio/GROUP, which belongs to all devices of the group, and, where the
 * kernel has CONFIG_VFIO_DEVICE_CDEV, its own, /dev/vfio/devices/vfioN.
 */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static bool is_number(int dirfd, const char *path, dev_t node)
{
	char text[ATTR_SIZE];
	dev_t number;

	return uiomap_i_attr_read(dirfd, path, text) >= 0 && uiomap_i_parse_dev(text, &number) &&
	       number == node;
}

bool uiomap_i_vfio_has_node(int classfd, const char *entry, dev_t node)
{
	char path[sizeof(UIOMAP_SYSFS) + 64], link[LINK_SIZE];

	snprintf(path, sizeof(path), "%s/dev", entry);
	if (is_number(classfd, path, node))
		return true;
	snprintf(path, sizeof(path), "%s/device/iommu_group", entry);
	if (uiomap_i_attr_link(classfd, path, link) < 0)
		return false;
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/class/vfio/%.16s/dev",
		 uiomap_i_last_name(link));
	return is_number(AT_FDCWD, path, node);
}

int uiomap_i_vfio_scan(struct class_scan *scan, struct selector *s)
{
	*scan = (struct class_scan){ 0 };
	/* They have no names, and no numbers as selectors. */
	if (s->form == FORM_NUMBER || s->form == FORM_NAME)
		return 0;
	/* There is no such file, or it was told why it can't be read. */
	if (s->form == FORM_PATH && stat(s->text, &s->file) < 0)
		return 0;
	if (uiomap_i_class_scan_entries(scan, VFIO_CLASS, "vfio") < 0)
		return -1;
	return uiomap_i_match_scan(scan, s, &uiomap_i_vfio_backend);
}

int uiomap_i_vfio_dir(unsigned int number)
{
	char path[sizeof(VFIO_CLASS) + 16];
	int fd;

	snprintf(path, sizeof(path), VFIO_CLASS "/vfio%u", number);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	if (errno == ENOENT || errno == ENODEV)
		return uiomap_i_fail(ENODEV, "vfio%u: there is no such device, %s does not exist",
				     number, path);
	if (errno == ELOOP || errno == ENOTDIR)
		return uiomap_i_fail(EPROTO, "vfio%u: %s: %s; is %s really sysfs?", number, path,
				     uiomap_i_why(errno), UIOMAP_SYSFS);
	return uiomap_i_fail(errno, "vfio%u: %s: %s", number, path, uiomap_i_why(errno));
}

struct uiomap_info *uiomap_i_vfio_snapshot(unsigned int number)
{
	int dirfd = uiomap_i_vfio_dir(number), error;
	struct uiomap_info *info;

	if (dirfd < 0)
		return NULL;
	info = uiomap_i_vfio_info_read(dirfd, number);
	error = errno;
	close(dirfd);
	errno = error;
	return info;
}
