/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Controllers share the device's coherent map. Each one locks the bytes of the
 * node that correspond to its buffers (F_OFD_SETLK, fcntl(2)). Such a lock
 * belongs to the open file: two handles of one process exclude each other too,
 * and the kernel releases the lock with the last descriptor, however the
 * process ended.
 */
#include "internal.h"

#include <fcntl.h>
#include <unistd.h>

static struct flock bytes(short type, size_t begin, size_t size)
{
	return (struct flock){ .l_type = type,
			       .l_whence = SEEK_SET,
			       .l_start = (off_t)begin,
			       .l_len = (off_t)size };
}

/*
 * Find a lock of another handle that overlaps these bytes. Returns 1 if there
 * is one, 0 if not, -1 with errno and text on failure.
 */
static int find_conflict(const struct uiomap_device *device, size_t begin, size_t size,
			 size_t *start, size_t *end)
{
	struct flock other = bytes(F_WRLCK, begin, size);

	if (fcntl(device->fd, F_OFD_GETLK, &other) < 0)
		return uiomap_i_fail(
			errno,
			"%s: can't read which parts of its DMA memory are in use (F_OFD_GETLK on %s): %s",
			LABEL(device->info), device->info->node, uiomap_i_why(errno));
	if (other.l_type == F_UNLCK)
		return 0;
	*start = (size_t)other.l_start;
	*end = other.l_len ? (size_t)(other.l_start + other.l_len) : SIZE_MAX;
	return 1;
}

int uiomap_i_range_take(const struct uiomap_device *device, size_t begin, size_t size, size_t *end)
{
	struct flock ours = bytes(F_WRLCK, begin, size);
	size_t start;
	int found;

	do {
		if (fcntl(device->fd, F_OFD_SETLK, &ours) == 0)
			return 1;
		if (errno != EAGAIN && errno != EACCES)
			return uiomap_i_fail(
				errno,
				"%s: can't take a part of its DMA memory (F_OFD_SETLK on %s): %s",
				LABEL(device->info), device->info->node, uiomap_i_why(errno));
		found = find_conflict(device, begin, size, &start, end);
		/* The other handle released it in between: try again. */
	} while (!found);
	return found < 0 ? -1 : 0;
}

void uiomap_i_range_give_back(const struct uiomap_device *device, size_t begin, size_t size)
{
	struct flock ours = bytes(F_UNLCK, begin, size);

	fcntl(device->fd, F_OFD_SETLK, &ours);
}

void uiomap_i_range_room(const struct uiomap_device *device, size_t begin, size_t limit,
			 struct room *room)
{
	while (begin < limit) {
		size_t start, end = limit, gap = limit;

		/*
		 * The kernel reports any lock that overlaps, not the first one. So shorten the
		 * range until nothing overlaps.
		 */
		while (gap > begin && find_conflict(device, begin, gap - begin, &start, &end) > 0) {
			gap = start > begin ? start : begin;
			room->others = true;
		}
		room->left += gap - begin;
		room->largest = gap - begin > room->largest ? gap - begin : room->largest;
		begin = gap < limit ? end : limit;
	}
}

int uiomap_i_range_mark(const struct uiomap_device *device)
{
	struct flock mark = bytes(F_RDLCK, 0, 1);

	if (fcntl(device->fd, F_OFD_SETLK, &mark) == 0)
		return 0;
	return uiomap_i_fail(errno, "%s: can't lock %s (F_OFD_SETLK): %s", LABEL(device->info),
			     device->info->node, uiomap_i_why(errno));
}

bool uiomap_i_range_marked(const struct uiomap_device *device)
{
	struct flock other = bytes(F_WRLCK, 0, 1);

	return fcntl(device->fd, F_OFD_GETLK, &other) == 0 && other.l_type != F_UNLCK;
}
