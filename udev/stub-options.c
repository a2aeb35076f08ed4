// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "stub-options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "attach.h"
#include "attribute.h"

#define OPTIONS	     UIOMAP_SYSFS "/module/uio_stub/parameters/options"
#define OPTIONS_SIZE (NAME_MAX + OPTIONS_SETTINGS)

int options_check(const struct bus_device *dev, const struct conf_line *line)
{
	const unsigned int bits = line->dma_bits	   ? line->dma_bits :
				  !strcmp(dev->bus, "pci") ? 32 :
							     64;
	struct sysinfo machine;
	uint64_t memory;

	if (!line->dma || sysinfo(&machine) < 0)
		return 0;
	memory = (uint64_t)machine.totalram * machine.mem_unit;
	if (line->dma > memory)
		return uiomap_i_fail(
			EINVAL,
			"%s: dma=%llu is more than the %llu MiB of memory that this machine has; nothing was changed",
			dev->name, (unsigned long long)line->dma,
			(unsigned long long)(memory >> 20));
	if (bits < 64 && line->dma > UINT64_C(1) << bits)
		return uiomap_i_fail(
			EINVAL,
			"%s: dma=%llu is more than addresses of %u bits reach%s; nothing was changed",
			dev->name, (unsigned long long)line->dma, bits,
			line->dma_bits ? "" : ", which a PCI device has unless dma_bits= is given");
	return 0;
}

/*
 * The device's name as a pattern for uio_stub: characters that separate options
 * or are special in patterns become ?, which matches any byte. Returns the
 * length.
 */
static int entry_name(const char *name, char text[OPTIONS_SIZE])
{
	const int length = snprintf(text, NAME_MAX + 1, "%s", name);

	for (char *p = text; *p; p++)
		if (strchr(",;=*?[]\\", *p) || (unsigned char)*p <= ' ')
			*p = '?';
	return length;
}

void options_settings(const char *bus, const char *name, char settings[OPTIONS_SETTINGS])
{
	char path[PATH_MAX], all[OPTIONS_SETTINGS], *one, *rest;
	size_t used = 0;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s/uio_stub/options", bus, name);
	/* One setting a line. Leave room for a blank before the first. */
	all[uiomap_i_attr_bytes(AT_FDCWD, path, all, sizeof(all) - 2)] = '\0';
	/*
	 * They become words of suggested commands, so accept only these characters, whatever is
	 * mounted there.
	 */
	all[strspn(all, "abcdefghijklmnopqrstuvwxyz_=0123456789\n")] = '\0';
	settings[0] = '\0';
	for (one = strtok_r(all, "\n", &rest); one; one = strtok_r(NULL, "\n", &rest))
		used += (size_t)sprintf(settings + used, " %s", one);
}

/* The settings of a line that uio_stub supports, in the form of options_settings(). */
static void line_settings(const struct conf_line *line, char settings[OPTIONS_SETTINGS])
{
	int length = 0;

	settings[0] = '\0';
	if (line->dma)
		length += sprintf(settings + length, " dma=%llu", (unsigned long long)line->dma);
	if (line->dma_bits)
		length += sprintf(settings + length, " dma_bits=%u", line->dma_bits);
	if (line->wc == CONF_WC_ALL)
		length += sprintf(settings + length, " wc");
	for (unsigned int map = 0; line->wc != CONF_WC_ALL && map < 5; map++)
		if (line->wc & 1u << map)
			length += sprintf(settings + length, " wc=%u", map);
	if (line->share_page)
		sprintf(settings + length, " share_page");
}

bool options_in_force(const struct bus_device *dev, const struct conf_line *line)
{
	char now[OPTIONS_SETTINGS], then[OPTIONS_SETTINGS];

	options_settings(dev->bus, dev->name, now);
	line_settings(line, then);
	return !strcmp(now, then);
}

/* Append settings to an entry, separated by commas. */
static void add_settings(char *entry, const char *settings)
{
	char *end = entry + strlen(entry);

	strcpy(end, settings);
	for (; *end; end++)
		if (*end == ' ')
			*end = ',';
}

char *options_get(const struct bus_device *dev)
{
	char entry[OPTIONS_SIZE], settings[OPTIONS_SETTINGS], all[65536], *one, *rest;
	const size_t length = (size_t)entry_name(dev->name, entry);

	/*
	 * Don't use the parameter here: it shows only a page, and may have changed since the device
	 * was bound.
	 */
	if (!strcmp(dev->driver, "uio_stub")) {
		options_settings(dev->bus, dev->name, settings);
		add_settings(entry, settings);
		return strdup(entry);
	}
	uiomap_i_attr_line(AT_FDCWD, OPTIONS, all, sizeof(all));
	for (one = strtok_r(all, ";", &rest); one; one = strtok_r(NULL, ";", &rest))
		if (!strncmp(one, entry, length) && one[length] == ',')
			return strdup(one);
	return strdup(entry);
}

int options_put(const char *entry)
{
	return access(OPTIONS, F_OK) < 0 ? 0 : attach_write(OPTIONS, entry);
}

int options_set(const char *name, const struct conf_line *line)
{
	char text[OPTIONS_SIZE], settings[OPTIONS_SETTINGS] = "";
	int error;

	entry_name(name, text);
	if (line)
		line_settings(line, settings);
	add_settings(text, settings);
	error = attach_write(OPTIONS, text);
	if (!error)
		return 0;
	if (error == EINVAL)
		return uiomap_i_fail(
			error,
			"%s: uio_stub refuses the options '%s'; the kernel log says why (dmesg)",
			name, text);
	return uiomap_i_fail(error, "%s: uio_stub can't be given the options '%s': %s: %s", name,
			     text, OPTIONS, strerror(error));
}

int bind_forget(const char *name)
{
	return access(OPTIONS, F_OK) < 0 ? 0 : options_set(name, NULL);
}
