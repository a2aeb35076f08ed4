/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Hugepages as DMA memory, for devices that use physical addresses. A hugepage
 * is contiguous, is never swapped out, and is moved only on request
 * (move_pages(2), memory offlining). /proc/self/pagemap has its physical
 * address, for processes with CAP_SYS_ADMIN
 * (Documentation/admin-guide/mm/pagemap.rst, hugetlbpage.rst).
 *
 * If an IOMMU translates the device's addresses, a physical address would lead
 * the device to other memory or to none. So this is only for PCI on x86 without
 * an IOMMU: there a bus address is a physical address, and caches are coherent.
 */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* pagemap has one 64-bit entry for each page. */
#define PAGEMAP_PRESENT (UINT64_C(1) << 63)
#define PAGEMAP_FRAME	((UINT64_C(1) << 55) - 1)

/* Binding with dma=SIZE is better than hugepages, so each error text names it first. */
#define DMA_BIND(device) REBIND((device)->info, "take", "dma=SIZE")

int uiomap_i_hugepage_refused(const struct uiomap_device *device)
{
	char link[LINK_SIZE], type[ATTR_SIZE];

	if (strcmp(device->info->dev.bus, "pci"))
		return uiomap_i_fail(ENOTSUP, "%s has no DMA memory; to get some, as root: %s",
				     LABEL(device->info), DMA_BIND(device));
#if !defined(__x86_64__) && !defined(__i386__)
	return uiomap_i_fail(
		ENOTSUP,
		"%s has no DMA memory; to get some, as root: %s. Hugepages can't be used: on this architecture its addresses may differ from physical ones, and caches may not be coherent",
		LABEL(device->info), DMA_BIND(device));
#endif
	if (uiomap_i_attr_link(device->dirfd, "device/iommu_group", link) < 0)
		return uiomap_i_fail(errno, "%s: %s/iommu_group: %s", LABEL(device->info),
				     device->info->dev.path, uiomap_i_why(errno));
	if (!*link)
		return uiomap_device_removed(device) ? uiomap_i_fail_gone(device) : 0;
	/* Documentation/ABI/testing/sysfs-kernel-iommu_groups. */
	if (uiomap_i_attr_read(device->dirfd, "device/iommu_group/type", type) >= 0 &&
	    !strcmp(type, "identity"))
		return 0;
	return uiomap_i_fail(
		ENOTSUP,
		"%s has no DMA memory; to get some, as root: %s. Hugepages can't be used: an IOMMU translates its addresses (%s/iommu_group/type is not identity)",
		LABEL(device->info), DMA_BIND(device), device->info->dev.path);
}

size_t uiomap_i_hugepage_size(const struct uiomap_device *device)
{
	static const char key[] = "\nHugepagesize:";
	char text[ATTR_SIZE], *line;
	unsigned long kib = 0;

	if (uiomap_i_attr_read(AT_FDCWD, UIOMAP_PROC "/meminfo", text) < 0) {
		uiomap_i_fail(
			ENOTSUP,
			"%s has no DMA memory; to get some, as root: %s. Hugepages can't be used: %s/meminfo: %s",
			LABEL(device->info), DMA_BIND(device), UIOMAP_PROC, uiomap_i_why(errno));
		return 0;
	}
	line = strstr(text, key);
	if (line)
		kib = strtoul(line + strlen(key), NULL, 10);
	/* It must be a power of two and larger than any base page. */
	if (kib < 64 || kib & (kib - 1) || kib > SIZE_MAX / 4096) {
		uiomap_i_fail(
			ENOTSUP,
			"%s has no DMA memory; to get some, as root: %s. Hugepages can't be used: this kernel has none (%s/meminfo, Hugepagesize)",
			LABEL(device->info), DMA_BIND(device), UIOMAP_PROC);
		return 0;
	}
	return kib * 1024;
}

/* Read the physical address of a page of this process. */
static int physical_address(const struct uiomap_device *device, const void *addr,
			    uint64_t *physical)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), entry = 0;
	int fd = uiomap_i_attr_open(AT_FDCWD, UIOMAP_PROC "/self/pagemap", O_RDONLY);
	ssize_t length;
	int error;

	if (fd < 0)
		return uiomap_i_fail(errno == EPERM ? EACCES : errno, "%s: %s/self/pagemap: %s",
				     LABEL(device->info), UIOMAP_PROC, uiomap_i_why(errno));
	length = pread(fd, &entry, sizeof(entry), (off_t)((uintptr_t)addr / page * sizeof(entry)));
	error = length < 0 ? errno : EIO;
	close(fd);
	if (length != sizeof(entry))
		return uiomap_i_fail(error, "%s: %s/self/pagemap: %s", LABEL(device->info),
				     UIOMAP_PROC, uiomap_i_why(error));
	if (!(entry & PAGEMAP_PRESENT))
		return uiomap_i_fail(
			ENOMEM,
			"%s: no hugepage for DMA memory; maybe the process's control group limits them (hugetlb)",
			LABEL(device->info));
	if (!(entry & PAGEMAP_FRAME))
		return uiomap_i_fail(
			EACCES,
			"%s has no DMA memory; to get some, as root: %s. Hugepages need CAP_SYS_ADMIN, outside any container's user namespace, to read their physical addresses (%s/self/pagemap)",
			LABEL(device->info), DMA_BIND(device), UIOMAP_PROC);
	*physical = (entry & PAGEMAP_FRAME) * page;
	return 0;
}

void *uiomap_i_hugepage_map(const struct uiomap_device *device, size_t size, uint64_t *physical)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t last;
	void *memory;
	int error;

	/* MAP_SHARED: after fork(), a write to a private page moves it to another address. */
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED && errno == ENOMEM) {
		uiomap_i_fail(
			ENOMEM,
			"%s has no DMA memory; to get some, as root: %s. Hugepages can be used too, but none of %zu KiB is free; to reserve 8: echo 8 > /sys/kernel/mm/hugepages/hugepages-%zukB/nr_hugepages, or at boot hugepages=8",
			LABEL(device->info), DMA_BIND(device), size / 1024, size / 1024);
		return MAP_FAILED;
	}
	if (memory == MAP_FAILED) {
		uiomap_i_fail(
			errno, "%s: mmap of a hugepage: %s%s", LABEL(device->info),
			uiomap_i_why(errno),
			errno == EAGAIN ?
				"; it is more than this process may still lock, after mlockall(MCL_FUTURE) (ulimit -l; of a service: LimitMEMLOCK=)" :
				"");
		return MAP_FAILED;
	}
	if (physical_address(device, memory, physical) < 0 ||
	    physical_address(device, (char *)memory + size - page, &last) < 0)
		goto unmap;
	if (*physical % size || last != *physical + size - page) {
		uiomap_i_fail(
			EPROTO,
			"%s: a hugepage of %zu KiB is at 0x%llx to 0x%llx according to %s/self/pagemap, which is impossible",
			LABEL(device->info), size / 1024, (unsigned long long)*physical,
			(unsigned long long)last, UIOMAP_PROC);
		goto unmap;
	}
	return memory;

unmap:
	error = errno;
	munmap(memory, size);
	errno = error;
	return MAP_FAILED;
}
