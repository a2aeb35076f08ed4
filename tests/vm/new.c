/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap new: the project that it writes drives a device and passes its own test. */
#include "command.h"
#include "sim-fixture.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pci.h"
#include "qmp.h"

/* Run a shell command in this folder, with variables that name the build. */
static void in_folder(const char *folder, const char *command)
{
	char library[600], sources[600];

	command_in_build(library, sizeof(library), "lib/.libs");
	command_in_build(sources, sizeof(sources), "../../lib");
	shell("cd %s && export LD_LIBRARY_PATH=%s && FLAGS='UIOMAP_CFLAGS=-I%s' LIBS='UIOMAP_LIBS=-L%s -luiomap' && %s",
	      folder, library, sources, library, command);
}

#define BUILD "make -s CFLAGS='-O0 -Werror' \"$FLAGS\" \"$LIBS\""

/* The project was written and built on the host: compilers are slow in the VM. */
static void passes(const char *project)
{
	char folder[600];

	command_in_build(folder, sizeof(folder), project);
	in_folder(folder, "./test");
}

Test(new, passes_its_own_test)
{
	passes("tests/vm/new-fresh");
	passes("tests/vm/new-self");
}

Test(new, with_an_interrupt_alone)
{
	passes("tests/vm/new-irq");
}

Test(new, with_ports_alone)
{
	passes("tests/vm/new-ports");
}

Test(new, from_a_device)
{
	struct uiosim *d = uiosim_new("live-");
	const char *name;
	char command[256];

	cr_assert(d, "%s", uiosim_error());
	OK(uiosim_set(d, "irq", "edge"));
	OK(uiosim_set(d, "maps",
		      "physical:20:4000:window,prefetchable:0:8192:pixels,physical:1:3"));
	OK(uiosim_go_live(d));
	OK(uiosim_stub_options(d, "dma=64K"));
	OK(uiosim_bind(d, "uio_stub"));
	name = uiosim_name(d);
	PRINTS("new /tmp/alive --from %s", "driver 'alive'");
	snprintf(command, sizeof(command),
		 "grep -x 'platform:%s.* dma=65536 run=/usr/local/sbin/alive' uiomap.conf",
		 uiosim_device(d));
	in_folder("/tmp/alive", command);
	in_folder(
		"/tmp/alive",
		"grep -q 'map 0: physical:window, size 4000' driver.c && grep -q 'dma_alloc(device, 65536, 0)' driver.c && "
		"grep -q 'irq=edge .* dma=65536' test");
	/* Without arguments, the driver finds the device by the selector in its source. */
	in_folder(
		"/tmp/alive", BUILD
		" && { ./alive > out & } && until grep -q ready out; do sleep 0.02; done && kill $! && wait $! && "
		"grep -q stopped out");
	in_folder("/tmp/alive", "./test");
	EXITS(1, "new /tmp/alive --from %s");
	SAYS("not empty");
	uiosim_free(d);
}

/*
 * A project for cards of one kind works in every slot: nothing in it, or in what it installs, may
 * name one card.
 */
Test(new, for_every_slot)
{
	const char *name = "pci:1234:11e8";
	char address[PCI_ADDRESS], command[512];

	cr_assert(pci_find(PCI_EDU, 0, address));
	pci_bind(address, "uio_stub", "dma=64K");
	PRINTS("new /tmp/card --from %s", "driver 'card' for pci:1234:11e8");
	in_folder("/tmp/card",
		  "grep -qx 'pci:1234:11e8 dma=65536 run=/usr/local/sbin/card' uiomap.conf");
	in_folder("/tmp/card", BUILD " install DESTDIR=/tmp/card-root");
	shell("! grep -r %1$s /tmp/card /tmp/card-root && ! find /tmp/card-root | grep %1$s",
	      address);
	/* Only install-service, with DEVICE, is for one card. */
	snprintf(
		command, sizeof(command),
		"make -s install-service DESTDIR=/tmp/card-root DEVICE=pci:%1$s && "
		"cmp service.conf /tmp/card-root/etc/systemd/system/uiomap-driver@pci:%1$s.service.d/card.conf",
		address);
	in_folder("/tmp/card", command);
	pci_unbind(address);
}

/* A card that has only ports and an interrupt: QEMU's pci-serial, a 16550A. */
Test(new, for_a_card_with_ports_alone)
{
	const char *name = "pci:1b36:0002";
	struct monitor *m = qmp_open();
	char card[PCI_ADDRESS];

	qmp_plug(m, "pci-serial", "serial", "port0", "");
	pci_plugged(PCI_PORT0, card);
	pci_bind(card, "uio_stub", NULL);
	PRINTS("new /tmp/uart --from %s", "driver 'uart' for pci:1b36:0002");
	in_folder("/tmp/uart",
		  "grep -qx 'pci:1b36:0002 ports run=/usr/local/sbin/uart' uiomap.conf");
	/* Enable the interrupt "transmit register is empty": it comes at once. */
	in_folder(
		"/tmp/uart",
		"sed -i 's|/\\* The device is idle.*|uiomap_port_write8(regions[0], 4, 8); uiomap_port_write8(regions[0], 1, 2);|; "
		"s|uiomap_port_read8(regions\\[i\\], 0,|uiomap_port_read8(regions[i], 2,|' driver.c");
	in_folder(
		"/tmp/uart", BUILD
		" && { ./uart > out & } && until grep -q 'port region 0: 0x02' out; do sleep 0.02; done && kill $! && wait $! && "
		"grep -q stopped out");
	qmp_unplug(m, "serial");
	qmp_unplugged(m, "serial");
	qmp_close(m);
}

