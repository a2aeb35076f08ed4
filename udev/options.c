// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "attach.h"
#include "attribute.h"

#define OPTIONS UIOMAP_SYSFS "/module/uio_stub/parameters/options"
#define OPTIONS_SIZE (NAME_MAX + 128)

int options_check(const struct bus_device *dev, const struct conf_line *line)
{
	const unsigned int bits = line->dma_bits ? line->dma_bits : !strcmp(dev->bus, "pci") ? 32 : 64;
	struct sysinfo machine;
	uint64_t memory;

	if (!line->dma || sysinfo(&machine) < 0)
		return 0;
	memory = (uint64_t)machine.totalram * machine.mem_unit;
	if (line->dma > memory)
		return fail(EINVAL, "%s: dma=%llu is more than the %llu MiB of memory that this machine has; nothing was changed", dev->name,
				 (unsigned long long)line->dma, (unsigned long long)(memory >> 20));
	if (bits < 64 && line->dma > UINT64_C(1) << bits)
		return fail(EINVAL, "%s: dma=%llu is more than addresses of %u bits reach%s; nothing was changed", dev->name,
				 (unsigned long long)line->dma, bits, line->dma_bits ? "" : ", which a PCI device has unless dma_bits= is given");
	return 0;
}

/*
 * As the kernel's device-name patterns allow: what separates options, or is a
 * pattern itself, stands for any byte. Returns the length.
 */
static int entry_name(const char *name, char text[OPTIONS_SIZE])
{
	const int length = snprintf(text, OPTIONS_SIZE, "%s", name);

	for (char *p = text; *p; p++)
		if (strchr(",;=*?[]\\", *p) || (unsigned char)*p <= ' ')
			*p = '?';
	return length;
}

char *options_get(const char *name)
{
	char entry[OPTIONS_SIZE], all[65536], *one, *rest;
	const size_t length = (size_t)entry_name(name, entry);

	attr_line(AT_FDCWD, OPTIONS, all, sizeof(all));
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
	char text[OPTIONS_SIZE];
	int length = entry_name(name, text), error;

	if (line && line->dma)
		length += sprintf(text + length, ",dma=%llu", (unsigned long long)line->dma);
	if (line && line->dma_bits)
		length += sprintf(text + length, ",dma_bits=%u", line->dma_bits);
	if (line && line->wc == CONF_WC_ALL)
		length += sprintf(text + length, ",wc");
	for (unsigned int map = 0; line && line->wc != CONF_WC_ALL && map < 5; map++)
		if (line->wc & 1u << map)
			length += sprintf(text + length, ",wc=%u", map);
	if (line && line->share_page)
		length += sprintf(text + length, ",share_page");
	error = attach_write(OPTIONS, text);
	if (!error)
		return 0;
	if (error == EINVAL)
		return fail(error, "%s: uio_stub does not take the options '%s'; the kernel log says why (dmesg)", name, text);
	return fail(error, "%s: uio_stub can't be given the options '%s': %s: %s", name, text, OPTIONS, strerror(error));
}

int bind_forget(const char *name)
{
	return access(OPTIONS, F_OK) < 0 ? 0 : options_set(name, NULL);
}
