// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Sets devices of the configuration aside until their udev event: devices that
 * appear later with uio_stub's parameter `claim` (uio_stub(4)), and present
 * ones with driver_override.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"

#define CLAIM UIOMAP_SYSFS "/module/uio_stub/parameters/claim"

/* A file in sysfs accepts one page with each write(2), and pages have at least 4096 bytes. */
#define CLAIM_SIZE 4096

bool bind_is_aside(const char *override)
{
	return !strcmp(override, BIND_ASIDE);
}

/*
 * Append a text. If it isn't a pattern, quote the pattern characters. The
 * separator ; becomes ?, which matches any byte.
 */
static size_t add_quoted(char *to, const char *text, bool pattern)
{
	size_t length = 0;

	for (; *text; text++) {
		if (!pattern && strchr("*?[]\\", *text))
			to[length++] = '\\';
		to[length++] = *text == ';' ? '?' : *text;
	}
	return length;
}

/* Append one entry of uio_stub's claim, see uio_stub(4). */
static size_t add_claim(char *to, const struct conf_line *line)
{
	const struct selector *match = &line->match;

	switch (match->form) {
	case FORM_PCI_ID:
		return (size_t)sprintf(to, "pci:%04x:%04x", (unsigned int)match->vendor,
				       (unsigned int)match->device_id);
	case FORM_BUS:
		to += sprintf(to, "%s:", match->text);
		return strlen(match->text) + 1 + add_quoted(to, match->device, match->pattern);
	default:
		memcpy(to, "of:", 3);
		return 3 + add_quoted(to + 3, match->text, false);
	}
}

/* List all lines that fit. Returns the first line that doesn't fit, or NULL. */
static const struct conf_line *list_claims(const struct conf_line *lines, char text[CLAIM_SIZE])
{
	char one[2 * CONF_LINE_MAX + 16];
	size_t used = 0, length;

	for (; lines; lines = lines->next) {
		length = add_claim(one, lines);
		if (used + length + 2 > CLAIM_SIZE)
			break;
		if (used)
			text[used++] = ';';
		memcpy(text + used, one, length);
		used += length;
	}
	text[used] = '\0';
	return lines;
}

/* Set a device aside if no driver has it. If a driver binds it meanwhile, that driver keeps it. */
static void set_aside(struct bus_device *dev)
{
	if (*dev->driver || *dev->override || attach_override(dev, BIND_ASIDE) ||
	    attach_refresh(dev) < 0)
		return;
	if (*dev->driver && bind_is_aside(dev->override))
		attach_override(dev, "");
}

static int set_all_aside(const struct conf_line *lines, const char *bus)
{
	struct bus_device dev;
	struct dirent *entry;
	char path[PATH_MAX];
	int error;
	DIR *dir;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices", bus);
	dir = opendir(path);
	while (dir && (errno = 0, entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || bind_device_read(bus, entry->d_name, &dev) < 0)
			continue;
		if (bind_find(lines, &dev))
			set_aside(&dev);
		else if (!*dev.driver && bind_is_aside(dev.override))
			bind_let_go(&dev); /* its line was removed */
		uiomap_i_bus_device_clear(&dev);
	}
	error = errno;
	if (dir)
		closedir(dir);
	return error ? uiomap_i_fail(
			       error,
			       "%s can't be listed: %s; present devices of the configuration are not kept from their normal drivers",
			       path, strerror(error)) :
		       0;
}

int bind_claim(const struct conf_line *lines)
{
	const struct conf_line *rest;
	char text[CLAIM_SIZE];
	int error;

	if (lines && access(CLAIM, F_OK) < 0 && bind_module("uio_stub") < 0)
		return -1;
	rest = list_claims(lines, text);
	error = access(CLAIM, F_OK) < 0 && !lines ? 0 : attach_write(CLAIM, *text ? text : "\n");
	if (error)
		return uiomap_i_fail(
			error,
			"uio_stub can't keep devices that are plugged in from their normal drivers: %s: %s",
			CLAIM, strerror(error));
	return rest ? uiomap_i_fail(
			      E2BIG,
			      "%s:%u: from this line on, devices are not kept from their normal drivers when they are plugged in: the "
			      "lines are more than %d bytes",
			      rest->file ? rest->file : "", rest->number, CLAIM_SIZE) :
		      0;
}

int bind_set_aside(const struct conf_line *lines)
{
	/* Without PCI in the kernel the directory doesn't exist. */
	const int cards = set_all_aside(lines, "pci"), error = errno;

	if (set_all_aside(lines, "platform") < 0)
		return -1;
	errno = error;
	return cards < 0 && errno != ENOENT ? -1 : 0;
}

int bind_let_go(struct bus_device *dev)
{
	const int error = attach_override(dev, "");

	if (error)
		return uiomap_i_fail(error, "%s: driver_override can't be cleared: %s", dev->name,
				     strerror(error));
	attach_probe(dev);
	return attach_refresh(dev);
}
