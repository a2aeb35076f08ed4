/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * PCI ids and BARs, from sysfs.
 *
 * uio_pci_generic registers 32-bit memory BARs that are not prefetchable, and
 * no others (probe() in drivers/uio/uio_pci_generic.c). So under it all BARs are
 * read from the device's file `resource` instead, and mapped with its files
 * resourceN and resourceN_wc (Documentation/PCI/sysfs-pci.rst). uio_stub
 * registers every BAR that has an address.
 *
 * Under VFIO the BARs are read from there, too: the kernel describes its regions
 * only to who has opened the device. It maps all of them uncached
 * (vfio_pci_core_mmap() in drivers/vfio/pci/vfio_pci_core.c).
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool uiomap_i_pci_generic(const struct uiomap_info *info)
{
	return !strcmp(info->dev.driver, "uio_pci_generic") && !strcmp(info->dev.bus, "pci");
}

/*
 * Does the BAR have a resourceN_wc file? The kernel creates it only for
 * prefetchable BARs, on machines with write-combining.
 */
static bool write_combining(int dirfd, const struct pci_bar *bar, unsigned int number)
{
	struct stat st;
	char path[32];

	snprintf(path, sizeof(path), "device/resource%u_wc", number);
	return bar->prefetchable && fstatat(dirfd, path, &st, 0) == 0;
}

static int fail_attr(int dirfd, const struct uiomap_info *info, const char *path)
{
	return info->backend == &uiomap_i_vfio_backend ?
		       uiomap_i_vfio_fail_attr(dirfd, info->number, path) :
		       uiomap_i_fail_attr(dirfd, info->number, path);
}

static int add_map(int dirfd, struct uiomap_info *info, const struct uiomap_info *uio,
		   const struct pci_bar *bar, unsigned int number)
{
	struct uiomap_map_info *map = &info->maps[info->map_count];
	struct map_source *source = &info->sources[info->map_count];
	const char *wrong;
	const bool vfio = info->backend == &uiomap_i_vfio_backend;
	struct uiomap_i_geometry g;
	bool wc;

	wrong = uiomap_i_geometry(bar->start, bar->size, 0, (uint64_t)sysconf(_SC_PAGESIZE), &g);
	if (wrong)
		return uiomap_i_fail(EPROTO, "%s: %s/resource: BAR%u (0x%llx, size 0x%llx): %s",
				     SHORT(info), info->dev.path, number,
				     (unsigned long long)bar->start, (unsigned long long)bar->size,
				     wrong);
	wc = !vfio && write_combining(dirfd, bar, number);
	*map = (struct uiomap_map_info){ .addr = g.addr,
					 .size = g.size,
					 .offset = g.start,
					 .memtype = wc ? UIOMAP_MEMTYPE_WRITE_COMBINING :
							 UIOMAP_MEMTYPE_UNCACHED };
	snprintf(map->name, sizeof(map->name), "BAR%u", number);
	if (!vfio)
		snprintf(source->file, sizeof(source->file), "device/resource%u%s", number,
			 wc ? "_wc" : "");
	/* VFIO's regions have the numbers of the BARs (linux/vfio.h). */
	source->index = vfio ? (int)number : -1;
	for (unsigned int i = 0; i < uio->map_count; i++)
		if (uio->maps[i].addr == map->addr)
			source->index = (int)i;
	info->lengths[info->map_count++] = g.length;
	return 0;
}

static int read_bars(int dirfd, struct uiomap_info *info)
{
	const struct uiomap_info uio = *info;
	struct pci_bar bars[PCI_BARS];
	char buffer[ATTR_SIZE];

	if (uiomap_i_attr_read(dirfd, "device/resource", buffer) < 0)
		return fail_attr(dirfd, info, "device/resource");
	if (!uiomap_i_pci_bars(buffer, bars))
		return uiomap_i_fail(
			EPROTO,
			"%s: %s/resource is not a start, an end and flags for each of %d BARs",
			SHORT(info), info->dev.path, PCI_BARS);
	info->map_count = 0;
	info->port_count = 0;
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		struct uiomap_port_info *port = &info->ports[info->port_count];

		if (uiomap_i_pci_bar_is(&bars[i], PCI_BAR_MEMORY) &&
		    add_map(dirfd, info, &uio, &bars[i], i) < 0)
			return -1;
		if (!uiomap_i_pci_bar_is(&bars[i], PCI_BAR_PORTS))
			continue;
		*port = (struct uiomap_port_info){ .start = bars[i].start, .size = bars[i].size };
		snprintf(port->name, sizeof(port->name), "BAR%u", i);
		/* The same types as uio_stub: only x86 has instructions for ports. */
#if defined(__x86_64__) || defined(__i386__)
		strcpy(port->type, "port_x86");
#else
		strcpy(port->type, "port_other");
#endif
		info->port_count++;
	}
	return 0;
}

int uiomap_i_pci_read(int dirfd, struct uiomap_info *info)
{
	static const char * const ids[] = { "vendor", "device" };
	char path[16];

	if (strcmp(info->dev.bus, "pci"))
		return 0;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "device/%s", ids[i]);
		if (uiomap_i_bus_device_id(&info->dev, ids[i]) >= 0)
			continue;
		if (errno != EBADMSG)
			return fail_attr(dirfd, info, path);
		return uiomap_i_fail(EPROTO, "%s: %s/%s%u/%s is not 0x and 4 hexadecimal digits",
				     SHORT(info), info->backend->class, info->backend->prefix,
				     info->number, path);
	}
	return uiomap_i_pci_generic(info) || info->backend == &uiomap_i_vfio_backend ?
		       read_bars(dirfd, info) :
		       0;
}
