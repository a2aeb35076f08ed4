/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The memory type of maps, and how the interrupt behaves. The UIO core exports
 * neither. uio_stub has attributes of its own for both. The generic mainline
 * drivers are known from their sources. An address in the upper half can only
 * be a kernel virtual address. Everything else stays unknown: a guess could be
 * wrong.
 */
#include "internal.h"

#include <string.h>

bool uiomap_i_driver_masks(const char *driver)
{
	/*
	 * Their handlers disable the line: uio_pdrv_genirq.c, uio_dmem_genirq.c, uio_pci_generic.c.
	 */
	return !strcmp(driver, "uio_pdrv_genirq") || !strcmp(driver, "uio_dmem_genirq") ||
	       !strcmp(driver, "uio_pci_generic");
}

static enum uiomap_memtype memtype_of(const char *driver, uint64_t addr)
{
	/* Both register only UIO_MEM_PHYS, which the UIO core maps uncached. */
	if (!strcmp(driver, "uio_pdrv_genirq") || !strcmp(driver, "uio_pci_generic"))
		return UIOMAP_MEMTYPE_UNCACHED;
	/*
	 * It registers device resources and coherent memory, and exports neither which is which nor
	 * the bus addresses.
	 */
	if (!strcmp(driver, "uio_dmem_genirq"))
		return UIOMAP_MEMTYPE_UNKNOWN;
	/* Kernel addresses are in the upper half on 64-bit machines. All ones is no address. */
	if (addr >> 63 && addr != UINT64_MAX)
		return UIOMAP_MEMTYPE_CACHED;
	return UIOMAP_MEMTYPE_UNKNOWN;
}

/* One line "INDEX TYPE" for each map. A type that only a newer uio_stub has stays unknown. */
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
		if (!uiomap_i_parse_number(line, false, UIO_MAX_MAPS - 1, &index) ||
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
		if (uiomap_i_attr_read(dirfd, "device/uio_stub/maps", buffer) < 0)
			goto unreadable;
		if (!parse_maps(buffer, info))
			return uiomap_i_fail(
				EPROTO,
				"uio%u: %s/uio_stub/maps does not name each of its %u maps once",
				info->number, info->dev.path, info->map_count);
	}
	if (uiomap_i_attr_read(dirfd, "device/uio_stub/irq", buffer) < 0)
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
	if (uiomap_i_uio_gone(dirfd, info->number))
		return uiomap_i_fail(ENODEV, "uio%u was removed while it was read", info->number);
	if (error == ENOENT || error == EPROTO)
		return uiomap_i_fail(
			EPROTO,
			"uio%u: %s/uio_stub is missing or malformed: do the library and the loaded uio_stub belong together?",
			info->number, info->dev.path);
	return uiomap_i_fail(error, "uio%u: %s/uio_stub: %s", info->number, info->dev.path,
			     uiomap_i_why(error));
}

/*
 * uio_pci_generic registers INTx, if the card has it and it is connected, and
 * masks it (probe() in drivers/uio/uio_pci_generic.c).
 */
static void card_irq(int dirfd, struct uiomap_info *info)
{
	const uint64_t not_connected = UINT64_C(1) << 31; /* IRQ_NOTCONNECTED, linux/interrupt.h */
	char buffer[ATTR_SIZE];
	uint64_t irq;

	/* If the file is missing, ask_irq() finds out when the node is open. */
	if (uiomap_i_attr_read(dirfd, "device/irq", buffer) >= 0 &&
	    uiomap_i_parse_number(buffer, false, UINT32_MAX, &irq))
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
