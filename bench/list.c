/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The minimum that bench/list compares with: list the class, and read for each
 * device what `uiomap list` shows: name, driver, device and its bus, each map's
 * name, size and address (the files addr and offset), whether there are ports,
 * and the kind of interrupt if the driver has a file for it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char buffer[4097];

static int attribute(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (read(fd, buffer, sizeof(buffer)) < 0)
		perror(path);
	return close(fd);
}

static void maps(int dir)
{
	static const char * const files[] = { "name", "size", "addr", "offset" };
	struct dirent *entry;
	char path[300];
	DIR *list;
	int fd = openat(dir, "maps", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	list = fd < 0 ? NULL : fdopendir(fd);
	while (list && (entry = readdir(list))) {
		if (entry->d_name[0] == '.')
			continue;
		for (unsigned int i = 0; i < 4; i++) {
			snprintf(path, sizeof(path), "maps/%s/%s", entry->d_name, files[i]);
			attribute(dir, path);
		}
	}
	if (list)
		closedir(list);
}

int main(int argc, char **argv)
{
	DIR *class;
	struct dirent *entry;

	(void)argv;
	if (argc > 1)
		return 0;
	class = opendir("/sys/class/uio");
	while (class && (entry = readdir(class))) {
		int dir;

		if (entry->d_name[0] == '.')
			continue;
		dir = openat(dirfd(class), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		attribute(dir, "name");
		if (readlinkat(dir, "device", buffer, sizeof(buffer)) < 0 ||
		    readlinkat(dir, "device/subsystem", buffer, sizeof(buffer)) < 0 ||
		    readlinkat(dir, "device/driver", buffer, sizeof(buffer)) < 0)
			perror(entry->d_name);
		maps(dir);
		faccessat(dir, "portio", F_OK, 0);
		attribute(dir, "device/uio_stub/irq");
		close(dir);
	}
	return 0;
}
