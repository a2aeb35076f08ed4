/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libkmod.h>
#include <uiomap.h>

#include "patient.h"
#include "tool.h"

bool first_line(const char *path, char *text, unsigned int size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return n >= 0;
}

void patient_file(const struct patient *p, const char *file, char *text, unsigned int size)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", p->path, file);
	first_line(path, text, size);
}

FILE *patient_open(const struct patient *p, const char *file)
{
	char path[PATH_MAX + 64];
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", p->path, file);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	f = fd < 0 ? NULL : fdopen(fd, "r");
	if (fd >= 0 && !f)
		close(fd);
	return f;
}

bool patient_map(const struct patient *p, unsigned int index, uint64_t *start)
{
	char path[80], addr[32], offset[32];

	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/maps/map%u/addr", p->uio, index);
	if (!first_line(path, addr, sizeof(addr)))
		return false;
	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/maps/map%u/offset", p->uio, index);
	first_line(path, offset, sizeof(offset));
	*start = strtoull(addr, NULL, 16) + strtoull(offset, NULL, 16);
	return true;
}

bool patient_map_at(const struct patient *p, uint64_t start)
{
	uint64_t other;

	for (unsigned int i = 0; patient_map(p, i, &other); i++)
		if (other == start)
			return true;
	return false;
}

/* The name that a link of the device leads to, "" without one. */
static void last_of_link(const struct patient *p, const char *file, char *text, unsigned int size)
{
	char path[PATH_MAX + 64], link[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", p->path, file);
	n = readlink(path, link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = '\0';
	snprintf(text, size, "%s", n > 0 ? basename(link) : "");
}

/* N of the uioN among its children. */
static int uio_number(const struct patient *p)
{
	char path[PATH_MAX + 64];
	struct dirent *entry;
	unsigned int number;
	int found = -1;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/uio", p->path);
	dir = opendir(path);
	while (dir && found < 0 && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "uio%u", &number) == 1)
			found = (int)number;
	if (dir)
		closedir(dir);
	return found;
}

/* The device of that path in sysfs. */
int patient_examine(const char *path, struct patient *p)
{
	*p = (struct patient){ .uio = -1 };
	if (!realpath(path, p->path))
		return -1;
	snprintf(p->name, sizeof(p->name), "%s", strrchr(p->path, '/') + 1);
	last_of_link(p, "subsystem", p->bus, sizeof(p->bus));
	last_of_link(p, "driver", p->driver, sizeof(p->driver));
	patient_file(p, "driver_override", p->override, sizeof(p->override));
	/* What the kernel prints where there is none. */
	if (!strcmp(p->override, "(null)"))
		p->override[0] = '\0';
	patient_file(p, "of_node/compatible", p->compatible, sizeof(p->compatible));
	p->uio = uio_number(p);
	return 0;
}

static bool on_bus(const char *bus, const char *name, struct patient *p)
{
	char path[PATH_MAX];

	if (!*name || strchr(name, '/') || strchr(bus, '/') || *name == '.' || *bus == '.')
		return false;
	snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s", bus, name);
	return patient_examine(path, p) == 0;
}

/* Calls found() for each entry of a folder until it is true. */
static bool any_entry(const char *folder, bool (*found)(const char *entry, const void *arg, struct patient *p),
		      const void *arg, struct patient *p)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool yes = false;

	while (dir && !yes && (entry = readdir(dir)))
		yes = entry->d_name[0] != '.' && found(entry->d_name, arg, p);
	if (dir)
		closedir(dir);
	return yes;
}

static bool has_name(const char *bus, const void *name, struct patient *p)
{
	return on_bus(bus, name, p);
}

static char error[1024];

const char *patient_error(void)
{
	return error;
}

#define IDS "pci:1234:11e8"

/* pci:VVVV:DDDD, and with #K behind the K-th of these; *index is -1 without. */
static bool parse_ids(const char *text, unsigned int ids[2], int *index)
{
	const size_t length = strcspn(text, "#");
	uint64_t number = 0;
	char copy[sizeof(IDS)], rest;

	*index = -1;
	if (length != strlen(IDS))
		return false;
	snprintf(copy, sizeof(copy), "%s", text);
	if (sscanf(copy, "pci:%4x:%4x%c", &ids[0], &ids[1], &rest) != 2 || (text[length] && !parse_u64(text + length + 1, INT_MAX, &number)))
		return false;
	if (text[length])
		*index = (int)number;
	return true;
}

bool patient_is_ids(const char *text)
{
	unsigned int ids[2];
	int index;

	return parse_ids(text, ids, &index) && index < 0;
}

struct search {
	unsigned int ids[2];
	struct patient *list;
	size_t count;
	bool full;	/* there is no memory for more */
};

