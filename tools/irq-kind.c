/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Find out from sysfs which kind of interrupt a device uses. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "find-device.h"
#include "tool.h"

/* The kernel lists the MSI and MSI-X vectors that are set up. */
static const char *message_kind(const struct bus_device *p)
{
	char path[PATH_MAX + 64], file[300], kind[16] = "";
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/msi_irqs", p->path);
	dir = opendir(path);
	while (dir && !*kind && (errno = 0, entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "msi_irqs/%s", entry->d_name);
		device_file(p, file, kind, sizeof(kind));
	}
	if (!*kind && errno && errno != ENOENT) /* ENOENT: the device has no such vectors */
		complain(TOOL_FAILED, "%s can't be listed: %s", path, strerror(errno));
	if (dir)
		closedir(dir);
	return !strcmp(kind, "msix") ? IRQ_KIND_MSIX : !strcmp(kind, "msi") ? IRQ_KIND_MSI : NULL;
}

const char *device_irq_kind(const struct bus_device *p)
{
	const char *kind = message_kind(p);
	char stub[16], irq[16];

	if (kind)
		return kind;
	device_file(p, "uio_stub/irq", stub, sizeof(stub));
	device_file(p, "irq", irq, sizeof(irq));
	if (!strcmp(p->bus, "pci")) {
		/* uio_pci_generic uses only INTx. */
		if (!strcmp(stub, "masked") ||
		    (!strcmp(p->driver, "uio_pci_generic") && *irq && strcmp(irq, "0")))
			return "INTx";
		return NULL;
	}
	return !strcmp(stub, "masked") ? "level" : !strcmp(stub, "counted") ? "edge" : NULL;
}
