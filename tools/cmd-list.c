/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap list: print a table of all devices. */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "node-users.h"
#include "left-out.h"
#include "tool.h"

static const struct argp_child children[] = { { &device_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = { NULL,
				  NULL,
				  "[SELECTOR]",
				  "List all devices of UIO and VFIO, or those that match SELECTOR.",
				  children,
				  0,
				  0 };

/*
 * The number of memory and port regions that have no map. `uiomap info` lists them, and also
 * interrupts.
 */
static unsigned int regions_left_out(const struct uiomap_info *info)
{
	struct left_out *list = NULL;
	unsigned int regions = 0;
	struct bus_device p;
	size_t count = device_of(info, &p) < 0 ? 0 : left_out_read(&p, false, &list);

	while (count--)
		regions += !strcmp(list[count].kind, "memory") || !strcmp(list[count].kind, "port");
	free(list);
	uiomap_i_bus_device_clear(&p);
	return regions;
}

static char *maps_text(const struct uiomap_info *info)
{
	const unsigned int left_out = regions_left_out(info);
	char *text = NULL, size[SIZE_TEXT];
	size_t length;
	FILE *f = open_memstream(&text, &length);

	if (!f)
		return NULL;
	for (unsigned int i = 0; i < uiomap_info_map_count(info); i++) {
		const struct uiomap_map_info *map = uiomap_info_map(info, i);

		fprintf(f, "%s%s %s", i ? ", " : "",
			*map->name ? printable(map->name) : "(no name)",
			size_text(size, map->size));
		/* Don't show the address of a cached map: it is a kernel virtual address. */
		if (map->addr != UINT64_MAX && map->memtype != UIOMAP_MEMTYPE_CACHED)
			fprintf(f, " @ 0x%" PRIx64, map->addr);
	}
	if (uiomap_info_port_count(info))
		fprintf(f, "%s%u port region%s", uiomap_info_map_count(info) ? ", " : "",
			uiomap_info_port_count(info), uiomap_info_port_count(info) > 1 ? "s" : "");
	if (left_out)
		fprintf(f, " (%u left out)", left_out);
	return fclose(f) ? free(text), NULL : text;
}

/* holders is NULL if they could not be read; below, too. */
static char *holders_text(const struct holders *holders, const char *node)
{
	char *text = NULL;
	size_t length;
	FILE *f;

	if (!holders)
		return strdup("?");
	f = open_memstream(&text, &length);
	if (!f)
		return NULL;
	for (size_t i = 0; i < holders->count; i++)
		if (!strcmp(holders->list[i].node, node))
			fprintf(f, "%s%s (%d)", ftell(f) ? ", " : "",
				printable(holders->list[i].command), (int)holders->list[i].pid);
	return fclose(f) ? free(text), NULL : text;
}

static int add_line(struct libscols_table *table, const struct uiomap_info *info,
		    const struct holders *holders)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char *maps = maps_text(info), *held = holders_text(holders, uiomap_info_node(info)),
	     device[512];
	int rc = -1;

	/* The device in the form of a selector. */
	snprintf(device, sizeof(device), "%s%s%s", uiomap_info_bus(info),
		 *uiomap_info_bus(info) ? ":" : "", printable(uiomap_info_device(info)));

	if (line && maps && held && !scols_line_set_data(line, 0, uiomap_info_node(info)) &&
	    !scols_line_set_data(line, 1, printable(uiomap_info_name(info))) &&
	    !scols_line_set_data(line, 2, printable(uiomap_info_driver(info))) &&
	    !scols_line_set_data(line, 3, device) && !scols_line_set_data(line, 4, maps) &&
	    !scols_line_set_data(line, 5, irq_text(uiomap_info_irq(info))) &&
	    !scols_line_set_data(line, 6, held))
		rc = 0;
	free(maps);
	free(held);
	return rc;
}

static int print_table(struct uiomap_info **list, size_t count, const struct holders *holders)
{
	static const char * const columns[] = { "NODE", "NAME", "DRIVER", "DEVICE",
						"MAPS", "IRQ",	"HELD BY" };
	struct libscols_table *table;
	int rc = 0;

	setlocale(LC_CTYPE, "");
	table = scols_new_table();
	for (size_t i = 0; table && i < sizeof(columns) / sizeof(*columns); i++)
		if (!scols_table_new_column(table, columns[i], 0, 0))
			rc = -1;
	for (size_t i = 0; table && !rc && i < count; i++)
		rc = add_line(table, list[i], holders);
	if (!table || rc || scols_print_table(table))
		rc = complain(TOOL_FAILED, "table: %s", strerror(errno ? errno : ENOMEM));
	scols_unref_table(table);
	return rc ? rc : flush_output();
}

static int print_list_json(struct uiomap_info **list, size_t count, const struct holders *holders)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *device = device_json(list[i]), *held = holders ? json_array() : json_null();

		for (size_t k = 0; holders && k < holders->count; k++)
			if (!strcmp(holders->list[k].node, uiomap_info_node(list[i])))
				json_array_append_new(
					held,
					json_pack("{s:i, s:o}", "pid", (int)holders->list[k].pid,
						  "command", json_text(holders->list[k].command)));
		json_object_set_new(device, "holders", held);
		json_array_append_new(array, device);
	}
	return print_json(array, false);
}

int cmd_list(int argc, char **argv)
{
	struct device_arguments a = { 0 };
	struct uiomap_info **list;
	struct holders holders, *known;
	size_t count;
	int rc;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	list = uiomap_list(a.device, &count);
	if (!list)
		return complain_uiomap();
	known = holders_read(&holders) < 0 ? NULL : &holders;
	if (!known)
		complain(TOOL_OK, "/proc: %s: so it isn't known who has the devices open",
			 strerror(errno));
	rc = a.json ? print_list_json(list, count, known) : print_table(list, count, known);
	/* Without a selector, an empty list is not an error. */
	if (!rc && !count && a.device)
		rc = complain(TOOL_NO_DEVICE, "no device matches '%s'", printable(a.device));
	else if (!rc && !count && !a.json)
		complain(TOOL_OK, "no UIO device; `uiomap doctor` says why");
	holders_free(&holders);
	uiomap_list_free(list);
	return rc;
}
