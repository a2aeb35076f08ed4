// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "temp-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/uiomap-udev.XXXXXX";

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	abort();
}

void temp_dir_begin(void)
{
	need(mkdtemp(root) && chdir(root) == 0, root);
}

static int take_away(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void temp_dir_end(void)
{
	need(chdir("/") == 0 && nftw(root, take_away, 16, FTW_DEPTH | FTW_PHYS) == 0, root);
}

static void parents(const char *path)
{
	char copy[1024];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *p = copy; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		need(mkdir(copy, 0755) == 0 || errno == EEXIST, copy);
	}
}

void temp_dir_bytes(const char *path, const void *bytes, size_t size)
{
	int fd;

	parents(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	need(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && close(fd) == 0, path);
}

void temp_dir_file(const char *path, const char *text)
{
	temp_dir_bytes(path, text, strlen(text));
}

const char *temp_dir_content(const char *path)
{
	static char text[8192];
	FILE *f = fopen(path, "re");

	need(f, path);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	need(!ferror(f), path);
	fclose(f);
	return text;
}

void temp_dir_link(const char *path, const char *target)
{
	parents(path);
	need(symlink(target, path) == 0, path);
}

void temp_dir_folder(const char *path)
{
	parents(path);
	need(mkdir(path, 0755) == 0 || errno == EEXIST, path);
}

void temp_dir_uio(unsigned int number, const char *name, const char *parent)
{
	char path[512], target[512];

	snprintf(path, sizeof(path), "sys/class/uio/uio%u/name", number);
	temp_dir_file(path, name);
	if (!parent)
		return;
	snprintf(path, sizeof(path), "sys/devices/%s/driver_override", parent);
	temp_dir_file(path, "");
	snprintf(path, sizeof(path), "sys/devices/%s/subsystem", parent);
	if (readlink(path, target, sizeof(target)) < 0)
		temp_dir_link(path, strstr(parent, "pci") ? "/sys/bus/pci" : "/sys/bus/platform");
	snprintf(path, sizeof(path), "sys/class/uio/uio%u/device", number);
	snprintf(target, sizeof(target), "../../../devices/%s", parent);
	temp_dir_link(path, target);
}
