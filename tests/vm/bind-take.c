/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * `uiomap bind … take`: the driver that a device had, and how it is restored when binding fails.
 * The tests use two network cards of the same kind: their normal driver binds any card that has no
 * driver.
 */
#include "command.h"
#include "sim-fixture.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "qmp.h"
#include "pci.h"

static char a[PCI_ADDRESS], b[PCI_ADDRESS]; /* the cards */
static struct monitor *m;

static void plug_b(void)
{
	qmp_plug(m, "e1000", "second", "port0", "");
	pci_plugged(PCI_PORT0, b);
}

static void begin(void)
{
	m = qmp_open();
	cr_assert(pci_find(PCI_E1000, 0, a));
	plug_b();
}

static void end(void)
{
	if (system("umount /sys/bus/pci/devices 2> /dev/null; rm -rf /etc/uiomap.d /etc/modprobe.d/test.conf; ip link set eth0 down 2> /dev/null; modprobe -qr e1000; modprobe -qr nvme; modprobe -qr pci-stub; true"))
		return;
	qmp_unplug(m, "second");
	qmp_unplugged(m, "second");
	qmp_close(m);
}

TestSuite(bind_take, .init = begin, .fini = end);

#define UNLOADED() cr_assert_eq(access("/sys/module/e1000", F_OK), -1, "e1000 was loaded")

/*
 * When a card is rebound, from uio_stub to uio_stub or to another UIO driver, its normal driver
 * must bind neither this card nor the other one.
 */
Test(bind_take, no_other_driver_sees_it)
{
	const char *name = a;

	PRINTS("bind pci:%s", "driver uio_stub");
	PRINTS("bind pci:%s take dma=2M", "driver uio_stub");
	PRINTS("info pci:%s", "dma: 2M");
	pci_expect_driver(b, "- (null)");
	UNLOADED();
	/*
	 * The card is already bound with these settings. A new option in uio_stub's parameter
	 * applies only to the next bind. If that bind fails, the settings in use are restored, not
	 * the parameter's.
	 */
	shell("grep -qx dma=2097152 /sys/bus/pci/devices/%s/uio_stub/options", a);
	PRINTS("bind pci:%s dma=2M", "driver uio_stub");
	EXITS(1, "bind pci:%s dma=4M");
	SAYS("whose settings can't be changed");
	shell("echo '%s,dma=64K' > /sys/module/uio_stub/parameters/options", a);

	/* The machine has less memory than this. */
	EXITS(2, "bind pci:%s take dma=4000M");
	SAYS("memory that this machine has; nothing was changed");
	PRINTS("info pci:%s", "dma: 2M");
	/*
	 * These two fail only during the bind: memory that isn't available in one piece, and a
	 * fifth map.
	 */
	EXITS(1, "bind pci:%s take dma=700M");
	SAYS("Everything is restored: driver uio_stub");
	PRINTS("info pci:%s", "dma: 2M");
	EXITS(1, "bind pci:%s take dma=64K wc=4");
	SAYS("Everything is restored: driver uio_stub");
	PRINTS("info pci:%s", "dma: 2M");
	pci_expect_driver(a, "uio_stub uio_stub");
	pci_expect_driver(b, "- (null)");
	UNLOADED();

	PRINTS("bind pci:%s take driver=uio_pci_generic", "driver uio_pci_generic");
	shell("! grep -F %s /sys/module/uio_stub/parameters/options", a);
	EXITS(1, "bind pci:%s take dma=700M");
	SAYS("Everything is restored: driver uio_pci_generic");
	pci_expect_driver(a, "uio_pci_generic uio_pci_generic");
	pci_expect_driver(b, "- (null)");
	UNLOADED();
	PRINTS("unbind pci:%s", "driver e1000");
	pci_expect_driver(a, "e1000 (null)");
}

/* If binding fails, the card's normal driver works with it again. */
Test(bind_take, a_failure_changes_nothing)
{
	const char *name = a;

	shell("modprobe e1000");
	shell("echo '%s,dma=64K' > /sys/module/uio_stub/parameters/options", a);
	EXITS(1, "bind pci:%s take dma=700M");
	SAYS("Everything is restored: driver e1000");
	pci_expect_driver(a, "e1000 (null)");
	shell("grep -q '%s,dma=65536' /sys/module/uio_stub/parameters/options", a);
	shell("echo '%s' > /sys/module/uio_stub/parameters/options", a);
	/* The card has no driver, although its normal driver is loaded. */
	shell("echo %s > /sys/bus/pci/drivers/e1000/unbind", a);
	EXITS(1, "bind pci:%s dma=700M");
	SAYS("Everything is restored: no driver");
	pci_expect_driver(a, "- (null)");
	PRINTS("bind pci:%s dma=64K", "driver uio_stub");
	PRINTS("unbind pci:%s", "driver e1000");
	cr_assert_eq(access("/run/uiomap/before", F_OK), -1, "/run/uiomap/before is left");
}

/*
 * `unbind` restores the driver and the driver_override that the device had before: also if they
 * differ, and if the driver wasn't the device's normal one.
 */
