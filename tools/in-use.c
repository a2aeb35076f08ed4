/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Find devices that the system uses: bridges, disks and networks in use, consoles, devices that
 * others depend on. `uiomap doctor` never suggests binding them, and `uiomap bind` binds them
 * only with --force.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "attribute.h"
#include "bind.h"
#include "diagnosis.h"
#include "number.h"
#include "in-use.h"

/*
 * errno if a folder could not be read to its end, else 0. The device must then be assumed to be
 * in use.
 */
static int unread;

static DIR *open_folder(const char *path)
{
	DIR *dir = opendir(path);

	if (!dir && errno != ENOENT && errno != ENOTDIR)
		unread = errno;
	return dir;
}

static struct dirent *next_entry(DIR *dir)
{
	struct dirent *entry;

	errno = 0;
	entry = readdir(dir);
	if (!entry && errno)
		unread = errno;
	return entry;
}

/* Whether this sysfs path is the device or below it. */
static bool is_below(const char *path, const struct bus_device *p)
{
	const size_t length = strlen(p->path);

	return length && !strncmp(path, p->path, length) && (path[length] == '/' || !path[length]);
}

/* Bridges and system peripherals: PCI Code and ID Assignment Specification, 1.7 and 1.9. */
static bool is_bridge(const struct bus_device *p)
{
	char text[32];
	uint64_t class;

	device_file(p, "class", text, sizeof(text));
	if (!uiomap_i_parse_number(text, true, UINT32_MAX, &class))
		return false;
	class >>= 8;
	/*
	 * Interrupt and DMA controllers, timers, clocks, hotplug controllers; IOMMUs; event
	 * collectors.
	 */
	return class >> 8 == 0x06 || (class >= 0x0800 && class <= 0x0804) || class == 0x0806 ||
	       class == 0x0807;
}

static bool disk_is_below(const char *block, const struct bus_device *p, unsigned int depth);

/* Whether this folder has a link with this prefix to a disk that is below the device. */
static bool link_is_below(const char *disk, const char *folder, const char *prefix,
			  const struct bus_device *p, unsigned int depth)
{
	char path[PATH_MAX + 16], link[PATH_MAX + 300];
	struct dirent *entry;
	bool yes = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", disk, folder);
	dir = open_folder(path);
	while (dir && !yes && (entry = next_entry(dir))) {
		snprintf(link, sizeof(link), "%s/%s", path, entry->d_name);
		yes = entry->d_type == DT_LNK && !strncmp(entry->d_name, prefix, strlen(prefix)) &&
		      disk_is_below(link, p, depth + 1);
	}
	if (dir)
		closedir(dir);
	return yes;
}

/*
 * Whether a block device is below the device, directly or through dm or md:
 * their underlying disks are in `slaves` of the disk; a partition is a child of
 * its disk. An NVMe disk with several paths isn't below a controller, but has
 * links to its controllers.
 */
static bool disk_is_below(const char *block, const struct bus_device *p, unsigned int depth)
{
	char path[PATH_MAX];

	if (depth > 16 || !realpath(block, path))
		return false;
	if (is_below(path, p) || link_is_below(path, "slaves", "", p, depth) ||
	    link_is_below(path, "../slaves", "", p, depth))
		return true;
	return strstr(path, "/nvme-subsystem/") && (link_is_below(path, "..", "nvme", p, depth) ||
						    link_is_below(path, "../..", "nvme", p, depth));
}

/* By number, or by node if the number is one of the file system's own (btrfs). */
static bool is_on(unsigned int major_number, unsigned int minor_number, const char *node,
		  const struct bus_device *p)
{
	char block[64];
	struct stat st;

	if (!major_number) {
		if (stat(node, &st) < 0 || !S_ISBLK(st.st_mode))
			return false;
		major_number = major(st.st_rdev);
		minor_number = minor(st.st_rdev);
	}
	snprintf(block, sizeof(block), "/sys/dev/block/%u:%u", major_number, minor_number);
	return disk_is_below(block, p, 0);
}

/*
 * A shared folder of the host names its virtio device by a tag. Returns false if the tag can't
 * be read.
 */
