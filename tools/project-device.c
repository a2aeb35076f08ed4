// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Where a project's device comes from: one that is there, or a text as for uio_dummy. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "left-out.h"
#include "find-device.h"
#include "project.h"
#include "tool.h"

/* uio_dummy's longest name of a map, and what we simulate of a large one at most. */
#define DUMMY_NAME_MAX 31
#define DUMMY_SIZE_MAX (1024 * 1024)
#define PAGE	       4096

/* One word that needs no quoting anywhere. */
static bool good_name(const char *name, size_t max)
{
	if (!isalnum((unsigned char)*name) || strlen(name) > max)
		return false;
	for (; *name; name++)
		if ((*name & 0x80) || (!isalnum((unsigned char)*name) && !strchr("_-.", *name)))
			return false;
	return true;
}

/*
 * A C identifier out of a name: with _map at its end it is no keyword, nor a macro of the C
 * library.
 */
static void make_id(struct project *p, unsigned int index, unsigned int attempt)
{
	struct project_map *map = &p->maps[index];
	char word[32] = "";
	size_t length = 0;

	for (const char *c = map->name; *c && length < sizeof(word) - 1; c++) {
		const bool good = !(*c & 0x80) && isalnum((unsigned char)*c);

		/* A _ in front or a doubled one is the compiler's. */
		if (good)
			word[length++] = (char)tolower((unsigned char)*c);
		else if (length && word[length - 1] != '_')
			word[length++] = '_';
	}
	while (length && word[length - 1] == '_')
		length--;
	word[length] = '\0';
	if (!length)
		snprintf(word, sizeof(word), "map%u", index);
	snprintf(map->id, sizeof(map->id), "%s%s", isdigit((unsigned char)*word) ? "map_" : "",
		 word);
	length = strlen(map->id);
	if (attempt)
		snprintf(map->id + length, sizeof(map->id) - length, "_%u", attempt);
	length = strlen(map->id);
	snprintf(map->id + length, sizeof(map->id) - length, "_map");
}

/* What the maps are called, when all are known. */
static void finish_maps(struct project *p)
{
	for (unsigned int i = 0; i < p->count; i++) {
		unsigned int attempt = 0, j;

		p->maps[i].named = good_name(p->maps[i].name, DUMMY_NAME_MAX);
		for (j = 0; j < p->count; j++)
			if (j != i && !strcmp(p->maps[i].name, p->maps[j].name))
				p->maps[i].named = false;
		do {
			make_id(p, i, attempt++);
			for (j = 0; j < i && strcmp(p->maps[i].id, p->maps[j].id); j++)
				;
		} while (j < i);
	}
}

static void add_port(struct project *p, const char *name, uint64_t start, uint64_t size)
{
	size_t used = strlen(p->ports);

	/* It goes into a comment: what a name may look like there is what good_name() says. */
	snprintf(p->ports + used, sizeof(p->ports) - used,
		 " * %s: from 0x%" PRIx64 " on, %" PRIu64 " of them\n",
		 good_name(name, DUMMY_NAME_MAX) ? name : "(no name)", start, size);
}

/* Which selector finds it again, whatever its number then is. */
static void choose_selector(struct project *p, const struct uiomap_info *info)
{
	const char *name = uiomap_info_name(info), *bus = uiomap_info_bus(info);
	struct uiomap_info *again;
	bool same;

	if (!strcmp(bus, "pci") && !strncmp(p->match, "pci:", 4))
		snprintf(p->device, sizeof(p->device), "%s", p->match);
	else if (good_name(name, 63))
		snprintf(p->device, sizeof(p->device), "%s", name);
	else
		snprintf(p->device, sizeof(p->device), "name:%s", name);
	again = uiomap_find(p->device);
	same = again && uiomap_info_number(again) == uiomap_info_number(info);
	uiomap_info_free(again);
	if (!same && *bus)
		snprintf(p->device, sizeof(p->device), "%s:%s", bus, uiomap_info_device(info));
}

/*
 * The service of a line that is for one device. What is in a link's name but not in a unit's is
 * escaped as by systemd-escape(1); a name with other bytes, which are escaped in the link's
 * already, is left to who installs it.
 */
static void choose_instance(struct project *p, const struct uiomap_info *info)
{
	const char *device = uiomap_info_device(info);
	size_t used =
		(size_t)snprintf(p->instance, sizeof(p->instance), "%s:", uiomap_info_bus(info));

	for (; *device && used + 5 < sizeof(p->instance); device++) {
		const bool plain = !(*device & 0x80) &&
				   (isalnum((unsigned char)*device) || strchr(":_.", *device));

		if (!plain && !strchr("#+-=@", *device))
			break;
		used += (size_t)sprintf(p->instance + used, plain ? "%c" : "\\x%02x",
					(unsigned char)*device);
	}
	if (*device)
		*p->instance = '\0';
}

