// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* uiomap bind, uiomap unbind: a device is given to a UIO driver, and back; with --persist also from the next boot on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "left-out.h"
#include "patient.h"
#include "persist.h"
#include "tool.h"

struct arguments {
	const char *device;
	char settings[CONF_LINE_MAX];	/* each with a blank before */
	bool persist;
	bool json;
};

static const struct argp_option options[] = {
	{ "persist", 'p', NULL, 0, "and so it stays: a file in " CONF_DIR " is written, or removed", 0 },
	{ "json", 'j', NULL, 0, "as JSON", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state, bool settings)
{
	struct arguments *a = state->input;
	const size_t used = strlen(a->settings);

	switch (key) {
	case 'p':
		a->persist = true;
		return 0;
	case 'j':
		a->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!a->device)
			a->device = arg;
		else if (!settings)
			argp_error(state, "one device only");
		else if (!*arg || strpbrk(arg, " \t\r\n\v\f#") || strlen(arg) + 2 > sizeof(a->settings) - used)
			argp_error(state, "'%s' is no setting", printable(arg));
		else
			sprintf(a->settings + used, " %s", arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which device?");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_bind(int key, char *arg, struct argp_state *state)
{
	return parse(key, arg, state, true);
}

static error_t parse_unbind(int key, char *arg, struct argp_state *state)
{
	return parse(key, arg, state, false);
}

static const struct argp bind_argp = {
	options, parse_bind, "DEVICE [SETTING]...", "Give DEVICE to a UIO driver. SETTINGs are those of uiomap.conf(5): driver=NAME (uio_stub "
	"without this), take (also from a driver that has it), dma=SIZE, dma_bits=N, wc, wc=N, share_page, and with --persist run=PROGRAM.", 0, 0, 0
};
static const struct argp unbind_argp = {
	options, parse_unbind, "DEVICE", "Take DEVICE from its UIO driver and give it back to its normal one.", 0, 0, 0
};

static int complain_bind(void)
{
	int status = TOOL_FAILED;

	if (errno == ENODEV)
		status = TOOL_NO_DEVICE;
	else if (errno == EACCES || errno == EPERM || errno == EROFS)
		status = TOOL_DENIED;
	else if (errno == EINVAL)
		status = TOOL_USAGE;
	return complain(status, "%s", bind_error());
}

/*
 * The device, and what stands for it in the configuration: all devices of these
 * ids if it was called by them, else this one. What would end a word there, or
 * is a pattern, stands for any byte.
 */
static int find_device(const char *text, struct bind_device *device, char match[PERSIST_MATCH])
{
	struct patient p;

	if (patient_find(text, &p) < 0)
		return complain(TOOL_NO_DEVICE, "%s", patient_error());
	if (!*p.bus)
		return complain(TOOL_FAILED, "uio%d has no device behind it that could be bound", p.uio);
	if (bind_device_read(p.bus, p.name, device) < 0)
		return complain_bind();
	if (patient_is_ids(text))
		snprintf(match, PERSIST_MATCH, "%s", text);
	else
		snprintf(match, PERSIST_MATCH, "%s:%s", device->bus, device->name);
	for (char *c = match; *c; c++)
		if ((unsigned char)*c <= ' ' || (*c & 0x80) || strchr("*?[]\\\x7f", *c))
			*c = '?';
	return TOOL_OK;
}

/* What has become of it. `file`: of the configuration, "" if that wasn't asked for. */
static int tell(const struct arguments *a, const struct bind_device *device, const char *file, const char *verb)
{
	char where[PATH_MAX], node[32] = "";
	struct patient p = { .uio = -1 };

	snprintf(where, sizeof(where), "%s:%s", device->bus, device->name);
	if (bind_is_uio(device->driver) && patient_find(where, &p) == 0 && p.uio >= 0)
		snprintf(node, sizeof(node), "/dev/uio%d", p.uio);
	if (a->json)
		return print_json(json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "bus", device->bus, "device", json_text(device->name), "driver",
					    *device->driver ? json_text(device->driver) : json_null(), "node",
					    *node ? json_string(node) : json_null(), "left_out", left_out_json(&p), "file",
					    *file ? json_text(file) : json_null()), false);
	printf("%s: ", printable(where));
	printf(*device->driver ? "driver %s" : "no driver", device->driver);
	if (*node)
		printf(", %s", node);
	if (*file)
		printf("; %s %s", verb, printable(file));
	putchar('\n');
	left_out_print(&p, "left out:", stdout);
	return flush_output();
}

/* Its driver took other settings than these when it was bound: only a new binding can change them. */
static int rebind(struct bind_device *device, const struct conf_line *line)
{
	if (strcmp(device->driver, line->driver) || !conf_has_settings(line))
		return TOOL_OK;
	if (!line->take)
		return complain(TOOL_FAILED, "%s:%s has the driver %s already, whose settings can't be changed; 'take' would bind it anew, and "
				"take it from programs that have it open", device->bus, printable(device->name), device->driver);
	return bind_release(device) < 0 ? complain_bind() : TOOL_OK;
}

int cmd_bind(int argc, char **argv)
{
	struct arguments a = { 0 };
	char match[PERSIST_MATCH], text[CONF_LINE_MAX + PERSIST_MATCH], path[PATH_MAX] = "", counts[PATH_MAX + 128];
	struct conf_line *line;
	struct bind_device device;
	int status;

	arguments_parse(&bind_argp, argc, argv, &a, sizeof(a));
	status = find_device(a.device, &device, match);
	if (status)
		return status;
	snprintf(text, sizeof(text), "%s%s", match, a.settings);
	if (conf_parse(text, &line) <= 0)
		return complain_bind();
	if (line->run && !a.persist)
		status = complain(TOOL_USAGE, "run=%s is for --persist: the program is started whenever the device appears", printable(line->run));
	if (!status)
		status = rebind(&device, line);
	if (!status && bind_device(&device, line) < 0)
		status = complain_bind();
	conf_free(line);
	if (!status && a.persist) {
		status = persist_write(match, a.settings, path);
		if (status)
			complain(status, "%s:%s is bound to %s, but only until the next boot", device.bus, printable(device.name), device.driver);
	}
	if (status)
		return status;
	if (a.persist) {
		persist_line(&device, counts);
		if (strncmp(counts, path, strlen(path)))
			complain(TOOL_OK, "another line comes before that in %s, and it is the one that counts: %s", path, printable(counts));
	}
	return tell(&a, &device, path, "written:");
}

/* A device that isn't there may have a file all the same. */
static int unbind_absent(const struct arguments *a)
{
	char path[PATH_MAX];
	bool was;
	int status = persist_remove(a->device, &was, path);

	if (status)
		return status;
	if (a->json)
		return print_json(json_pack("{s:n, s:n, s:n, s:n, s:o}", "bus", "device", "driver", "node", "file", json_text(path)), false);
	printf("%s: not there now; removed: %s\n", printable(a->device), printable(path));
	return flush_output();
}

int cmd_unbind(int argc, char **argv)
{
	struct arguments a = { 0 };
	char match[PERSIST_MATCH], path[PATH_MAX], counts[PATH_MAX + 128];
	struct bind_device device;
	struct patient p;
	bool was = false;
	int status;

	arguments_parse(&unbind_argp, argc, argv, &a, sizeof(a));
	if (a.persist && persist_exists(a.device) && patient_find(a.device, &p) < 0)
		return unbind_absent(&a);
	status = find_device(a.device, &device, match);
	if (!status && a.persist)
		status = persist_remove(match, &was, path);
	if (!status && bind_release(&device) < 0)
		status = complain_bind();
	if (status)
		return status;
	if (a.persist && !was)
		complain(TOOL_OK, "there was no %s", printable(path));
	persist_line(&device, counts);
	if (*counts)
		complain(TOOL_OK, "it will be bound again when it appears again: %s", printable(counts));
	return tell(&a, &device, was ? path : "", "removed:");
}
