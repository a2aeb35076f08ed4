/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The error text if no device matches: the devices that exist, and what may be
 * wrong with the selector.
 */
#include "internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/*
 * For a device that exists but is no UIO device: its driver, and the command
 * that binds it to uio_stub, which supports two buses.
 */
static void suggest_device(const char *bus, const char *device, char *hint, size_t size)
{
	char path[sizeof(UIOMAP_SYSFS) + 256], link[LINK_SIZE];
	const char *driver;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%.60s/devices/%.120s/driver", bus, device);
	driver = uiomap_i_attr_link(AT_FDCWD, path, link) == 0 ? uiomap_i_last_name(link) : "";
	if (!strncmp(driver, "uio", 3))
		snprintf(
			hint, size,
			"%s:%s is bound to %s, which has made no UIO device of it: dmesg may say why; ",
			bus, device, driver);
	else if (strcmp(bus, "pci") && strcmp(bus, "platform"))
		snprintf(hint, size, "%s:%s is there, but has no UIO driver: uiomap doctor %s:%s; ",
			 bus, device, bus, device);
	else if (*driver)
		snprintf(
			hint, size,
			"the kernel driver %.40s has %s:%s; if the system can do without it (uiomap doctor %s:%s): uiomap bind %s:%s take; ",
			QUOTE(driver), bus, device, bus, device, bus, device);
	else
		snprintf(hint, size, "%s:%s has no driver: uiomap bind %s:%s; ", bus, device, bus,
			 device);
}

/* Suggest the first PCI device with these ids. */
static void suggest_card(const struct selector *s, char *hint, size_t size)
{
	DIR *dir = opendir(UIOMAP_SYSFS "/bus/pci/devices");
	struct dirent *entry;
	char first[32] = "";

	while (dir && (errno = 0, entry = readdir(dir))) {
		struct bus_device dev;
		char prefix[32];

		if (*entry->d_name == '.' ||
		    snprintf(prefix, sizeof(prefix), "%s/", entry->d_name) >= (int)sizeof(prefix))
			continue;
		uiomap_i_bus_device_at(&dev, dirfd(dir), prefix);
		if (uiomap_i_bus_device_id(&dev, "vendor") == s->vendor &&
		    uiomap_i_bus_device_id(&dev, "device") == s->device_id &&
		    (!*first || strcmp(entry->d_name, first) < 0))
			snprintf(first, sizeof(first), "%.31s", entry->d_name);
		uiomap_i_bus_device_clear(&dev);
	}
	if (dir && errno)
		snprintf(hint, size, "the PCI bus can't be listed: %s; ", uiomap_i_why(errno));
	else if (*first)
		suggest_device("pci", first, hint, size);
	else
		snprintf(hint, size,
			 "no such card is on the PCI bus: uiomap doctor pci:%04x:%04x; ",
			 (unsigned int)s->vendor, (unsigned int)s->device_id);
	if (dir)
		closedir(dir);
}

/* Names are case-sensitive. Suggest a name that differs only in case. */
static void suggest_name(const char *name, char *hint, size_t size)
{
	unsigned int *numbers = NULL;
	char path[64], text[ATTR_SIZE];
	size_t count = 0;

	if (uiomap_i_class_numbers(&numbers, &count) < 0)
		return;
	for (size_t i = 0; i < count && !*hint; i++) {
		snprintf(path, sizeof(path), UIOMAP_CLASS "/uio%u/name", numbers[i]);
		if (uiomap_i_attr_read(AT_FDCWD, path, text) >= 0 && !strcasecmp(text, name))
			snprintf(hint, size, "names are case-sensitive: there is %s; ",
				 QUOTE(text));
	}
	free(numbers);
}

static void suggest_bus(const struct selector *s, const char *text, char *hint, size_t size)
{
	char path[sizeof(UIOMAP_SYSFS) + 256];
	struct stat st;

	/* An address as lspci prints it. */
	if (uiomap_i_selector_is_short_pci_address(text) ||
	    (strcspn(text, ":") == 4 && uiomap_i_selector_is_short_pci_address(text + 5))) {
		snprintf(hint, size, "a PCI address is given as pci:%s%s; ",
			 uiomap_i_selector_is_short_pci_address(text) ? "0000:" : "", text);
		return;
	}
	if (!strcmp(s->text, "pci") && uiomap_i_selector_is_short_pci_address(s->device)) {
		snprintf(hint, size, "a PCI address begins with its domain, mostly pci:0000:%s; ",
			 s->device);
		return;
	}
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%.60s", s->text);
	if (strchr(s->text, '/') || (stat(path, &st) < 0 && errno == ENOENT)) {
		char named[QUOTE_SIZE];

		snprintf(named, sizeof(named), "name:%s", text);
		snprintf(hint, size, "there is no bus %s; if it is a name: %s; ", QUOTE(s->text),
			 QUOTE(named));
		return;
	}
	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%.60s/devices/%.120s", s->text, s->device);
	if (!strchr(s->device, '/') && stat(path, &st) == 0)
		suggest_device(s->text, s->device, hint, size);
}

