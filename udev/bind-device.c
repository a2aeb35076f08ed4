// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Reads a device and finds its line in the configuration. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind.h"

int bind_device_read(const char *bus, const char *name, struct bus_device *dev)
{
	char path[PATH_MAX];

	uiomap_i_bus_device_at(dev, -1, "");
	if (strcmp(bus, "pci") && strcmp(bus, "platform"))
		return uiomap_i_fail(
			EINVAL, "bus '%s': only devices on pci and platform can be bound", bus);
	if (!*name || *name == '.' || strchr(name, '/') || strlen(name) > NAME_MAX)
		return uiomap_i_fail(EINVAL, "'%s' is not the name of a device on the bus %s", name,
				     bus);
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s", bus, name);
	if (uiomap_i_bus_device_read(dev, bus, path) == 0)
		return 0;
	return errno == ENODEV ?
		       uiomap_i_fail(ENODEV, "there is no device %s on the bus %s", name, bus) :
		       -1;
}

bool bind_match(const struct conf_line *line, struct bus_device *dev)
{
	/* A PCI device may have a device-tree node, but is matched only by address or ids. */
	if (!strcmp(dev->bus, "pci") &&
	    (line->match.form == FORM_OF || line->match.form == FORM_COMPATIBLE))
		return false;
	return uiomap_i_selector_match_bus(&line->match, dev);
}

const struct conf_line *bind_find(const struct conf_line *lines, struct bus_device *dev)
{
	while (lines && !bind_match(lines, dev))
		lines = lines->next;
	return lines;
}

bool bind_is_uio(const char *driver)
{
	for (size_t i = 0; conf_drivers[i]; i++)
		if (!strcmp(driver, conf_drivers[i]))
			return true;
	return false;
}
