/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "pci-resource.h"

#include <string.h>

#include "number.h"

/* The third number of a line of `resource` (include/linux/ioport.h). */
#define IORESOURCE_IO	    0x100
#define IORESOURCE_MEM	    0x200
#define IORESOURCE_PREFETCH 0x2000
#define IORESOURCE_UNSET    0x20000000

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
	if (strtok_r(NULL, " ", &rest) ||
	    !uiomap_i_parse_number(words[0], true, UINT64_MAX, &bar->start) ||
	    !uiomap_i_parse_number(words[1], true, UINT64_MAX, &end) ||
	    !uiomap_i_parse_number(words[2], true, UINT64_MAX, &flags))
		return false;
	bar->unset = flags & IORESOURCE_UNSET;
	bar->kind = flags & IORESOURCE_IO  ? PCI_BAR_PORTS :
		    flags & IORESOURCE_MEM ? PCI_BAR_MEMORY :
					     PCI_BAR_NONE;
	bar->prefetchable = flags & IORESOURCE_PREFETCH;
	bar->size = end - bar->start + 1;
	return bar->unset || bar->kind == PCI_BAR_NONE || (end >= bar->start && bar->size);
}

bool uiomap_i_pci_bar_is(const struct pci_bar *bar, enum pci_bar_kind kind)
{
	return bar->kind == kind && !bar->unset;
}

bool uiomap_i_pci_bars(char *text, struct pci_bar bars[PCI_BARS])
{
	char *line, *rest;

	/* Further lines are ignored: the expansion ROM, a bridge's windows. */
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		line = strtok_r(i ? NULL : text, "\n", &rest);
		if (!line || !parse_line(line, &bars[i]))
			return false;
	}
	return true;
}
