// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by udevd (60-uiomap.rules) for /dev/uioN. The output becomes the device's
 * properties: the names of its links, and the service to start. This program
 * also gives the node's group access to the device's files in sysfs.
 *
 * If devices share a name, the links of one depend on the others. If udevd's
 * links of another device have become wrong, this program sends a change event
 * for it. A change event causes no further events, so that ends there.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "access.h"
#include "attach.h"
#include "bind.h"
#include "conf-report.h"
#include "link-names.h"
#include "neighbour.h"
#include "number.h"
#include "log.h"
#include "link-state.h"

/* Send change events for devices that share its name or its parent, if their links change. */
static void update_others(const struct name_device *list, size_t count,
			  const struct name_device *dev)
{
	for (size_t i = 0; i < count; i++) {
		struct name_links links;
		char path[PATH_MAX];
		int error;

		if (list[i].number == dev->number ||
		    (strcmp(list[i].name, dev->name) &&
		     strcmp(list[i].parent.path, dev->parent.path)))
			continue;
		name_links(list, count, &list[i], &links);
		if (!link_state_differs(list[i].number, &links))
			continue;
		snprintf(path, sizeof(path), UIOMAP_SYSFS "/class/uio/uio%u/uevent",
			 list[i].number);
		error = attach_write(path, "change");
		if (error && error != ENOENT && error != ENODEV)
			report("%s: %s", path, strerror(error));
	}
}

static void take_access_back(const char *parent)
{
	if (access_take_back(parent) < 0)
		report("%s", uiomap_i_error_text());
}

/* Does the parent have a UIO device? */
static bool has_node(const char *parent)
{
	char path[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/uio", parent);
	dir = opendir(path);
	while (dir && !found && (errno = 0, entry = readdir(dir)))
		found = !strncmp(entry->d_name, "uio", 3);
	if (!found && errno && errno != ENOENT)
		report("%s can't be listed: %s", path, strerror(errno));
	if (dir)
		closedir(dir);
	return found;
}

/*
 * Give the group access. If the device is removed meanwhile, its remove event
 * waits until this one ends. So undo it here: the access must not stay until
 * then.
 */
static void give_access(const char *parent, const char *driver, const struct conf_line *line)
{
	if (access_give(parent, driver, line) < 0)
		report("%s", uiomap_i_error_text());
	if (!has_node(parent))
		take_access_back(parent);
}

/* Warn of other registers in the node's pages. Permissions can't separate them. */
static void report_neighbours(const struct name_device *dev, const char *driver)
{
	char names[NEIGHBOUR_NAME];

	if (strcmp(driver, "uio_stub") && neighbour_find(dev->number, names))
		report("users of /dev/uio%u (%s:%s) also have access to other registers in the same pages, since %s maps whole pages: %s",
		       dev->number, dev->parent.bus, dev->parent.name, driver, names);
}

static void request_service(const struct name_device *dev, const char *place, bool is_new)
{
	struct conf_line *lines;
	const struct conf_line *line;
	struct bus_device parent;
	char unit[NAME_SERVICE_SIZE];

	if (bind_device_read(dev->parent.bus, dev->parent.name, &parent) < 0)
		return;
	if (!bind_is_uio(parent.driver)) {
		uiomap_i_bus_device_clear(&parent);
		return;
	}
	lines = report_conf_read();
	line = bind_find(lines, &parent);
	if (line && strcmp(line->driver, parent.driver))
		line = NULL;
	give_access(dev->parent.path, parent.driver, line);
	if (is_new)
		report_neighbours(dev, parent.driver);
	if (line && line->run) {
		if (name_unit("uiomap-start@", place, ".service", unit, sizeof(unit)))
			printf("SYSTEMD_WANTS=%s\n", unit);
		else
			report("%s:%u: %s is not started: the name %s is too long for a service",
			       line->file, line->number, line->run, place);
	}
	conf_free(lines);
	uiomap_i_bus_device_clear(&parent);
}

static int handle_add(const char *uio, bool is_new)
{
	struct name_device dev, *list;
	struct name_links links;
	size_t count;
	int state;

	if (name_read(uio, &dev) < 0)
		return 1;
	state = link_state_begin(dev.number);
	list = name_list(&count);
	if (list) {
		name_links(list, count, &dev, &links);
	} else {
		report(UIOMAP_SYSFS
		       "/class/uio can't be listed: %s; %s gets no links; to try again: udevadm trigger " UIOMAP_SYSFS
		       "/class/uio/%s",
		       strerror(errno), uio, uio);
		memset(&links, 0, sizeof(links));
	}
	link_state_end(state, &links);
	printf("UIOMAP_NAME=%s\nUIOMAP_INSTANCE=%s\nUIOMAP_PATH=%s\n", links.name, links.instance,
	       links.path);
	if (*links.path)
		request_service(&dev, links.path, is_new);
	if (is_new)
		update_others(list, count, &dev);
	name_list_free(list, count);
	name_clear(&dev);
	return 0;
}

/*
 * The device's properties are only in udev's database, which comes as
 * environment. Remove the access first, since the next driver may already have
 * the device. Nothing that may block or fail comes before that.
 */
static int handle_remove(const char *uio, const char *devpath)
{
	const char *instance = getenv("UIOMAP_INSTANCE");
	char parent[PATH_MAX];
	struct name_device dev = { .number = UINT_MAX, .parent.path = parent }, *list;
	char *cut;
	size_t count;

	/* PARENT/uio/uioN */
	snprintf(parent, sizeof(parent), UIOMAP_SYSFS "%s", devpath);
	for (int n = 0; n < 2 && (cut = strrchr(parent, '/')); n++)
		*cut = '\0';
	if (!has_node(parent))
		take_access_back(parent);

	if (uiomap_i_parse_uio(uio, &dev.number))
		link_state_forget(dev.number);
	if (instance && strlen(instance) < sizeof(dev.name)) {
		strcpy(dev.name, instance);
		cut = strrchr(dev.name, '#');
		if (cut)
			*cut = '\0';
	}
	list = name_list(&count);
	update_others(list, count, &dev);
	name_list_free(list, count);
	return 0;
}

int main(void)
{
	const char *action = getenv("ACTION"), *devpath = getenv("DEVPATH");
	const char *uio = devpath ? strrchr(devpath, '/') : NULL;

	if (!action || !uio) {
		fprintf(stderr,
			"uiomap-name is run by udevd (60-uiomap.rules): ACTION and DEVPATH describe the event\n");
		return 2;
	}
	openlog("uiomap-name", LOG_PID, LOG_DAEMON);
	return strcmp(action, "remove") ? handle_add(uio + 1, !strcmp(action, "add")) :
					  handle_remove(uio + 1, devpath);
}
