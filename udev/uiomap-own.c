// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by uiomap-driver@.service, as root, before and after the driver program.
 * While the program runs, its user owns the device's node and files in sysfs.
 * So the user doesn't need the group, which can open all other devices, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "access.h"
#include "bind.h"
#include "link-names.h"

#ifndef UIOMAP_DEV
#define UIOMAP_DEV "/dev"
#endif

/* Not every system resolves the user's name (nss-systemd), so take the owner of its directory. */
static int directory_owner(const char *folder, uid_t *owner)
{
	struct stat st;

	if (stat(folder, &st) < 0)
		return -1;
	*owner = st.st_uid;
	return 0;
}

/*
 * Open the node of a device. The descriptor never becomes another device's.
 * Returns -1 if the device was removed or is being removed.
 */
static int open_node(const struct name_device *dev, char path[64])
{
	struct name_device now;
	char uio[32];
	int fd;

	snprintf(uio, sizeof(uio), "uio%u", dev->number);
	snprintf(path, 64, UIOMAP_DEV "/%s", uio);
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (name_read(uio, &now) < 0) {
		close(fd);
		return -1;
	}
	if (strcmp(now.parent.path, dev->parent.path)) {
		close(fd);
		fd = -1;
	}
	name_clear(&now);
	return fd;
}

static int failed(void)
{
	fprintf(stderr, "%s\n", uiomap_i_error_text());
	return EX_OSERR;
}

/* Change the owner from one user (or ACCESS_ANYONE) to another. */
static int change_owner(const struct name_device *dev, uid_t from, uid_t to)
{
	int status = EX_OK, fd;
	char path[64];
	struct stat st;

	fd = open_node(dev, path);
	if (fd >= 0 && (fstat(fd, &st) < 0 || ((from == ACCESS_ANYONE || st.st_uid == from) &&
					       fchownat(fd, "", to, -1, AT_EMPTY_PATH) < 0))) {
		uiomap_i_fail(errno, "%s can't be given to user %u: %s", path, to, strerror(errno));
		status = failed();
	}
	if (fd >= 0)
		close(fd);
	return access_own(dev->parent.path, from, to) < 0 ? failed() : status;
}

/*
 * The device's link may have changed meanwhile: BUS:DEVICE becomes BUS:DEVICE#0
 * when the parent gets a second UIO device. So give root all nodes of this
 * parent that the user owns.
 */
static int give_back(const char *path, uid_t owner)
{
	const size_t device = strrchr(path, '#') ? (size_t)(strrchr(path, '#') - path) :
						   strlen(path);
	int status = EX_OK, one;
	struct name_device *list;
	size_t count;

	list = name_list(&count);
	for (size_t i = 0; i < count; i++) {
		if (!*list[i].place ||
		    (strcmp(list[i].place, path) &&
		     (strlen(list[i].place) != device || strncmp(list[i].place, path, device))))
			continue;
		one = change_owner(&list[i], owner, 0);
		status = one ? one : status;
	}
	name_list_free(list, count);
	return status;
}

int main(int argc, char **argv)
{
	const bool back = argc == 4 && !strcmp(argv[1], "back");
	struct name_device dev;
	uid_t owner;
	int status;

	if (argc != 4 || (!back && strcmp(argv[1], "give")) || strchr(argv[2], '/')) {
		fprintf(stderr,
			"uiomap-own is run by uiomap-driver@.service: uiomap-own give|back BUS:DEVICE DIRECTORY; give makes the directory's owner the owner of the device's files, back restores root\n");
		return EX_USAGE;
	}
	if (directory_owner(argv[3], &owner) < 0) {
		/* Then the program wasn't started either. */
		if (!back || errno != ENOENT) {
			uiomap_i_fail(errno, "%s: %s", argv[3], strerror(errno));
			return failed();
		}
		owner = ACCESS_ANYONE;
	}
	if (back)
		return give_back(argv[2], owner);
	/* If the device was removed there is nothing to give. */
	if (name_find(argv[2], &dev) < 0)
		return EX_OK;
	status = change_owner(&dev, ACCESS_ANYONE, owner);
	name_clear(&dev);
	return status;
}
