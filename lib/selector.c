/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The selector grammar (uiomap.h), and what matches one. */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int keep_text(struct selector *s, enum form form, const char *text)
{
	s->form = form;
	s->text = strdup(text);
	return s->text ? 0 : fail(ENOMEM, "no memory for selector %s", QUOTE(text));
}

/* Cut #K off s->text. Digits after the last # are always an instance. */
static int parse_instance(const char *text, struct selector *s)
{
	char *hash = strrchr(s->text, '#');
	uint64_t instance;

	if (!hash || !hash[1] || strspn(hash + 1, "0123456789") != strlen(hash + 1))
		return 0;
	if (!parse_number(hash + 1, false, INT32_MAX, &instance))
		return fail(EINVAL, "selector %s: instance %s is too large", QUOTE(text), QUOTE(hash));
	s->instance = (long)instance;
	*hash = '\0';
	return 0;
}

/* NAME or NAME#K. */
static int parse_name(const char *text, const char *name, struct selector *s)
{
	if (keep_text(s, FORM_NAME, name) < 0 || parse_instance(text, s) < 0)
		return -1;
	if (!*s->text)
		return fail(EINVAL, "selector %s: the name is missing", QUOTE(text));
	return 0;
}

static bool parse_id(const char *digits, uint16_t *id)
{
	char prefixed[7] = "0x";

	memcpy(prefixed + 2, digits, 4);
	return strspn(digits, "0123456789abcdefABCDEF") == 4 && pci_id(prefixed, id);
}

static bool is_hex(const char *text, size_t length)
{
	return strspn(text, "0123456789abcdefABCDEF") >= length;
}

/* VVVV:DDDD: the name that uio_stub gives to a PCI device. No bus has a name of digits. */
static bool is_ids(const char *text, size_t length)
{
	return length == 9 && text[4] == ':' && is_hex(text, 4) && is_hex(text + 5, 4);
}

/* VVVV:DDDD or VVVV:DDDD#K. */
static int parse_pci_id(const char *text, const char *ids, struct selector *s)
{
	if (keep_text(s, FORM_PCI_ID, ids) < 0 || parse_instance(text, s) < 0)
		return -1;
	if (strlen(s->text) != 9 || s->text[4] != ':' || !parse_id(s->text, &s->vendor) || !parse_id(s->text + 5, &s->device_id))
		return fail(EINVAL, "selector %s: after pci: comes an address, as in 0000:01:00.0, or vendor:device[#K], 4 hexadecimal digits each",
			    QUOTE(text));
	return 0;
}

static int parse(const char *text, struct selector *s)
{
	const char *colon = strchr(text, ':');
	size_t word = strcspn(text, ":");

	if (!*text)
		return fail(EINVAL, "the selector is empty; give uioN, a name, BUS:DEVICE, of:PATH, addr:0x… or a path");
	if (parse_uio(text, &s->number)) {
		s->form = FORM_NUMBER;
		return 0;
	}
	if (*text == '/')
		return keep_text(s, FORM_PATH, text);
	if (!colon)
		return parse_name(text, text, s);
	if (!strncmp(text, "name:", 5))
		return parse_name(text, colon + 1, s);
	if (is_ids(text, strcspn(text, "#")))
		return parse_name(text, text, s);
	if (!strncmp(text, "addr:", 5)) {
		s->form = FORM_ADDR;
		if (strncmp(colon + 1, "0x", 2) || !parse_number(colon + 1, true, UINT64_MAX, &s->addr))
			return fail(EINVAL, "selector %s: after addr: comes 0x and 1 to 16 hexadecimal digits", QUOTE(text));
		return 0;
	}
	if (!strncmp(text, "of:", 3)) {
		if (colon[1] != '/')
			return fail(EINVAL, "selector %s: after of: comes a device-tree path, which begins with /", QUOTE(text));
		return keep_text(s, FORM_OF, colon + 1);
	}
	if (!word || !colon[1])
		return fail(EINVAL, "selector %s: %s the colon is missing; a name with a colon is given as name:NAME",
			    QUOTE(text), word ? "the device after" : "the bus before");
	/* Addresses have a dot. */
	if (!strncmp(text, "pci:", 4) && !strchr(colon, '.'))
		return parse_pci_id(text, colon + 1, s);
	if (keep_text(s, FORM_BUS, text) < 0)
		return -1;
	s->text[word] = '\0';
	s->device = s->text + word + 1;
	return 0;
}

