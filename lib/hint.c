/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* No device matches: what there is instead, and what may be wrong with the selector. */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 01:00.0, as lspci prints it where there is one domain only. */
static bool short_address(const char *device)
{
	static const char form[] = "xx:xx.x";
	size_t i;

	for (i = 0; form[i] && device[i]; i++)
		if (form[i] == 'x' ? !strchr("0123456789abcdefABCDEF", device[i]) : device[i] != form[i])
			return false;
	return !form[i] && !device[i];
}

static void hint_bus(const struct selector *s, const char *text, char *hint, size_t size)
{
	char path[sizeof(UIOMAP_SYSFS) + 256];
	struct stat st;

	if (!strcmp(s->text, "pci") && short_address(s->device)) {
		snprintf(hint, size, "a PCI address begins with its domain, mostly pci:0000:%s; ", s->device);
		return;
	}
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%.60s", s->text);
	if (strchr(s->text, '/') || (stat(path, &st) < 0 && errno == ENOENT)) {
		char named[QUOTE_SIZE];

		snprintf(named, sizeof(named), "name:%s", text);
		snprintf(hint, size, "there is no bus %s; if it is a name: %s; ", QUOTE(s->text), QUOTE(named));
		return;
	}
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%.60s/devices/%.120s", s->text, s->device);
	if (!strchr(s->device, '/') && stat(path, &st) == 0)
		snprintf(hint, size, "the device is there, but has no UIO driver: uiomap doctor %s; ", QUOTE(text));
}

/* What is wrong with the selector, as far as it can be told; "" if nothing is seen. */
static void hint_for(const struct selector *s, const char *text, char *hint, size_t size)
{
	struct stat st;

	hint[0] = '\0';
	switch (s->form) {
	case FORM_BUS:
		hint_bus(s, text, hint, size);
		return;
	case FORM_PCI_ID:
		snprintf(hint, size, "whether the card is there: uiomap doctor pci:%04x:%04x; ", s->vendor, s->device_id);
		return;
	case FORM_PATH:
		snprintf(hint, size, "%s; ", stat(s->text, &st) < 0 ? "there is no such file" : "it is no UIO device's node or directory");
		return;
	case FORM_NAME:
		if (!strncmp(text, "uio", 3) && text[3] && text[3] != '0' && strspn(text + 3, "0123456789") == strlen(text + 3))
			snprintf(hint, size, "no number is so large, so it is taken as a name; ");
		return;
	default:
		return;
	}
}

/* " (BUS:DEVICE)"; "" without a parent, or with a name that is not plain. */
static void place(int classfd, unsigned int number, char *buffer, size_t size)
{
	char path[48], device[LINK_SIZE], bus[LINK_SIZE];

	buffer[0] = '\0';
	snprintf(path, sizeof(path), "uio%u/device", number);
	if (attr_link(classfd, path, device) < 0 || !*device)
		return;
	snprintf(path, sizeof(path), "uio%u/device/subsystem", number);
	if (attr_link(classfd, path, bus) < 0 || !*bus)
		return;
	for (const char *p = last_name(device); *p; p++)
		if (*p <= ' ' || *p > '~')
			return;
	if (snprintf(buffer, size, " (%s:%s)", last_name(bus), last_name(device)) >= (int)size)
		buffer[0] = '\0';
}

/* What there is: 'uio0 "counter" (platform:uio_dummy.0), uio1 "ring" …'. */
static void describe_all(char *buffer, size_t size)
{
	char path[32], where[64], name[ATTR_SIZE];
	const size_t longest = LABEL_SIZE + sizeof(where) + 8; /* of one device, or of the end */
	unsigned int *numbers = NULL;
	size_t count = 0, used = 0;
	int classfd = open(UIOMAP_CLASS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (classfd < 0 && errno == ENOENT) {
		snprintf(buffer, size, "%s does not exist; no driver for UIO devices is loaded (modprobe uio_stub)", UIOMAP_CLASS);
		return;
	}
	snprintf(buffer, size, "there is no UIO device at all; is a driver bound (uio_stub, uio_pdrv_genirq, uio_pci_generic)?");
	if (classfd < 0)
		return;
	if (class_numbers(&numbers, &count) < 0)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		if (used + 2 * longest > size) {
			snprintf(buffer + used, size - used, ", ...");
			break;
		}
		snprintf(path, sizeof(path), "uio%u/name", numbers[i]);
		if (attr_read(classfd, path, name) < 0)
			strcpy(name, "?");
		place(classfd, numbers[i], where, sizeof(where));
		used += (size_t)snprintf(buffer + used, size - used, "%suio%u %s%s", used ? ", " : "there are ", numbers[i],
					 QUOTE(name), where);
	}
	free(numbers);
	close(classfd);
}

int fail_none(const struct selector *s, const char *text)
{
	char hint[256] = "", others[640];

	if (s)
		hint_for(s, text, hint, sizeof(hint));
	describe_all(others, sizeof(others));
	return fail(ENODEV, "no UIO device matches %s; %s%s", QUOTE(text), hint, others);
}
