// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * uiomap new: a driver project that builds, for a device that is there or for one that uio_dummy
 * can make.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "project.h"
#include "tool.h"

struct arguments {
	const char *folder, *from, *irq;
	char *dummy;
};

enum { FROM_DUMMY = 256 };

static const struct argp_option options[] = {
	{ "from", 'f', "SELECTOR", 0, "for this device", 0 },
	{ "from-dummy", FROM_DUMMY, "MAPS", 0,
	  "for one with these maps and ports, as uio_dummy takes them: KIND:OFFSET:SIZE[:NAME],...",
	  0 },
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
		if (a->folder || !*arg)
			argp_error(state, "one folder, whose name is not empty");
		a->folder = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->folder)
			argp_error(state, "into which folder?");
		if (a->from && (a->dummy || a->irq))
			argp_error(
				state,
				"--from takes maps and interrupt from the device: not together with --from-dummy or --irq");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DIR",
	.doc = "Write a driver project into DIR, which is made, or empty: source, Makefile, configuration for udev and "
	       "systemd, and a test against a simulated device.",
};

/* The files of a project, from tools/new: there @NAME@ stands for a value. */
#include "templates.inc"

static const struct file {
	const char *name;
	mode_t mode;
	const char *text; /* NULL: that of driver.c, which depends on the device */
} files[] = {
	{ "driver.c", 0666, NULL },
	{ "Makefile", 0666, template_Makefile },
	{ "uiomap.conf", 0666, template_uiomap_conf },
	{ "service.conf", 0666, template_service_conf },
	{ "test", 0777, template_test },
	{ "README.md", 0666, template_README_md },
	{ 0 },
};

struct value {
	const char *name, *text;
};

static void expand(const char *text, const struct value *values, FILE *out)
{
	for (const char *at; (at = strchr(text, '@')); text = at + 1) {
		const struct value *v = values;

		fwrite(text, 1, (size_t)(at - text), out);
		while (v->name && (strncmp(at + 1, v->name, strlen(v->name)) ||
				   at[1 + strlen(v->name)] != '@'))
			v++;
		fputs(v->name ? v->text : "@", out);
		at += v->name ? strlen(v->name) + 1 : 0;
	}
	fputs(text, out);
}

