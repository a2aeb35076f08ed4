// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by uiomap-driver@.service, as root, before and after its program: while it
 * runs, the device's node and files in sysfs are its user's. So it needs not be
 * in the group, by which it would reach all other devices, too.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "access.h"
#include "bind.h"
#include "name.h"

/* The user isn't known by name everywhere (nss-systemd), but its folder is. */
static int owner_of(const char *folder, uid_t *owner)
{
	struct stat st;

	if (stat(folder, &st) < 0)
		return -1;
	*owner = st.st_uid;
	return 0;
}

int main(int argc, char **argv)
{
	char path[PATH_MAX], node[PATH_MAX] = "";
	struct name_device uio;
	uid_t owner = 0;

	if (argc < 2 || argc > 3 || strchr(argv[1], '/')) {
		fprintf(stderr, "uiomap-own is run by uiomap-driver@.service: uiomap-own BUS:DEVICE [FOLDER], whose owner becomes the device's, or root\n");
		return EX_USAGE;
	}
	if (argc == 3 && owner_of(argv[2], &owner) < 0) {
		fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
		return EX_OSERR;
	}
	snprintf(path, sizeof(path), UIOMAP_LINKS "/by-path/%s", argv[1]);
	/* It may have gone, or go: then there is nothing to give. */
	if (readlink(path, node, sizeof(node) - 1) < 0 || !strrchr(node, '/') || name_read(strrchr(node, '/') + 1, &uio) < 0)
		return 0;
	if (chown(path, owner, -1) < 0 && errno != ENOENT) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return EX_OSERR;
	}
	if (*uio.parent.path && access_own(uio.parent.path, owner) < 0) {
		fprintf(stderr, "%s\n", error_text());
		return EX_OSERR;
	}
	return 0;
}
