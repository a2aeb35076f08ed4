/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "fake-sysfs.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <sys/stat.h>

static char root[64];

/* A failure to build the tree fails the test. */
static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	abort();
}

static void make_dirs(const char *path)
{
	char copy[1024];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *p = copy + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		need(mkdir(copy, 0755) == 0 || errno == EEXIST, copy);
		*p = '/';
	}
}

void tree_write_bytes(const char *path, const void *bytes, size_t size)
{
	int fd;

	make_dirs(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	need(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && close(fd) == 0, path);
}

void tree_write(const char *path, const char *format, ...)
{
	char text[8192];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tree_write_bytes(path, text, strlen(text));
}

void tree_link(const char *target, const char *path)
{
	make_dirs(path);
	need(symlink(target, path) == 0, path);
}

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int unlink_content(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return ftw->level ? unlink_one(path, st, type, ftw) : 0;
}

void tree_unlink(const char *format, ...)
{
	char path[512];
	struct stat st;
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	need(lstat(path, &st) == 0 && nftw(path, unlink_one, 16, FTW_DEPTH | FTW_PHYS) == 0, path);
}

void tree_begin(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%s/uiomap.XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	need(mkdtemp(root) && chdir(root) == 0, root);
	make_dirs("sys/class/uio/");
	make_dirs("dev/");
	make_dirs("run/");
}

void tree_end(void)
{
	need(chdir("/") == 0 && nftw(root, unlink_one, 16, FTW_DEPTH | FTW_PHYS) == 0, root);
}

const char *tree_path(void)
{
	return root;
}

const char *tree_attr(unsigned int number, const char *attr)
{
	static char path[512];

	snprintf(path, sizeof(path), "sys/class/uio/uio%u/%s", number, attr);
	return path;
}

/* Write "../" for each directory in path. */
static void up(char *out, const char *path)
{
	*out = '\0';
	for (const char *p = path; (p = strchr(p, '/')); p++)
		strcat(out, "../");
}

static void write_map(const char *dir, unsigned int index, const struct tree_map *map)
{
	char path[512];

	if (map->name) {
		snprintf(path, sizeof(path), "%s/maps/map%u/name", dir, index);
		tree_write(path, "%s\n", map->name);
	}
	snprintf(path, sizeof(path), "%s/maps/map%u/addr", dir, index);
	tree_write(path, "0x%016llx\n", (unsigned long long)map->addr);
	snprintf(path, sizeof(path), "%s/maps/map%u/size", dir, index);
	tree_write(path, "0x%016llx\n", (unsigned long long)map->size);
	if (map->no_offset)
		return;
	snprintf(path, sizeof(path), "%s/maps/map%u/offset", dir, index);
	tree_write(path, "0x%llx\n", (unsigned long long)map->offset);
}

static void write_port(const char *dir, unsigned int index, const struct tree_port *port)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/portio/port%u/name", dir, index);
	tree_write(path, "%s\n", port->name);
	snprintf(path, sizeof(path), "%s/portio/port%u/porttype", dir, index);
	tree_write(path, "%s\n", port->type);
	snprintf(path, sizeof(path), "%s/portio/port%u/start", dir, index);
	tree_write(path, "0x%llx\n", (unsigned long long)port->start);
	snprintf(path, sizeof(path), "%s/portio/port%u/size", dir, index);
	tree_write(path, "0x%llx\n", (unsigned long long)port->size);
}

