/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Mapping of a device's memory: with the node, where the file offset selects
 * the map; or, under uio_pci_generic, with a BAR's file in sysfs.
 */
#include "internal.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * After mlockall(MCL_FUTURE) each new mapping is locked, and device memory
 * counts against the limit, too (mlock_future_ok() in mm/mmap.c).
 */
static int fail_locked(const struct uiomap_device *device, unsigned int index)
{
	return uiomap_i_fail(
		EAGAIN,
		"%s: map %u %s can't be mapped: its %llu bytes are more than this process may still lock, and after mlockall(MCL_FUTURE) it must lock all that it maps; raise the limit (ulimit -l; for a service: LimitMEMLOCK=), or map before mlockall(2)",
		LABEL(device->info), index, QUOTE(device->info->maps[index].name),
		(unsigned long long)device->info->lengths[index]);
}

/* Report a failed mmap(2) of the node. */
static int fail_map(const struct uiomap_device *device, unsigned int index)
{
	const struct uiomap_map_info *map = &device->info->maps[index];
	int error = errno;

	if (uiomap_device_removed(device))
		return uiomap_i_fail_gone(device);
	/*
	 * uio_mmap_physical() fails with ENODEV for an unaligned address, EINVAL for a size that is
	 * not a whole number of pages.
	 */
	if (error == EINVAL || error == ENODEV)
		return uiomap_i_fail(
			EINVAL,
			"%s: the kernel refuses map %u %s (addr 0x%llx, size 0x%llx); its driver %s must register whole pages",
			LABEL(device->info), index, QUOTE(map->name), (unsigned long long)map->addr,
			(unsigned long long)map->size, QUOTE(device->info->dev.driver));
	if (error == EAGAIN)
		return fail_locked(device, index);
	return uiomap_i_fail(
		error, "%s: mmap of map %u %s, %llu bytes: %s%s", LABEL(device->info), index,
		QUOTE(map->name), (unsigned long long)device->info->lengths[index],
		uiomap_i_why(error),
		error == ENOMEM ?
			"; no room in the address space (ulimit -v), or too many mappings (sysctl vm.max_map_count)" :
			"");
}

/* Report that a BAR's file can't be opened or mapped, and UIO has no map of the BAR. */
static int fail_bar(const struct uiomap_device *device, unsigned int index)
{
	const char *name = uiomap_i_last_name(device->info->sources[index].file);
	const struct uiomap_info *info = device->info;
	int error = errno;

	if (uiomap_device_removed(device))
		return uiomap_i_fail_gone(device);
	if (error == EPROTO)
		return uiomap_i_fail(EPROTO,
				     "%s: %s/%s is not a regular file; is this really sysfs?",
				     LABEL(info), info->dev.path, name);
	if (error == EACCES || error == EPERM)
		return uiomap_i_fail(
			EACCES, "%s: can't map %s by %s/%s: %s; %s; uio_stub needs no such file",
			LABEL(info), QUOTE(info->maps[index].name), info->dev.path, name,
			uiomap_i_why(error), FILE_RIGHT(error));
	if (error == EAGAIN)
		return fail_locked(device, index);
	return uiomap_i_fail(error, "%s: can't map %s, %llu bytes, by %s/%s: %s%s", LABEL(info),
			     QUOTE(info->maps[index].name),
			     (unsigned long long)info->lengths[index], info->dev.path, name,
			     uiomap_i_why(error),
			     error == EINVAL ? "; a kernel driver claims it (/proc/iomem)" : "");
}

/* Map a BAR with its file in sysfs, from the page in which it begins. */
static void *map_bar(const struct uiomap_device *device, unsigned int index, int prot, int flags)
{
	void *mapping;
	int fd, error;

	fd = uiomap_i_attr_open(device->dirfd, device->info->sources[index].file,
				prot & PROT_WRITE ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return MAP_FAILED;
	mapping = mmap(NULL, device->info->lengths[index], prot, flags, fd, 0);
	error = errno;
	close(fd);
	errno = error;
	return mapping;
}

void *uiomap_i_uio_map(struct uiomap_device *device, unsigned int index, unsigned int how)
{
	const struct map_source *source = &device->info->sources[index];
	int prot = how & UIOMAP_MAP_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;
	int flags = MAP_SHARED | (how & UIOMAP_MAP_PREFAULT ? MAP_POPULATE : 0);
	void *mapping;

	if (*source->file) {
		mapping = map_bar(device, index, prot, flags);
		if (mapping != MAP_FAILED)
			return mapping;
		/*
		 * Without permission for the file, with a read-only /sys or without the file, the
		 * process may still have access to the node. Don't try the node if another driver
		 * has claimed the BAR (EINVAL) or a limit was reached: it would fail as well. A
		 * reader doesn't open the node (uio-node.c).
		 */
		if (source->index < 0 || device->flags & UIOMAP_RDONLY ||
		    (errno != EACCES && errno != EPERM && errno != EROFS && errno != ENOENT)) {
			fail_bar(device, index);
			return MAP_FAILED;
		}
		if (uiomap_i_node_need(device) < 0)
			return MAP_FAILED;
	}
	/*
	 * The file offset, in pages, selects the map; it is always mapped as a whole (uio_mmap() in
	 * drivers/uio/uio.c).
	 */
	mapping = mmap(NULL, device->info->lengths[index], prot, flags, device->fd,
		       (off_t)source->index * sysconf(_SC_PAGESIZE));
	if (mapping == MAP_FAILED)
		fail_map(device, index);
	return mapping;
}
