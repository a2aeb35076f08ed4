// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * uiomap drivers: list the UIO drivers that `bind` knows and their devices, or say which of
 * them can bind a device.
 */
#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <libkmod.h>
#include <libsmartcols.h>

#include "bind.h"
#include "find-device.h"
#include "persist-conf.h"
#include "tool.h"

/* PCI Local Bus Specification 3.0, 6.2.4. */
#define PCI_INTERRUPT_PIN 0x3d

static const struct argp_child children[] = { { &device_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	NULL,
	NULL,
	"[DEVICE]",
	"List the UIO drivers and the devices that they have; or say which of them can bind DEVICE.",
	children,
	0,
	0
};

static const char *module_text(const char *driver)
{
	switch (module_state(driver)) {
	case MODULE_LOADED:
		return "loaded";
	case MODULE_INSTALLED:
		return "installed";
	default:
		return "absent";
	}
}

/* The devices that are bound to a driver, as BUS:DEVICE. Returns NULL if they can't be listed. */
static json_t *devices_of(const char *driver)
{
	static const char * const buses[] = { "pci", "platform" };
	json_t *devices = json_array();
	char path[256], text[512];
	struct dirent *entry;
	struct bus_device p;

	for (unsigned int i = 0; devices && i < 2; i++) {
		DIR *dir;

		snprintf(path, sizeof(path), "/sys/bus/%s/drivers/%s", buses[i], driver);
		dir = opendir(path);
		while (dir && (errno = 0, entry = readdir(dir))) {
			if (entry->d_type != DT_LNK)
				continue;
			snprintf(text, sizeof(text), "%s:%s", buses[i], entry->d_name);
			/* The folder also contains a link to the module. */
			if (device_find(text, &p) < 0)
				continue;
			if (!strcmp(p.driver, driver))
				json_array_append_new(devices, json_text(text));
			uiomap_i_bus_device_clear(&p);
		}
		if (errno && errno != ENOENT) { /* ENOENT: the driver isn't loaded */
			complain(TOOL_FAILED, "%s can't be listed: %s", path, strerror(errno));
			json_decref(devices);
			devices = NULL;
		}
		if (dir)
			closedir(dir);
	}
	return devices;
}

/* The modules that match the device's modalias. */
static json_t *normal_drivers(const struct bus_device *device)
{
	json_t *names = json_array();
	struct kmod_ctx *ctx = *device->modalias ? kmod_new(NULL, NULL) : NULL;
	struct kmod_list *list = NULL, *entry;

	if (ctx && kmod_module_new_from_lookup(ctx, device->modalias, &list) >= 0)
		kmod_list_foreach(entry, list) {
			struct kmod_module *module = kmod_module_get_module(entry);

			json_array_append_new(names, json_text(kmod_module_get_name(module)));
			kmod_module_unref(module);
		}
	kmod_module_unref_list(list);
	kmod_unref(ctx);
	return names;
}

/* Returns "yes", "no" or "perhaps"; *why is the reason. */
static const char *could_bind(const char *driver, const struct bus_device *p, const char **why)
{
	const bool pci = !strcmp(p->bus, "pci");

	*why = "";
	if (!strcmp(driver, "uio_pci_generic") ? !pci : !strcmp(driver, "uio_pdrv_genirq") && pci) {
		*why = pci ? "for platform devices only" : "for PCI devices only";
		return "no";
	}
	if (module_state(driver) == MODULE_ABSENT) {
		*why = "no module of this kernel";
		return "no";
	}
	if (!strcmp(driver, "uio_stub")) {
		*why = pci ? "all BARs, MSI-X, MSI or INTx, DMA memory, removal while in use" :
			     "DMA memory, removal while in use";
		return "yes";
	}
	if (pci) {
		*why = device_config(p, PCI_INTERRUPT_PIN) > 0 ?
			       "INTx only, root or group uio only, DMA memory from hugepages only" :
			       "without interrupt: it has no INTx line";
		return "yes";
	}
	*why = *p->compatible ? "no DMA memory; mappings outlive the device" :
				"only if the kernel's board description has platform data for it";
	return *p->compatible ? "yes" : "perhaps";
}

static const char *words(const json_t *array, char *text, size_t size)
{
	size_t used = 0, i;
	json_t *word;

	text[0] = '\0';
	json_array_foreach(array, i, word) {
		int n = snprintf(text + used, size - used, "%s%s", i ? ", " : "",
				 printable(json_string_value(word)));

		if (n < 0 || (size_t)n >= size - used)
			break;
		used += (size_t)n;
	}
	return text;
}

static const char *member(const json_t *row, const char *key, char *text, size_t size)
{
	const json_t *value = json_object_get(row, key);

	return json_is_array(value) ? words(value, text, size) : json_string_value(value);
}

/* Print an array of objects. Each column is a member. */
static int print_table(json_t *rows, const char * const columns[][2], size_t count)
{
	struct libscols_table *table;
	char text[4096];
	json_t *row;
	int bad = 0;
	size_t i, k;

	setlocale(LC_CTYPE, "");
	table = scols_new_table();
	for (k = 0; table && k < count; k++)
		bad |= !scols_table_new_column(table, columns[k][1], 0, 0);
	if (table && !bad)
		json_array_foreach(rows, i, row) {
			struct libscols_line *line = scols_table_new_line(table, NULL);

			for (k = 0; k < count; k++)
				bad |= !line || scols_line_set_data(line, k,
								    member(row, columns[k][0], text,
									   sizeof(text)));
		}
	if (!table || bad || scols_print_table(table))
		bad = complain(TOOL_FAILED, "table: %s", strerror(errno ? errno : ENOMEM));
	scols_unref_table(table);
	return bad ? TOOL_FAILED : flush_output();
}

static int list_drivers(bool json)
{
	static const char * const columns[][2] = { { "driver", "DRIVER" },
						   { "module", "MODULE" },
						   { "devices", "DEVICES" } };
	json_t *rows = json_array();
	int status;

	for (unsigned int i = 0; conf_drivers[i]; i++) {
		json_t *devices = devices_of(conf_drivers[i]);

		if (!devices) {
			json_decref(rows);
			return TOOL_FAILED;
		}
		json_array_append_new(rows, json_pack("{s:s, s:s, s:o}", "driver", conf_drivers[i],
						      "module", module_text(conf_drivers[i]),
						      "devices", devices));
	}
	if (json)
		return print_json(rows, false);
	status = print_table(rows, columns, 3);
	json_decref(rows);
	return status;
}

/* Print the device's present driver, its normal one, and its configuration line. */
static void print_device(const struct bus_device *device, const json_t *normal,
			 const char *configured)
{
	char text[1024];

	printf("%s:%s: ", device->bus, printable(device->name));
	printf(*device->driver ? "driver %s" : "no driver", printable(device->driver));
	if (*device->override && strcmp(device->override, device->driver))
		printf(", set aside for %s (driver_override)", printable(device->override));
	printf("; normally %s",
	       json_array_size(normal) ? words(normal, text, sizeof(text)) : "none");
	printf("; configured: %s\n\n", *configured ? printable(configured) : "no");
}

static int list_for(struct bus_device *device, bool json)
{
	static const char * const columns[][2] = { { "driver", "DRIVER" },
						   { "module", "MODULE" },
						   { "binds", "BINDS" },
						   { "why", "REMARK" } };
	char configured[PATH_MAX + 128];
	json_t *rows, *normal;
	const char *why;
	int status;

	persist_line(device, configured);
	normal = normal_drivers(device);
	rows = json_array();
	for (unsigned int i = 0; conf_drivers[i]; i++) {
		const char *binds = could_bind(conf_drivers[i], device, &why);

		json_array_append_new(
			rows, json_pack("{s:s, s:s, s:s, s:s}", "driver", conf_drivers[i], "module",
					module_text(conf_drivers[i]), "binds", binds, "why", why));
	}
	if (json)
		return print_json(json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "bus", device->bus,
					    "device", json_text(device->name), "driver",
					    *device->driver ? json_text(device->driver) :
							      json_null(),
					    "normal", normal, "configured",
					    *configured ? json_text(configured) : json_null(),
					    "drivers", rows),
				  false);
	print_device(device, normal, configured);
	status = print_table(rows, columns, 4);
	json_decref(normal);
	json_decref(rows);
	return status;
}