static bool read_tag(const char *device, const char *type, char *tag, unsigned int size)
{
	char path[PATH_MAX + 300], target[PATH_MAX];
	struct dirent *entry;
	bool yes = false;
	DIR *dir;

	if (!strcmp(type, "9p")) {
		snprintf(path, sizeof(path), "%s/mount_tag", device);
		return uiomap_i_attr_line(AT_FDCWD, path, tag, size);
	}
	/* From Linux 6.9 on: Documentation/ABI/testing/sysfs-fs-virtiofs. */
	dir = open_folder("/sys/fs/virtiofs");
	while (dir && !yes && (entry = next_entry(dir))) {
		snprintf(path, sizeof(path), "/sys/fs/virtiofs/%s/device", entry->d_name);
		if (entry->d_name[0] == '.' || !realpath(path, target) || strcmp(target, device))
			continue;
		snprintf(path, sizeof(path), "/sys/fs/virtiofs/%s/tag", entry->d_name);
		yes = uiomap_i_attr_line(AT_FDCWD, path, tag, size);
	}
	if (dir)
		closedir(dir);
	return yes;
}

/*
 * Whether a virtio device with this driver is the device or below it. For a file system, only
 * the one with this tag, if tags can be read.
 */
static bool has_virtio(const struct bus_device *p, const char *driver, const char *type,
		       const char *source)
{
	char folder[80], link[400], path[PATH_MAX], tag[256];
	struct dirent *entry;
	bool yes = false;
	DIR *dir;

	snprintf(folder, sizeof(folder), "/sys/bus/virtio/drivers/%s", driver);
	dir = open_folder(folder);
	while (dir && !yes && (entry = next_entry(dir))) {
		snprintf(link, sizeof(link), "%s/%s", folder, entry->d_name);
		if (entry->d_type != DT_LNK || !realpath(link, path) || !is_below(path, p))
			continue;
		/* Special characters in a tag are escaped in octal. */
		yes = !source || strchr(source, '\\') || !read_tag(path, type, tag, sizeof(tag)) ||
		      !strcmp(tag, source);
	}
	if (dir)
		closedir(dir);
	return yes;
}

/* Whether a mount of this type uses the device. */
static bool has_folder(const struct bus_device *p, const char *type, const char *source)
{
	if (!strcmp(type, "9p"))
		return has_virtio(p, "9pnet_virtio", type, source);
	return !strcmp(type, "virtiofs") && has_virtio(p, "virtiofs", type, source);
}

/* PROC_PID_INIT_INO of the kernel: the initial pid namespace. */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"

bool is_in_container(void)
{
	char name[64];
	const ssize_t n = readlink("/proc/self/ns/pid", name, sizeof(name) - 1);

	name[n > 0 ? n : 0] = '\0';
	return n > 0 && strcmp(name, FIRST_PID_NAMESPACE) != 0;
}

/*
 * A container doesn't see mounts and network interfaces of others; without /proc no mounts are
 * visible.
 */
static bool is_out_of_sight(const struct bus_device *p, char *why, size_t size)
{
	if (!*p->driver || bind_is_uio(p->driver))
		return false;
	if (access("/proc/self", F_OK) < 0)
		snprintf(
			why, size,
			"leave it there: without /proc it isn't known whether a file system on it is mounted");
	else if (is_in_container())
		snprintf(
			why, size,
			"leave it there: this is a container, and only the host knows whether it uses the device");
	else
		return false;
	return true;
}

/* Whether a mounted file system or swap space is on the device. */
static bool has_disk(const struct bus_device *p, char *why, size_t size)
{
	unsigned int major_number, minor_number;
	char *line = NULL, *where, *type, *node, *rest;
	bool yes = false, maybe = false;
	size_t room = 0;
	FILE *f;

	/* "36 35 8:1 / /home rw,noatime shared:1 - ext4 /dev/sda1 rw" */
	f = fopen("/proc/self/mountinfo", "re");
	while (f && !yes && getline(&line, &room, f) > 0) {
		node = strstr(line, " - ");
		if (sscanf(line, "%*d %*d %u:%u %*s %ms", &major_number, &minor_number, &where) !=
		    3)
			continue;
		type = node ? strtok_r(node + 3, " ", &rest) : NULL;
		node = type ? strtok_r(NULL, " ", &rest) : NULL;
		if (node)
			yes = is_on(major_number, minor_number, node, p) ||
			      has_folder(p, type, node);
		if (yes) {
			snprintf(why, size,
				 "leave it there: the file system mounted on %s is on it", where);
		} else if (node && !maybe && !strcmp(type, "overlay") &&
			   (has_folder(p, "9p", NULL) || has_folder(p, "virtiofs", NULL))) {
			/*
			 * An overlay's layers may be mounted invisibly, as an initramfs leaves
			 * them.
			 */
			snprintf(why, size,
				 "leave it there: the file system mounted on %s may be on it",
				 where);
			maybe = true;
		}
		free(where);
	}
	if (f)
		fclose(f);
	f = yes || maybe ? NULL : fopen("/proc/swaps", "re");
	while (f && !yes && getline(&line, &room, f) > 0) {
		line[strcspn(line, " \t")] = '\0';
		yes = is_on(0, 0, line, p);
		if (yes)
			snprintf(why, size,
				 "leave it there: %s, which is used as swap space, is on it", line);
	}
	if (f)
		fclose(f);
	free(line);
	return yes || maybe;
}

