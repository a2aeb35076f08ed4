/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* BARs, from the file `resource` of a PCI device. */
#ifndef UIOMAP_PCI_RESOURCE_H
#define UIOMAP_PCI_RESOURCE_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_BARS 6

enum pci_bar_kind { PCI_BAR_NONE, PCI_BAR_MEMORY, PCI_BAR_PORTS };

struct pci_bar {
	enum pci_bar_kind kind;
	bool prefetchable;
	bool unset; /* the card has the BAR, but the kernel found no address for it */
	uint64_t start, size;
};

/*
 * Parse the content of `resource`; this changes text. Returns false if it is
 * not a start, an end and flags for each BAR.
 */
bool uiomap_i_pci_bars(char *text, struct pci_bar bars[PCI_BARS]);

/* Is the BAR of this kind, and does it have an address? */
bool uiomap_i_pci_bar_is(const struct pci_bar *bar, enum pci_bar_kind kind);

#endif /* UIOMAP_PCI_RESOURCE_H */
