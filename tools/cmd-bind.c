// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * uiomap bind, uiomap unbind: give a device to a UIO driver and back; with --persist also after
 * the next boot.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "bind.h"
#include "doctor.h"
#include "left-out.h"
#include "stub-options.h"
#include "persist-conf.h"
#include "tool.h"

struct arguments {
	const char *device;
	char settings[CONF_LINE_MAX]; /* each after a space */
	bool persist;
	bool force;
	bool json;
	char **argv; /* the original arguments, to suggest the same command for root */
};

#define PERSIST                                                                                    \
	{ "persist",                                                                               \
	  'p',                                                                                     \
	  NULL,                                                                                    \
	  0,                                                                                       \
	  "also from now on: a file in " CONF_DIR " is written, or removed",                       \
	  0 }
#define JSON { "json", 'j', NULL, 0, "as JSON", 0 }
static const struct argp_option bind_options[] = {
	PERSIST,
	{ "force", 'f', NULL, 0, "also a device that the system is using", 0 },
	JSON,
	{ 0 },
};
static const struct argp_option unbind_options[] = {
	PERSIST,
	{ "force", 'f', NULL, 0, "also a device that has virtual functions (SR-IOV)", 0 },
	JSON,
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
	case 'f':
		a->force = true;
		return 0;
	case 'j':
		a->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!a->device)
			a->device = arg;
		else if (!settings)
			argp_error(state, "one device only");
		else if (!*arg || strpbrk(arg, " \t\r\n\v\f#") ||
			 strlen(arg) + 2 > sizeof(a->settings) - used)
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
	bind_options,
	parse_bind,
	"DEVICE [SETTING]...",
	"Give DEVICE to a UIO driver. SETTINGs are those of uiomap.conf(5): driver=NAME (uio_stub "
	"without this), take (also from a driver that has it), dma=SIZE, dma_bits=N, wc, wc=N, share_page, and with --persist config_write, ports, run=PROGRAM.",
	0,
	0,
	0
};
static const struct argp unbind_argp = {
	unbind_options,
	parse_unbind,
	"DEVICE",
	"Take DEVICE from its UIO driver and give it back to the one that it had before.",
	0,
	0,
	0
};

/* Suggest the same command line, to be run by root. */
static int complain_not_root(const struct arguments *a)
{
	char text[2048];
	int used = snprintf(text, sizeof(text), "sudo");

	for (char **word = a->argv; *word && used < (int)sizeof(text); word++)
		used += snprintf(text + used, sizeof(text) - (size_t)used, " %s",
				 word == a->argv ? *word : shell_word(*word));
	return complain(TOOL_DENIED, "%s: %s", uiomap_i_error_text(), printable(text));
}

static int complain_bind(const struct arguments *a)
{
	int status = TOOL_FAILED;

	if ((errno == EACCES || errno == EPERM) && geteuid() != 0)
		return complain_not_root(a);
	if (errno == ENODEV)
		status = TOOL_NO_DEVICE;
	else if (errno == EACCES || errno == EPERM || errno == EROFS)
		status = TOOL_DENIED;
	else if (errno == EINVAL)
		status = TOOL_USAGE;
	return complain(status, "%s", uiomap_i_error_text());
}

/* The devices that the command applies to. */
struct devices {
	struct bus_device *list; /* for device_list_free() */
	size_t count;
	char match[PERSIST_MATCH]; /* the word that matches them in the configuration */
};

/*
 * With --persist and PCI ids, find all devices with these ids, since the
 * configuration line matches all of them; otherwise find one. A byte that would
 * end a word in the configuration, or be a pattern, is replaced by '?', which
 * matches any byte.
 */
static int find_devices(const struct arguments *a, struct devices *devices)
{
	struct bus_device *p;

	*devices = (struct devices){ .list = NULL };
	if (a->persist && device_is_ids(a->device))
		devices->count = device_list(a->device, &devices->list);
	if (!devices->count) {
		p = devices->list = malloc(sizeof(*p));
		if (!p)
			return complain(TOOL_FAILED, "no memory");
		if (device_find(a->device, p) < 0)
			return complain(TOOL_NO_DEVICE, "%s", uiomap_i_error_text());
		devices->count = 1;
		if (!*p->bus)
			return complain(TOOL_FAILED,
					"uio%d has no device behind it that could be bound",
					p->uio);
	}
	p = devices->list;
	if (device_is_ids(a->device))
		snprintf(devices->match, PERSIST_MATCH, "%s", a->device);
	else
		snprintf(devices->match, PERSIST_MATCH, "%.15s:%s", p->bus, p->name);
	for (char *c = devices->match; *c; c++)
		if ((unsigned char)*c <= ' ' || (*c & 0x80) || strchr("*?[]\\\x7f", *c))
			*c = '?';
	return TOOL_OK;
}

/* Read the device again: udev may have changed it meanwhile. */
static bool read_again(const struct bus_device *device, struct bus_device *p)
{
	return bind_is_uio(device->driver) &&
	       uiomap_i_bus_device_read(p, device->bus, device->path) == 0;
}

