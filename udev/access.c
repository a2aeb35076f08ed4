// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "access.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attribute.h"
#include "bind.h"
#include "pci-resource.h"

#ifndef ACCESS_GROUP_FILE
#define ACCESS_GROUP_FILE "/etc/group"
#endif

/* Which files of a device the group gets. */
struct rights {
	gid_t group;
	bool config;
	bool resource[PCI_BARS];
};

/* N of resourceN and resourceN_wc; -1 for other files. */
static int bar_number(const char *file)
{
	const char *rest = file + 9;

	if (strncmp(file, "resource", 8) || file[8] < '0' || file[8] >= '0' + PCI_BARS ||
	    (*rest && strcmp(rest, "_wc")))
		return -1;
	return file[8] - '0';
}

/*
 * Set owner, group and mode of a file: mode is the kernel's, and the group gets
 * read and write. access_own() may have changed the owner, who never gets more
 * than the group.
 */
static int set(int dirfd, const char *file, mode_t mode, gid_t group)
{
	if (group)
		mode |= 0060;
	if (fchownat(dirfd, file, group ? (uid_t)-1 : 0, group, 0) == 0 &&
	    fchmodat(dirfd, file, mode, 0) == 0)
		return 0;
	return errno == ENOENT || errno == ENODEV ? 0 : -1; /* the device is being removed */
}

/* Set all files, even after one has failed. */
static int set_all(const char *parent, const struct rights *rights)
{
	struct dirent *entry;
	DIR *dir = opendir(parent);
	int error = 0;

	if (!dir)
		return errno == ENOENT ?
			       0 :
			       uiomap_i_fail(
				       errno,
				       "%s can't be listed, so the permissions of its files are unchanged: %s",
				       parent, strerror(errno));
	while ((errno = 0, entry = readdir(dir))) {
		const bool config = !strcmp(entry->d_name, "config");
		const int bar = bar_number(entry->d_name);
		gid_t group;

		if (!config && bar < 0)
			continue;
		group = (config ? rights->config : rights->resource[bar]) ? rights->group : 0;
		if (set(dirfd(dir), entry->d_name, config ? 0644 : 0600, group) == 0)
			continue;
		error = errno;
		uiomap_i_fail(error, "%s/%s can't be given to the group with number %u: %s", parent,
			      entry->d_name, group, strerror(error));
	}
	if (errno && errno != ENOENT) { /* the device was removed */
		error = errno;
		uiomap_i_fail(
			error,
			"%s can't be listed, so the permissions of its files are unchanged: %s",
			parent, strerror(error));
	}
	closedir(dir);
	if (error)
		errno = error;
	return error ? -1 : 0;
}

/*
 * Read the group's number from /etc/group, where udev expects system groups.
 * getgrnam() may ask servers (LDAP), and udevd would wait for it; at boot there
 * is no network yet. Returns 0 if there is no such group: group 0 is root's,
 * which is never wanted here.
 */
static gid_t group_number(void)
{
	FILE *f = fopen(ACCESS_GROUP_FILE, "re");
	const struct group *group;
	gid_t number = 0;

	while (f && !number && (group = fgetgrent(f)))
		if (!strcmp(group->gr_name, ACCESS_GROUP))
			number = group->gr_gid;
	if (f)
		fclose(f);
	return number;
}

/* Select the BARs' files, by the content of `resource`. */
static void find_resources(const char *parent, bool ports, bool memory, struct rights *rights)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	char path[PATH_MAX], text[ATTR_SIZE];
	struct pci_bar bars[PCI_BARS];

	snprintf(path, sizeof(path), "%s/resource", parent);
	if (uiomap_i_attr_read(AT_FDCWD, path, text) < 0 || !uiomap_i_pci_bars(text, bars))
		return;
	for (int i = 0; i < PCI_BARS; i++)
		rights->resource[i] = (bars[i].kind == PCI_BAR_PORTS && ports) ||
				      (bars[i].kind == PCI_BAR_MEMORY && memory &&
				       bars[i].start % page == 0 && bars[i].size % page == 0);
}

int access_give(const char *parent, const char *driver, const struct conf_line *line)
{
	const bool generic = !strcmp(driver, "uio_pci_generic");
	struct rights rights = { .group = group_number(),
				 .config = generic || (line && line->config_write) };

	if (!rights.group)
		return uiomap_i_fail(ENOENT,
				     "there is no group " ACCESS_GROUP " in " ACCESS_GROUP_FILE
				     ", so only root may use %s: systemd-sysusers creates it",
				     parent);
	find_resources(parent, generic || (line && line->ports), generic, &rights);
	return set_all(parent, &rights);
}

int access_take_back(const char *parent)
{
	return set_all(parent, &(struct rights){ .group = 0 });
}

int access_own(const char *parent, uid_t from, uid_t owner)
{
	const gid_t group = group_number();
	DIR *dir = opendir(parent);
	struct dirent *entry;
	struct stat st;
	int error = 0;

	if (!dir)
		return errno == ENOENT ? 0 :
					 uiomap_i_fail(errno, "%s: %s", parent, strerror(errno));
	while (group && (errno = 0, entry = readdir(dir)))
		if ((!strcmp(entry->d_name, "config") || bar_number(entry->d_name) >= 0) &&
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_gid == group && (from == ACCESS_ANYONE || st.st_uid == from) &&
		    fchownat(dirfd(dir), entry->d_name, owner, -1, AT_SYMLINK_NOFOLLOW) < 0)
			error = errno;
	if (group && !error && errno && errno != ENOENT) /* the device was removed */
		error = errno;
	closedir(dir);
	return error ? uiomap_i_fail(error, "%s: its files can't be given to user %u: %s", parent,
				     owner, strerror(error)) :
		       0;
}
