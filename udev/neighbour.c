// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "neighbour.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attribute.h"
#include "number.h"
#include "uio-class.h"

struct range {
	uint64_t start, end; /* the last byte */
};

static bool within(const struct range *inner, const struct range *outer)
{
	return inner->start >= outer->start && inner->end <= outer->end;
}

static bool read_number(unsigned int number, unsigned int map, const char *file, uint64_t *value)
{
	char path[128], text[ATTR_SIZE];

	snprintf(path, sizeof(path), UIOMAP_CLASS "/uio%u/maps/map%u/%s", number, map, file);
	return uiomap_i_attr_read(AT_FDCWD, path, text) >= 0 &&
	       uiomap_i_parse_number(text, true, UINT64_MAX, value);
}

/*
 * A line is "  fe000000-fe0000ff : NAME"; resources inside a resource follow
 * it. A line that contains the whole map is a bus window, or the map's own
 * pages. Of the others, one (with what is inside it) may be the device's own
 * registers. If there are two, one belongs to another device.
 */
static bool find_shared(const struct range *map, char names[NEIGHBOUR_NAME])
{
	struct range r, last = { 0, 0 };
	char line[256], name[NEIGHBOUR_NAME / 2];
	bool found = false;
	FILE *f = fopen(NEIGHBOUR_IOMEM, "re");

	names[0] = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %" SCNx64 "-%" SCNx64 " : %63[^\n]", &r.start, &r.end, name) !=
			    3 ||
		    r.end < map->start || r.start > map->end)
			continue;
		if (r.start == map->start && r.end == map->end)
			break;
		if (within(map, &r) || (last.end && within(&r, &last)))
			continue;
		found = last.end;
		last = r;
		snprintf(names + strlen(names), NEIGHBOUR_NAME - strlen(names), "%s%s",
			 found ? ", " : "", name);
	}
	if (f)
		fclose(f);
	return found;
}

bool neighbour_find(unsigned int number, char names[NEIGHBOUR_NAME])
{
	uint64_t size;

	for (unsigned int i = 0; i < UIO_MAX_MAPS; i++) {
		struct range map;

		if (!read_number(number, i, "addr", &map.start) ||
		    !read_number(number, i, "size", &size) || !size)
			break;
		map.end = map.start + size - 1;
		if (find_shared(&map, names))
			return true;
	}
	return false;
}
