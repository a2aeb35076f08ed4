/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A device as `doctor` looks at it: what sysfs, /dev and /proc tell, whether or not a UIO driver has it. */
#ifndef PATIENT_H
#define PATIENT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <uiomap.h>

struct patient {
	char bus[32];			/* "pci" */
	char name[256];			/* "0000:00:05.0"; bus and name "": it registered itself, without a parent */
	char path[PATH_MAX];		/* in sysfs */
	char driver[64];		/* "" if none has it */
	char override[64];		/* driver_override, "" if none is set */
	char compatible[256];		/* device tree: the first one, "" without */
	int uio;			/* N of uioN, or -1 */
};

/*
 * BUS:NAME, a name on some bus, its folder in sysfs, pci:VVVV:DDDD, the K-th of these as pci:VVVV:DDDD#K (from 0, by their
 * paths, whatever driver they have), or a selector of libuiomap. -1:
 * no such device or several, errno ENODEV or ENOTUNIQ; patient_error() says it in words.
 */
int patient_examine(const char *path, struct patient *patient);	/* by its folder in sysfs */
int patient_find(const char *text, struct patient *patient);
int patient_of(const struct uiomap_info *info, struct patient *patient);	/* -1: it has gone */
const char *patient_error(void);

/* Is it pci:VVVV:DDDD? All devices with these ids, by their paths, in *list, to be freed; how many. 0: errno ENODEV, ENOMEM. */
bool patient_is_ids(const char *text);
size_t patient_list(const char *text, struct patient **list);

/* One of its files, without newline; "" if it isn't there. */
void patient_file(const struct patient *patient, const char *file, char *text, unsigned int size);

/* One of its files, for fclose(); NULL if it isn't there. */
FILE *patient_open(const struct patient *patient, const char *file);

/* Any file's first line; false if it can't be read. */
bool first_line(const char *path, char *text, unsigned int size);

/* "MSI-X", "MSI", "INTx", "edge" or "level"; NULL if it has no interrupt, or nothing tells. */
#define IRQ_KIND_MSIX "MSI-X"
#define IRQ_KIND_MSI "MSI"
const char *patient_irq_kind(const struct patient *patient);

/* A byte of its PCI config space, -1 if it has none. */
int patient_config(const struct patient *patient, unsigned int offset);
/* Where this PCI capability begins; 0: it has none, -1: only root sees. PCI Local Bus Specification 3.0, 6.7. */
int patient_capability(const struct patient *patient, unsigned int id);

/* Where the kernel's map number `index` begins, false if there is none; is there one that begins at `start`? */
bool patient_map(const struct patient *patient, unsigned int index, uint64_t *start);
bool patient_map_at(const struct patient *patient, uint64_t start);

/* What of a module there is. */
enum module { MODULE_ABSENT, MODULE_INSTALLED, MODULE_LOADED };
enum module module_state(const char *name);

#endif /* PATIENT_H */