/* Its line in uiomap.conf: by its ids, or by its name on the bus. */
static void choose_match(struct project *p, const struct uiomap_info *info)
{
	const char *driver = uiomap_info_driver(info), *bus = uiomap_info_bus(info);
	struct bus_device dev;
	char *c;

	if (strcmp(driver, "uio_stub") && strcmp(driver, "uio_pci_generic") &&
	    strcmp(driver, "uio_pdrv_genirq"))
		return;
	if (!strcmp(bus, "pci")) {
		if (device_of(info, &dev) == 0)
			snprintf(p->match, sizeof(p->match), "pci:%04x:%04x",
				 (unsigned int)dev.vendor, (unsigned int)dev.device);
		uiomap_i_bus_device_clear(&dev);
	} else if (!strcmp(bus, "platform")) {
		snprintf(p->match, sizeof(p->match), "platform:%s", uiomap_info_device(info));
		/* What would end the word, or is a pattern: any byte. */
		for (c = p->match + strlen("platform:"); *c; c++)
			if (*c <= ' ' || strchr("*?[]\\#/\x7f", *c))
				*c = '?';
		choose_instance(p, info);
	}
	if (*p->match && strcmp(driver, "uio_stub"))
		snprintf(p->options, sizeof(p->options), " driver=%s", driver);
}

static void add_option(struct project *p, const char *key, uint64_t value)
{
	size_t used = strlen(p->options);

	snprintf(p->options + used, sizeof(p->options) - used, " %s=%" PRIu64, key, value);
}

/* Where sysfs doesn't tell of the interrupt, the open device does. */
static const char *find_irq(const struct uiomap_info *info)
{
	enum uiomap_irq irq = uiomap_info_irq(info);

	if (irq == UIOMAP_IRQ_UNKNOWN) {
		struct uiomap_device *device = uiomap_open_info(info, UIOMAP_RDONLY);

		irq = uiomap_info_irq(device ? uiomap_device_info(device) : info);
		uiomap_close(device);
	}
	return irq == UIOMAP_IRQ_NONE ? "none" : irq == UIOMAP_IRQ_COUNTED ? "edge" : "level";
}

static void take_device(struct project *p, const struct uiomap_info *info)
{
	const bool stub = !strcmp(uiomap_info_driver(info), "uio_stub");
	const unsigned int count = uiomap_info_map_count(info);

	choose_match(p, info);
	choose_selector(p, info);
	p->irq = find_irq(info);
	p->bound = true;
	for (unsigned int i = 0; i < count; i++) {
		const struct uiomap_map_info *from = uiomap_info_map(info, i);
		struct project_map *map = &p->maps[p->count];

		/* uiomap_dma_alloc() gives it out; uio_stub has it behind the others. */
		if (from->memtype == UIOMAP_MEMTYPE_DMA_COHERENT && i == count - 1) {
			p->dma = from->size;
			if (stub)
				add_option(p, "dma", p->dma);
			break;
		}
		if (p->count == PROJECT_MAPS) {
			complain(TOOL_OK, "map %u is left out: uio_dummy has %u at most", i,
				 PROJECT_MAPS);
			break;
		}
		*map = (struct project_map){ .kind = "physical",
					     .offset = from->offset % PAGE,
					     .size = from->size };
		snprintf(map->name, sizeof(map->name), "%s", from->name);
		map->dummy_size = map->size < DUMMY_SIZE_MAX ? map->size : DUMMY_SIZE_MAX;
		if (from->memtype == UIOMAP_MEMTYPE_WRITE_COMBINING) {
			map->kind = "prefetchable";
			if (stub)
				add_option(p, "wc", i);
		}
		p->count++;
	}
	for (unsigned int i = 0; i < uiomap_info_port_count(info); i++) {
		const struct uiomap_port_info *port = uiomap_info_port(info, i);

		add_port(p, port->name, port->start, port->size);
	}
}

