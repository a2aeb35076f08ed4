/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap doctor: a device that is bound to VFIO. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "doctor.h"

/* The devices of its IOMMU group that VFIO doesn't have are named when it is opened. */
static void check_node(struct diagnosis *d, const char *node)
{
	if (access(node, R_OK | W_OK) == 0) {
		diag_add(d, FINE, "node", "you may open %s", node);
		return;
	}
	diag_add(d, WRONG, "permission", "%s: %s", node, strerror(errno));
	diag_fix(d, "chgrp uio %s && chmod 660 %s", node, node);
	diag_advise(
		d,
		"who may open it needs no other right; DMA memory counts as locked memory (ulimit -l)");
}

static void check_memlock(struct diagnosis *d)
{
	struct rlimit limit;

	if (geteuid() == 0 || getrlimit(RLIMIT_MEMLOCK, &limit) < 0 ||
	    limit.rlim_cur == RLIM_INFINITY)
		return;
	diag_add(d, NOTE, "memlock", "you may lock %llu KiB of memory, and so have as much for DMA",
		 (unsigned long long)limit.rlim_cur / 1024);
	diag_advise(
		d,
		"for more: LimitMEMLOCK= of the service, or memlock in /etc/security/limits.conf");
}

bool check_vfio(struct diagnosis *d, const struct bus_device *p)
{
	char selector[256];
	struct uiomap_info *info;
	bool under_vfio;

	snprintf(selector, sizeof(selector), "%s:%s", p->bus, p->name);
	info = strcmp(p->bus, "pci") ? NULL : uiomap_find(selector);
	under_vfio = info && uiomap_info_backend(info) == UIOMAP_BACKEND_VFIO;
	if (under_vfio) {
		diag_add(d, FINE, "driver", "%s is bound to %s: libuiomap uses it by VFIO", p->name,
			 p->driver);
		check_node(d, uiomap_info_node(info));
		check_memlock(d);
	}
	uiomap_info_free(info);
	return under_vfio;
}
