// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * uiomap doctor: check bus mastering of a PCI device that is in use. DMA and
 * MSI messages are writes to memory and need it (PCI Local Bus Specification
 * 3.0: 6.2.2, 6.8).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "node-users.h"
#include "tool.h"

#define PCI_COMMAND    0x04
#define PCI_BUS_MASTER 0x04 /* bit 2 of the command register */

/* Whether the device has a map with DMA memory: uio_stub's option dma=SIZE. */
static bool has_dma_map(const struct bus_device *p)
{
	char selector[32];
	struct uiomap_info *info;
	bool yes = false;

	snprintf(selector, sizeof(selector), "uio%d", p->uio);
	info = uiomap_find(selector);
	for (unsigned int i = 0; info && i < uiomap_info_map_count(info); i++)
		yes |= uiomap_info_map(info, i)->memtype == UIOMAP_MEMTYPE_DMA_COHERENT;
	uiomap_info_free(info);
	return yes;
}

/*
 * Whether the process has shared hugepages mapped, as uiomap_dma_alloc() uses for DMA under
 * uio_pci_generic.
 */
static bool has_hugepages(const struct holder *holder)
{
	char path[64], *line = NULL;
	size_t room = 0;
	bool yes = false;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)holder->pid);
	maps = fopen(path, "re");
	while (maps && !yes && getline(&line, &room, maps) > 0)
		yes = strstr(line, "/anon_hugepage") != NULL;
	free(line);
	if (maps)
		fclose(maps);
	return yes;
}

/*
 * Find the process that drives the device. If several have it open, prefer one with memory for
 * DMA. Returns false if none has it open.
 */
static bool find_driver(const struct bus_device *p, struct holder *holder, bool *hugepages)
{
	const bool found = holder_of((unsigned int)p->uio, holder);
	struct holders all;
	char node[32];

	snprintf(node, sizeof(node), "/dev/uio%d", p->uio);
	*hugepages = found && has_hugepages(holder);
	if (!found || *hugepages || holders_read(&all) < 0)
		return found;
	for (size_t i = 0; i < all.count && !*hugepages; i++)
		if (!strcmp(all.list[i].node, node) && has_hugepages(&all.list[i])) {
			*holder = all.list[i];
			*hugepages = true;
		}
	holders_free(&all);
	return true;
}

/* What fails without bus mastering; NULL if nothing is known to fail. */
static const char *needs(const struct bus_device *p, bool hugepages)
{
	const char *kind = device_irq_kind(p);
	const bool messages = kind && (!strcmp(kind, IRQ_KIND_MSI) || !strcmp(kind, IRQ_KIND_MSIX));
	const bool dma = has_dma_map(p) || hugepages;

	return dma && messages ? "its DMA fails, and its MSI messages are lost" :
	       dma	       ? "its DMA fails" :
	       messages	       ? "its MSI messages are lost" :
				 NULL;
}

void check_bus_master(struct diagnosis *d, const struct bus_device *p)
{
	const int command = device_config(p, PCI_COMMAND);
	const bool generic = !strcmp(p->driver, "uio_pci_generic");
	struct holder holder;
	const char *fails;
	bool hugepages;
	char who[HOLDER_TEXT];

	/* Not in use: both UIO drivers turn bus mastering off at the last close. */
	if (command < 0 || !find_driver(p, &holder, &hugepages))
		return;
	fails = needs(p, hugepages);
	if (command & PCI_BUS_MASTER) {
		if (fails)
			diag_add(d, FINE, "bus-master",
				 "%s is a bus master: it may do DMA and send messages", p->name);
		return;
	}
	holder_text(&holder, who);
	if (!fails) {
		diag_add(
			d, NOTE, "bus-master",
			"bus mastering of %s is off while %s has uio%d open: this is right unless it does DMA",
			p->name, who, p->uio);
		return;
	}
	diag_add(
		d, WRONG, "bus-master",
		"bus mastering of %s is off (bit 2 of its command register) while %s has uio%d open: %s. %s",
		p->name, who, p->uio, fails,
		generic ? "uio_pci_generic turns it off whenever anybody closes the node" :
			  "It was turned off in config space, or the device was reset");
	/* Suggest writing the present byte with this bit set. */
	diag_fix(
		d,
		"printf '\\%03o' | dd of=/sys/bus/pci/devices/%s/config bs=1 seek=%d conv=notrunc status=none",
		(unsigned int)command | PCI_BUS_MASTER, shell_word(p->name), PCI_COMMAND);
	if (generic)
		diag_advise(
			d,
			"under uio_stub other processes can't do that; changing to it ends the driver that is running");
}