/*
 * A platform device's name becomes a part of a unit's name, in which most characters must be
 * escaped.
 */
Test(new, one_device_s_service)
{
	const char *name = "platform:fe00.my-regs@2";

	shell("mkdir -p /tmp/odd/uio/uio7/maps/map0 /tmp/odd/fe00.my-regs@2/uio && cd /tmp/odd && ln -s /tmp/odd/fe00.my-regs@2 uio/uio7/device && "
	      "ln -s /sys/bus/platform fe00.my-regs@2/subsystem && ln -s /sys/bus/platform/drivers/uio_pdrv_genirq fe00.my-regs@2/driver && cd uio/uio7 && "
	      "echo regs > name && echo 0 > version && echo 0 > event && echo 99:7 > dev && cd maps/map0 && "
	      "echo r > name && echo 0xfe000000 > addr && echo 0x1000 > size && echo 0 > offset");
	cr_assert_eq(unshare(CLONE_NEWNS), 0);
	cr_assert_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	cr_assert_eq(mount("/tmp/odd/uio", "/sys/class/uio", NULL, MS_BIND, NULL), 0);
	PRINTS("new /tmp/odd-regs --from %s", "driver 'odd-regs'");
	in_folder(
		"/tmp/odd-regs",
		"grep -qx 'platform:fe00.my-regs@2 driver=uio_pdrv_genirq run=/usr/local/sbin/odd-regs' uiomap.conf && " BUILD
		" install install-service DESTDIR=/tmp/odd-root && "
		"test -e '/tmp/odd-root/etc/systemd/system/'\"$(systemd-escape --template=uiomap-driver@.service platform:fe00.my-regs@2)\".d/odd-regs.conf");
	umount("/sys/class/uio");
}

/* The names of this device and its maps contain a shell command and the end of a C comment. */
Test(new, hostile_names)
{
	static const char evil[] =
		"\"; $(touch /tmp/pwned) `touch /tmp/pwned` */ int x = 1/0; /* '?"
		"?/\\ %s @{dma}\n#error";
	struct uiosim *d = plug("mask-", "memory", "level",
				"physical:0:4096:one,physical:0:4096:two", "uio_stub");
	const char *name = "uio";
	char sysfs[128], file[192], command[600];
	FILE *f;

	cr_assert_eq(unshare(CLONE_NEWNS), 0);
	cr_assert_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	snprintf(sysfs, sizeof(sysfs), "/sys/class/uio/uio%d", uiosim_uio_number(d));
	f = fopen("/tmp/evil", "we");
	fwrite(evil, 1, sizeof(evil) - 1, f);
	fputc('\n', f);
	fclose(f);
	static const char * const files[] = { "name", "maps/map0/name", "maps/map1/name" };
	for (unsigned int i = 0; i < 3; i++) {
		snprintf(file, sizeof(file), "%s/%s", sysfs, files[i]);
		cr_assert_eq(mount("/tmp/evil", file, NULL, MS_BIND, NULL), 0, "%s", file);
	}
	snprintf(command, sizeof(command), "new /tmp/evil-project --from uio%d",
		 uiosim_uio_number(d));
	cr_assert_eq(command_run("%s", command), 0, "%s", command_output);
	in_folder("/tmp/evil-project",
		  BUILD " && make -s install DESTDIR=/tmp/evil-root && bash -n test");
	/* The driver finds the device by its real name. */
	in_folder(
		"/tmp/evil-project",
		"{ ./evil-project > out 2>&1 & } && until [ -s out ]; do sleep 0.02; done; cat out; grep -q ready out; "
		"status=$?; kill $!; wait $!; exit $status");
	cr_assert_neq(access("/tmp/pwned", F_OK), 0, "a device's name was run as a command");
	(void)name;
	for (unsigned int i = 0; i < 3; i++) {
		snprintf(file, sizeof(file), "%s/%s", sysfs, files[i]);
		umount(file);
	}
	uiosim_free(d);
}

/* Write to file systems of many sizes that are too small: nothing may be left in them. */
Test(new, full_disk)
{
	const char *name = "/tmp/small";
	unsigned int full = 0;

	shell("mkdir /tmp/small");
	for (unsigned int pages = 1; pages < 10; pages++) {
		char size[32];
		int status;

		snprintf(size, sizeof(size), "size=%u", pages * 4096);
		cr_assert_eq(mount("tmpfs", "/tmp/small", "tmpfs", 0, size), 0);
		status = command_run("new %s/project", name);
		cr_assert(status == 0 || status == 1, "%d: %s", status, command_output);
		if (status) {
			SAYS("No space left");
			SAYS("nothing was written");
			shell("test -z \"$(ls -A /tmp/small)\"");
			full++;
		} else {
			shell("test $(ls /tmp/small/project | wc -l) = 6 && test -x /tmp/small/project/test");
		}
		cr_assert_eq(umount("/tmp/small"), 0);
	}
	cr_assert(full > 2 && full < 9, "%u of 9 sizes were too small", full);
}