Test(bind_take, given_back_as_it_was)
{
	char disk[PCI_ADDRESS];
	const char *name = disk;

	cr_assert(pci_find(PCI_NVME, 0, disk));
	shell("modprobe nvme && echo vfio-pci > /sys/bus/pci/devices/%s/driver_override", disk);
	PRINTS("bind pci:%s take", "driver uio_stub");
	PRINTS("bind pci:%s take driver=uio_pci_generic", "driver uio_pci_generic");
	PRINTS("unbind pci:%s", "driver nvme");
	pci_expect_driver(disk, "nvme vfio-pci");
	shell("echo %s > /sys/bus/pci/drivers/nvme/unbind", disk);
	PRINTS("bind pci:%s take", "driver uio_stub");
	PRINTS("unbind pci:%s", "no driver");
	pci_expect_driver(disk, "- vfio-pci");
	shell("echo > /sys/bus/pci/devices/%s/driver_override", disk);

	shell("modprobe pci-stub && cd /sys/bus/pci && echo pci-stub > devices/%s/driver_override && echo %s > drivers_probe && "
	      "echo > devices/%s/driver_override",
	      a, a, a);
	pci_expect_driver(a, "pci-stub (null)");
	name = a;
	PRINTS("bind pci:%s take", "driver uio_stub");
	PRINTS("unbind pci:%s", "driver pci-stub");
	pci_expect_driver(a, "pci-stub (null)");
	UNLOADED();
	/* The former driver's module was unloaded in the meantime: `unbind` loads it again. */
	PRINTS("bind pci:%s take", "driver uio_stub");
	shell("modprobe -r pci-stub");
	PRINTS("unbind pci:%s", "driver pci-stub");
	UNLOADED();
	/* If the module can't be loaded, the error says so, and the card has no driver. */
	PRINTS("bind pci:%s take", "driver uio_stub");
	shell("modprobe -r pci-stub && mkdir -p /etc/modprobe.d && echo 'install pci-stub /bin/false' > /etc/modprobe.d/test.conf");
	EXITS(1, "unbind pci:%s");
	SAYS("its former driver, pci-stub, doesn't bind it again");
	pci_expect_driver(a, "- (null)");
}

/*
 * A card that is plugged into the same slot gets nothing that was saved for the previous card. No
 * udev runs here, so `uiomap bind` must notice the change by itself.
 */
Test(bind_take, another_card)
{
	const char *name = b;

	shell("modprobe e1000 && echo vfio-pci > /sys/bus/pci/devices/%s/driver_override", b);
	PRINTS("bind pci:%s take", "driver uio_stub");
	qmp_unplug(m, "second");
	qmp_unplugged(m, "second");
	plug_b();
	PRINTS("bind pci:%s take", "driver uio_stub");
	PRINTS("unbind pci:%s", "driver e1000");
	pci_expect_driver(b, "e1000 (null)");
}

/* ---- what the system is using ------------------------------------------------ */

#define REFUSES(arguments, why)                                                                    \
	do {                                                                                       \
		EXITS(1, arguments);                                                               \
		SAYS(why);                                                                         \
		cr_assert_not(strstr(command_output, "'take'"), "%s", command_output);             \
	} while (0)

Test(bind_take, in_use)
{
	char card[PCI_ADDRESS];
	const char *name = a;

	shell("modprobe e1000 && ip link set $(ls /sys/bus/pci/devices/%s/net) up", a);
	REFUSES("bind pci:%s", "is up");
	REFUSES("bind pci:%s take", "--force");
	SAYS("is up");
	pci_expect_driver(a, "e1000 (null)");
	PRINTS("bind pci:%s take --force", "driver uio_stub");
	/*
	 * A device under a UIO driver isn't in use by the system, so another UIO driver needs no
	 * --force.
	 */
	PRINTS("bind pci:%s take driver=uio_pci_generic", "driver uio_pci_generic");
	PRINTS("unbind pci:%s", "driver e1000");
	EXITS(1, "bind pci:%s");
	SAYS("'take' would take it");

	name = card;
	cr_assert(pci_find(PCI_NVME, 0, card));
	shell("modprobe nvme && timeout 20 sh -c 'until [ -b /dev/nvme0n1 ]; do sleep 0.1; done' && mkswap -q /dev/nvme0n1 && swapon /dev/nvme0n1");
	REFUSES("bind -p pci:%s take", "/dev/nvme0n1, which is used as swap space");
	SAYS("--force");
	shell("swapoff /dev/nvme0n1 && test ! -e /etc/uiomap.d");
	cr_assert(pci_find(PCI_ROOT_PORT, 0, card));
	REFUSES("bind pci:%s", "bridge");
	REFUSES("bind pci:%s take", "bridge");
	strcpy(card, "0000:00:00.0");
	REFUSES("bind pci:%s", "bridge");
	pci_expect_driver(card, "- (null)");
}

