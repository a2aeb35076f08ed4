// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by uiomap-driver@.service, as root, before and after its program: while it
 * runs, the device's node and files in sysfs are its user's. So it needs not be
 * in the group, by which it would reach all other devices, too.
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
#include "node-name.h"

#ifndef UIOMAP_DEV
#define UIOMAP_DEV "/dev"
#endif

/* The user isn't known by name everywhere (nss-systemd), but its folder is. */
static int owner_of(const char *folder, uid_t *owner)
{
	struct stat st;

	if (stat(folder, &st) < 0)
		return -1;
	*owner = st.st_uid;
	return 0;
}

/*
 * The node of a device that is there, held open: it never becomes another device's. -1: it has
 * gone, or goes.
 */
static int node_of(const struct name_device *dev, char path[64])
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
	fprintf(stderr, "%s\n", error_text());
	return EX_OSERR;
}

/* From this user (ACCESS_ANYONE: whoever it is) to that one. */
static int hand_over(const struct name_device *dev, uid_t from, uid_t to)
{
	int status = EX_OK, fd;
	char path[64];
	struct stat st;

	fd = node_of(dev, path);
	if (fd >= 0 && (fstat(fd, &st) < 0 || ((from == ACCESS_ANYONE || st.st_uid == from) &&
					       fchownat(fd, "", to, -1, AT_EMPTY_PATH) < 0))) {
		fail(errno, "%s can't be given to user %u: %s", path, to, strerror(errno));
		status = failed();
	}
	if (fd >= 0)
		close(fd);
	return access_own(dev->parent.path, from, to) < 0 ? failed() : status;
}

/*
 * By now the device's link may be another one: BUS:DEVICE has become BUS:DEVICE#0, since the device
 * has a second node. So each node of this device that the user has is root's again.
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
		one = hand_over(&list[i], owner, 0);
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
			"uiomap-own is run by uiomap-driver@.service: uiomap-own give|back BUS:DEVICE FOLDER, whose owner the device's files go to, or come back from\n");
		return EX_USAGE;
	}
	if (owner_of(argv[3], &owner) < 0) {
		/* Then it has not been started either. */
		if (!back || errno != ENOENT) {
			fail(errno, "%s: %s", argv[3], strerror(errno));
			return failed();
		}
		owner = ACCESS_ANYONE;
	}
	if (back)
		return give_back(argv[2], owner);
	/* It may have gone, or go: then there is nothing to give. */
	if (name_find(argv[2], &dev) < 0)
		return EX_OK;
	status = hand_over(&dev, ACCESS_ANYONE, owner);
	name_clear(&dev);
	return status;
}
