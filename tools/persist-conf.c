// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "persist-conf.h"
#include "tool.h"

static int failed(const char *path)
{
	if (errno == EROFS)
		return complain(
			TOOL_DENIED,
			"%s: its file system is mounted read-only: mount it writable, or write the line into the "
			"image that it comes from",
			printable(path));
	if (errno == EACCES || errno == EPERM)
		return complain(TOOL_DENIED, "%s: only root may write there", printable(path));
	return complain(TOOL_FAILED, "%s: %s", printable(path), strerror(errno));
}

/*
 * The file sorts before those of the package and the administrator's usual ones, and its name
 * has no byte that is special to a shell. Returns false if the name is too long: `match` comes
 * from the command line and can have any length.
 */
static bool path_of(const char *match, char path[PATH_MAX])
{
	char name[4 * PERSIST_MATCH + 16] = "50-", *end = name + strlen(name);

	path[0] = '\0';
	if (strlen(match) >= PERSIST_MATCH)
		return false;
	for (; *match; match++) {
		if (!(*match & 0x80) && (isalnum((unsigned char)*match) || strchr(":._-", *match)))
			*end++ = *match;
		else
			end += sprintf(end, "%%%02x", (unsigned char)*match);
	}
	strcpy(end, ".conf");
	snprintf(path, PATH_MAX, "%s/%s", CONF_DIR, name);
	return strlen(name) + strlen(".XXXXXX") <= NAME_MAX;
}

bool persist_exists(const char *match)
{
	char path[PATH_MAX];

	return path_of(match, path) && access(path, F_OK) == 0;
}

/* The new name is on disk only after fsync() of its folder. */
static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), bad;

	bad = fd < 0 || fsync(fd) ? failed(folder) : TOOL_OK;
	if (fd >= 0)
		close(fd);
	return bad;
}

/* Some file systems report a full disk only in close(). */
static int fill(int fd, const char *path, const char *text)
{
	const size_t length = strlen(text);
	ssize_t n = write(fd, text, length);
	int bad = TOOL_OK;

	if (n >= 0 && (size_t)n < length)
		errno = ENOSPC;
	if (n != (ssize_t)length || fchmod(fd, 0644) || fsync(fd))
		bad = failed(path);
	if (close(fd) && !bad)
		bad = failed(path);
	return bad;
}

int persist_write(const char *match, const char *settings, char path[PATH_MAX])
{
	char temporary[PATH_MAX + 16], text[PERSIST_MATCH + CONF_LINE_MAX + 128];
	int fd, bad;

	if (!path_of(match, path))
		return complain(
			TOOL_FAILED,
			"'%s' is too long for a file's name: write its line into a file in %s",
			printable(match), CONF_DIR);
	if (mkdir(CONF_DIR, 0755) == 0)
		sync_folder("/etc");
	else if (errno != EEXIST)
		return failed(CONF_DIR);
	snprintf(
		text, sizeof(text),
		"# By `uiomap bind --persist`; `uiomap unbind --persist %s` removes it. See uiomap.conf(5).\n%s%s\n",
		match, match, settings);
	/* Files without .conf at the end are ignored, so this one isn't read while incomplete. */
	snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return failed(path);
	bad = fill(fd, path, text);
	if (!bad && rename(temporary, path))
		bad = failed(path);
	if (bad)
		unlink(temporary);
	return bad ? bad : sync_folder(CONF_DIR);
}

int persist_remove(const char *match, bool *was, char path[PATH_MAX])
{
	*was = false;
	if (!path_of(match, path))
		return TOOL_OK;
	*was = unlink(path) == 0;
	if (*was)
		return sync_folder(CONF_DIR);
	return errno == ENOENT ? TOOL_OK : failed(path);
}

void persist_line(struct bus_device *device, char text[PATH_MAX + 128])
{
	bool ok;
	struct conf_line *lines = conf_read(CONF_DIR, NULL, NULL, &ok), *line = lines;

	while (line && !bind_match(line, device))
		line = line->next;
	text[0] = '\0';
	if (line)
		snprintf(text, PATH_MAX + 128, "%s:%u: %s", line->file, line->number, line->driver);
	conf_free(lines);
}

void persist_claim(void)
{
	bool ok;
	struct conf_line *lines = conf_read(CONF_DIR, NULL, NULL, &ok);

	if (bind_claim(lines) < 0)
		complain(TOOL_OK, "%s", uiomap_i_error_text());
	conf_free(lines);
}