int selector_parse(const char *text, struct selector *s)
{
	*s = (struct selector){ .form = FORM_ALL, .instance = -1 };
	if (!text)
		return 0;
	if (parse(text, s) == 0)
		return 0;
	selector_clear(s);
	return -1;
}

void selector_clear(struct selector *s)
{
	int error = errno;

	free(s->text);
	s->text = NULL;
	errno = error;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

const char *of_path(const char *link)
{
	static const char base[] = "/devicetree/base";
	const char *found = strstr(link, base);

	return found ? found + strlen(base) : "";
}

/* Not there any more, or not what it should be: no match. Everything else is an error. */
static int no_match(void)
{
	return errno == ENOENT || errno == ENODEV || errno == ENOTDIR || errno == EINVAL || errno == EPROTO ||
			       errno == ELOOP || errno == EIO ?
		       0 :
		       -1;
}

static int glance_name(const struct selector *s, int classfd, const char *entry)
{
	char path[32], buffer[ATTR_SIZE];

	snprintf(path, sizeof(path), "%s/name", entry);
	if (attr_read(classfd, path, buffer) < 0)
		return no_match();
	return !strcmp(buffer, s->text);
}

static int glance_bus(const struct selector *s, int classfd, const char *entry)
{
	char path[48], link[LINK_SIZE];

	snprintf(path, sizeof(path), "%s/device", entry);
	if (attr_link(classfd, path, link) < 0)
		return no_match();
	if (strcmp(last_name(link), s->device))
		return 0;
	snprintf(path, sizeof(path), "%s/device/subsystem", entry);
	if (attr_link(classfd, path, link) < 0)
		return no_match();
	return !strcmp(last_name(link), s->text);
}

static int glance_pci_id(const struct selector *s, int classfd, const char *entry)
{
	char path[48], link[LINK_SIZE], buffer[ATTR_SIZE];
	uint16_t id;

	/* Devices on other buses have a `vendor` of another kind. */
	snprintf(path, sizeof(path), "%s/device/subsystem", entry);
	if (attr_link(classfd, path, link) < 0)
		return no_match();
	if (strcmp(last_name(link), "pci"))
		return 0;
	snprintf(path, sizeof(path), "%s/device/vendor", entry);
	if (attr_read(classfd, path, buffer) < 0)
		return no_match();
	if (!pci_id(buffer, &id) || id != s->vendor)
		return 0;
	snprintf(path, sizeof(path), "%s/device/device", entry);
	if (attr_read(classfd, path, buffer) < 0)
		return no_match();
	return pci_id(buffer, &id) && id == s->device_id;
}

static int glance_of(const struct selector *s, int classfd, const char *entry)
{
	char path[48], link[LINK_SIZE];

	snprintf(path, sizeof(path), "%s/device/of_node", entry);
	if (attr_link(classfd, path, link) < 0)
		return no_match();
	return !strcmp(of_path(link), s->text);
}

/* Under uio_pci_generic the BARs count, which the kernel's maps need not tell of. */
static int glance_bars(const struct selector *s, int classfd, const char *entry)
{
	char path[48], link[LINK_SIZE], buffer[ATTR_SIZE];
	struct pci_bar bars[PCI_BARS];

	snprintf(path, sizeof(path), "%s/device/driver", entry);
	if (attr_link(classfd, path, link) < 0)
		return no_match();
	if (strcmp(last_name(link), "uio_pci_generic"))
		return 0;
	snprintf(path, sizeof(path), "%s/device/resource", entry);
	if (attr_read(classfd, path, buffer) < 0)
		return no_match();
	if (!pci_bars(buffer, bars))
		return 0;
	for (unsigned int i = 0; i < PCI_BARS; i++)
		if (bars[i].kind == PCI_BAR_MEMORY && bars[i].start == s->addr)
			return 1;
	return 0;
}

/* By the rule of geometry.c: an aligned addr is followed by an offset. */
static int glance_addr(const struct selector *s, int classfd, const char *entry)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), addr, offset;
	char path[48], buffer[ATTR_SIZE];

	for (unsigned int i = 0; i < UIO_MAX_MAPS; i++) {
		snprintf(path, sizeof(path), "%s/maps/map%u/addr", entry, i);
		if (attr_read(classfd, path, buffer) < 0)
			return no_match() < 0 ? -1 : glance_bars(s, classfd, entry);
		if (!parse_number(buffer, true, UINT64_MAX, &addr) || addr > s->addr)
			continue;
		offset = 0;
		snprintf(path, sizeof(path), "%s/maps/map%u/offset", entry, i);
		if (addr % page == 0 && s->addr - addr < page && attr_read(classfd, path, buffer) >= 0)
			parse_number(buffer, true, UINT64_MAX, &offset);
		if (addr + offset == s->addr)
			return 1;
	}
	return glance_bars(s, classfd, entry);
}

