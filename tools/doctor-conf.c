// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* uiomap doctor: files and lines of the configuration that are ignored. */
#include "bind.h"
#include "doctor.h"

struct reading {
	struct diagnosis *d;
	enum verdict verdict;
};

static void fault(void *data, const char *file, unsigned int number, const char *text)
{
	const struct reading *r = data;

	if (number)
		diag_add(r->d, r->verdict, "conf", "%s:%u: %s", file, number, text);
	else
		diag_add(r->d, r->verdict, "conf", "%s: %s", file, text);
	diag_advise(r->d, "until this is corrected, it binds no device: uiomap.conf(5)");
}

void check_conf(struct diagnosis *d, enum verdict verdict)
{
	struct reading r = { d, verdict };
	bool ok;

	conf_free(conf_read(CONF_DIR, fault, &r, &ok));
	if (!ok)
		diag_add(d, WRONG, "conf", "there is not enough memory for all of %s", CONF_DIR);
}

void check_take(struct diagnosis *d, const struct bus_device *p)
{
	struct bus_device device;
	const struct conf_line *line;
	struct conf_line *lines;
	bool ok;

	if (bind_device_read(p->bus, p->name, &device) < 0)
		return;
	lines = conf_read(CONF_DIR, NULL, NULL, &ok);
	line = bind_find(lines, &device);
	if (line && !line->take) {
		diag_add(d, WRONG, "conf-take",
			 "%s:%u is for %s, but doesn't say take, and %s had it first", line->file,
			 line->number, p->name, p->driver);
		diag_advise(
			d,
			"add the word take to that line: then it is bound whenever it appears, also from that driver");
	}
	conf_free(lines);
	uiomap_i_bus_device_clear(&device);
}
