/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "left-out.h"
#include "stub-options.h"
#include "tool.h"
#include "uio-class.h"

/* PCI Local Bus Specification 3.0: 6.8.1.3 (message control of MSI), 6.8.2.3 (of MSI-X). */
#define PCI_CAP_MSI  0x05
#define PCI_CAP_MSIX 0x11

struct list {
	struct left_out *items;
	size_t count;
};

static void add(struct list *list, const struct left_out *item)
{
	struct left_out *more = realloc(list->items, (list->count + 1) * sizeof(*more));

	if (!more)
		return;
	list->items = more;
	more[list->count++] = *item;
}

/* uio_stub lists them in sysfs: a line "KIND START SIZE REASON NAME" for each. */
static void from_stub(const struct bus_device *p, struct list *list)
{
	FILE *f = device_open(p, "uio_stub/left_out");
	char *line = NULL;
	size_t room = 0;
	int at;

	while (f && getline(&line, &room, f) > 0) {
		struct left_out item = { 0 };

		line[strcspn(line, "\n")] = '\0';
		at = 0;
		if (sscanf(line, "%15s %" SCNx64 " %" SCNx64 " %15s%n", item.kind, &item.start,
			   &item.size, item.reason, &at) != 4)
			continue;
		snprintf(item.name, sizeof(item.name), "%s", line + at + (line[at] == ' '));
		add(list, &item);
	}
	free(line);
	if (f)
		fclose(f);
}

/*
 * Under uio_pci_generic libuiomap maps every BAR that has an address, through sysfs. So only
 * BARs without an address are left out.
 */
static void from_bars(const struct bus_device *p, struct list *list)
{
	struct pci_bar bars[PCI_BARS];

	if (!device_bars(p, bars))
		return;
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		struct left_out item = { .start = bars[i].start,
					 .size = bars[i].size,
					 .reason = "address" };

		if (!bars[i].unset || bars[i].kind == PCI_BAR_NONE)
			continue;
		strcpy(item.kind, bars[i].kind == PCI_BAR_MEMORY ? "memory" : "port");
		snprintf(item.name, sizeof(item.name), "BAR%u", i);
		add(list, &item);
	}
}

/* uio_pci_generic doesn't support MSI and MSI-X. Only root can read their capabilities. */
static void from_messages(const struct bus_device *p, struct list *list)
{
	const int msix = device_capability(p, PCI_CAP_MSIX),
		  msi = device_capability(p, PCI_CAP_MSI);
	const int at = msix > 0 ? msix : msi,
		  low = at > 0 ? device_config(p, (unsigned int)at + 2) : -1,
		  high = low < 0 ? -1 : device_config(p, (unsigned int)at + 3);
	struct left_out item = { .kind = "message", .reason = "driver" };

	if (high < 0)
		return;
	item.size = msix > 0 ? (uint64_t)(low | (high & 7) << 8) + 1 :
			       UINT64_C(1) << (low >> 1 & 7);
	strcpy(item.name, msix > 0 ? IRQ_KIND_MSIX : IRQ_KIND_MSI);
	add(list, &item);
}

/* Read cells of a device tree property, 32 bits each, most significant byte first. */
static uint64_t cells(const unsigned char *bytes, unsigned int count)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < 4 * count; i++)
		value = value << 8 | bytes[i];
	return value;
}

static size_t property(const struct bus_device *p, const char *name, unsigned char *bytes,
		       size_t size)
{
	FILE *f = device_open(p, name);
	size_t n = f ? fread(bytes, 1, size, f) : 0;

	if (f)
		fclose(f);
	return n;
}

/* String number `index` of a list of 0-terminated strings; "" if there are fewer. */
static const char *string_of(const char *strings, size_t size, unsigned int index)
{
	size_t at = 0;

	while (index-- && at < size)
		at += strnlen(strings + at, size - at) + 1;
	return at < size ? strings + at : "";
}

/*
 * uio_pdrv_genirq takes resources that are plain memory, in the tree's order,
 * until UIO's maps are used up, and the first interrupt. Devicetree
 * Specification 0.4, 2.3.6 (reg). The addresses are the tree's: bus addresses.
 * Returns false if the device is in no device tree.
 */
static bool from_tree(const struct bus_device *p, struct list *list)
{
	unsigned char cell[4], reg[4096];
	char names[1024] = "";
	/* defaults of #address-cells and #size-cells */
	unsigned int width[2] = { 2, 1 };
	const size_t length = property(p, "of_node/reg", reg, sizeof(reg));
	size_t named, step;

	if (!length)
		return false;
	if (property(p, "of_node/../#address-cells", cell, 4) == 4)
		width[0] = (unsigned int)cells(cell, 1) & 3;
	if (property(p, "of_node/../#size-cells", cell, 4) == 4)
		width[1] = (unsigned int)cells(cell, 1) & 3;
	step = 4 * (width[0] + width[1]);
	named = property(p, "of_node/reg-names", (unsigned char *)names, sizeof(names) - 1);
	for (size_t i = UIO_MAX_MAPS; step && (i + 1) * step <= length; i++) {
		struct left_out item = { .kind = "memory", .reason = "limit" };

		item.start = cells(reg + i * step, width[0]);
		item.size = cells(reg + i * step + 4 * width[0], width[1]);
		snprintf(item.name, sizeof(item.name), "%s",
			 string_of(names, named, (unsigned int)i));
		add(list, &item);
	}
	named = property(p, "of_node/interrupt-names", (unsigned char *)names, sizeof(names) - 1);
	for (unsigned int i = 1; *string_of(names, named, i); i++) {
		struct left_out item = { .kind = "interrupt",
					 .start = i,
					 .size = 1,
					 .reason = "limit" };

		snprintf(item.name, sizeof(item.name), "%s", string_of(names, named, i));
		add(list, &item);
	}
	return true;
}

