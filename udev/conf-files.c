// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Reads the configuration files and splits them into lines. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bind.h"
#include "trusted-file.h"

struct reading {
	const char *file; /* its full path */
	conf_fault *fault;
	void *data;
	struct conf_line **tail;
	bool ok; /* false: out of memory */
};

static void fault(struct reading *r, unsigned int number, const char *text)
{
	if (r->fault)
		r->fault(r->data, r->file, number, text);
}

static void read_line(struct reading *r, unsigned int number, const char *text, size_t length)
{
	char copy[CONF_LINE_MAX + 2];
	struct conf_line *line;
	int result;

	if (memchr(text, 0, length)) {
		fault(r, number, "the line has a 0 byte: is this a text file?");
		return;
	}
	/* Copy one byte more than the limit, so that conf_parse() refuses the line. */
	snprintf(copy, sizeof(copy), "%.*s",
		 (int)(length > CONF_LINE_MAX ? CONF_LINE_MAX + 1 : length), text);
	result = conf_parse(copy, &line);
	if (result < 0) {
		if (errno == ENOMEM)
			r->ok = false;
		fault(r, number, uiomap_i_error_text());
	}
	if (result <= 0)
		return;
	line->file = strdup(r->file);
	line->number = number;
	if (!line->file)
		r->ok = false;
	*r->tail = line;
	r->tail = &line->next;
}

static void read_lines(struct reading *r, const char *text, size_t size)
{
	for (unsigned int number = 1; size; number++) {
		const char *end = memchr(text, '\n', size);
		const size_t length = end ? (size_t)(end - text) : size;

		read_line(r, number, text, length);
		text += length + !!end;
		size -= length + !!end;
	}
}

/* Read at most CONF_FILE_MAX bytes, and one more to detect a larger file. */
static ssize_t read_all(int fd, char *text)
{
	size_t size = 0;
	ssize_t n;

	while (size <= CONF_FILE_MAX &&
	       (n = read(fd, text + size, CONF_FILE_MAX + 1 - size)) != 0) {
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			size += n;
	}
	return size;
}

static void read_file(struct reading *r)
{
	const int fd = trusted_open(r->file);
	ssize_t size;
	char *text;

	if (fd < 0) {
		fault(r, 0, uiomap_i_error_text());
		return;
	}
	text = malloc(CONF_FILE_MAX + 1);
	if (!text) {
		r->ok = false;
	} else {
		size = read_all(fd, text);
		if (size < 0)
			fault(r, 0, strerror(errno));
		else if (size > CONF_FILE_MAX)
			fault(r, 0, "larger than 1 MiB, so it is ignored as a whole");
		else
			read_lines(r, text, size);
	}
	free(text);
	close(fd);
}

static int is_conf(const struct dirent *entry)
{
	const size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       !strcmp(entry->d_name + length - 5, ".conf");
}

/* Not strcoll(): the order must not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

struct conf_line *conf_read(const char *dir, conf_fault *callback, void *data, bool *ok)
{
	struct conf_line *lines = NULL;
	struct reading r = { .file = dir,
			     .fault = callback,
			     .data = data,
			     .tail = &lines,
			     .ok = true };
	struct dirent **entries;
	char path[PATH_MAX];
	int fd, count = -1;

	fd = trusted_open(dir);
	if (fd < 0 && errno != ENOENT)
		fault(&r, 0, uiomap_i_error_text());
	if (fd >= 0) {
		count = scandirat(fd, ".", &entries, is_conf, by_name);
		if (count < 0)
			fault(&r, 0, strerror(errno));
		close(fd);
	}
	for (int i = 0; i < count; i++) {
		r.file = path;
		if (snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name) <
		    (int)sizeof(path))
			read_file(&r);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	*ok = r.ok;
	return lines;
}
