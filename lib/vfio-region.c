/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A VFIO device's regions: BARs that are mapped, BARs with ports, and
 * configuration space. Each is a part of the device's file; the kernel says at
 * which offset.
 */
#include "vfio.h"

#include <endian.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

int uiomap_i_vfio_region(const struct vfio *vfio, unsigned int index,
			 struct vfio_region_info *region)
{
	*region = (struct vfio_region_info){ .argsz = sizeof(*region), .index = index };
	return ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, region);
}

/* Report a failed access to a region. */
static int fail_region(const struct uiomap_device *device, const char *what, const char *name)
{
	int error = errno;

	return uiomap_i_fail(
		error, "%s: can't %s %s: %s%s", LABEL(device->info), what, name,
		uiomap_i_why(error),
		error == EAGAIN ?
			"; after mlockall(MCL_FUTURE) it is more than this process may still lock (ulimit -l; for a service: LimitMEMLOCK=)" :
			"");
}

/*
 * The parts of a region that can be mapped, if it can't be mapped as a whole.
 * Returns NULL with errno 0 if there is no such list. The caller frees the block
 * of memory that contains it.
 */
static struct vfio_region_info_cap_sparse_mmap *read_sparse(const struct vfio *vfio,
							    const struct vfio_region_info *region,
							    void **block)
{
	struct vfio_region_info *all;

	*block = NULL;
	errno = 0;
	if (!(region->flags & VFIO_REGION_INFO_FLAG_CAPS) || region->argsz <= sizeof(*region))
		return NULL;
	all = calloc(1, region->argsz);
	*block = all;
	if (!all)
		return NULL;
	*all = (struct vfio_region_info){ .argsz = region->argsz, .index = region->index };
	if (ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, all) < 0)
		return NULL;
	for (uint32_t at = all->cap_offset; at && at + 8 <= region->argsz;) {
		struct vfio_info_cap_header *header = (void *)((char *)all + at);

		if (header->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP)
			return (void *)header;
		at = header->next;
	}
	return NULL;
}

/* Map the parts, at their places. Elsewhere an access raises SIGSEGV. */
static void *map_parts(const struct vfio *vfio, const struct vfio_region_info *region,
		       const struct vfio_region_info_cap_sparse_mmap *parts, size_t length,
		       int prot, int flags)
{
	char *mapping = mmap(NULL, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int error;

	if (mapping == MAP_FAILED)
		return MAP_FAILED;
	for (uint32_t i = 0; i < parts->nr_areas; i++) {
		const uint64_t offset = parts->areas[i].offset, size = parts->areas[i].size;

		if (!size)
			continue;
		errno = EPROTO;
		if (offset <= length && size <= length - offset &&
		    mmap(mapping + offset, size, prot, flags | MAP_FIXED, vfio->device,
			 (off_t)(region->offset + offset)) != MAP_FAILED)
			continue;
		error = errno;
		munmap(mapping, length);
		errno = error;
		return MAP_FAILED;
	}
	return mapping;
}

void *uiomap_i_vfio_map(struct uiomap_device *device, unsigned int index, unsigned int how)
{
	const int prot = how & UIOMAP_MAP_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;
	const int flags = MAP_SHARED | (how & UIOMAP_MAP_PREFAULT ? MAP_POPULATE : 0);
	const unsigned int bar = (unsigned int)device->info->sources[index].index;
	const char *name = device->info->maps[index].name;
	const size_t length = device->info->lengths[index];
	struct vfio_region_info_cap_sparse_mmap *parts;
	struct vfio_region_info region;
	void *mapping, *block;
	int error;

	if (uiomap_i_vfio_region(device->vfio, bar, &region) < 0) {
		fail_region(device, "map", name);
		return MAP_FAILED;
	}
	if (!(region.flags & VFIO_REGION_INFO_FLAG_MMAP)) {
		uiomap_i_fail(
			ENOTSUP,
			"%s: VFIO doesn't map %s (0x%llx, size 0x%llx): other devices may have registers in the same page",
			LABEL(device->info), name,
			(unsigned long long)device->info->maps[index].addr,
			(unsigned long long)device->info->maps[index].size);
		return MAP_FAILED;
	}
	parts = read_sparse(device->vfio, &region, &block);
	if (!parts && errno)
		mapping = MAP_FAILED;
	else if (parts)
		mapping = map_parts(device->vfio, &region, parts, length, prot, flags);
	else
		mapping =
			mmap(NULL, length, prot, flags, device->vfio->device, (off_t)region.offset);
	error = errno;
	free(block);
	errno = error;
	if (mapping == MAP_FAILED)
		fail_region(device, "map", name);
	return mapping;
}

int uiomap_i_vfio_port(struct uiomap_device *device, unsigned int index, off_t *begin)
{
	const char *name = device->info->ports[index].name;
	/* "BARn" */
	const unsigned int bar = (unsigned int)(name[3] - '0');
	struct vfio_region_info region;

	if (uiomap_i_vfio_region(device->vfio, bar, &region) < 0)
		return fail_region(device, "open", name);
	if (region.size < device->info->ports[index].size)
		return uiomap_i_fail(ENOTSUP, "%s: VFIO gives no access to its ports %s",
				     LABEL(device->info), name);
	*begin = (off_t)region.offset;
	return device->vfio->device;
}

/* ---- configuration space ---- */

/*
 * The kernel protects what others depend on: BARs, interrupts and power are
 * virtual (drivers/vfio/pci/vfio_pci_config.c).
 */
int uiomap_i_vfio_config(struct uiomap_device *device, size_t offset, void *value, size_t width,
			 bool write)
{
	const struct vfio *vfio = device->vfio;
	const off_t at = (off_t)(vfio->config + offset);
	ssize_t length;

	if (offset > vfio->config_size || width > vfio->config_size - offset)
		return uiomap_i_fail(ERANGE,
				     "%s: %zu bytes at 0x%zx are beyond its configuration space",
				     LABEL(device->info), width, offset);
	length = write ? pwrite(vfio->device, value, width, at) :
			 pread(vfio->device, value, width, at);
	if (length == (ssize_t)width)
		return 0;
	if (length >= 0)
		errno = EPROTO;
	return fail_region(device, write ? "write" : "read", "its configuration space");
}

int uiomap_i_vfio_bus_master(struct uiomap_device *device)
{
	uint16_t command;

	if (uiomap_i_vfio_config(device, PCI_COMMAND, &command, sizeof(command), false) < 0)
		return -1;
	if (le16toh(command) & PCI_COMMAND_MASTER)
		return 0;
	command |= htole16(PCI_COMMAND_MASTER);
	return uiomap_i_vfio_config(device, PCI_COMMAND, &command, sizeof(command), true);
}
