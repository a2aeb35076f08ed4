/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap doctor: what kernel lockdown (kernel_lockdown(7)) forbids to UIO drivers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attribute.h"
#include "doctor.h"

/*
 * List the memory BARs that only sysfs can map, each after a space: uio_pci_generic registers
 * neither 64-bit nor prefetchable ones.
 */
static void bars_without_map(const struct bus_device *p, char *names, size_t size)
{
	struct pci_bar bars[PCI_BARS];
	size_t used = 0;

	*names = '\0';
	if (!device_bars(p, bars))
		return;
	for (unsigned int i = 0; i < PCI_BARS; i++)
		if (bars[i].kind == PCI_BAR_MEMORY && !device_map_at(p, bars[i].start))
			used += (size_t)snprintf(names + used, size - used, " BAR%u", i);
}

static void advise_signature(struct diagnosis *d)
{
	diag_advise(
		d,
		"sign uio_stub with a key that is enrolled (mokutil --import), or turn Secure Boot off");
}

static void advise_stub(struct diagnosis *d, const struct bus_device *p)
{
	if (module_state("uio_stub") == MODULE_LOADED)
		fix_by_bind(d, p, " driver=uio_stub take");
	else
		advise_signature(d);
}

/*
 * Under uio_pci_generic the library uses files in sysfs for the BARs, and for INTx in the
 * command register.
 */
static void check_generic(struct diagnosis *d, const struct bus_device *p, const char *mode)
{
	char names[PCI_BARS * sizeof(" BAR0")];

	bars_without_map(p, names, sizeof(names));
	if (*names)
		diag_add(
			d, WRONG, "lockdown",
			"kernel lockdown (%s): PCI BARs can't be mapped through sysfs, and uio_pci_generic has no map of%s",
			mode, names);
	else
		diag_add(
			d, NOTE, "lockdown",
			"kernel lockdown (%s): PCI config space can't be written, so that its interrupt comes once and "
			"can't be enabled again; its BARs can be mapped",
			mode);
	advise_stub(d, p);
}

void check_lockdown(struct diagnosis *d, const struct bus_device *p)
{
	char text[128], *open, *close;

	if (!uiomap_i_attr_line(AT_FDCWD, "/sys/kernel/security/lockdown", text, sizeof(text)))
		return;
	open = strchr(text, '[');
	close = open ? strchr(open, ']') : NULL;
	if (!close)
		return;
	*close = '\0';
	if (!strcmp(open + 1, "none"))
		return;
	if (p && p->uio >= 0) {
		/*
		 * A bound driver's module is loaded already. Only uio_pci_generic needs sysfs,
		 * too.
		 */
		if (!strcmp(p->driver, "uio_pci_generic"))
			check_generic(d, p, open + 1);
	} else if (module_state("uio_stub") == MODULE_LOADED) {
		diag_add(d, FINE, "lockdown",
			 "kernel lockdown (%s) doesn't matter: uio_stub is loaded", open + 1);
	} else {
		diag_add(d, WRONG, "lockdown",
			 "kernel lockdown (%s): modules without a trusted signature don't load",
			 open + 1);
		advise_signature(d);
	}
}
