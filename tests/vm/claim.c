/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Devices in the configuration must not be bound to their normal driver first. Network cards are
 * plugged in while that driver is loaded: one card, and several cards whose events follow one
 * another.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "sim-fixture.h"
#include "installed.h"
#include "qmp.h"
#include "pci.h"
#include "udevd.h"

#define CLAIM "/sys/module/uio_stub/parameters/claim"

static struct monitor *m;
static char a[PCI_ADDRESS]; /* the card that is present from the beginning */

static void begin(void)
{
	installed_begin();
	installed_log_open();
	m = qmp_open();
	cr_assert(pci_find(PCI_E1000, 0, a));
}

static void end(void)
{
	udevd_stop();
	shell("echo > " CLAIM
	      "; for d in /sys/bus/pci/drivers/uio_stub/0*; do ! [ -e $d ] || { echo > $d/driver_override; echo ${d##*/} > $d/driver/unbind; }; done; "
	      "echo > /sys/bus/pci/devices/%s/driver_override; modprobe -qr e1000; rm -rf " CONF
	      " /run/uiomap /dev/log",
	      a);
	qmp_close(m);
}

TestSuite(claim, .init = begin, .fini = end);

static void plug_card(unsigned int port, char address[PCI_ADDRESS])
{
	char bus[16], id[16];

	snprintf(bus, sizeof(bus), "port%u", port);
	snprintf(id, sizeof(id), "card%u", port);
	qmp_plug(m, "e1000", id, bus, "");
	pci_plugged(port, address);
}

static void unplug_card(unsigned int port)
{
	char id[16];

	snprintf(id, sizeof(id), "card%u", port);
	qmp_unplug(m, id);
	qmp_unplugged(m, id);
}

/* Only the kernel's part, without udev. */
Test(claim, set_aside_by_the_kernel)
{
	static const char * const claims[] = { "pci:8086:100e",
					       "pci:1234:5678;pci:8086:100?;of:acme,x",
					       "platform:no;pci:0000:*" };
	char b[PCI_ADDRESS];
	struct uiosim *d;

	shell("modprobe e1000");
	for (size_t i = 0; i < sizeof(claims) / sizeof(*claims); i++) {
		shell("echo '%s' > " CLAIM " && test \"$(cat " CLAIM ")\" = '%s'", claims[i],
		      claims[i]);
		plug_card(0, b);
		shell("echo %s > /sys/bus/pci/drivers_probe", b);
		pci_expect_driver(b, "- uiomap");
		/*
		 * The claim applies only when the device appears: later, driver_override can be
		 * changed.
		 */
		shell("echo > /sys/bus/pci/devices/%s/driver_override && echo %s > /sys/bus/pci/drivers_probe",
		      b, b);
		pci_expect_driver(b, "e1000 (null)");
		unplug_card(0);
	}
	pci_expect_driver(a, "e1000 (null)");
	/* The last write replaces earlier ones. */
	shell("echo 'platform:uio_dummy;pci:8086:100' > " CLAIM);
	plug_card(0, b);
	shell("timeout 20 sh -c 'until [ -e /sys/bus/pci/devices/%s/driver ]; do sleep 0.05; done'",
	      b);
	pci_expect_driver(b, "e1000 (null)");
	unplug_card(0);
	d = plug("claimed", "memory", NULL, NULL, NULL);
	shell("grep -qx uiomap /sys/bus/platform/devices/%s/driver_override", uiosim_device(d));
	uiosim_free(d);
	shell("echo > " CLAIM " && test -z \"$(cat " CLAIM ")\"");
}

/*
 * Start udevd with uiomap's rules and the distribution's rules that load modules; it handles
 * one event at a time.
 */
static void start(const char *conf)
{
	char rules[600], text[8192];
	FILE *f = fopen("/lib/udev/rules.d/80-drivers.rules", "re");
	size_t n;

	cr_assert(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	installed_conf(conf);
	installed_source("60-uiomap.rules", rules, sizeof(rules));
	udevd_rules_file(rules);
	udevd_rules("80-drivers.rules", text);
	udevd_start();
	shell("udevadm control --children-max=1");
}

/* Run the claim program, as systemd does at boot and when the configuration changes. */
static void run_claim(void)
{
	shell(PKGLIBEXECDIR "/uiomap-claim");
}

static void event(const char *address)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
	uevent(path, "add");
}