/*
 * udev sets the node's permissions when the node appears, which may have been before the line
 * existed. So send another event.
 */
static void announce(const struct bus_device *device)
{
	const int error = bind_is_uio(device->driver) ? attach_announce(device) : 0;

	if (error)
		complain(TOOL_OK, "udev can't be told to look at %s:%s once more: %s", device->bus,
			 printable(device->name), strerror(error));
}

/* Print the result. `file` is the configuration file, "" without --persist. */
static int tell(const struct arguments *a, const struct bus_device *device, const char *file,
		const char *verb)
{
	char where[PATH_MAX], node[32] = "";
	struct bus_device p;
	int status;

	snprintf(where, sizeof(where), "%s:%s", device->bus, device->name);
	if (!read_again(device, &p) && uiomap_i_bus_device_copy(&p, device) < 0)
		return complain(TOOL_FAILED, "no memory");
	if (p.uio >= 0)
		snprintf(node, sizeof(node), "/dev/uio%d", p.uio);
	if (a->json) {
		status = print_json(
			json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "bus", device->bus, "device",
				  json_text(device->name), "driver",
				  *device->driver ? json_text(device->driver) : json_null(), "node",
				  *node ? json_string(node) : json_null(), "left_out",
				  left_out_json(&p), "file", *file ? json_text(file) : json_null()),
			false);
	} else {
		printf("%s: ", printable(where));
		printf(*device->driver ? "driver %s" : "no driver", device->driver);
		if (*node)
			printf(", %s", node);
		if (*file)
			printf("; %s %s", verb, printable(file));
		putchar('\n');
		left_out_print(&p, "left out:", stdout);
		status = flush_output();
	}
	uiomap_i_bus_device_clear(&p);
	return status;
}

/*
 * Another driver has the device, or driver_override names one. Don't suggest `take` if doctor
 * would say to leave the device alone.
 */
static int complain_held(const struct bus_device *p)
{
	char why[512] = "'take' would take it";

	in_use(p, why, sizeof(why));
	return complain(TOOL_FAILED, "%s; %s", uiomap_i_error_text(), printable(why));
}

/* Whether the system uses the device and --force is missing. */
static bool is_needed(const struct arguments *a, const struct bus_device *p,
		      const struct conf_line *line, const struct bus_device *device, bool anew,
		      char *why, size_t size)
{
	if (a->force)
		return false;
	if (bind_is_uio(device->driver))
		return line->take && (anew || strcmp(device->driver, line->driver)) &&
		       has_functions(p, why, size);
	return (line->take || !*device->driver) && in_use(p, why, size);
}

static int bind_one(const struct arguments *a, const struct bus_device *p,
		    const struct conf_line *line, struct bus_device *device)
{
	bool anew = false;
	char why[512];

	if (bind_device_read(p->bus, p->name, device) < 0)
		return complain_bind(a);
	/* The driver reads its settings when it is bound, so only a new binding changes them. */
	if (!strcmp(device->driver, line->driver) && conf_has_settings(line) &&
	    (line->take || !options_in_force(device, line))) {
		if (!line->take)
			return complain(
				TOOL_FAILED,
				"%s:%s has the driver %s already, whose settings can't be changed; 'take' binds it again, "
				"and programs that have it open lose it",
				device->bus, printable(device->name), device->driver);
		anew = true;
	}
	if (is_needed(a, p, line, device, anew, why, sizeof(why)))
		return complain(TOOL_FAILED, "%s:%s: %s; --force binds it all the same", p->bus,
				printable(p->name), printable(why));
	if (bind_device(device, line, anew) == 0)
		return TOOL_OK;
	return errno == EBUSY && !line->take ? complain_held(p) : complain_bind(a);
}

/* Bind all devices, then write the file. If one fails, write no file and say which are bound. */
static int bind_all(const struct arguments *a, const struct devices *devices,
		    const struct conf_line *line, struct bus_device *bound, char path[PATH_MAX])
{
	int status = TOOL_OK;
	size_t done = 0;

	while (!status && done < devices->count) {
		status = bind_one(a, &devices->list[done], line, &bound[done]);
		done += !status;
	}
	if (!status && a->persist)
		status = persist_write(devices->match, a->settings, path);
	for (size_t i = 0; status && i < done && a->persist; i++)
		complain(status, "%s:%s is bound to %s, but only until the next boot", bound[i].bus,
			 printable(bound[i].name), bound[i].driver);
	return status;
}