/* Whether a console of the kernel is on the device. */
static bool has_console(const struct bus_device *p, char *why, size_t size)
{
	char active[256], link[300], path[PATH_MAX], *name, *rest;

	uiomap_i_attr_line(AT_FDCWD, "/sys/class/tty/console/active", active, sizeof(active));
	for (name = strtok_r(active, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		snprintf(link, sizeof(link), "/sys/class/tty/%s", name);
		/*
		 * An hvcN is below no device, so any device with that driver may be it. All ports
		 * of the 8250 driver begin below serial8250, even if they later belong to another
		 * device.
		 */
		if ((realpath(link, path) && is_below(path, p)) ||
		    (!strncmp(name, "hvc", 3) && has_virtio(p, "virtio_console", NULL, NULL)) ||
		    (!strncmp(name, "ttyS", 4) && !strcmp(p->bus, "platform") &&
		     !strcmp(p->name, "serial8250"))) {
			snprintf(why, size, "leave it there: %s, a console of the kernel, is on it",
				 name);
			return true;
		}
	}
	return false;
}

/* Whether a network interface of the device is up. */
static bool has_network(const struct bus_device *p, char *why, size_t size)
{
	char link[300], path[PATH_MAX], flags[32];
	struct dirent *entry;
	uint64_t bits;
	bool yes = false;
	DIR *dir = open_folder("/sys/class/net");

	while (dir && !yes && (entry = next_entry(dir))) {
		snprintf(link, sizeof(link), "/sys/class/net/%s", entry->d_name);
		if (entry->d_name[0] == '.' || !realpath(link, path) || !is_below(path, p))
			continue;
		snprintf(link, sizeof(link), "/sys/class/net/%s/flags", entry->d_name);
		/* IFF_UP */
		yes = uiomap_i_attr_line(AT_FDCWD, link, flags, sizeof(flags)) &&
		      uiomap_i_parse_number(flags, true, UINT32_MAX, &bits) && (bits & 1);
		if (yes)
			snprintf(
				why, size,
				"leave it there: its network interface %s is up (if nobody needs it: ip link set %s down)",
				entry->d_name, shell_word(entry->d_name));
	}
	if (dir)
		closedir(dir);
	return yes;
}

/*
 * Platform devices (interrupt, clock, power controllers): unbinding one also unbinds its
 * consumers.
 */
static bool has_consumer(const struct bus_device *p, char *why, size_t size)
{
	struct dirent *entry;
	bool yes = false;
	DIR *dir = strcmp(p->bus, "platform") ? NULL : open_folder(p->path);

	while (dir && !yes && (entry = next_entry(dir))) {
		yes = !strncmp(entry->d_name, "consumer:", 9);
		if (yes)
			snprintf(why, size, "leave it there: %s does not work without it",
				 entry->d_name + 9);
	}
	if (dir)
		closedir(dir);
	return yes;
}

/*
 * Some drivers remove the virtual functions when they are unbound (uio_stub, vfio-pci), others
 * leave them without a driver for the physical function (nvme).
 */
bool has_functions(const struct bus_device *p, char *why, size_t size)
{
	char text[32];
	uint64_t count;

	device_file(p, "sriov_numvfs", text, sizeof(text));
	if (!uiomap_i_parse_number(text, false, UINT32_MAX, &count) || !count)
		return false;
	snprintf(
		why, size,
		"leave it there: its %" PRIu64
		" virtual functions (SR-IOV) would be removed with its driver, or be left without one (if nobody needs them: echo 0 > %s/sriov_numvfs)",
		count, p->path);
	return true;
}

bool in_use(const struct bus_device *p, char *why, size_t size)
{
	if (!strcmp(p->bus, "pci") && is_bridge(p)) {
		snprintf(
			why, size,
			"leave it as it is: it is a bridge or a controller that other devices depend on");
		return true;
	}
	unread = 0;
	if (is_out_of_sight(p, why, size) || has_disk(p, why, size) || has_network(p, why, size) ||
	    has_functions(p, why, size) || has_console(p, why, size) || has_consumer(p, why, size))
		return true;
	if (unread)
		snprintf(why, size, "leave it there: what uses it can't be read in sysfs: %s",
			 strerror(unread));
	return unread;
}
