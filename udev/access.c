// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "access.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static bool is_resource(const char *file)
{
	const char *rest;

	if (strncmp(file, "resource", 8))
		return false;
	rest = file + 8 + strspn(file + 8, "0123456789");
	return rest > file + 8 && (!*rest || !strcmp(rest, "_wc"));
}

/* The mode as the kernel has it, and the group's bits beside it. */
static void set(const char *parent, int dirfd, const char *file, mode_t mode, gid_t group)
{
	if (group)
		mode |= 0060;
	if (fchownat(dirfd, file, 0, group, 0) == 0 && fchmodat(dirfd, file, mode, 0) == 0)
		return;
	if (errno != ENOENT && errno != ENODEV)	/* the device is going */
		report("%s/%s can't be given to the group with number %u: %s", parent, file, group, strerror(errno));
}

static void set_all(const char *parent, gid_t group)
{
	struct dirent *entry;
	DIR *dir = opendir(parent);

	while (dir && (errno = 0, entry = readdir(dir))) {
		if (is_resource(entry->d_name))
			set(parent, dirfd(dir), entry->d_name, 0600, group);
		else if (!strcmp(entry->d_name, "config"))
			set(parent, dirfd(dir), entry->d_name, 0644, group);
	}
	if (errno && errno != ENOENT)	/* the device has gone */
		report("%s can't be listed, so its files stay as they are, whoever may use them: %s", parent, strerror(errno));
	if (dir)
		closedir(dir);
}

/*
 * From the file, as udev wants system groups to be there. getgrnam() may ask
 * servers (LDAP), at boot before there is a network, and udevd waits for us.
 * 0 if there is none: root's is not what we look for.
 */
static gid_t group_number(void)
{
	FILE *f = fopen("/etc/group", "re");
	const struct group *group;
	gid_t number = 0;

	while (f && !number && (group = fgetgrent(f)))
		if (!strcmp(group->gr_name, ACCESS_GROUP))
			number = group->gr_gid;
	if (f)
		fclose(f);
	return number;
}

void access_give(const char *parent)
{
	const gid_t group = group_number();

	if (group)
		set_all(parent, group);
	else
		report("there is no group " ACCESS_GROUP " in /etc/group, so only root may use %s: systemd-sysusers makes it", parent);
}

void access_take_back(const char *parent)
{
	set_all(parent, 0);
}