/*
 * Other platform devices: /proc/iomem lists resources by the device's name, unless they have a
 * name of their own. Only root sees the addresses.
 */
static void from_iomem(const struct bus_device *p, struct list *list)
{
	unsigned long long start, end;
	uint64_t last;
	const char *reason = device_map(p, UIO_MAX_MAPS - 1, &last) ? "limit" : "driver";
	FILE *f = fopen("/proc/iomem", "re");
	char *line = NULL;
	size_t room = 0;
	int at;

	while (f && getline(&line, &room, f) > 0) {
		struct left_out item = { .kind = "memory" };

		line[strcspn(line, "\n")] = '\0';
		at = 0;
		if (sscanf(line, " %llx-%llx : %n", &start, &end, &at) != 2 || !at ||
		    strcmp(line + at, p->name) || !end || device_map_at(p, start))
			continue;
		item.start = start;
		item.size = end - start + 1;
		strcpy(item.reason, reason);
		add(list, &item);
	}
	free(line);
	if (f)
		fclose(f);
}

size_t left_out_read(const struct bus_device *p, bool messages, struct left_out **items)
{
	struct list list = { 0 };

	if (!strcmp(p->driver, "uio_stub")) {
		from_stub(p, &list);
	} else if (!strcmp(p->driver, "uio_pci_generic")) {
		from_bars(p, &list);
		if (messages)
			from_messages(p, &list);
	} else if (!strcmp(p->driver, "uio_pdrv_genirq") && !from_tree(p, &list)) {
		from_iomem(p, &list);
	}
	*items = list.items;
	return list.count;
}

bool left_out_neighbours(const struct bus_device *p, char names[NEIGHBOUR_NAME])
{
	char settings[OPTIONS_SETTINGS];

	names[0] = '\0';
	if (p->uio < 0)
		return false;
	/* uio_stub claims the rest of such a page itself, or leaves the map out. */
	options_settings(p->bus, p->name, settings);
	if (!strcmp(p->driver, "uio_stub") && !strstr(settings, " share_page"))
		return false;
	return neighbour_find((unsigned int)p->uio, names);
}

static const char *reason_text(const struct left_out *item)
{
	const bool memory = !strcmp(item->kind, "memory"), port = !strcmp(item->kind, "port");

	if (!strcmp(item->reason, "limit"))
		return memory ? "UIO takes 5 memory regions, DMA memory being one" :
		       port   ? "UIO takes 5 port regions" :
		       !strcmp(item->kind, "interrupt") ? "UIO takes one interrupt, the first" :
							  "UIO takes nothing of the kind";
	if (!strcmp(item->reason, "empty"))
		return "it is empty";
	if (!strcmp(item->reason, "page"))
		return "its page has registers of another device, too (option share_page opens both)";
	if (!strcmp(item->reason, "address"))
		return memory || port ? "it was given no address" :
					"its pin is connected to no line";
	if (!strcmp(item->reason, "driver"))
		return memory ? "uio_pdrv_genirq takes plain memory only" :
				"uio_pci_generic takes INTx only";
	return printable(item->reason);
}

const char *left_out_text(const struct left_out *item, char text[LEFT_OUT_TEXT])
{
	const char *name = *item->name ? printable(item->name) : "(no name)";
	char size[SIZE_TEXT];

	if (!strcmp(item->kind, "message"))
		snprintf(text, LEFT_OUT_TEXT, "%" PRIu64 " %s message%s: %s", item->size, name,
			 item->size == 1 ? "" : "s", reason_text(item));
	else if (!strcmp(item->kind, "interrupt"))
		snprintf(text, LEFT_OUT_TEXT, "interrupt %" PRIu64 "%s%s: %s", item->start,
			 *item->name ? ", " : "", *item->name ? name : "", reason_text(item));
	else if (!strcmp(item->kind, "other"))
		snprintf(text, LEFT_OUT_TEXT, "%s: %s", name, reason_text(item));
	else
		snprintf(text, LEFT_OUT_TEXT, "%s %s, %s at 0x%" PRIx64 ": %s",
			 !strcmp(item->kind, "port") ? "ports" : "memory", name,
			 size_text(size, item->size), item->start, reason_text(item));
	return text;
}

void left_out_print(const struct bus_device *p, const char *label, FILE *out)
{
	struct left_out *list;
	const size_t count = left_out_read(p, true, &list);
	char text[LEFT_OUT_TEXT];

	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s %s\n", label, left_out_text(&list[i], text));
	free(list);
}

json_t *left_out_json(const struct bus_device *p)
{
	struct left_out *list;
	const size_t count = left_out_read(p, true, &list);
	json_t *array = json_array();
	char start[24], text[LEFT_OUT_TEXT];

	for (size_t i = 0; i < count; i++) {
		snprintf(start, sizeof(start), "0x%" PRIx64, list[i].start);
		json_array_append_new(array, json_pack("{s:o, s:o, s:s, s:I, s:o, s:s}", "kind",
						       json_text(list[i].kind), "name",
						       json_text(list[i].name), "start", start,
						       "size", (json_int_t)list[i].size, "reason",
						       json_text(list[i].reason), "text",
						       left_out_text(&list[i], text)));
	}
	free(list);
	return array;
}