static void write_pci(const char *parent, const struct tree_device *d)
{
	static const char config[256];
	char path[512], none[13 * 58] = "";

	snprintf(path, sizeof(path), "sys/devices/%s/vendor", parent);
	tree_write(path, "%s\n", d->vendor ? d->vendor : "0x8086");
	snprintf(path, sizeof(path), "sys/devices/%s/device", parent);
	tree_write(path, "%s\n", d->device_id ? d->device_id : "0x100e");
	for (int i = 0; i < 13; i++)
		strcat(none, "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
	snprintf(path, sizeof(path), "sys/devices/%s/irq", parent);
	tree_write(path, "11\n");
	snprintf(path, sizeof(path), "sys/devices/%s/resource", parent);
	tree_write(path, "%s", d->resource ? d->resource : none);
	snprintf(path, sizeof(path), "sys/devices/%s/config", parent);
	tree_write_bytes(path, config, sizeof(config));
}

void tree_device(unsigned int number, const struct tree_device *d)
{
	char parent[256], dir[384], path[512], target[1024], ups[64];
	const char *bus = d->bus ? d->bus : "platform",
		   *driver = d->driver ? d->driver : "uio_pdrv_genirq";

	if (d->parent)
		snprintf(parent, sizeof(parent), "%s", d->parent);
	else
		snprintf(parent, sizeof(parent), "platform/dev.%u", number);
	if (*parent)
		snprintf(dir, sizeof(dir), "sys/devices/%s/uio/uio%u", parent, number);
	else
		snprintf(dir, sizeof(dir), "sys/devices/virtual/uio/uio%u", number);
	snprintf(path, sizeof(path), "%s/name", dir);
	tree_write(path, "%s\n", d->name ? d->name : "device");
	snprintf(path, sizeof(path), "%s/version", dir);
	tree_write(path, "1.0\n");
	snprintf(path, sizeof(path), "%s/event", dir);
	tree_write(path, "0\n");
	snprintf(path, sizeof(path), "%s/dev", dir);
	tree_write(path, "240:%u\n", number);
	for (unsigned int i = 0; i < d->map_count; i++)
		write_map(dir, i, &d->maps[i]);
	for (unsigned int i = 0; i < d->port_count; i++)
		write_port(dir, i, &d->ports[i]);

	snprintf(target, sizeof(target), "../../%s", dir + strlen("sys/"));
	snprintf(path, sizeof(path), "sys/class/uio/uio%u", number);
	tree_link(target, path);
	snprintf(path, sizeof(path), "sys/dev/char/240:%u", number);
	tree_link(target, path);
	if (*parent) {
		snprintf(path, sizeof(path), "%s/device", dir);
		snprintf(target, sizeof(target), "../../../%s",
			 strrchr(parent, '/') ? strrchr(parent, '/') + 1 : parent);
		tree_link(target, path);
		snprintf(path, sizeof(path), "sys/devices/%s/", parent);
		up(ups, path + strlen("sys/"));
		if (*bus) {
			snprintf(path, sizeof(path), "sys/devices/%s/subsystem", parent);
			snprintf(target, sizeof(target), "%sbus/%s", ups, bus);
			tree_link(target, path);
		}
		if (*driver) {
			snprintf(path, sizeof(path), "sys/devices/%s/driver", parent);
			snprintf(target, sizeof(target), "%sbus/%s/drivers/%s", ups, bus, driver);
			tree_link(target, path);
		}
		if (!strcmp(bus, "pci"))
			write_pci(parent, d);
		if (d->of_node) {
			snprintf(path, sizeof(path), "sys/devices/%s/of_node", parent);
			snprintf(target, sizeof(target), "%sfirmware/devicetree/base%s", ups,
				 d->of_node);
			tree_link(target, path);
		}
		if (d->stub_maps) {
			snprintf(path, sizeof(path), "sys/devices/%s/uio_stub/maps", parent);
			tree_write(path, "%s", d->stub_maps);
		}
		if (d->stub_irq) {
			snprintf(path, sizeof(path), "sys/devices/%s/uio_stub/irq", parent);
			tree_write(path, "%s\n", d->stub_irq);
		}
	}
	core_add(number, CORE_IRQ);
	for (unsigned int i = 0; i < d->map_count; i++) {
		const struct tree_map *map = &d->maps[i];
		uint64_t bytes = (map->addr % PAGE + map->size + PAGE - 1) / PAGE * PAGE;

		if (bytes > 1 << 24)
			continue;
		tree_write(core_map_file(number, i), "%s", "");
		need(truncate(core_map_file(number, i), (off_t)bytes) == 0, "truncate");
	}
}

void tree_remove(unsigned int number)
{
	static unsigned int removed;
	char target[512], path[512], dir[600], grave[64], *parent;
	ssize_t length;

	snprintf(path, sizeof(path), "sys/class/uio/uio%u", number);
	length = readlink(path, target, sizeof(target) - 1);
	need(length > 0, path);
	target[length] = '\0';
	/*
	 * Remove everything in the device's directory, but keep the directory itself elsewhere:
	 * sysfs never reuses inode numbers, but this file system would.
	 */
	snprintf(grave, sizeof(grave), "gone/%u/", removed++);
	make_dirs(grave);
	snprintf(dir, sizeof(dir), "sys/%s", target + strlen("../../"));
	need(rename(dir, grave) == 0, dir);
	need(nftw(grave, unlink_content, 16, FTW_DEPTH | FTW_PHYS) == 0, grave);
	need(unlink(path) == 0, path);
	/* In the kernel, the name can't be read any more as soon as read(2) of the node fails. */
	core_remove(number);
	tree_unlink("sys/dev/char/240:%u", number);
	core_forget(number);
	tree_unlink("dev/uio%u", number);
	/* Remove the parent, unless other devices have it, too. */
	parent = strstr(dir, "/uio/uio");
	*parent = '\0';
	if (strcmp(dir, "sys/devices/virtual"))
		nftw(dir, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
}

void tree_late_map(void)
{
	tree_write("sys/class/uio/uio1/maps/map0/addr", "0x0000000000001000\n");
	tree_write("sys/class/uio/uio1/maps/map0/size", "0x0000000000001000\n");
	tree_write("sys/class/uio/uio1/maps/map0/offset", "0x0000000000000000\n");
	tree_write("sys/class/uio/uio1/maps/map0/name", "late\n");
}

int tree_open_fds(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}
