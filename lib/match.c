/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Which devices a selector matches. One predicate serves all forms. It
 * takes a device's properties from a snapshot if there is one. Otherwise it
 * reads them from sysfs when it needs them: with a thousand devices, reading
 * everything would be slow.
 */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A device to compare with the selector. */
struct candidate {
	const struct backend *backend;
	unsigned int number;
	struct uiomap_info *info; /* its snapshot, or NULL: then it is read from sysfs */
	int classfd;		  /* the class directory */
	char entry[20];		  /* uioN, vfioN */
	struct bus_device *dev;
	int error; /* errno of a failed read that is not a mismatch; or 0 */
};

/* The device was removed, or its sysfs content is unusual: no match. Other errors are reported. */
static bool is_no_match(int error)
{
	return error == ENOENT || error == ENODEV || error == ENOTDIR || error == EINVAL ||
	       error == EPROTO || error == EBADMSG || error == ELOOP || error == EIO;
}

static void note_error(struct candidate *c)
{
	if (!is_no_match(errno))
		c->error = errno;
}

/* Read one of the UIO device's attributes. NULL if it can't be read. */
static const char *read_own(struct candidate *c, const char *file, char buffer[ATTR_SIZE])
{
	char path[48];

	snprintf(path, sizeof(path), "%s/%s", c->entry, file);
	if (uiomap_i_attr_read(c->classfd, path, buffer) >= 0)
		return buffer;
	note_error(c);
	return NULL;
}

static bool of_vfio(const struct candidate *c)
{
	return c->backend == &uiomap_i_vfio_backend;
}

/* VFIO devices have no names. */
static bool has_name(struct candidate *c, const char *name)
{
	char buffer[ATTR_SIZE];
	const char *is;

	if (of_vfio(c))
		return false;
	is = c->info ? c->info->name : read_own(c, "name", buffer);
	return is && !strcmp(is, name);
}

/*
 * Under uio_pci_generic compare the BARs, since the kernel's maps don't include
 * all of them; under VFIO, since there are no others.
 */
static bool has_bar_at(struct candidate *c, uint64_t addr)
{
	const char *driver = uiomap_i_bus_device_driver(c->dev);
	struct pci_bar bars[PCI_BARS];
	char buffer[ATTR_SIZE];

	if (!driver || (strcmp(driver, "uio_pci_generic") && !of_vfio(c)) ||
	    !read_own(c, "device/resource", buffer) || !uiomap_i_pci_bars(buffer, bars))
		return false;
	for (unsigned int i = 0; i < PCI_BARS; i++)
		if (uiomap_i_pci_bar_is(&bars[i], PCI_BAR_MEMORY) && bars[i].start == addr)
			return true;
	return false;
}

/* As geometry.c: offset counts only if addr is page-aligned. */
static bool has_map_at(struct candidate *c, uint64_t wanted)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), addr, offset;
	char path[32], buffer[ATTR_SIZE];

	for (unsigned int i = 0; i < UIO_MAX_MAPS; i++) {
		snprintf(path, sizeof(path), "maps/map%u/addr", i);
		if (!read_own(c, path, buffer))
			return false;
		if (!uiomap_i_parse_number(buffer, true, UINT64_MAX, &addr) || addr > wanted)
			continue;
		offset = 0;
		snprintf(path, sizeof(path), "maps/map%u/offset", i);
		if (addr % page == 0 && wanted - addr < page && read_own(c, path, buffer))
			uiomap_i_parse_number(buffer, true, UINT64_MAX, &offset);
		if (addr + offset == wanted)
			return true;
	}
	return false;
}

static bool has_addr(struct candidate *c, uint64_t addr)
{
	if (!c->info)
		return (!of_vfio(c) && has_map_at(c, addr)) || has_bar_at(c, addr);
	for (unsigned int i = 0; i < c->info->map_count; i++)
		if (c->info->maps[i].addr == addr)
			return true;
	return false;
}

