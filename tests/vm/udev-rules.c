/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "udev-rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void rules_begin(void)
{
	installed_begin();
	installed_log_open();
}

void rules_end(void)
{
	udevd_stop();
	cr_assert_eq(system("rm -rf " CONF " /run/uiomap /dev/log"), 0);
}

void start(const char *conf)
{
	char rules[600];

	installed_conf(conf);
	installed_source("60-uiomap.rules", rules, sizeof(rules));
	udevd_rules_file(rules);
	udevd_start();
}

const char *pci_device(const char *address)
{
	static char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
	return path;
}

void expect_mode(const char *path, gid_t group, mode_t mode)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0, "%s: %s", path, strerror(errno));
	cr_assert_eq(st.st_gid, group, "%s: group %u", path, st.st_gid);
	cr_assert_eq(st.st_mode & 07777, mode, "%s: mode %o", path, st.st_mode);
}
