// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* uiomap doctor: faults that `uiomap bind` mends. */
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "node-users.h"
#include "stub-options.h"

void fix_by_bind(struct diagnosis *d, const struct bus_device *p, const char *more)
{
	char device[320], why[512], text[512 + OPTIONS_SETTINGS], who[HOLDER_TEXT],
		settings[OPTIONS_SETTINGS + 64];
	struct holder holder;

	if (in_use(p, why, sizeof(why))) {
		diag_advise(d, why);
		return;
	}
	/* `uiomap bind` supports only these buses. */
	if (strcmp(p->bus, "pci") && strcmp(p->bus, "platform")) {
		diag_advise(
			d,
			"a driver of its own that registers it with UIO: uiomap binds devices on pci and platform");
		return;
	}
	snprintf(device, sizeof(device), "%s:%s", p->bus, p->name);
	/* Repeat the device's present settings: a new binding would lose them. */
	options_settings(p->bus, p->name, settings);
	strncat(settings, more, 63);
	if (sysfs_is_read_only()) {
		snprintf(text, sizeof(text),
			 "where /sys is writable, as on the host: uiomap bind %s%s",
			 shell_word(device), settings);
		diag_advise(d, text);
		return;
	}
	if (p->uio >= 0 && holder_of((unsigned int)p->uio, &holder)) {
		snprintf(text, sizeof(text),
			 "when %s, which has it open, may be ended: uiomap bind %s%s",
			 holder_text(&holder, who), shell_word(device), settings);
		diag_advise(d, text);
		return;
	}
	diag_fix(d, "uiomap bind %s%s", shell_word(device), settings);
}