/*
 * The normal driver is loaded when the card is plugged in: the card gets the UIO driver each
 * time, with all its settings.
 */
Test(claim, replugged)
{
	char b[PCI_ADDRESS];
	const char *name = b, *log;

	start("pci:8086:100e dma=64K\n");
	run_claim();
	pci_expect_driver(a, "- uiomap");
	event(a);
	udevd_settle();
	pci_expect_driver(a, "uio_stub uio_stub");
	shell("modprobe e1000");
	for (int i = 0; i < 2; i++) {
		plug_card(0, b);
		udevd_settle();
		pci_expect_driver(b, "uio_stub uio_stub");
		PRINTS("info pci:%s", "dma: 64K");
		if (!i)
			unplug_card(0);
	}
	/* `unbind` can still give it to its normal driver. */
	PRINTS("unbind pci:%s", "driver e1000");
	pci_expect_driver(b, "e1000 (null)");
	unplug_card(0);

	/* A device that can't be bound is left to its normal driver. */
	installed_conf("pci:8086:100e dma=700M\n");
	run_claim();
	installed_log();
	plug_card(0, b);
	udevd_settle();
	pci_expect_driver(b, "e1000 (null)");
	log = installed_log();
	cr_assert(strstr(log, "doesn't bind") && strstr(log, "see: uiomap doctor pci:"), "%s", log);
	unplug_card(0);
	/* So is one whose line was removed without an update of the claim. */
	installed_conf("pci:1234:5678\n");
	plug_card(0, b);
	udevd_settle();
	pci_expect_driver(b, "e1000 (null)");
	unplug_card(0);
	run_claim();
	shell("grep -qx pci:1234:5678 " CLAIM);
	/* Lines written by `uiomap bind --persist` update the claim at once. */
	shell("rm " CONF);
	name = a;
	PRINTS("bind --persist pci:%s", "written");
	shell("grep -qx 'pci:%s' " CLAIM, a);
	PRINTS("unbind --persist pci:%s", "driver e1000; removed");
	shell("test -z \"$(cat " CLAIM ")\"");
}

/* uio_stub gets the claim whatever loads it. */
Test(claim, module_loaded)
{
	char b[PCI_ADDRESS];

	start("pci:8086:100e\n");
	shell("modprobe -r uio_stub && modprobe e1000 && modprobe uio_stub");
	udevd_settle();
	shell("grep -qx pci:8086:100e " CLAIM);
	plug_card(0, b);
	udevd_settle();
	pci_expect_driver(b, "uio_stub uio_stub");
	unplug_card(0);
}

/* The event of the first card must not load a module that binds the others. */
Test(claim, all_of_one_kind)
{
	char cards[3][PCI_ADDRESS];

	memcpy(cards[0], a, sizeof(a));
	plug_card(0, cards[1]);
	plug_card(1, cards[2]);
	start("pci:8086:100e\n");
	for (int i = 0; i < 3; i++)
		event(cards[i]);
	udevd_settle();
	for (int i = 0; i < 3; i++)
		pci_expect_driver(cards[i], "uio_stub uio_stub");
	cr_assert_eq(access("/sys/module/e1000", F_OK), -1, "e1000 was loaded");
	unplug_card(0);
	unplug_card(1);
}

/*
 * Nor must the event of a card without a line: the configured one, whose event comes later,
 * gets its driver_override before all events.
 */
Test(claim, one_of_its_kind)
{
	char b[PCI_ADDRESS], conf[64];

	plug_card(0, b);
	snprintf(conf, sizeof(conf), "pci:%s\n", b);
	start(conf);
	run_claim();
	pci_expect_driver(a, "- (null)");
	event(a);
	event(b);
	udevd_settle();
	pci_expect_driver(a, "e1000 (null)");
	pci_expect_driver(b, "uio_stub uio_stub");
	unplug_card(0);
}