int cmd_bind(int argc, char **argv)
{
	struct arguments a = { .argv = argv };
	char text[CONF_LINE_MAX + PERSIST_MATCH], path[PATH_MAX] = "", counts[PATH_MAX + 128];
	struct bus_device *bound = NULL;
	struct conf_line *line = NULL;
	struct devices devices;
	int status;

	arguments_parse(&bind_argp, argc, argv, &a, sizeof(a));
	status = find_devices(&a, &devices);
	snprintf(text, sizeof(text), "%s%s", devices.match, a.settings);
	if (!status && conf_parse(text, &line) <= 0)
		status = complain_bind(&a);
	if (!status && line->run && !a.persist)
		status = complain(
			TOOL_USAGE,
			"run=%s is for --persist: the program is started whenever the device appears",
			printable(line->run));
	if (!status && (line->config_write || line->ports) && !a.persist)
		status = complain(
			TOOL_USAGE,
			"%s is for --persist: udev gives that right to the group by the line in " CONF_DIR,
			line->config_write ? "config_write" : "ports");
	if (!status) {
		/* zeroed, so that uiomap_i_bus_device_clear() accepts each */
		bound = calloc(devices.count, sizeof(*bound));
		status = bound ? bind_all(&a, &devices, line, bound, path) :
				 complain(TOOL_FAILED, "no memory");
	}
	conf_free(line);
	if (!status && a.persist) {
		persist_claim();
		for (size_t i = 0; i < devices.count; i++)
			announce(&bound[i]);
		persist_line(&bound[0], counts);
		if (strncmp(counts, path, strlen(path)))
			complain(TOOL_OK, "an earlier line in %s is used instead: %s", path,
				 printable(counts));
	}
	for (size_t i = 0; !status && i < devices.count; i++)
		status = tell(&a, &bound[i], path, "written:");
	for (size_t i = 0; bound && i < devices.count; i++)
		uiomap_i_bus_device_clear(&bound[i]);
	free(bound);
	device_list_free(devices.list, devices.count);
	return status;
}

static bool is_there(const char *text)
{
	struct bus_device p, *list;
	size_t count;
	bool yes;

	if (device_is_ids(text)) {
		count = device_list(text, &list);
		device_list_free(list, count);
		return count || errno != ENODEV; /* an error is reported when it is looked for */
	}
	yes = device_find(text, &p) == 0;
	if (yes)
		uiomap_i_bus_device_clear(&p);
	return yes;
}

/* A device that is absent may still have a file. */
static int unbind_absent(const struct arguments *a)
{
	char path[PATH_MAX];
	bool was;
	int status = persist_remove(a->device, &was, path);

	if (status)
		return status;
	persist_claim();
	if (a->json)
		return print_json(json_pack("{s:n, s:n, s:n, s:n, s:o}", "bus", "device", "driver",
					    "node", "file", json_text(path)),
				  false);
	printf("%s: not there now; removed: %s\n", printable(a->device), printable(path));
	return flush_output();
}

/* Check all devices before the file is removed or any device is unbound. */
static int check_functions(const struct arguments *a, const struct devices *devices)
{
	char why[512];

	for (size_t i = 0; !a->force && i < devices->count; i++) {
		const struct bus_device *p = &devices->list[i];

		if (bind_is_uio(p->driver) && has_functions(p, why, sizeof(why)))
			return complain(TOOL_FAILED, "%s:%s: %s; --force unbinds it all the same",
					p->bus, printable(p->name), printable(why));
	}
	return TOOL_OK;
}

static int release(const struct arguments *a, struct bus_device *device, const char *file)
{
	char counts[PATH_MAX + 128];

	if (bind_release(device) < 0)
		return complain_bind(a);
	persist_line(device, counts);
	if (*counts)
		complain(TOOL_OK, "it will be bound again when it appears again: %s",
			 printable(counts));
	return tell(a, device, file, "removed:");
}

static int unbind_one(const struct arguments *a, const struct bus_device *p, bool several,
		      const char *file)
{
	struct bus_device device;
	int status;

	if (bind_device_read(p->bus, p->name, &device) < 0)
		return complain_bind(a);
	/* Of several devices with these ids, some may have their normal driver already. */
	if (several && *device.driver && !bind_is_uio(device.driver))
		status = tell(a, &device, file, "removed:");
	else
		status = release(a, &device, file);
	uiomap_i_bus_device_clear(&device);
	return status;
}

int cmd_unbind(int argc, char **argv)
{
	struct arguments a = { .argv = argv };
	struct devices devices;
	char path[PATH_MAX] = "";
	bool was = false;
	int status, worst = TOOL_OK;

	arguments_parse(&unbind_argp, argc, argv, &a, sizeof(a));
	if (a.persist && persist_exists(a.device) && !is_there(a.device))
		return unbind_absent(&a);
	status = find_devices(&a, &devices);
	if (!status)
		status = check_functions(&a, &devices);
	if (!status && a.persist) {
		status = persist_remove(devices.match, &was, path);
		if (!status && !was)
			complain(TOOL_OK, "there was no %s", printable(path));
		else if (!status)
			persist_claim();
	}
	for (size_t i = 0; !status && i < devices.count; i++) {
		const int one =
			unbind_one(&a, &devices.list[i], devices.count > 1, was ? path : "");

		worst = one ? one : worst;
	}
	if (!status && worst && was)
		complain(worst, "removed all the same: %s", printable(path));
	device_list_free(devices.list, devices.count);
	return status ? status : worst;
}
