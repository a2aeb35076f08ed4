/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Convert a snapshot to JSON. Addresses are strings: many JSON parsers lose bits of 64-bit
 * numbers.
 */
#include <inttypes.h>

#include "tool.h"

static json_t *hex(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	return json_string(text);
}

static json_t *map_json(const struct uiomap_map_info *map, unsigned int index)
{
	return json_pack("{s:i, s:o, s:s, s:o, s:I, s:I}", "index", (int)index, "name",
			 json_text(map->name), "kind", uiomap_memtype_name(map->memtype), "address",
			 map->addr == UINT64_MAX ? json_null() : hex(map->addr), "size",
			 (json_int_t)map->size, "offset", (json_int_t)map->offset);
}

static json_t *port_json(const struct uiomap_port_info *port, unsigned int index)
{
	return json_pack("{s:i, s:o, s:s, s:o, s:I}", "index", (int)index, "name",
			 json_text(port->name), "type", port->type, "start", hex(port->start),
			 "size", (json_int_t)port->size);
}

json_t *device_json(const struct uiomap_info *info)
{
	json_t *maps = json_array(), *ports = json_array();

	for (unsigned int i = 0; i < uiomap_info_map_count(info); i++)
		json_array_append_new(maps, map_json(uiomap_info_map(info, i), i));
	for (unsigned int i = 0; i < uiomap_info_port_count(info); i++)
		json_array_append_new(ports, port_json(uiomap_info_port(info, i), i));
	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o}", "number",
			 (int)uiomap_info_number(info), "backend",
			 uiomap_backend_name(uiomap_info_backend(info)), "node",
			 json_text(uiomap_info_node(info)), "name",
			 json_text(uiomap_info_name(info)), "version",
			 json_text(uiomap_info_version(info)), "driver",
			 json_text(uiomap_info_driver(info)), "bus",
			 json_text(uiomap_info_bus(info)), "device",
			 json_text(uiomap_info_device(info)), "syspath",
			 json_text(uiomap_info_syspath(info)), "interrupt",
			 irq_text(uiomap_info_irq(info)), "maps", maps, "ports", ports);
}
