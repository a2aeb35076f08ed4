/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap bind, unbind and drivers: on a simulated device and on a card with a driver of its own. */
#include "command.h"
#include "sim-fixture.h"

#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pci.h"

Test(binding, settings)
{
	struct uiosim *d = plug("tie-", "counter", NULL, NULL, NULL);
	const char *name = uiosim_device(d);

	PRINTS("drivers platform:%s", "no driver; normally none; configured: no");
	PRINTS("drivers /sys/bus/platform/devices/%s", "no driver; normally none; configured: no");
	SAYS("uio_pci_generic");
	SAYS("for PCI devices only");
	PRINTS("bind platform:%s dma=64K", "driver uio_stub, /dev/uio");
	PRINTS("info platform:%s", "dma: 64K");
	PRINTS("drivers", name);
	/* A device that has the driver keeps it, with its settings. */
	PRINTS("bind %s", "driver uio_stub");
	EXITS(1, "bind %s dma=1M");
	SAYS("take");
	PRINTS("bind %s dma=1M take", "/dev/uio");
	PRINTS("info platform:%s", "dma: 1M");
	EXITS(1, "bind %s driver=uio_pdrv_genirq");
	SAYS("uio_stub");
	PRINTS("bind %s driver=uio_pdrv_genirq take --json", "\"driver\": \"uio_pdrv_genirq\"");
	IS_JSON();
	PRINTS("unbind %s", "no driver");
	PRINTS("unbind %s --json", "\"driver\": null");
	IS_JSON();

	EXITS(2, "bind platform:%s speed=1");
	SAYS("speed");
	EXITS(2, "bind platform:%s driver=uio_pci_generic");
	EXITS(2, "bind platform:%s 'dma=1M take'");
	EXITS(2, "bind platform:%s run=/bin/true");
	SAYS("--persist");
	EXITS(2, "bind");
	EXITS(2, "unbind %s take");
	EXITS(3, "bind no-such-device");
	EXITS(3, "unbind no-such-device --persist");
	EXITS(3, "drivers no-such-device");
	cr_assert_eq(command_run_as_nobody("bind platform:%s", name), 5, "%s", command_output);
	shell("test ! -e /sys/bus/platform/devices/%1$s/driver", name);
	uiosim_free(d);
}

#define FILE "/etc/uiomap.d/50-platform:%1$s.conf"

Test(binding, persist)
{
	struct uiosim *d = plug("keep-", "counter", NULL, NULL, NULL);
	const char *name = uiosim_device(d);
	char gone[64];

	shell("rm -rf /etc/uiomap.d");
	PRINTS("bind --persist platform:%s wc dma=64K run=/usr/sbin/it",
	       "written: /etc/uiomap.d/50-platform:uio_dummy.");
	shell("grep -qx 'platform:%1$s wc dma=64K run=/usr/sbin/it' " FILE, name);
	shell("test $(stat -c %%a " FILE ") = 644", name);
	/* A line for another device doesn't count. */
	shell("echo 'platform:another' > /etc/uiomap.d/05-another.conf");
	PRINTS("drivers %s", "configured: /etc/uiomap.d/50-platform:uio_dummy.");
	EXITS(0, "unbind %s");
	SAYS("bound again when it appears");
	PRINTS("bind -p %s", "written");
	shell("grep -qx 'platform:%1$s' " FILE, name);
	/* An earlier line of the administrator wins. */
	shell("echo 'platform:%1$s driver=uio_pdrv_genirq' > /etc/uiomap.d/10-mine.conf", name);
	PRINTS("bind -p %s --json", "an earlier line in");
	SAYS("10-mine.conf:1");
	shell("rm /etc/uiomap.d/10-mine.conf /etc/uiomap.d/05-another.conf");
	PRINTS("unbind -p %s", "removed: /etc/uiomap.d/50-platform:");
	EXITS(0, "unbind -p %s");
	SAYS("there was no");
	shell("test -z \"$(ls -A /etc/uiomap.d)\"");

	/*
	 * Disk full: the old file stays unchanged and no temporary file is left. The device is
	 * bound nevertheless.
	 */
	cr_assert_eq(mount("tmpfs", "/etc/uiomap.d", "tmpfs", 0, "size=8192"), 0);
	PRINTS("bind -p platform:%s", "written");
	EXITS(0, "unbind %s");
	shell("cat " FILE " > /tmp/before; cat /dev/zero > /etc/uiomap.d/filler 2> /dev/null; true",
	      name);
	EXITS(1, "bind -p platform:%s dma=64K");
	SAYS("No space left");
	SAYS("only until the next boot");
	shell("cmp /tmp/before " FILE, name);
	shell("test $(ls -A /etc/uiomap.d | wc -l) = 2");
	PRINTS("drivers %s", "driver uio_stub;");
	PRINTS("unbind -p platform:%s", "removed");
	cr_assert_eq(umount("/etc/uiomap.d"), 0);

	/* The file of a device that was removed can still be deleted. */
	PRINTS("bind -p platform:%s", "written");
	snprintf(gone, sizeof(gone), "platform:%s", name);
	name = gone;
	OK(uiosim_unplug(d));
	PRINTS("unbind -p %s", "not there now");
	shell("test -z \"$(ls -A /etc/uiomap.d)\"");
	uiosim_free(d);
}

Test(binding, card_with_a_driver)
{
	char address[PCI_ADDRESS];
	const char *name = address;

	cr_assert(pci_find(PCI_E1000, 0, address));
	shell("modprobe e1000");
	PRINTS("drivers pci:8086:100e", "driver e1000; normally e1000");
	EXITS(1, "bind pci:%s");
	SAYS("e1000");
	EXITS(1, "unbind pci:%s");
	SAYS("not a UIO driver");
	PRINTS("bind -p pci:8086:100e take", "written: /etc/uiomap.d/50-pci:8086:100e.conf");
	shell("grep -qx 'pci:8086:100e take' /etc/uiomap.d/50-pci:8086:100e.conf");
	PRINTS("read pci:%s 8 -m BAR0", "0x0008: 0x");
	PRINTS("bind pci:%s driver=uio_pci_generic take", "driver uio_pci_generic, /dev/uio");
	PRINTS("unbind -p pci:8086:100e", "driver e1000; removed");
	PRINTS("drivers pci:%s --json", "\"configured\": null");
	IS_JSON();
	shell("modprobe -r e1000");

	/* These ids match three root ports. */
	EXITS(3, "bind pci:1b36:000c");
	SAYS("several");
}
