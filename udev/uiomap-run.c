// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by uiomap-driver@.service: becomes the program that the configuration
 * names for this device, with the device's link as its one argument. The
 * program can open that, or give it to uiomap_open().
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "bind.h"
#include "name.h"

int main(int argc, char **argv)
{
	char path[PATH_MAX], node[PATH_MAX] = "";
	struct conf_line *lines;
	const struct conf_line *line;
	struct name_device uio;
	struct bind_device dev;
	bool ok;

	if (argc != 2 || strchr(argv[1], '/')) {
		fprintf(stderr, "uiomap-run is run by uiomap-driver@.service: uiomap-run BUS:DEVICE\n");
		return EX_USAGE;
	}
	snprintf(path, sizeof(path), UIOMAP_LINKS "/by-path/%s", argv[1]);
	if (readlink(path, node, sizeof(node) - 1) < 0 || !strrchr(node, '/') || name_read(strrchr(node, '/') + 1, &uio) < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return EX_UNAVAILABLE;
	}
	if (bind_device_read(uio.bus, uio.device, &dev) < 0) {
		fprintf(stderr, "%s: %s\n", path, bind_error());
		return EX_UNAVAILABLE;
	}
	lines = conf_read(CONF_DIR, NULL, NULL, &ok);
	line = bind_find(lines, &dev);
	if (!line || !line->run) {
		fprintf(stderr, "%s: no line of %s/*.conf names a program for it (run=PROGRAM); can this user read them?\n", path, CONF_DIR);
		return EX_CONFIG;
	}
	execl(line->run, line->run, path, NULL);
	fprintf(stderr, "%s:%u: %s: %s\n", line->file, line->number, line->run, strerror(errno));
	return EX_CONFIG;
}
