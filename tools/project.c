// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* A project's names, and what templates see of it. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "project.h"

static bool plain(char c)
{
	return (c & 0x80) == 0 && (isalnum((unsigned char)c) || c == '_' || c == '-');
}

/* By the project's own files, and what its Makefile makes. */
static bool taken(const char *name)
{
	static const char * const names[] = { "Makefile",	 "test", "check", "install",
					      "install-service", "clean" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

void project_name(struct project *p, const char *folder)
{
	size_t length = 0;

	for (; *folder && length < sizeof(p->name) - 1; folder++)
		/*
		 * uio_dummy's names begin with a letter or digit, and no command has one that reads
		 * like an option.
		 */
		if (plain(*folder) ? length || isalnum((unsigned char)*folder) : length > 0)
			p->name[length++] = plain(*folder) ? *folder : '_';
	p->name[length] = '\0';
	if (!length || taken(p->name))
		snprintf(p->name, sizeof(p->name), "%s", "driver");
}

/* For comments and prose, wherever: nothing that ends a comment, a quotation or a line. */
static const char *prose(const char *text, char *buffer, size_t size)
{
	size_t length = 0;

	for (; *text && length < size - 1; text++) {
		const bool safe = plain(*text) || strchr(".:,#@+ ", *text);

		buffer[length++] = safe ? *text : '_';
	}
	buffer[length] = '\0';
	return buffer;
}

/* Inside "" in C. Octal, as it ends after three digits; ? lest it be a trigraph. */
static const char *c_string(const char *text, char *buffer, size_t size)
{
	size_t length = 0;

	for (; *text && length + 5 < size; text++) {
		if (plain(*text) || strchr(".:,#@+/ ", *text))
			buffer[length++] = *text;
		else
			length += (size_t)sprintf(buffer + length, "\\%03o", (unsigned char)*text);
	}
	buffer[length] = '\0';
	return buffer;
}

static const char *number(uint64_t value, char *buffer, size_t size)
{
	snprintf(buffer, size, "%" PRIu64, value);
	return buffer;
}

static const char *flag(bool yes)
{
	return yes ? "yes" : "";
}

/* The first 32-bit register that lies where one can be. */
static unsigned int first_register(const struct project_map *map)
{
	return -map->offset & 3;
}

static bool has_registers(const struct project_map *map, unsigned int count)
{
	return first_register(map) + 4 * count <= map->size;
}

static const char *map_value(const struct project_map *map, unsigned int index, const char *name,
			     char *buffer, size_t size)
{
	const char *from = map->id;
	char *to = buffer;

	if (!strcmp(name, "index"))
		return number(index, buffer, size);
	if (!strcmp(name, "digit"))
		return number(index + 1, buffer, size);
	if (!strcmp(name, "name"))
		return prose(*map->name ? map->name : "(no name)", buffer, size);
	if (!strcmp(name, "name_c"))
		return c_string(map->name, buffer, size);
	if (!strcmp(name, "named"))
		return flag(map->named);
	if (!strcmp(name, "id"))
		return map->id;
	if (!strcmp(name, "kind"))
		return map->kind;
	if (!strcmp(name, "size"))
		return number(map->size, buffer, size);
	if (!strcmp(name, "first"))
		return has_registers(map, 1) ? number(first_register(map), buffer, size) : "";
	if (!strcmp(name, "first_hex")) {
		/* As printf's %#x has it. */
		snprintf(buffer, size, "%#x", first_register(map));
		return buffer;
	}
	if (!strcmp(name, "second"))
		return has_registers(map, 2) ? number(first_register(map) + 4, buffer, size) : "";
	if (!strcmp(name, "ID")) {
		while (*from)
			*to++ = (char)toupper((unsigned char)*from++);
		*to = '\0';
		return buffer;
	}
	return NULL;
}

/* uio_dummy's `maps`. */
static const char *dummy_maps(const struct project *p, char *buffer, size_t size)
{
	size_t used = 0;

	for (unsigned int i = 0; i < p->count; i++) {
		const struct project_map *map = &p->maps[i];

		used += (size_t)snprintf(buffer + used, size - used, "%s%s:%u:%" PRIu64 "%s%s",
					 i ? "," : "", map->kind, map->offset, map->dummy_size,
					 map->named ? ":" : "", map->named ? map->name : "");
	}
	snprintf(buffer + used, size - used, "%s", p->dummy_ports + (p->count ? 0 : 1));
	return buffer;
}

const char *project_value(const struct project *p, unsigned int map, const char *name)
{
	static char buffer[4096];
	const bool irq = strcmp(p->irq, "none");

	if (!strncmp(name, "map.", 4))
		return map < p->count ?
			       map_value(&p->maps[map], map, name + 4, buffer, sizeof(buffer)) :
			       NULL;
	if (!strcmp(name, "name"))
		return p->name;
	if (!strcmp(name, "device"))
		return prose(p->device, buffer, sizeof(buffer));
	if (!strcmp(name, "device_c"))
		return c_string(p->device, buffer, sizeof(buffer));
	if (!strcmp(name, "match"))
		return p->match;
	if (!strcmp(name, "options"))
		return p->options;
	if (!strcmp(name, "instance"))
		return p->instance;
	if (!strcmp(name, "bound"))
		return flag(p->bound);
	if (!strcmp(name, "irq"))
		return flag(irq);
	if (!strcmp(name, "irq_word"))
		return p->irq;
	if (!strcmp(name, "work"))
		return irq ? "interrupt" : "look";
	if (!strcmp(name, "dma"))
		return p->dma ? number(p->dma, buffer, sizeof(buffer)) : "";
	if (!strcmp(name, "ports"))
		return p->ports;
	if (!strcmp(name, "dummy_maps"))
		return dummy_maps(p, buffer, sizeof(buffer));
	return NULL;
}