static bool is_file(struct candidate *c, const char *path, const struct stat *file)
{
	struct stat present;

	if (fstatat(c->classfd, path, &present, 0) == 0)
		return present.st_ino == file->st_ino && present.st_dev == file->st_dev;
	note_error(c);
	return false;
}

/* Is the path the device's node, its directory in sysfs, or its parent's directory? */
static bool has_path(struct candidate *c, const struct selector *s)
{
	struct stat wanted = s->file;
	char path[sizeof(VFIO_CLASS) + 24];

	if (c->info && stat(s->text, &wanted) < 0)
		return false;
	if (S_ISCHR(wanted.st_mode) && c->info)
		return wanted.st_rdev == c->info->rdev ||
		       (c->info->cdev && wanted.st_rdev == c->info->cdev);
	if (S_ISCHR(wanted.st_mode))
		return of_vfio(c) && uiomap_i_vfio_has_node(c->classfd, c->entry, wanted.st_rdev);
	snprintf(path, sizeof(path), "%s%s%s", c->info ? c->backend->class : "", c->info ? "/" : "",
		 c->entry);
	if (is_file(c, path, &wanted))
		return true;
	if (c->info)
		return *c->dev->path && is_file(c, c->dev->path, &wanted);
	snprintf(path, sizeof(path), "%s/device", c->entry);
	return is_file(c, path, &wanted);
}

static bool match(const struct selector *s, struct candidate *c)
{
	const char *bus;

	/* Of VFIO's devices this library knows those on PCI. */
	if (of_vfio(c)) {
		bus = uiomap_i_bus_device_bus(c->dev);
		if (!bus || strcmp(bus, "pci"))
			return false;
	}
	switch (s->form) {
	case FORM_NUMBER:
		return !of_vfio(c) && c->number == s->number;
	case FORM_NAME:
		return has_name(c, s->text);
	case FORM_ADDR:
		return has_addr(c, s->addr);
	case FORM_PATH:
		return has_path(c, s);
	default:
		return uiomap_i_selector_match_bus(s, c->dev);
	}
}

int uiomap_i_match_number(const struct selector *s, const struct backend *backend, int classfd,
			  unsigned int number)
{
	struct candidate c = { .backend = backend, .number = number, .classfd = classfd };
	struct bus_device dev;
	char prefix[32];
	bool yes;
	int error;

	snprintf(c.entry, sizeof(c.entry), "%s%u", backend->prefix, number);
	snprintf(prefix, sizeof(prefix), "%s/device/", c.entry);
	uiomap_i_bus_device_at(&dev, classfd, prefix);
	c.dev = &dev;
	yes = match(s, &c);
	error = c.error || is_no_match(dev.error) ? c.error : dev.error;
	uiomap_i_bus_device_clear(&dev);
	if (yes || !error)
		return yes;
	errno = error;
	return -1;
}

int uiomap_i_match_scan(struct class_scan *scan, const struct selector *s,
			const struct backend *backend)
{
	size_t kept = 0;

	for (size_t i = 0; i < scan->count; i++) {
		const int match =
			uiomap_i_match_number(s, backend, dirfd(scan->dir), scan->numbers[i]);

		if (match < 0) {
			uiomap_i_fail(errno, "%s/%s%u: %s", backend->class, backend->prefix,
				      scan->numbers[i], uiomap_i_why(errno));
			uiomap_i_class_scan_close(scan);
			return -1;
		}
		if (match)
			scan->numbers[kept++] = scan->numbers[i];
	}
	scan->count = kept;
	return 0;
}

bool uiomap_i_match_info(const struct selector *s, struct uiomap_info *info)
{
	struct candidate c = { .backend = info->backend,
			       .number = info->number,
			       .info = info,
			       .classfd = AT_FDCWD,
			       .dev = &info->dev };

	snprintf(c.entry, sizeof(c.entry), "%s%u", info->backend->prefix, info->number);
	return match(s, &c);
}
