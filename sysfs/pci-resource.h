/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The file `resource` of a PCI device, which tells its BARs. */
#ifndef UIOMAP_PCI_RESOURCE_H
#define UIOMAP_PCI_RESOURCE_H

#include <stdbool.h>
#include <stdint.h>

#define pci_bar_is uiomap_i_pci_bar_is
#define pci_bars   uiomap_i_pci_bars

#define PCI_BARS 6

enum pci_bar_kind { PCI_BAR_NONE, PCI_BAR_MEMORY, PCI_BAR_PORTS };

struct pci_bar {
	enum pci_bar_kind kind;
	bool prefetchable;
	bool unset; /* the card has it, but the kernel found no address for it */
	uint64_t start, size;
};

/*
 * The content of `resource`, which this changes. false: it is not a start, an end and flags for
 * each BAR.
 */
bool pci_bars(char *text, struct pci_bar bars[PCI_BARS]);

/* Is it of this kind, and has an address? */
bool pci_bar_is(const struct pci_bar *bar, enum pci_bar_kind kind);

#endif /* UIOMAP_PCI_RESOURCE_H */