static void write_text(const struct project *p, const char *text, FILE *out)
{
	const bool irq = strcmp(p->irq, "none"), map = p->maps > 0;
	const unsigned int count = map ? p->maps : p->ports, bits = map ? p->bits : 8;
	const char * const kind = map ? "map" : "port region";
	/* A file, or what driver.c is made of. */
	const char * const texts[] = {
		text ? text : template_driver_head_c,
		!text && p->dma ? template_driver_dma_c : "",
		text ? "" :
		irq  ? template_driver_irq_c :
		       template_driver_poll_c,
		text  ? "" :
		count ? template_driver_regions_c :
			template_driver_bare_c,
		text ? "" : template_driver_main_c,
	};
	char bits_text[8], conf[600], dma[24], shape[1024];
	const struct value values[] = {
		{ "NAME", p->name },
		{ "DEVICE", p->device },
		{ "BUS_DEVICE",
		  strpbrk(p->match, "*?") || strncmp(p->match, "platform:", 9) ? "" : p->match },
		{ "CONF", conf },
		{ "PARTS", p->parts },
		{ "IRQ", p->irq },
		{ "SHAPE", shape },
		{ "INCLUDE", irq ? "" : "#include <time.h>\n" },
		{ "EVENT", irq ? "interrupt" : "look" },
		{ "DMA", dma },
		{ "OPEN_DMA", p->dma ? " || open_dma() < 0" : "" },
		{ "KIND", kind },
		{ "COUNT", (char[]){ (char)('0' + count), '\0' } },
		{ "STRUCT", map ? "uiomap_region" : "uiomap_port" },
		{ "OPEN", map ? "uiomap_map(device, i, 0)" : "uiomap_port_open(device, i)" },
		{ "READ", map ? "uiomap_region_read" : "uiomap_port_read" },
		{ "BITS", bits_text },
		{ 0 },
	};

	snprintf(conf, sizeof(conf), "%s%s run=/usr/local/sbin/%s", p->match, p->options, p->name);
	if (!*p->match)
		strcpy(conf,
		       "# Its kernel driver registers it with UIO: there is nothing to bind.");
	snprintf(bits_text, sizeof(bits_text), "%u", bits);
	snprintf(dma, sizeof(dma), "%" PRIu64, p->dma);
	/* The ports of uio_dummy's model `memory` are none of the machine's. */
	snprintf(shape, sizeof(shape),
		 "model=%s irq=%s kernel_driver='%s' dma=%s kind='%s' regions=%u bits=%u\n"
		 "file=%s parts='%s'",
		 map ? "memory" : "resources", p->irq, p->bound ? "uio_stub" : "", dma, kind, count,
		 bits, map ? "maps" : "resources", map ? p->dummy_maps : p->dummy_ports);
	for (unsigned int i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		expand(texts[i], values, out);
}

/* The exit status, by errno. */
static int failed(const char *folder, const char *file)
{
	return complain(errno == EACCES || errno == EPERM || errno == EROFS ? TOOL_DENIED :
									      TOOL_FAILED,
			"%s%s%s: %s; nothing was written", printable(folder), *file ? "/" : "",
			file, strerror(errno));
}

/* Into the current folder: all files, or none. */
static int write_files(const struct project *project, const char *folder)
{
	const struct file *file = files;
	int status = TOOL_OK;

	for (; !status && file->name; file++) {
		int fd = open(file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file->mode);
		FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

		if (out)
			write_text(project, file->text, out);
		/* Some file systems say only now that there is no room. */
		if (!out || fflush(out) || ferror(out) || fsync(fd) || fclose(out))
			status = failed(folder, file->name);
		/* Not ours. */
		if (fd < 0)
			break;
	}
	while (status && file > files) {
		file--;
		if (unlink(file->name) < 0)
			complain(status, "%s/%s is incomplete and could not be removed: %s",
				 printable(folder), file->name, strerror(errno));
	}
	return status;
}

static int make_project(const struct arguments *a, char path[PATH_MAX])
{
	char some_maps[] = "physical:0:4096:registers";
	struct project project = { .bits = 32 };
	unsigned int entries = 0;
	const char *name;
	DIR *dir;
	int status;

	if (chdir(a->folder) < 0 || !getcwd(path, PATH_MAX))
		return failed(a->folder, "");
	dir = opendir(".");
	if (!dir)
		return failed(a->folder, "");
	while ((errno = 0, readdir(dir)))
		entries++;
	status = errno ? failed(a->folder, "") : 0;
	closedir(dir);
	if (status)
		return status;
	/* "." and ".." */
	if (entries != 2)
		return complain(TOOL_FAILED,
				"%s is not empty, and nothing there is changed: use another folder",
				printable(a->folder));
	/* By what the folder is, also where it is called "." */
	name = strrchr(path, '/') + 1;
	status = a->from ? project_from_device(&project, name, a->from) :
			   project_from_dummy(&project, name, a->dummy ? a->dummy : some_maps,
					      a->irq ? a->irq : "level");
	if (!status && !project.maps && !project.ports && !strcmp(project.irq, "none"))
		status = complain(
			TOOL_FAILED,
			"%s has no registers, no ports and no interrupt: there is nothing to drive",
			project.device);
	if (!status)
		status = write_files(&project, a->folder);
	if (!status)
		printf("%s: driver '%s' for %s\n", printable(a->folder), project.name,
		       project.device);
	return status;
}

int cmd_new(int argc, char **argv)
{
	struct arguments a = { 0 };
	char path[PATH_MAX] = "";
	bool made;
	int status;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	made = mkdir(a.folder, 0777) == 0;
	if (!made && errno != EEXIST)
		return failed(a.folder, "");
	status = make_project(&a, path);
	if (status && made && rmdir(*path ? path : a.folder) < 0)
		complain(status, "%s could not be removed: %s", printable(a.folder),
			 strerror(errno));
	return status ? status : flush_output();
}
