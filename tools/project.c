// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Where a project's device comes from: one that is there, or a text as for uio_dummy. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "bind.h"
#include "find-device.h"
#include "left-out.h"
#include "project.h"
#include "stub-options.h"
#include "tool.h"

#define PAGE	       4096
/* As many maps, and as many ports, as uio_dummy can have; and what we simulate of a large map. */
#define DUMMY_PARTS    5
#define DUMMY_SIZE_MAX (1024 * 1024)
/* Where nothing answers in a PC: the ports of its prototype card. */
#define DUMMY_PORT     0x300

/* No byte of a text from outside that is none of these gets into a file. */
#define WORD	       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define NAME_BYTES     WORD "_-."
#define SELECTOR_BYTES NAME_BYTES ":,@+="

/* Add to a text; what has no room is cut off. */
#define ADD(text, ...) add(text, sizeof(text), __VA_ARGS__)
static void __attribute__((__format__(__printf__, 3, 4))) add(char *text, size_t size,
							      const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

static void replace_others(char *text, const char *bytes, char by)
{
	while (*(text += strspn(text, bytes)))
		*text = by;
}

/*
 * The folder's. uio_dummy's begin with a letter or digit, no command's looks like an option, and
 * the project's own files and what its Makefile makes are not to be meant.
 */
static void choose_name(struct project *p, const char *folder)
{
	char word[sizeof(p->name) + 2];

	ADD(p->name, "%s", folder + strcspn(folder, WORD));
	replace_others(p->name, WORD "_-", '_');
	snprintf(word, sizeof(word), " %s ", p->name);
	if (!*p->name || strstr(" Makefile test check install install-service clean uiomap ", word))
		strcpy(p->name, "driver");
}

/* As uio_dummy allows a map's. */
static bool good_name(const char *name)
{
	const size_t length = strspn(name, NAME_BYTES);

	return length > 0 && length < 32 && !name[length];
}

/* A map, or a port region. false: uio_dummy can't have that many. */
static bool add_part(struct project *p, const char *kind, uint64_t offset, uint64_t size,
		     const char *name)
{
	const bool port = !strcmp(kind, "port");
	unsigned int *n = port ? &p->ports : &p->maps;
	char colon_name[34] = "";

	if (*n == DUMMY_PARTS)
		return false;
	if (good_name(name))
		snprintf(colon_name, sizeof(colon_name), ":%s", name);
	ADD(p->parts, " * - %s %u: %s%s, size %" PRIu64 "\n", port ? "port region" : "map", *n,
	    kind, colon_name, size);
	if (port)
		ADD(p->dummy_ports, "%sport:%#x:4", *n ? "," : "", DUMMY_PORT + 4 * *n);
	else
		ADD(p->dummy_maps, "%s%s:%" PRIu64 ":%" PRIu64 "%s", *n ? "," : "", kind, offset,
		    size < DUMMY_SIZE_MAX ? size : DUMMY_SIZE_MAX, colon_name);
	while (!port && p->bits > 8 && (offset % (p->bits / 8) || size < p->bits / 8))
		p->bits /= 2;
	++*n;
	return true;
}

/* Its line in uiomap.conf: by its ids, or by its name on the bus. */
static void choose_match(struct project *p, const struct bus_device *dev)
{
	char settings[OPTIONS_SETTINGS];

	if (!bind_is_uio(dev->driver))
		return;
	if (!strcmp(dev->bus, "pci"))
		ADD(p->match, "pci:%04x:%04x", (unsigned int)dev->vendor,
		    (unsigned int)dev->device);
	else
		ADD(p->match, "%s:%s", dev->bus, dev->name);
	/* What would end the word, or is a pattern: any byte. */
	replace_others(p->match, SELECTOR_BYTES, '?');
	if (strcmp(dev->driver, "uio_stub"))
		ADD(p->options, " driver=%s", dev->driver);
	options_settings(dev->bus, dev->name, settings);
	ADD(p->options, "%s", settings);
}

/* The first selector that finds it again, whatever its number then is. */
static void choose_selector(struct project *p, const struct uiomap_info *info)
{
	char device[sizeof(p->device)], number[16];
	const char * const selectors[] = { strncmp(p->match, "pci:", 4) ? "" : p->match,
					   uiomap_info_name(info), device, number };
	bool same = false;

	snprintf(device, sizeof(device), "%s:%s", uiomap_info_bus(info), uiomap_info_device(info));
	snprintf(number, sizeof(number), "uio%u", uiomap_info_number(info));
	for (unsigned int i = 0; !same && i < sizeof(selectors) / sizeof(*selectors); i++) {
		const char *s = selectors[i];
		struct uiomap_info *again = s[strspn(s, SELECTOR_BYTES)] ? NULL : uiomap_find(s);

		same = again && uiomap_info_number(again) == uiomap_info_number(info);
		uiomap_info_free(again);
		snprintf(p->device, sizeof(p->device), "%s", s);
	}
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

static void take_parts(struct project *p, const struct uiomap_info *info)
{
	const unsigned int maps = uiomap_info_map_count(info);

	for (unsigned int i = 0; i < maps; i++) {
		const struct uiomap_map_info *map = uiomap_info_map(info, i);
		const bool wc = map->memtype == UIOMAP_MEMTYPE_WRITE_COMBINING;

		/* uiomap_dma_alloc() gives it out; uio_stub has it behind the others. */
		if (map->memtype == UIOMAP_MEMTYPE_DMA_COHERENT && i == maps - 1)
			p->dma = map->size;
		else if (!add_part(p, wc ? "prefetchable" : "physical", map->offset % PAGE,
				   map->size, map->name))
			complain(TOOL_OK, "map %u is left out: uio_dummy can't have it", i);
	}
	for (unsigned int i = 0; i < uiomap_info_port_count(info); i++) {
		const struct uiomap_port_info *port = uiomap_info_port(info, i);

		if (!add_part(p, "port", 0, port->size, port->name))
			complain(TOOL_OK, "port region %u is left out: uio_dummy can't have it", i);
	}
}

int project_from_device(struct project *p, const char *folder, const char *selector)
{
	struct uiomap_info *info = uiomap_find(selector);
	struct bus_device dev;

	if (!info)
		return complain_uiomap();
	device_of(info, &dev);
	choose_name(p, folder);
	choose_match(p, &dev);
	choose_selector(p, info);
	p->irq = find_irq(info);
	p->bound = true;
	take_parts(p, info);
	/* A service is not root. */
	if (!p->maps && p->ports && !strcmp(dev.bus, "pci") && !strcmp(dev.driver, "uio_stub"))
		ADD(p->options, " ports");
	left_out_print(&dev, "uiomap: left out of the device:", stderr);
	uiomap_i_bus_device_clear(&dev);
	uiomap_info_free(info);
	return TOOL_OK;
}

/* KIND:OFFSET:SIZE[:NAME]. An exit status. */
static int take_part(struct project *p, const char *text)
{
	/* The last three are memory of a kernel driver, which registers the device itself. */
	static const char * const kinds[] = { "port",	 "physical", "prefetchable",
					      "logical", "virtual",  "coherent" };
	char kind[16], offset[24], size[24], name[32] = "";
	uint64_t from, bytes;
	int end = 0, k = 0;

	sscanf(text, "%15[^:]:%23[^:]:%23[^:]%n:%31[^:]%n", kind, offset, size, &end, name, &end);
	while (end && k < 6 && strcmp(kind, kinds[k]))
		k++;
	if (!end || text[end] || k == 6 || (*name && !good_name(name)) ||
	    !uiomap_i_parse_number(offset, true, PAGE - 1, &from) ||
	    !uiomap_i_parse_number(size, true, 64 << 20, &bytes) || !bytes)
		return complain(
			TOOL_USAGE,
			"'%s' is not KIND:OFFSET:SIZE[:NAME], with KIND port, physical, prefetchable, logical, virtual or coherent, "
			"OFFSET from 0 to %d, SIZE from 1 to %d, and NAME of up to 31 letters, digits, _ - .",
			printable(text), PAGE - 1, 64 << 20);
	if (!add_part(p, kind, from, bytes, name))
		return complain(TOOL_USAGE, "'%s' is one more than the %d that uio_dummy can have",
				printable(text), DUMMY_PARTS);
	p->bound = p->bound && k < 3;
	return TOOL_OK;
}

int project_from_dummy(struct project *p, const char *folder, char *maps, const char *irq)
{
	char *rest = *maps ? maps : NULL, *one;
	int status = TOOL_OK;

	choose_name(p, folder);
	ADD(p->device, "%s", p->name);
	p->irq = irq;
	p->bound = true;
	while (!status && (one = strsep(&rest, ",\n")))
		status = take_part(p, one);
	/* The real one: as device-tree devices are called. */
	if (p->bound)
		ADD(p->match, "platform:*.%s", p->name);
	return status;
}