/* Describe what may be wrong with the selector; "" if nothing is found. */
static void suggest_for(const struct selector *s, const char *text, char *hint, size_t size)
{
	struct selector ids;
	struct stat st;

	hint[0] = '\0';
	switch (s->form) {
	case FORM_BUS:
		suggest_bus(s, text, hint, size);
		return;
	case FORM_PCI_ID:
		suggest_card(s, hint, size);
		return;
	case FORM_PATH:
		snprintf(hint, size, "%s; ",
			 stat(s->text, &st) < 0 ? "there is no such file" :
						  "it is no UIO device's node or directory");
		return;
	case FORM_NAME:
		if (!strncmp(text, "uio", 3) && text[3] && text[3] != '0' &&
		    strspn(text + 3, "0123456789") == strlen(text + 3))
			snprintf(hint, size, "no number is so large, so it is taken as a name; ");
		else if (uiomap_i_selector_parse_ids(s->text, &ids))
			suggest_card(&ids, hint, size);
		else
			suggest_name(s->text, hint, size);
		return;
	default:
		return;
	}
}

/* BUS:DEVICE of an entry; "" without a parent, or with a name that is not plain. */
static void format_parent(int classfd, const char *entry, char *buffer, size_t size)
{
	char path[48], device[LINK_SIZE], bus[LINK_SIZE];

	buffer[0] = '\0';
	snprintf(path, sizeof(path), "%.20s/device", entry);
	if (uiomap_i_attr_link(classfd, path, device) < 0 || !*device)
		return;
	snprintf(path, sizeof(path), "%.20s/device/subsystem", entry);
	if (uiomap_i_attr_link(classfd, path, bus) < 0 || !*bus)
		return;
	for (const char *p = uiomap_i_last_name(device); *p; p++)
		if (*p <= ' ' || *p > '~')
			return;
	if (snprintf(buffer, size, "%s:%s", uiomap_i_last_name(bus), uiomap_i_last_name(device)) >=
	    (int)size)
		buffer[0] = '\0';
}

/* List the devices: 'uio0 "counter" (platform:uio_dummy.0), uio1 "ring" …'. */
static void describe_all(char *buffer, size_t size)
{
	char path[32], where[64], name[ATTR_SIZE];
	const size_t longest = LABEL_SIZE + sizeof(where) + 8; /* of a device, or ", ..." */
	unsigned int *numbers = NULL;
	size_t count = 0, used = 0;
	int classfd = open(UIOMAP_CLASS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (classfd < 0 && errno == ENOENT) {
		if (!uiomap_i_sysfs_mounted())
			snprintf(buffer, size, NO_SYSFS);
		else
			snprintf(
				buffer, size,
				"%s does not exist; no driver for UIO devices is loaded (modprobe uio_stub)",
				UIOMAP_CLASS);
		return;
	}
	if (classfd < 0 || uiomap_i_class_numbers(&numbers, &count) < 0) {
		snprintf(buffer, size, "the UIO devices can't be listed: %s: %s", UIOMAP_CLASS,
			 uiomap_i_why(errno));
		if (classfd >= 0)
			close(classfd);
		return;
	}
	snprintf(
		buffer, size,
		"there is no UIO device at all; is a driver bound (uio_stub, uio_pdrv_genirq, uio_pci_generic)?");
	for (size_t i = 0; i < count; i++) {
		if (used + 2 * longest > size) {
			snprintf(buffer + used, size - used, ", ...");
			break;
		}
		snprintf(path, sizeof(path), "uio%u/name", numbers[i]);
		if (uiomap_i_attr_read(classfd, path, name) < 0)
			strcpy(name, "?");
		snprintf(path, sizeof(path), "uio%u", numbers[i]);
		format_parent(classfd, path, where, sizeof(where));
		used += (size_t)snprintf(buffer + used, size - used, "%s%s %s%s%s%s",
					 used ? ", " : "there are ", path, QUOTE(name),
					 *where ? " (" : "", where, *where ? ")" : "");
	}
	free(numbers);
	close(classfd);
}

/* List the VFIO devices: "; of VFIO: pci:0000:01:00.0, …"; "" if there are none. */
static void describe_vfio(char *buffer, size_t size)
{
	struct class_scan scan;
	size_t used = 0;

	buffer[0] = '\0';
	if (uiomap_i_class_scan_entries(&scan, VFIO_CLASS, "vfio") < 0)
		return;
	for (size_t i = 0; i < scan.count && used + 64 < size; i++) {
		char entry[20], where[40];

		snprintf(entry, sizeof(entry), "vfio%u", scan.numbers[i]);
		format_parent(dirfd(scan.dir), entry, where, sizeof(where));
		if (*where)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used ? ", " : "; under VFIO: ", where);
	}
	uiomap_i_class_scan_close(&scan);
}

int uiomap_i_fail_none(const struct selector *s, const char *text)
{
	char hint[400] = "", others[640], vfio[200];

	if (s)
		suggest_for(s, text, hint, sizeof(hint));
	describe_all(others, sizeof(others));
	describe_vfio(vfio, sizeof(vfio));
	return uiomap_i_fail(ENODEV, "no UIO device matches %s; %s%s%s", QUOTE(text), hint, others,
			     vfio);
}
