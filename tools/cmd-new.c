// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * uiomap new: a driver project that builds, for a device that is there or for one that uio_dummy
 * can make.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "project.h"
#include "template.h"
#include "tool.h"

/* Without --from and --from-dummy: one page of registers. */
#define SOME_MAPS "physical:0:4096:registers"

struct arguments {
	const char *folder;
	const char *from;
	const char *dummy;
	const char *irq;
};

enum { FROM_DUMMY = 256 };

static const struct argp_option options[] = {
	{ "from", 'f', "SELECTOR", 0, "for this device", 0 },
	{ "from-dummy", FROM_DUMMY, "MAPS", 0,
	  "for one with these maps, as uio_dummy takes them: KIND:OFFSET:SIZE[:NAME],...", 0 },
	{ "irq", 'i', "KIND", 0, "and with this interrupt: level (the default), edge or none", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case 'f':
		a->from = arg;
		return 0;
	case FROM_DUMMY:
		a->dummy = arg;
		return 0;
	case 'i':
		if (strcmp(arg, "level") && strcmp(arg, "edge") && strcmp(arg, "none"))
			argp_error(state, "--irq %s must be level, edge or none", printable(arg));
		a->irq = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->folder)
			argp_error(state, "one folder only");
		if (!*arg)
			argp_error(state, "a folder's name can't be empty");
		a->folder = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "into which folder?");
		return 0;
	case ARGP_KEY_END:
		if (a->from && (a->dummy || a->irq))
			argp_error(
				state,
				"--from takes maps and interrupt from the device: not together with --from-dummy or --irq");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options,
	parse,
	"DIR",
	"Write a driver project into DIR, which is made, or empty: source, Makefile, configuration for udev and "
	"systemd, and a test against a simulated device.",
	0,
	0,
	0
};

struct folder {
	const char *path;
	int fd;
	bool made;	    /* by us */
	unsigned int files; /* that are there, of templates[] */
};

static bool is_empty(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry = NULL;

	/* What can't be read isn't known to be empty. */
	if (!dir) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	while ((entry = readdir(dir)) &&
	       (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")))
		;
	closedir(dir);
	return !entry;
}

/* The exit status, by errno. */
static int failed(void)
{
	return errno == EACCES || errno == EPERM || errno == EROFS ? TOOL_DENIED : TOOL_FAILED;
}

static int folder_open(struct folder *f)
{
	const char *path = f->path;

	f->made = mkdir(path, 0777) == 0;
	if (!f->made && errno != EEXIST)
		return complain(failed(), "%s: %s", printable(path), strerror(errno));
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd < 0)
		return complain(failed(), "%s: %s", printable(path), strerror(errno));
	if (!f->made && !is_empty(f->fd))
		return complain(TOOL_FAILED,
				"%s is not empty, and nothing there is changed: use another folder",
				printable(path));
	return TOOL_OK;
}

/* Take away what we made; what stays is told. */
static void folder_undo(struct folder *f)
{
	for (unsigned int i = 0; i < f->files; i++)
		if (unlinkat(f->fd, templates[i].file, 0) < 0)
			complain(TOOL_FAILED, "%s/%s is incomplete and could not be removed: %s",
				 printable(f->path), templates[i].file, strerror(errno));
	if (f->made && rmdir(f->path) < 0)
		complain(TOOL_FAILED, "%s could not be removed: %s", printable(f->path),
			 strerror(errno));
}

static int write_file(struct folder *f, const struct template *template,
		      const struct project *project)
{
	int fd = openat(f->fd, template->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			template->mode),
	    bad;
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (!out) {
		bad = complain(failed(), "%s/%s: %s", printable(f->path), template->file,
			       strerror(errno));
		if (fd >= 0) {
			f->files++;
			close(fd);
		}
		return bad;
	}
	f->files++;
	bad = template_expand(template->text, project, out);
	/* Some file systems say only now that there is no room. */
	errno = 0;
	if (fflush(out) || ferror(out) || fsync(fd))
		bad = complain(TOOL_FAILED, "%s/%s: %s; nothing was written", printable(f->path),
			       template->file, strerror(errno ? errno : EIO));
	if (fclose(out) && !bad)
		bad = complain(TOOL_FAILED, "%s/%s: %s; nothing was written", printable(f->path),
			       template->file, strerror(errno));
	return bad ? TOOL_FAILED : TOOL_OK;
}

/* By what the folder is, also where it is called "." */
static void name_after(struct project *project, const char *path)
{
	char *real = realpath(path, NULL), *copy = strdup(path);

	project_name(project, real ? basename(real) : copy ? basename(copy) : "driver");
	free(copy);
	free(real);
}

int cmd_new(int argc, char **argv)
{
	struct arguments a = { 0 };
	struct project project = { 0 };
	struct folder f = { .fd = -1 };
	int status;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	f.path = a.folder;
	name_after(&project, f.path);
	/* The device first: if there is none, nothing is made. */
	if (a.from)
		status = project_from_device(&project, a.from);
	else
		status = project_from_dummy(&project, a.dummy ? a.dummy : SOME_MAPS,
					    a.irq ? a.irq : "level");
	if (status)
		return status;
	status = folder_open(&f);
	for (unsigned int i = 0; !status && templates[i].file; i++)
		status = write_file(&f, &templates[i], &project);
	if (status)
		folder_undo(&f);
	if (f.fd >= 0)
		close(f.fd);
	if (status)
		return status;
	printf("%s: driver '%s' for %s, %u map%s\n", printable(f.path), project.name,
	       printable(project.device), project.count, project.count == 1 ? "" : "s");
	return flush_output();
}