/* A card with two virtual functions, imitated by files as in sysfs. */
Test(bind_take, virtual_functions)
{
	const char *name = "0000:99:00.0";

	cr_assert(unshare(CLONE_NEWNS) == 0 &&
		  mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	shell("mount -t tmpfs tmpfs /sys/bus/pci/devices && cd /sys/bus/pci/devices && mkdir 0000:99:00.0 && cd 0000:99:00.0 && echo 0x020000 > class && "
	      "echo 2 > sriov_numvfs && echo > driver_override && ln -s /sys/bus/pci subsystem && ln -s /sys/bus/pci/drivers/pcieport driver");
	REFUSES("bind pci:%s take", "its 2 virtual functions (SR-IOV) would be removed");
	SAYS("--force");
	EXITS(1, "doctor pci:%s");
	SAYS("its 2 virtual functions");
	/* The same with a UIO driver. */
	shell("rm /sys/bus/pci/devices/%s/driver && ln -s /sys/bus/pci/drivers/uio_stub /sys/bus/pci/devices/%s/driver",
	      name, name);
	REFUSES("bind pci:%s take dma=1M", "its 2 virtual functions (SR-IOV) would be removed");
	REFUSES("bind pci:%s take driver=uio_pci_generic",
		"its 2 virtual functions (SR-IOV) would be removed");
	shell("mkdir -p /etc/uiomap.d && echo pci:%s > /etc/uiomap.d/50-pci:%s.conf", name, name);
	REFUSES("unbind --persist pci:%s", "its 2 virtual functions (SR-IOV) would be removed");
	SAYS("--force unbinds it all the same");
	shell("test -e /etc/uiomap.d/50-pci:%s.conf", name);
	/* Files only imitate this card, so the driver stays the same in sysfs. */
	PRINTS("unbind --force pci:%s", "driver uio_stub");
	/* The device already has the driver, so nothing is removed and --force isn't needed. */
	PRINTS("bind pci:%s", "driver uio_stub");
}

/* ---- several of one kind ----------------------------------------------------- */

Test(bind_take, several)
{
	const char *name = "", *first = strcmp(a, b) < 0 ? a : b, *second = first == a ? b : a;
	char text[128];

	/* #K counts the devices by address, as in the library. */
	snprintf(text, sizeof(text), "several devices are pci:8086:100e: pci:%s pci:%s", first,
		 second);
	EXITS(3, "bind pci:8086:100e%s");
	SAYS(text);
	snprintf(text, sizeof(text), "pci:%s: driver uio_stub", second);
	PRINTS("bind pci:8086:100e#1%s", text);
	pci_expect_driver(first, "- (null)");
	EXITS(3, "bind pci:8086:100e#2%s");
	SAYS("counts from 0, and there are 2");
	/* #K counts all devices with these ids, whether they are bound or not. */
	snprintf(text, sizeof(text), "pci:%s: driver uio_stub", first);
	PRINTS("bind -p pci:8086:100e#0%s", text);
	shell("test -e /etc/uiomap.d/50-pci:%s.conf", first);
	PRINTS("unbind -p pci:8086:100e#0%s", "removed");
	PRINTS("unbind pci:8086:100e#1%s", "driver e1000");

	/* With --persist, all devices with these ids are bound. */
	PRINTS("bind --persist pci:8086:100e take dma=64K%s",
	       "written: /etc/uiomap.d/50-pci:8086:100e.conf");
	pci_expect_driver(a, "uio_stub uio_stub");
	pci_expect_driver(b, "uio_stub uio_stub");
	PRINTS("unbind --persist pci:8086:100e --json%s", "\"driver\": \"e1000\"");
	IS_JSON();
	pci_expect_driver(a, "e1000 (null)");
	pci_expect_driver(b, "e1000 (null)");
	/* If one of the devices fails, no line is written and the others get their drivers back. */
	EXITS(1, "bind --persist pci:8086:100e take dma=700M%s");
	shell("test ! -e /etc/uiomap.d/50-pci:8086:100e.conf");
	pci_expect_driver(a, "e1000 (null)");
}

/* ---- rights ------------------------------------------------------------------ */

Test(bind_take, rights)
{
	const char *name = a;

	cr_assert_eq(command_run_as_nobody("bind pci:%s dma=64K", name), 5, "%s", command_output);
	SAYS("only root may change a device's driver, and this is user 65534: sudo uiomap bind pci:");
	SAYS("dma=64K");
	PRINTS("bind pci:%s", "driver uio_stub");
	cr_assert_eq(command_run_as_nobody("unbind pci:%s", name), 5, "%s", command_output);
	SAYS("sudo uiomap unbind pci:");
	PRINTS("unbind pci:%s", "driver e1000");
	shell("modprobe -r e1000 && modprobe -r uio_stub && mkdir -p /etc/modprobe.d && echo 'install uio_stub /bin/false' > /etc/modprobe.d/test.conf");
	EXITS(1, "bind pci:%s");
	SAYS("modprobe's configuration runs a command instead, which failed: install uio_stub /bin/false");
	pci_expect_driver(a, "- (null)");
	shell("rm /etc/modprobe.d/test.conf && modprobe uio_stub");

	cr_assert(unshare(CLONE_NEWNS) == 0 &&
		  mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	shell("mount -o remount,bind,ro /sys");
	EXITS(5, "bind pci:%s");
	SAYS("/sys is mounted read-only");
	pci_expect_driver(a, "- (null)");
}
