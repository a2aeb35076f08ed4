// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Read and write files of configfs and sysfs; error texts. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "uiosim.h"
#include "file.h"

static __thread char error_text[512];

const char *uiosim_error(void)
{
	return error_text;
}

int uiosim_fail(const char *format, ...)
{
	const int err = errno;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(error_text, sizeof(error_text), format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < sizeof(error_text))
		snprintf(error_text + length, sizeof(error_text) - length, ": %s", strerror(err));
	errno = err;
	return -1;
}

int uiosim_write_file(const char *path, const char *text)
{
	const size_t length = strlen(text);
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return uiosim_fail("%s", path);
	/* One write(): sysfs and configfs take each write as a whole value. */
	if (write(fd, text, length) == (ssize_t)length) {
		close(fd);
		return 0;
	}
	err = errno;
	close(fd);
	errno = err;
	return uiosim_fail("writing '%s' to %s", text, path);
}

char *uiosim_read_file(const char *path, size_t *size)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room = 0, have = 0;
	char *content = NULL;
	ssize_t n;
	int err;

	if (fd < 0) {
		uiosim_fail("%s", path);
		return NULL;
	}
	do {
		if (room - have < 2) {
			char *more = realloc(content, room = room ? room * 2 : 65536);

			if (!more) {
				n = -1;
				break;
			}
			content = more;
		}
		n = read(fd, content + have, room - have - 1);
		if (n > 0)
			have += n;
	} while (n > 0);
	err = errno;
	close(fd);
	if (n < 0) {
		free(content);
		errno = err;
		uiosim_fail("reading %s", path);
		return NULL;
	}
	content[have] = 0;
	*size = have;
	return content;
}

int uiosim_read_text(const char *path, char *text, size_t size)
{
	size_t length;
	char *content = uiosim_read_file(path, &length);

	if (!content)
		return -1;
	if (length && content[length - 1] == '\n')
		content[--length] = 0;
	if (length >= size) {
		free(content);
		errno = EOVERFLOW;
		return uiosim_fail("%s holds %zu bytes, room for %zu", path, length, size - 1);
	}
	memcpy(text, content, length + 1);
	free(content);
	return 0;
}
