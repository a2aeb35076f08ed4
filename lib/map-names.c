/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Finds a map or port region by number or name, and lists them in error texts. */
#include "internal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct names uiomap_i_names_of_maps(const struct uiomap_info *info)
{
	struct names n = { .info = info, .what = "map", .count = info->map_count };

	for (unsigned int i = 0; i < n.count; i++)
		n.names[i] = info->maps[i].name;
	return n;
}

struct names uiomap_i_names_of_ports(const struct uiomap_info *info)
{
	struct names n = { .info = info, .what = "port region", .count = info->port_count };

	for (unsigned int i = 0; i < n.count; i++)
		n.names[i] = info->ports[i].name;
	return n;
}

static int fail_which(const struct names *n, int error, const char *which, const char *hint)
{
	char all[UIOMAP_MAX_MAPS * (QUOTE_SIZE + 8)] = "it has none";
	size_t used = 0;

	for (unsigned int i = 0; i < n->count; i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%u %s",
					 used ? ", " : "there are ", i, QUOTE(n->names[i]));
	return uiomap_i_fail(error, "%s: %s %s %s; %s%s", LABEL(n->info),
			     error == ENOTUNIQ ? "more than one" : "no", n->what, which, all, hint);
}

int uiomap_i_names_index(const struct names *n, unsigned int index)
{
	char number[16];

	if (index < n->count)
		return (int)index;
	snprintf(number, sizeof(number), "%u", index);
	return fail_which(n, ERANGE, number, "");
}

int uiomap_i_names_find(const struct names *n, const char *name, const char *hint)
{
	char alike[QUOTE_SIZE + 32];
	int found = -1;

	for (unsigned int i = 0; i < n->count; i++) {
		if (strcmp(n->names[i], name))
			continue;
		if (found >= 0)
			return fail_which(n, ENOTUNIQ, QUOTE(name), "");
		found = (int)i;
	}
	for (unsigned int i = 0; found < 0 && i < n->count; i++)
		if (!strcasecmp(n->names[i], name)) {
			snprintf(alike, sizeof(alike), "; names are case-sensitive: there is %s",
				 QUOTE(n->names[i]));
			hint = alike;
		}
	return found < 0 ? fail_which(n, ERANGE, QUOTE(name), hint) : found;
}
