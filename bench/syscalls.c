/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Run by bench/syscalls: one call of the library between two marks that strace shows (writes to
 * an invalid descriptor).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "uiomap.h"

static void mark(const char *text)
{
	ssize_t ignored = write(-1, text, strlen(text));

	(void)ignored;
}

int main(int argc, char **argv)
{
	struct uiomap_device *device = NULL;
	struct uiomap_info **list = NULL;
	struct uiomap_info *info = NULL;
	const char *what = argc == 3 ? argv[1] : "";

	mark("begin");
	if (!strcmp(what, "find"))
		info = uiomap_find(argv[2]);
	else if (!strcmp(what, "open"))
		device = uiomap_open(argv[2], 0);
	else if (!strcmp(what, "list"))
		list = uiomap_list(NULL, NULL);
	mark("end");
	if (!info && !device && !list) {
		fprintf(stderr, "%s\n", uiomap_error());
		return 1;
	}
	uiomap_info_free(info);
	uiomap_close(device);
	uiomap_list_free(list);
	return 0;
}