/* The device's directory in sysfs or its parent's. */
static int glance_path(const struct selector *s, int classfd, const char *entry)
{
	struct stat present;
	char path[48];

	if (fstatat(classfd, entry, &present, 0) < 0)
		return no_match();
	if (same_file(&s->file, &present))
		return 1;
	snprintf(path, sizeof(path), "%s/device", entry);
	if (fstatat(classfd, path, &present, 0) < 0)
		return no_match();
	return same_file(&s->file, &present);
}

int selector_glance(const struct selector *s, int classfd, unsigned int number)
{
	char entry[16];

	snprintf(entry, sizeof(entry), "uio%u", number);
	switch (s->form) {
	case FORM_ALL:
		return 1;
	case FORM_NUMBER:
		return number == s->number;
	case FORM_NAME:
		return glance_name(s, classfd, entry);
	case FORM_BUS:
		return glance_bus(s, classfd, entry);
	case FORM_PCI_ID:
		return glance_pci_id(s, classfd, entry);
	case FORM_OF:
		return glance_of(s, classfd, entry);
	case FORM_ADDR:
		return glance_addr(s, classfd, entry);
	case FORM_PATH:
		return glance_path(s, classfd, entry);
	}
	return 0;
}

static bool path_matches(const char *path, const struct uiomap_info *info)
{
	char entry[sizeof(UIOMAP_CLASS) + 16];
	struct stat wanted, present;

	if (stat(path, &wanted) < 0)
		return false;
	if (S_ISCHR(wanted.st_mode))
		return wanted.st_rdev == info->rdev;
	snprintf(entry, sizeof(entry), UIOMAP_CLASS "/uio%u", info->number);
	return (stat(entry, &present) == 0 && same_file(&wanted, &present)) ||
	       (*info->syspath && stat(info->syspath, &present) == 0 && same_file(&wanted, &present));
}

bool selector_match(const struct selector *s, const struct uiomap_info *info)
{
	switch (s->form) {
	case FORM_ALL:
		return true;
	case FORM_NUMBER:
		return info->number == s->number;
	case FORM_NAME:
		return !strcmp(info->name, s->text);
	case FORM_BUS:
		return !strcmp(info->bus, s->text) && !strcmp(info->device, s->device);
	case FORM_PCI_ID:
		return !strcmp(info->bus, "pci") && info->vendor == s->vendor && info->device_id == s->device_id;
	case FORM_OF:
		return !strcmp(info->of_path, s->text);
	case FORM_ADDR:
		for (unsigned int i = 0; i < info->map_count; i++)
			if (info->maps[i].addr == s->addr)
				return true;
		return false;
	case FORM_PATH:
		return path_matches(s->text, info);
	}
	return false;
}
