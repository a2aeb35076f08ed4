/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Reading sysfs. Opening an attribute relative to its device's directory costs
 * less than half as much as by its full path, which resolves the class link
 * each time. It also can't reach another device that got the number meanwhile.
 *
 * No content is trusted: names and versions come from the kernel driver, and
 * what a container has mounted may not be sysfs at all.
 */
#include "attribute.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t uiomap_i_attr_read(int dirfd, const char *path, char buffer[ATTR_SIZE])
{
	ssize_t length;
	int fd, error;

	/* O_NONBLOCK: don't block if this is a FIFO or a terminal */
	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	length = read(fd, buffer, ATTR_SIZE);
	error = errno;
	close(fd);
	errno = error;
	if (length < 0) {
		if (errno == EISDIR || errno == EAGAIN)
			errno = EPROTO;
		return -1;
	}
	if (length == ATTR_SIZE) {
		errno = EPROTO;
		return -1;
	}
	if (length && buffer[length - 1] == '\n')
		length--;
	buffer[length] = '\0';
	if (strlen(buffer) != (size_t)length) {
		errno = EPROTO;
		return -1;
	}
	return length;
}

/* Returns the length, or -1 with errno. sysfs returns at most a page for each read(2). */
static ssize_t read_all(int dirfd, const char *path, char *bytes, size_t size)
{
	const int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t length = 0, n = fd < 0 ? -1 : 0;

	while (fd >= 0 && (size_t)length < size &&
	       (n = read(fd, bytes + length, size - (size_t)length)) > 0)
		length += n;
	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : length;
}

size_t uiomap_i_attr_bytes(int dirfd, const char *path, char *bytes, size_t size)
{
	const ssize_t length = read_all(dirfd, path, bytes, size);

	return length < 0 ? 0 : (size_t)length;
}

bool uiomap_i_attr_line(int dirfd, const char *path, char *text, size_t size)
{
	const ssize_t length = read_all(dirfd, path, text, size - 1);

	text[length < 0 ? 0 : length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return length >= 0;
}

int uiomap_i_attr_open(int dirfd, const char *path, int flags)
{
	int fd = openat(dirfd, path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = EPROTO;
	return -1;
}

int uiomap_i_attr_link(int dirfd, const char *path, char buffer[LINK_SIZE])
{
	ssize_t length = readlinkat(dirfd, path, buffer, LINK_SIZE);

	if (length < 0) {
		if (errno != ENOENT && errno != EINVAL && errno != ENOTDIR)
			return -1;
		length = 0;
	}
	if (length == LINK_SIZE) {
		errno = EPROTO;
		return -1;
	}
	buffer[length] = '\0';
	return 0;
}

const char *uiomap_i_last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
