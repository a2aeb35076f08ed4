/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What is behind a map, and how the interrupt behaves. The UIO core tells
 * neither (memtype is not in sysfs), so: uio_stub says it itself; of the
 * mainline drivers that are generic it is known from their sources; and an
 * address in the upper half can only be a kernel virtual one. Everything else
 * is unknown, rather than guessed.
 */
#include "internal.h"

#include <string.h>

bool uiomap_i_driver_masks(const char *driver)
{
	/*
	 * They disable the line in their handler: uio_pdrv_genirq.c, uio_dmem_genirq.c,
	 * uio_pci_generic.c.
	 */
	return !strcmp(driver, "uio_pdrv_genirq") || !strcmp(driver, "uio_dmem_genirq") ||
	       !strcmp(driver, "uio_pci_generic");
}

static enum uiomap_memtype memtype_of(const char *driver, uint64_t addr)
{
	/*
	 * These two map device resources as UIO_MEM_PHYS and nothing else; the core maps that
	 * uncached.
	 */
	if (!strcmp(driver, "uio_pdrv_genirq") || !strcmp(driver, "uio_pci_generic"))
		return UIOMAP_MEMTYPE_UNCACHED;
	/*
	 * Resources and coherent memory side by side, whose bus address it doesn't tell; which is
	 * which isn't told either.
	 */
	if (!strcmp(driver, "uio_dmem_genirq"))
		return UIOMAP_MEMTYPE_UNKNOWN;
	/* 64-bit kernels live in the upper half. All ones is no address. */
	if (addr >> 63 && addr != UINT64_MAX)
		return UIOMAP_MEMTYPE_CACHED;
	return UIOMAP_MEMTYPE_UNKNOWN;
}

/* "INDEX KIND" a line, one for each map. A kind that a newer stub may have is unknown to us. */
static bool parse_maps(char *text, struct uiomap_info *info)
{
	unsigned int seen = 0;
	char *line, *rest;

	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *kind = strchr(line, ' ');
		uint64_t index;

		if (!kind)
			return false;
		*kind++ = '\0';
		if (!parse_number(line, false, UIO_MAX_MAPS - 1, &index) ||
		    index >= info->map_count || seen & (1u << index))
			return false;
		seen |= 1u << index;
		for (int k = UIOMAP_MEMTYPE_UNCACHED; k <= UIOMAP_MEMTYPE_DMA_COHERENT; k++)
			if (!strcmp(kind, uiomap_memtype_name(k)))
				info->maps[index].memtype = k;
	}
	return seen == (1u << info->map_count) - 1;
}

static int stub_memtypes(int dirfd, struct uiomap_info *info)
{
	char buffer[ATTR_SIZE];
	int error;

	if (info->map_count) {
		if (attr_read(dirfd, "device/uio_stub/maps", buffer) < 0)
			goto unreadable;
		if (!parse_maps(buffer, info))
			return fail(
				EPROTO,
				"uio%u: %s/uio_stub/maps does not name each of its %u maps once",
				info->number, info->dev.path, info->map_count);
	}
	if (attr_read(dirfd, "device/uio_stub/irq", buffer) < 0)
		goto unreadable;
	if (!strcmp(buffer, "none"))
		info->irq = UIOMAP_IRQ_NONE;
	else if (!strcmp(buffer, "masked"))
		info->irq = UIOMAP_IRQ_MASKED;
	else if (!strcmp(buffer, "counted"))
		info->irq = UIOMAP_IRQ_COUNTED;
	return 0;

unreadable:
	error = errno;
	if (uio_gone(dirfd, info->number))
		return fail(ENODEV, "uio%u was removed while it was read", info->number);
	if (error == ENOENT || error == EPROTO)
		return fail(
			EPROTO,
			"uio%u: %s/uio_stub is missing or malformed: do the library and the loaded uio_stub belong together?",
			info->number, info->dev.path);
	return fail(error, "uio%u: %s/uio_stub: %s", info->number, info->dev.path, why(error));
}

/*
 * What uio_pci_generic registers (its probe()), if the card has one that is connected: INTx, which
 * it masks.
 */
static void card_irq(int dirfd, struct uiomap_info *info)
{
	const uint64_t not_connected = UINT64_C(1) << 31; /* IRQ_NOTCONNECTED, linux/interrupt.h */
	char buffer[ATTR_SIZE];
	uint64_t irq;

	/* Where the file is missing, the open device tells. */
	if (attr_read(dirfd, "device/irq", buffer) >= 0 &&
	    parse_number(buffer, false, UINT32_MAX, &irq))
		info->irq = irq && irq != not_connected ? UIOMAP_IRQ_MASKED : UIOMAP_IRQ_NONE;
}

int uiomap_i_info_memtypes(int dirfd, struct uiomap_info *info)
{
	if (!strcmp(info->dev.driver, "uio_stub"))
		return stub_memtypes(dirfd, info);
	if (uiomap_i_pci_generic(info))
		card_irq(dirfd, info);
	for (unsigned int i = 0; i < info->map_count; i++)
		info->maps[i].memtype = memtype_of(info->dev.driver, info->maps[i].addr);
	return 0;
}