int project_from_device(struct project *p, const char *selector)
{
	struct uiomap_info *info = uiomap_find(selector);
	struct bus_device dev;

	if (!info)
		return complain_uiomap();
	take_device(p, info);
	if (device_of(info, &dev) == 0)
		left_out_print(&dev, "uiomap: left out of the device:", stderr);
	uiomap_i_bus_device_clear(&dev);
	uiomap_info_free(info);
	if (!p->count)
		return complain(
			TOOL_FAILED,
			"%s has no memory map%s, and a project's driver is made around registers in one; "
			"for the header alone (uiomap_irq_wait() needs no map) see docs/first-driver.md",
			printable(selector),
			strcmp(p->irq, "none") ? ", only an interrupt" :
			*p->ports	       ? ", only ports" :
						 "");
	finish_maps(p);
	return TOOL_OK;
}

/* KIND:OFFSET:SIZE[:NAME]. An exit status. */
static int take_map(struct project *p, char *text, unsigned int *ports)
{
	static const char * const kinds[] = { "physical", "prefetchable", "logical",
					      "virtual",  "coherent",	  "port" };
	const size_t port = sizeof(kinds) / sizeof(*kinds) - 1;
	char *kind = strsep(&text, ":"), *offset = strsep(&text, ":"), *size = strsep(&text, ":"),
	     *name = text;
	uint64_t from, bytes;
	size_t k = 0;

	while (k <= port && strcmp(kind, kinds[k]))
		k++;
	if (k > port)
		return complain(
			TOOL_USAGE,
			"'%s' must be physical, prefetchable, logical, virtual, coherent or port",
			printable(kind));
	if (!size)
		return complain(
			TOOL_USAGE,
			"a map is KIND:OFFSET:SIZE[:NAME], and after '%s' something is missing",
			kind);
	if (!uiomap_i_parse_number(offset, true, PAGE - 1, &from))
		return complain(
			TOOL_USAGE,
			"offset '%s' is not a number from 0 to %d: where the memory begins in its page",
			printable(offset), PAGE - 1);
	/* In detail that is uio_dummy's to say; on no account does it take more. */
	if (!uiomap_i_parse_number(size, true, 64 << 20, &bytes) || !bytes)
		return complain(TOOL_USAGE, "size '%s' is not a number of bytes from 1 to %d",
				printable(size), 64 << 20);
	if (name && !good_name(name, DUMMY_NAME_MAX))
		return complain(
			TOOL_USAGE,
			"'%s' is not a name for a map: up to %d letters, digits, '_', '-' and '.'",
			printable(name), DUMMY_NAME_MAX);
	if (k == port) {
		size_t used = strlen(p->dummy_ports);
		char numbered[16];

		snprintf(numbered, sizeof(numbered), "port%u", *ports);
		if (++*ports > PROJECT_MAPS)
			return complain(TOOL_USAGE, "more than %d ports", PROJECT_MAPS);
		snprintf(p->dummy_ports + used, sizeof(p->dummy_ports) - used,
			 ",port:%" PRIu64 ":%" PRIu64 ":%s", from, bytes, name ? name : numbered);
		/* Where they are only the live device tells. */
		add_port(p, name ? name : numbered, from, bytes);
		return TOOL_OK;
	}
	if (p->count == PROJECT_MAPS)
		return complain(TOOL_USAGE, "more than %d maps", PROJECT_MAPS);
	p->maps[p->count] = (struct project_map){ .kind = kinds[k],
						  .offset = (uint32_t)from,
						  .size = bytes,
						  .dummy_size = bytes };
	if (name)
		snprintf(p->maps[p->count].name, sizeof(p->maps->name), "%s", name);
	else
		snprintf(p->maps[p->count].name, sizeof(p->maps->name), "map%u", p->count);
	p->count++;
	/* Memory of a kernel driver: uio_dummy is that itself. */
	if (k >= 2)
		p->bound = false;
	return TOOL_OK;
}

int project_from_dummy(struct project *p, const char *maps, const char *irq)
{
	char *copy = strdup(maps), *rest = copy, *one;
	unsigned int ports = 0;
	int status = TOOL_OK;

	if (!copy)
		return complain(TOOL_FAILED, "%s", strerror(errno));
	p->irq = irq;
	p->bound = true;
	while (!status && (one = strsep(&rest, ",\n")))
		status = take_map(p, one, &ports);
	free(copy);
	if (status)
		return status;
	if (!p->count)
		return complain(TOOL_USAGE,
				"'%s' has only ports: there must be a map to write a driver for",
				printable(maps));
	snprintf(p->device, sizeof(p->device), "%s", p->name);
	/* The real one: as device-tree devices are called. */
	if (p->bound)
		snprintf(p->match, sizeof(p->match), "platform:*.%s", p->name);
	finish_maps(p);
	return TOOL_OK;
}
