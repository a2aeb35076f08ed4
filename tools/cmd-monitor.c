/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap monitor: print a line for each device that is added or removed. */
#include <errno.h>

#include "tool.h"

static const struct argp_child children[] = { { &device_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	NULL,
	NULL,
	"[SELECTOR]",
	"Print a line for each device that matches SELECTOR (all) when it is added and when it is removed. Those that are there "
	"come first.",
	children,
	0,
	0
};

static int print_event(int event, const struct uiomap_info *info, bool json)
{
	const char *what = event == UIOMAP_EVENT_ADD ? "add" : "remove";
	json_t *object;

	if (json) {
		object = device_json(info);
		if (object)
			json_object_set_new(object, "event", json_string(what));
		return print_json(object, true);
	}
	printf("%-6s %s %s (%s %s)\n", what, uiomap_info_node(info),
	       printable(uiomap_info_name(info)), uiomap_info_driver(info),
	       printable(uiomap_info_device(info)));
	return flush_output();
}

int cmd_monitor(int argc, char **argv)
{
	struct device_arguments a = { 0 };
	struct uiomap_monitor *monitor;
	struct uiomap_info *info;
	int rc = 0;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	monitor = uiomap_monitor_open(a.device);
	if (!monitor)
		return complain_uiomap();
	while (!rc) {
		int event = uiomap_monitor_next(monitor, UIOMAP_FOREVER, &info);

		if (event < 0) {
			/*
			 * ENOBUFS: events were dropped. The next call scans for changes and
			 * reports them.
			 */
			rc = errno == ENOBUFS || errno == EINTR ? 0 : complain_uiomap();
			continue;
		}
		rc = print_event(event, info, a.json);
		uiomap_info_free(info);
	}
	uiomap_monitor_close(monitor);
	return rc;
}
