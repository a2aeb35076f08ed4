/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What sysfs tells of a PCI device beside UIO: its ids, and its BARs.
 *
 * uio_pci_generic registers 32-bit memory BARs that are not prefetchable, and
 * no others (probe() in drivers/uio/uio_pci_generic.c). So there the BARs are
 * taken from the device's `resource` file instead, all of them, and are mapped
 * through the files resourceN and resourceN_wc beside it
 * (Documentation/PCI/sysfs-pci.rst). uio_stub registers what there is.
 */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* include/linux/ioport.h; the third number of a line of `resource`. */
#define IORESOURCE_IO 0x100
#define IORESOURCE_MEM 0x200
#define IORESOURCE_PREFETCH 0x2000
#define IORESOURCE_UNSET 0x20000000

bool pci_generic(const struct uiomap_info *info)
{
	return !strcmp(info->driver, "uio_pci_generic") && !strcmp(info->bus, "pci");
}

bool pci_id(const char *text, uint16_t *id)
{
	uint64_t value;

	if (strlen(text) != 6 || strncmp(text, "0x", 2) || !parse_number(text, true, UINT16_MAX, &value))
		return false;
	*id = (uint16_t)value;
	return true;
}

/* "0xSTART 0xEND 0xFLAGS" */
static bool parse_line(char *line, struct pci_bar *bar)
{
	uint64_t end, flags;
	char *rest, *words[3];

	for (int i = 0; i < 3; i++) {
		words[i] = strtok_r(i ? NULL : line, " ", &rest);
		if (!words[i])
			return false;
	}
	if (strtok_r(NULL, " ", &rest) || !parse_number(words[0], true, UINT64_MAX, &bar->start) ||
	    !parse_number(words[1], true, UINT64_MAX, &end) || !parse_number(words[2], true, UINT64_MAX, &flags))
		return false;
	bar->kind = flags & IORESOURCE_UNSET ? PCI_BAR_NONE :
		    flags & IORESOURCE_IO    ? PCI_BAR_PORTS :
		    flags & IORESOURCE_MEM   ? PCI_BAR_MEMORY :
					       PCI_BAR_NONE;
	bar->prefetchable = flags & IORESOURCE_PREFETCH;
	if (bar->kind == PCI_BAR_NONE)
		return true;
	bar->size = end - bar->start + 1;
	return end >= bar->start && bar->size;
}

bool pci_bars(char *text, struct pci_bar bars[PCI_BARS])
{
	char *line, *rest;

	/* More follow: the expansion ROM, a bridge's windows. */
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		line = strtok_r(i ? NULL : text, "\n", &rest);
		if (!line || !parse_line(line, &bars[i]))
			return false;
	}
	return true;
}

/* Is there a file to map it write-combined by? Only for what is prefetchable, and where the machine can. */
static bool write_combining(int dirfd, const struct pci_bar *bar, unsigned int number)
{
	struct stat st;
	char path[32];

	snprintf(path, sizeof(path), "device/resource%u_wc", number);
	return bar->prefetchable && fstatat(dirfd, path, &st, 0) == 0;
}

static int add_map(int dirfd, struct uiomap_info *info, const struct uiomap_info *uio, const struct pci_bar *bar,
		   unsigned int number)
{
	struct uiomap_map_info *map = &info->maps[info->map_count];
	struct map_source *source = &info->sources[info->map_count];
	const char *wrong;
	struct geometry g;
	bool wc;

	wrong = geometry(bar->start, bar->size, 0, (uint64_t)sysconf(_SC_PAGESIZE), &g);
	if (wrong)
		return fail(EPROTO, "uio%u: %s/resource: BAR%u (0x%llx, size 0x%llx): %s", info->number, info->syspath, number,
			    (unsigned long long)bar->start, (unsigned long long)bar->size, wrong);
	wc = write_combining(dirfd, bar, number);
	*map = (struct uiomap_map_info){ .addr = g.addr, .size = g.size, .offset = g.start,
					 .kind = wc ? UIOMAP_KIND_WRITE_COMBINING : UIOMAP_KIND_UNCACHED };
	snprintf(map->name, sizeof(map->name), "BAR%u", number);
	snprintf(source->file, sizeof(source->file), "device/resource%u%s", number, wc ? "_wc" : "");
	source->index = -1;
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

	if (attr_read(dirfd, "device/resource", buffer) < 0)
		return fail_attr(dirfd, info->number, "device/resource");
	if (!pci_bars(buffer, bars))
		return fail(EPROTO, "uio%u: %s/resource is not a start, an end and flags for each of %d BARs", info->number,
			    info->syspath, PCI_BARS);
	info->map_count = 0;
	info->port_count = 0;
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		struct uiomap_port_info *port = &info->ports[info->port_count];

		if (bars[i].kind == PCI_BAR_MEMORY && add_map(dirfd, info, &uio, &bars[i], i) < 0)
			return -1;
		if (bars[i].kind != PCI_BAR_PORTS)
			continue;
		*port = (struct uiomap_port_info){ .start = bars[i].start, .size = bars[i].size };
		snprintf(port->name, sizeof(port->name), "BAR%u", i);
		/* As uio_stub says of them: x86 has instructions for ports, elsewhere they are reached some other way. */
#if defined(__x86_64__) || defined(__i386__)
		strcpy(port->type, "port_x86");
#else
		strcpy(port->type, "port_other");
#endif
		info->port_count++;
	}
	return 0;
}

int pci_read(int dirfd, struct uiomap_info *info)
{
	static const char *const attrs[] = { "device/vendor", "device/device" };
	uint16_t *const ids[] = { &info->vendor, &info->device_id };
	char buffer[ATTR_SIZE];

	if (strcmp(info->bus, "pci"))
		return 0;
	for (int i = 0; i < 2; i++) {
		if (attr_read(dirfd, attrs[i], buffer) < 0)
			return fail_attr(dirfd, info->number, attrs[i]);
		if (!pci_id(buffer, ids[i]))
			return fail(EPROTO, "uio%u: %s/uio%u/%s is %s, not 0x and 4 hexadecimal digits", info->number,
				    UIOMAP_CLASS, info->number, attrs[i], QUOTE(buffer));
	}
	return pci_generic(info) ? read_bars(dirfd, info) : 0;
}
