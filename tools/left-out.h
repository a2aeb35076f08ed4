/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Memory, ports and interrupts of a device that its UIO driver left out, and why. */
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
	uint64_t start, size; /* interrupts: index of the first, and number */
	char reason[16];      /* one word for programs: docs/man/uiomap-info.1 */
	char name[256];	      /* "" if it has none */
};

/*
 * List what is left out of a device that is bound to a UIO driver. Complete under uio_stub; under
 * other drivers only what the kernel shows, and some of it only to root. messages: under
 * uio_pci_generic, also list MSI and MSI-X from config space; reading it wakes a sleeping device.
 * Free *list with free(). Returns 0 if nothing is left out, or if there is not enough memory.
 */
size_t left_out_read(const struct bus_device *p, bool messages, struct left_out **list);

/*
 * Names from /proc/iomem of what else is in the pages of the device's maps, and so accessible
 * to its users. Only root can read them. Returns false if there is nothing.
 */
bool left_out_neighbours(const struct bus_device *p, char names[NEIGHBOUR_NAME]);

/* Describe an item in words, printable. Returns text. */
#define LEFT_OUT_TEXT 512
const char *left_out_text(const struct left_out *item, char text[LEFT_OUT_TEXT]);

/*
 * Print all items of a device, one line each beginning with `label`; or make a JSON array of
 * them.
 */
void left_out_print(const struct bus_device *p, const char *label, FILE *out);
json_t *left_out_json(const struct bus_device *p);

#endif /* LEFT_OUT_H */
