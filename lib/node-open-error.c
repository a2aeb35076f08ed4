/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The error texts if the node can't be opened: no permission, no node, in use. */
#include "internal.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/statvfs.h>

int uiomap_i_fail_node_right(const char *label, const char *node, const char *advice)
{
	char buffer[256], owner[64], group[64], join[224];
	struct group entry, *found;
	struct passwd user, *known;
	int error = errno;
	struct statvfs fs;
	struct stat st;

	/* Neither the UIO core nor VFIO fails with EPERM. */
	if (error == EPERM)
		return uiomap_i_fail(
			EACCES,
			"%s: %s: %s: not its mode but the process's control group forbids it (for a container: --device; for a service: DeviceAllow=%s)",
			label, node, uiomap_i_why(error), node);
	if (error == EACCES && statvfs(node, &fs) == 0 && fs.f_flag & ST_NODEV)
		return uiomap_i_fail(EACCES, "%s: %s: %s: its file system is mounted nodev", label,
				     node, uiomap_i_why(error));
	if (error != EACCES || stat(node, &st) < 0)
		return uiomap_i_fail(error, "%s: %s: %s", label, node, uiomap_i_why(error));
	if (getgrgid_r(st.st_gid, &entry, buffer, sizeof(buffer), &found) == 0 && found)
		snprintf(group, sizeof(group), "%s", found->gr_name);
	else
		snprintf(group, sizeof(group), "%u", st.st_gid);
	if (getpwuid_r(st.st_uid, &user, buffer, sizeof(buffer), &known) == 0 && known)
		snprintf(owner, sizeof(owner), "%s", known->pw_name);
	else
		snprintf(owner, sizeof(owner), "%u", st.st_uid);
	/* Don't suggest to join root's group, or a group without access. */
	if ((st.st_mode & 0060) == 0060 && st.st_gid) {
		snprintf(join, sizeof(join),
			 "join the group %s (usermod -aG %s USER, then log in again)", group,
			 group);
		advice = join;
	}
	return uiomap_i_fail(EACCES,
			     "%s: no permission for %s: it is mode %04o, owner %s, group %s; %s",
			     label, node, st.st_mode & 07777, owner, group, advice);
}

int uiomap_i_fail_node_open(unsigned int number, int dirfd, const char *node)
{
	char name[ATTR_SIZE] = "", label[LABEL_SIZE];
	int error = errno;

	/* uio_open() in drivers/uio/uio.c fails with EINVAL while the device is being removed. */
	if ((error == EINVAL || error == ENODEV || error == ENXIO || error == ENOENT) &&
	    uiomap_i_uio_gone(dirfd, number))
		return uiomap_i_fail(ENODEV, "uio%u was removed while it was opened", number);
	uiomap_i_attr_read(dirfd, "name", name);
	snprintf(label, sizeof(label), "uio%u %s", number, QUOTE(name));
	if (error == ENOENT || error == ENXIO || error == ENODEV)
		return uiomap_i_fail(
			ENXIO,
			"%s: %s: %s, but sysfs has the device; was the node created (udev, devtmpfs), or passed to this container (--device)?",
			label, node, uiomap_i_why(error));
	/* From stub_dma_clean() in uio_stub. */
	if (error == EBUSY)
		return uiomap_i_fail(
			error,
			"%s: its DMA memory is still in use by I/O of a program that has closed it (a pipe, a socket, io_uring); end that program, or unbind and bind the device",
			label);
	errno = error;
	return uiomap_i_fail_node_right(
		label, node,
		"uiomap's udev rules give such nodes to the group uio (man uiomap.conf)");
}
