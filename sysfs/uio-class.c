/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "uio-class.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attribute.h"
#include "error-text.h"
#include "number.h"

void uiomap_i_class_scan_close(struct class_scan *scan)
{
	int error = errno;

	if (scan->dir)
		closedir(scan->dir);
	free(scan->numbers);
	errno = error;
}

int uiomap_i_class_scan_add(struct class_scan *scan, unsigned int number)
{
	/* Room is a power of two: grow when count reaches it. */
	if (!(scan->count & (scan->count - 1))) {
		size_t room = scan->count ? 2 * scan->count : 1;
		unsigned int *grown = realloc(scan->numbers, room * sizeof(*grown));

		if (!grown)
			return uiomap_i_fail(ENOMEM, "no memory for the list of devices");
		scan->numbers = grown;
	}
	scan->numbers[scan->count++] = number;
	return 0;
}

int uiomap_i_by_number(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

bool uiomap_i_sysfs_mounted(void)
{
	struct stat st;

	return stat(UIOMAP_SYSFS "/class", &st) == 0 || errno != ENOENT;
}

int uiomap_i_class_scan_entries(struct class_scan *scan, const char *path, const char *prefix)
{
	struct dirent *entry;
	unsigned int number;

	*scan = (struct class_scan){ 0 };
	scan->dir = opendir(path);
	if (!scan->dir && errno == ENOENT)
		return 0;
	if (!scan->dir)
		return uiomap_i_fail(errno, "%s: %s", path, uiomap_i_why(errno));
	while ((errno = 0, entry = readdir(scan->dir)))
		if (uiomap_i_parse_entry(entry->d_name, prefix, &number) &&
		    uiomap_i_class_scan_add(scan, number) < 0) {
			uiomap_i_class_scan_close(scan);
			return -1;
		}
	if (errno) {
		uiomap_i_fail(errno, "%s: can't be listed: %s", path, uiomap_i_why(errno));
		uiomap_i_class_scan_close(scan);
		return -1;
	}
	if (scan->count)
		qsort(scan->numbers, scan->count, sizeof(*scan->numbers), uiomap_i_by_number);
	return 0;
}

int uiomap_i_class_scan_open(struct class_scan *scan)
{
	if (uiomap_i_class_scan_entries(scan, UIOMAP_CLASS, "uio") < 0)
		return -1;
	return scan->dir || uiomap_i_sysfs_mounted() ? 0 : uiomap_i_fail(ENODEV, NO_SYSFS);
}

int uiomap_i_class_numbers(unsigned int **numbers, size_t *count)
{
	struct class_scan scan;

	if (uiomap_i_class_scan_open(&scan) < 0)
		return -1;
	*numbers = scan.numbers;
	*count = scan.count;
	scan.numbers = NULL;
	uiomap_i_class_scan_close(&scan);
	return 0;
}

int uiomap_i_uio_dir(unsigned int number)
{
	char path[sizeof(UIOMAP_CLASS) + 16];
	int fd;

	snprintf(path, sizeof(path), UIOMAP_CLASS "/uio%u", number);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	if (errno == ENOENT || errno == ENODEV)
		return uiomap_i_fail(ENODEV, "uio%u: there is no such device, %s does not exist",
				     number, path);
	if (errno == ELOOP || errno == ENOTDIR)
		return uiomap_i_fail(EPROTO, "uio%u: %s: %s; is %s really sysfs?", number, path,
				     uiomap_i_why(errno), UIOMAP_SYSFS);
	return uiomap_i_fail(errno, "uio%u: %s: %s", number, path, uiomap_i_why(errno));
}

bool uiomap_i_uio_gone(int dirfd, unsigned int number)
{
	char buffer[ATTR_SIZE], path[sizeof(UIOMAP_CLASS) + 16];
	struct stat ours, present;

	if (uiomap_i_attr_read(dirfd, "name", buffer) >= 0)
		return false;
	/*
	 * EINVAL: the kernel is unregistering the device (name_show() in drivers/uio/uio.c);
	 * ENODEV: sysfs has removed the attribute
	 */
	if (errno == EINVAL || errno == ENODEV)
		return true;
	if (errno != ENOENT)
		return false;
	/*
	 * The device was removed, or never had a name. In the second case the class still has this
	 * directory.
	 */
	snprintf(path, sizeof(path), UIOMAP_CLASS "/uio%u", number);
	return fstat(dirfd, &ours) < 0 || stat(path, &present) < 0 ||
	       ours.st_ino != present.st_ino || ours.st_dev != present.st_dev;
}

int uiomap_i_fail_attr(int dirfd, unsigned int number, const char *path)
{
	int error = errno;

	if ((error == ENOENT || error == ENODEV || error == EINVAL) &&
	    uiomap_i_uio_gone(dirfd, number))
		return uiomap_i_fail(ENODEV, "uio%u was removed while %s was read", number, path);
	if (error == ENOENT || error == ENOTDIR)
		return uiomap_i_fail(EPROTO, "uio%u: %s/uio%u/%s is missing; is this really sysfs?",
				     number, UIOMAP_CLASS, number, path);
	if (error == EPROTO)
		return uiomap_i_fail(
			EPROTO,
			"uio%u: %s/uio%u/%s is not text of at most a page; is this really sysfs?",
			number, UIOMAP_CLASS, number, path);
	if (error == ELOOP || error == EINVAL || error == ENODEV || error == EIO)
		return uiomap_i_fail(EPROTO, "uio%u: %s/uio%u/%s: %s", number, UIOMAP_CLASS, number,
				     path, uiomap_i_why(error));
	return uiomap_i_fail(error, "uio%u: %s/uio%u/%s: %s", number, UIOMAP_CLASS, number, path,
			     uiomap_i_why(error));
}