static bool has_ids(const char *address, const void *arg, struct patient *p)
{
	struct search *search = *(struct search *const *)arg;
	char vendor[32], device[32];
	struct patient *list;

	if (!on_bus("pci", address, p))
		return false;
	patient_file(p, "vendor", vendor, sizeof(vendor));
	patient_file(p, "device", device, sizeof(device));
	if (strtoul(vendor, NULL, 16) != search->ids[0] || strtoul(device, NULL, 16) != search->ids[1])
		return false;
	list = realloc(search->list, (search->count + 1) * sizeof(*list));
	search->full = !list;
	if (!list)
		return true;
	search->list = list;
	list[search->count++] = *p;
	return false;
}

/* As the library orders devices. */
static int by_path(const void *a, const void *b)
{
	return strverscmp(((const struct patient *)a)->path, ((const struct patient *)b)->path);
}

size_t patient_list(const char *text, struct patient **list)
{
	struct search search = { .list = NULL }, *arg = &search;
	struct patient p;
	int index;

	if (parse_ids(text, search.ids, &index))
		any_entry("/sys/bus/pci/devices", has_ids, &arg, &p);
	if (search.count)
		qsort(search.list, search.count, sizeof(p), by_path);
	*list = search.list;
	errno = search.full ? ENOMEM : ENODEV;
	return search.count;
}

/* 0, or -1 with errno and the text. */
static int find_ids(const char *text, struct patient *p)
{
	struct patient *list;
	const size_t count = patient_list(text, &list);
	unsigned int ids[2];
	int index, length;
	bool found;

	parse_ids(text, ids, &index);
	found = index < 0 ? count == 1 : (size_t)index < count;
	if (found)
		*p = list[index < 0 ? 0 : index];
	else if (index < 0)
		length = snprintf(error, sizeof(error), "several devices are %s:", text);
	else
		length = snprintf(error, sizeof(error), "%s counts from 0, and there are %zu:", text, count);
	for (size_t i = 0; !found && i < count && length < (int)sizeof(error); i++)
		length += snprintf(error + length, sizeof(error) - (size_t)length, " pci:%s", list[i].name);
	free(list);
	errno = count ? ENOTUNIQ : ENODEV;
	return found ? 0 : -1;
}

int patient_of(const struct uiomap_info *info, struct patient *p)
{
	int rc = 0;

	if (*uiomap_info_syspath(info))
		rc = patient_examine(uiomap_info_syspath(info), p);
	else
		*p = (struct patient){ 0 };
	p->uio = (int)uiomap_info_number(info);
	return rc;
}

int patient_find(const char *text, struct patient *p)
{
	const char *colon = strchr(text, ':');
	struct uiomap_info *info;
	unsigned int ids[2];
	char bus[32];
	int index;

	if (colon && (size_t)(colon - text) < sizeof(bus)) {
		snprintf(bus, sizeof(bus), "%.*s", (int)(colon - text), text);
		if (on_bus(bus, colon + 1, p))
			return 0;
	}
	if (parse_ids(text, ids, &index)) {
		if (find_ids(text, p) == 0)
			return 0;
		if (errno == ENOTUNIQ)
			return -1;
	}
	info = uiomap_find(text);
	if (info) {
		int rc = patient_of(info, p);

		uiomap_info_free(info);
		return rc;
	}
	if (errno == ENOTUNIQ) {
		snprintf(error, sizeof(error), "%s", uiomap_error());
		errno = ENOTUNIQ;
		return -1;
	}
	if (*text == '/' && patient_examine(text, p) == 0 && *p->bus && !strncmp(p->path, "/sys/devices/", strlen("/sys/devices/")))
		return 0;
	if (any_entry("/sys/bus", has_name, text, p))
		return 0;
	snprintf(error, sizeof(error), "there is no device '%s' on any bus", printable(text));
	errno = ENODEV;
	return -1;
}

int patient_config(const struct patient *p, unsigned int offset)
{
	char path[PATH_MAX + 64];
	unsigned char byte;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/config", p->path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	n = fd < 0 ? -1 : pread(fd, &byte, 1, offset);
	if (fd >= 0)
		close(fd);
	return n == 1 ? byte : -1;
}

int patient_capability(const struct patient *p, unsigned int id)
{
	int at = patient_config(p, 0x34), is;

	/* A list that leads in a circle is the hardware's fault and not ours. */
	for (int steps = 0; at >= 0x40 && steps < 48; steps++) {
		is = patient_config(p, (unsigned int)at);
		if (is < 0)
			return -1;
		if (is == (int)id)
			return at;
		at = patient_config(p, (unsigned int)at + 1);
	}
	return 0;
}

enum module module_state(const char *name)
{
	enum module state = MODULE_ABSENT;
	struct kmod_list *list = NULL;
	struct kmod_ctx *ctx;
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	if (access(path, F_OK) == 0)
		return MODULE_LOADED;
	ctx = kmod_new(NULL, NULL);
	if (ctx && kmod_module_new_from_lookup(ctx, name, &list) >= 0 && list)
		state = MODULE_INSTALLED;
	kmod_module_unref_list(list);
	kmod_unref(ctx);
	return state;
}
