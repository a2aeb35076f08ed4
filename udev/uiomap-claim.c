// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Run by systemd at boot, before udev processes the present devices, and
 * whenever the configuration changes (uiomap-claim.service, uiomap-claim.path).
 * Sets the configured devices aside until their udev events, so that no normal
 * driver binds them first.
 */
#include <syslog.h>

#include "bind.h"
#include "conf-report.h"
#include "log.h"

int main(void)
{
	struct conf_line *lines;
	int result;

	openlog("uiomap-claim", LOG_PID, LOG_DAEMON);
	lines = report_conf_read();
	result = bind_claim(lines);
	if (result < 0)
		report("%s", uiomap_i_error_text());
	if (bind_set_aside(lines) < 0) {
		report("%s", uiomap_i_error_text());
		result = -1;
	}
	conf_free(lines);
	return result < 0;
}
