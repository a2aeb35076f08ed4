/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What a device has that UIO doesn't: memory, ports and interrupts that its UIO driver left out,
 * and why.
 */
#ifndef LEFT_OUT_H
#define LEFT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "find-device.h"
#include "neighbour.h"

struct left_out {
	char kind[16];	      /* "memory", "port", "interrupt", "message" (MSI, MSI-X), "other" */
	uint64_t start, size; /* of an interrupt: its index, and how many follow one another */
	char reason[16];      /* one word for programs: docs/man/uiomap-info.1 */
	char name[256];	      /* "" without */
};

/*
 * What is left out of a device that a UIO driver has, as far as the kernel tells: under uio_stub
 * all; some of it tells only root. messages: under uio_pci_generic, also MSI and MSI-X, which
 * config space tells; to read that wakes a device that sleeps. *list is for free(). 0 if nothing is
 * left out, or there is no memory.
 */
size_t left_out_read(const struct bus_device *p, bool messages, struct left_out **list);

/*
 * What else is in the pages of its maps, so that its users have it, as /proc/iomem calls it; only
 * root is told. false: nothing.
 */
bool left_out_neighbours(const struct bus_device *p, char names[NEIGHBOUR_NAME]);

/* One of them in words, printable. Returns text. */
#define LEFT_OUT_TEXT 512
const char *left_out_text(const struct left_out *item, char text[LEFT_OUT_TEXT]);

/* All of a device: a line for each, which begins with `label`; an array. */
void left_out_print(const struct bus_device *p, const char *label, FILE *out);
json_t *left_out_json(const struct bus_device *p);

#endif /* LEFT_OUT_H */
