/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Finding UIO devices. A selector that is a number or a node needs no search. */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* sysfs finds the device by the node's number; the node may have any name. */
static int scan_node(struct class_scan *scan, const struct stat *node)
{
	char path[sizeof(UIOMAP_SYSFS) + 48], link[LINK_SIZE];
	unsigned int number;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/dev/char/%u:%u", major(node->st_rdev),
		 minor(node->st_rdev));
	if (uiomap_i_attr_link(AT_FDCWD, path, link) < 0)
		return uiomap_i_fail(errno, "%s: %s", path, uiomap_i_why(errno));
	return uiomap_i_parse_uio(uiomap_i_last_name(link), &number) ?
		       uiomap_i_class_scan_add(scan, number) :
		       0;
}

int uiomap_i_uio_scan(struct class_scan *scan, struct selector *s)
{
	*scan = (struct class_scan){ 0 };
	if (s->form == FORM_NUMBER)
		return uiomap_i_class_scan_add(scan, s->number);
	if (s->form == FORM_PATH) {
		if (stat(s->text, &s->file) < 0)
			return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ?
				       0 :
				       uiomap_i_fail(errno, "selector %s: %s", QUOTE(s->text),
						     uiomap_i_why(errno));
		if (S_ISCHR(s->file.st_mode))
			return scan_node(scan, &s->file);
	}
	if (uiomap_i_class_scan_open(scan) < 0)
		return -1;
	return uiomap_i_match_scan(scan, s, &uiomap_i_uio_backend);
}

struct uiomap_info *uiomap_i_uio_snapshot(unsigned int number)
{
	int dirfd = uiomap_i_uio_dir(number), error;
	struct uiomap_info *info;

	if (dirfd < 0)
		return NULL;
	info = uiomap_i_info_read(dirfd, number, NULL);
	error = errno;
	close(dirfd);
	errno = error;
	return info;
}