static int list_for_text(const char *text, bool json)
{
	struct bus_device p, device;
	int status;

	if (device_find(text, &p) < 0)
		return complain(TOOL_NO_DEVICE, "%s", uiomap_i_error_text());
	if (!*p.bus) {
		status = complain(TOOL_FAILED, "uio%d has no device behind it that could be bound",
				  p.uio);
	} else if (bind_device_read(p.bus, p.name, &device) < 0) {
		status = complain(errno == ENODEV ? TOOL_NO_DEVICE :
				  errno == EINVAL ? TOOL_USAGE :
						    TOOL_FAILED,
				  "%s", uiomap_i_error_text());
	} else {
		status = list_for(&device, json);
		uiomap_i_bus_device_clear(&device);
	}
	uiomap_i_bus_device_clear(&p);
	return status;
}

static void complain_fault(void *data, const char *file, unsigned int number, const char *text)
{
	(void)data;
	if (number)
		complain(TOOL_OK, "%s:%u: %s", printable(file), number, text);
	else
		complain(TOOL_OK, "%s: %s", printable(file), text);
}

int cmd_drivers(int argc, char **argv)
{
	struct device_arguments a = { 0 };
	bool ok;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	/* Report faults of the configuration: they could make a device appear not configured. */
	conf_free(conf_read(CONF_DIR, complain_fault, NULL, &ok));
	return a.device ? list_for_text(a.device, a.json) : list_drivers(a.json);
}
