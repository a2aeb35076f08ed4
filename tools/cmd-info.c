/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap info: show all that is known about one device. */
#include <inttypes.h>

#include "left-out.h"
#include "tool.h"

static const struct argp_child children[] = { { &device_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	NULL, NULL, "SELECTOR", "Show all that is known about one device.", children, 0, 0
};

static void line(const char *what, const char *text)
{
	printf("%-10s %s\n", what, *text ? printable(text) : "-");
}

static void print_map(const struct uiomap_map_info *map, unsigned int index)
{
	char size[SIZE_TEXT];

	printf("map %u      %s: %s (%" PRIu64 " bytes), %s, ", index,
	       *map->name ? printable(map->name) : "(no name)", size_text(size, map->size),
	       map->size, uiomap_memtype_name(map->memtype));
	if (map->addr == UINT64_MAX)
		printf("address not known");
	else
		printf("%s address 0x%" PRIx64,
		       map->memtype == UIOMAP_MEMTYPE_DMA_COHERENT ? "bus" :
		       map->memtype == UIOMAP_MEMTYPE_CACHED	   ? "kernel" :
								     "physical",
		       map->addr);
	if (map->offset)
		printf(", %" PRIu32 " bytes into its first page", map->offset);
	putchar('\n');
}

static void print_info(const struct uiomap_info *info, const struct bus_device *p)
{
	const char *kind = device_irq_kind(p);
	char names[NEIGHBOUR_NAME];

	line("node", uiomap_info_node(info));
	line("name", uiomap_info_name(info));
	line("version", uiomap_info_version(info));
	line("driver", uiomap_info_driver(info));
	line("bus", uiomap_info_bus(info));
	line("device", uiomap_info_device(info));
	line("sysfs", uiomap_info_syspath(info));
	printf("%-10s %s%s%s\n", "interrupt", irq_text(uiomap_info_irq(info)), kind ? ", " : "",
	       kind ? kind : "");
	for (unsigned int i = 0; i < uiomap_info_map_count(info); i++)
		print_map(uiomap_info_map(info, i), i);
	for (unsigned int i = 0; i < uiomap_info_port_count(info); i++) {
		const struct uiomap_port_info *port = uiomap_info_port(info, i);

		printf("ports %u    %s: 0x%" PRIx64 " to 0x%" PRIx64 ", %s\n", i,
		       *port->name ? printable(port->name) : "(no name)", port->start,
		       port->start + port->size - 1, port->type);
	}
	left_out_print(p, "left out  ", stdout);
	if (left_out_neighbours(p, names))
		printf("%-10s with its maps' pages its users also have: %s\n", "shared",
		       printable(names));
}

static json_t *info_json(const struct uiomap_info *info, const struct bus_device *p)
{
	const char *kind = device_irq_kind(p);
	json_t *object = device_json(info);
	char names[NEIGHBOUR_NAME];

	json_object_set_new(object, "interrupt_kind", kind ? json_string(kind) : json_null());
	json_object_set_new(object, "left_out", left_out_json(p));
	json_object_set_new(object, "shared",
			    left_out_neighbours(p, names) ? json_text(names) : json_null());
	return object;
}

int cmd_info(int argc, char **argv)
{
	struct device_arguments a = { .needed = true };
	struct uiomap_info *info;
	struct bus_device p;
	int rc;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	info = uiomap_find(a.device);
	if (!info)
		return complain_uiomap();
	/* If the device was removed meanwhile, only the snapshot is shown. */
	device_of(info, &p);
	if (a.json) {
		rc = print_json(info_json(info, &p), false);
	} else {
		print_info(info, &p);
		rc = flush_output();
	}
	uiomap_i_bus_device_clear(&p);
	uiomap_info_free(info);
	return rc;
}
