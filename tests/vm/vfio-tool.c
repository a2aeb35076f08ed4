/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The command on a card under VFIO. */
#include "command.h"
#include "vfio.h"

TestSuite(vfio_tool, .init = vfio_begin);

Test(vfio_tool, shows_and_reads)
{
	const char *name = "pci:1234:11e8";
	struct uiomap_device *device;

	pci_bind(card.address, "vfio-pci", NULL);
	PRINTS("list", "/dev/vfio/");
	SAYS("vfio-pci");
	SAYS(card.address);
	PRINTS("list -j", "\"backend\": \"vfio\"");
	IS_JSON();
	PRINTS("info %s", "/dev/vfio/");
	SAYS("BAR0");
	PRINTS("read %s 0 -m BAR0", "0x0000: 0x010000ed");
	PRINTS("doctor %s", "libuiomap uses it by VFIO");
	SAYS("you may open /dev/vfio/");
	/* Nobody has the node of the group. */
	cr_assert_neq(command_run_as_nobody("doctor %s", name), 0);
	SAYS("Permission denied");
	SAYS("chgrp uio /dev/vfio/");
	device = uiomap_open(name, 0);
	cr_assert(device, "%s", uiomap_error());
	PRINTS("list", "vfio (");
	uiomap_close(device);
	pci_unbind(card.address);
}
