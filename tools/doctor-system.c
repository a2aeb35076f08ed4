// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* uiomap doctor: check /sys, /proc and udevd, which a container may lack. */
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bind.h"
#include "doctor.h"

bool sysfs_is_read_only(void)
{
	struct statvfs fs;

	return statvfs("/sys", &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

bool check_sysfs(struct diagnosis *d)
{
	if (access("/sys/devices", F_OK) < 0) {
		diag_add(d, WRONG, "sysfs",
			 "there is no sysfs on /sys, and devices can't be found without it");
		diag_fix(d, "mount -t sysfs sysfs /sys");
		diag_advise(d, "in a container: give it the host's /sys");
		return false;
	}
	if (sysfs_is_read_only()) {
		diag_add(
			d, NOTE, "sysfs",
			"/sys is read-only: from here no device can be bound, and under uio_pci_generic no INTx interrupt enabled "
			"again, bus mastering turned on, or BAR mapped that only sysfs has");
		diag_advise(
			d,
			"bind devices on the host, to uio_stub, whose node is enough; or let this container write to /sys");
	}
	return true;
}

/* Services that uiomap can do without, with a loss. */
void check_services(struct diagnosis *d)
{
	if (access("/proc/self", F_OK) < 0) {
		diag_add(
			d, NOTE, "proc",
			"/proc is not mounted: so it isn't known who has a device open, or what is mounted from it");
		diag_fix(d, "mount -t proc proc /proc");
	}
	if (access("/run/udev/control", F_OK) < 0) {
		diag_add(
			d, NOTE, "udev",
			"udevd is not visible here (/run/udev/control): nodes get no links below /dev/uio and no group, and "
			"nothing is bound by %s",
			CONF_DIR);
		diag_advise(
			d,
			"this is right in a container whose host does it; else: systemctl start systemd-udevd");
	}
}
