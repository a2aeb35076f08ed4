/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Resources that UIO leaves out are shown by each command that shows the device, under each
 * driver.
 */
#include "command.h"
#include "sim-fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "doctor.h"
#include "pci.h"

/* Memory at an address where this VM has nothing, named m with a number. */
#define MEMORY(n) "memory:0x40000" #n "0000:0x1000:m" #n

/* A device with more resources than UIO supports; no hardware is behind them. */
static struct uiosim *plug_rich(const char *driver)
{
	struct uiosim *d = uiosim_new("sick-");

	cr_assert(d, "%s", uiosim_error());
	OK(uiosim_set(d, "model", "resources"));
	OK(uiosim_set(d, "irq", "edge"));
	OK(uiosim_set(d, "resources",
		      MEMORY(0) "," MEMORY(1) "," MEMORY(2) "," MEMORY(3) "," MEMORY(4) "," MEMORY(
			      5) "," MEMORY(6) ",interrupt:40:1:second"));
	OK(uiosim_go_live(d));
	OK(uiosim_bind(d, driver));
	return d;
}

Test(left_out, more_than_uio_takes)
{
	struct uiosim *d = plug_rich("uio_stub");
	const char *name = uiosim_name(d);

	PRINTS("info %s",
	       "left out   memory m5, 4K at 0x4000050000: UIO takes 5 memory regions, DMA memory being one\n");
	SAYS("left out   memory m6, ");
	SAYS("left out   interrupt 1, second: UIO takes one interrupt, the first\n");
	PRINTS("list %s", "(2 left out)");
	NOTES("doctor %s", "left-out", "is without memory m6, 4K");
	name = uiosim_device(d);
	PRINTS("bind platform:%s", "\nleft out: memory m5, ");
	PRINTS("bind platform:%s --json", "\"reason\": \"limit\"");
	IS_JSON();
	uiosim_free(d);
}

/*
 * Cases that this VM can't produce, since they need other firmware or newer modules. Files mounted
 * over uio_stub's folder imitate them.
 */
Test(left_out, uio_stub)
{
	struct uiosim *d = plug("sick-", "counter", "edge", NULL, "uio_stub");
	const char *name = uiosim_name(d);
	char folder[128], command[512];

	EXITS(0, "info %s");
	cr_assert_not(strstr(command_output, "left out"), "%s", command_output);
	own_mounts();
	snprintf(folder, sizeof(folder), "/sys/devices/platform/%s/uio_stub", uiosim_device(d));
	shell("cp -r %s /run/was", folder);
	cover(folder);
	shell("cd %s && cp -r /run/was/. . && { echo memory 0xfe005000 0x1000 limit sixth; "
	      "echo 'memory 0xfe006080 0x100 page '; echo port 0x60 0x0 empty 'a b'; echo interrupt 0x1 0x1 limit error; echo other 0x4 0x1 limit; } > left_out && printf 'dma=4096\\nwc=1\\n' > options",
	      folder);
	PRINTS("info %s",
	       "left out   memory sixth, 4K at 0xfe005000: UIO takes 5 memory regions, DMA memory being one\n");
	SAYS("left out   memory (no name), 256 at 0xfe006080: its page has registers of another device, too (option share_page opens both)\n");
	SAYS("left out   ports a b, 0 at 0x60: it is empty\n");
	SAYS("left out   interrupt 1, error: UIO takes one interrupt, the first\n");
	SAYS("left out   (no name): UIO takes nothing of the kind\n");
	PRINTS("info --json %s",
	       "\"start\": \"0xfe006080\",\n      \"size\": 256,\n      \"reason\": \"page\"");
	IS_JSON();
	PRINTS("list %s", "(3 left out)");
	NOTES("doctor %s", "left-out", "is without memory sixth, 4K");
	SAYS(" dma=4096 wc=1 share_page take\"");
	SAYS("is without interrupt 1");
	snprintf(command, sizeof(command), "bind platform:%s", uiosim_device(d));
	EXITS(0, command);
	SAYS("left out: memory sixth");
	strcat(command, " --json");
	EXITS(0, command);
	SAYS("\"reason\": \"empty\"");
	IS_JSON();
	PRINTS("new /run/left-out --from %s", "left out of the device: memory sixth");
	shell("rm -r /run/left-out");
	/* Output of a newer module. */
	shell("cd %s && { echo; echo memory 1; echo memory 0x10 0x1000 moon 'x\033[2J'; } > left_out",
	      folder);
	PRINTS("info %s", "left out   memory x\\x1b[2J, 4K at 0x10: moon\n");
	uiosim_free(d);
}

/* Other resources in the pages of a map are shown if the driver maps these pages. */
Test(left_out, shared_page)
{
	struct uiosim *d = plug("sick-", "counter", NULL, NULL, "uio_pdrv_genirq");
	const char *name = uiosim_name(d);

	EXITS(0, "doctor %s --json");
	cr_assert_not(strstr(command_output, "shared-page"), "%s", command_output);
	own_mounts();
	shell("a=$(cat /sys/class/uio/uio%d/maps/map0/addr); printf '%%x-%%x : mine\\n%%x-%%x : other\\033[2J\\n' "
	      "$((a)) $((a + 255)) $((a + 256)) $((a + 511)) > /run/iomem; mount --bind /run/iomem /proc/iomem",
	      uiosim_uio_number(d));
	PRINTS("info %s",
	       "shared     with its maps' pages its users also have: mine, other\\x1b[2J\n");
	PRINTS("info %s --json", "\"shared\": \"mine, other");
	IS_JSON();
	NOTES("doctor %s", "shared-page",
	      "can also read and write what else is in the pages of its maps: mine, other");
	OK(uiosim_unbind(d));
	OK(uiosim_bind(d, "uio_stub"));
	EXITS(0, "doctor %s --json");
	cr_assert_not(strstr(command_output, "shared-page"), "%s", command_output);
	OK(uiosim_unbind(d));
	shell("echo %s,share_page > /sys/module/uio_stub/parameters/options", uiosim_device(d));
	OK(uiosim_bind(d, "uio_stub"));
	PRINTS("info %s", "\nshared     with");
	shell("echo %s > /sys/module/uio_stub/parameters/options", uiosim_device(d));
	cr_assert_eq(umount("/proc/iomem"), 0);
	uiosim_free(d);
}

/* uio_pci_generic supports only INTx. */
Test(left_out, messages)
{
	char card[PCI_ADDRESS];
	const char *name = card;

	cr_assert(pci_find(PCI_EDU, 0, card));
	pci_bind(card, "uio_pci_generic", NULL);
	PRINTS("info pci:%s", "left out   1 MSI message: uio_pci_generic takes INTx only\n");
	NOTES("doctor pci:%s", "left-out", "driver=uio_stub take");
	pci_bind(card, "uio_stub", NULL);
	EXITS(0, "info pci:%s");
	cr_assert_not(strstr(command_output, "left out"), "%s", command_output);
	pci_unbind(card);
	cr_assert(pci_find(PCI_NVME, 0, card));
	pci_bind(card, "uio_pci_generic", NULL);
	PRINTS("info pci:%s", " MSI-X messages: uio_pci_generic takes INTx only\n");
	pci_unbind(card);
}

/*
 * A BAR without an address; and resources in a device tree or /proc/iomem that uio_pdrv_genirq
 * leaves out.
 */
Test(left_out, other_machines)
{
	struct uiosim *d = plug("sick-", "counter", NULL, NULL, "uio_pdrv_genirq");
	const char *name = uiosim_name(d);
	const int number = uiosim_uio_number(d);

	own_mounts();
	shell("{ grep %s /proc/iomem; echo '0000 : x'; echo 'fe007000-fe0070ff : %s'; } > /run/iomem; "
	      "mount --bind /run/iomem /proc/iomem",
	      uiosim_device(d), uiosim_device(d));
	PRINTS("info %s",
	       "left out   memory (no name), 256 at 0xfe007000: uio_pdrv_genirq takes plain memory only\n");
	cover("/sys/bus");
	shell("mkdir -p /sys/bus/pci/devices/0000:09:00.0/uio/uio%d /sys/bus/pci/drivers/uio_pci_generic && "
	      "cd /sys/bus/pci/devices/0000:09:00.0 && ln -s ../../drivers/uio_pci_generic driver && ln -s /sys/bus/pci subsystem && "
	      "for flags in 20040200 40200 20000101 0 0 0; do echo 0x0 0xfffff 0x$flags; done > resource",
	      number);
	NOTES("doctor pci:0000:09:00.0", "left-out",
	      "is without memory BAR0, 1M at 0x0: it was given no address");
	SAYS("is without ports BAR2");
	cr_assert_not(strstr(command_output, "BAR1"), "%s", command_output);
	shell("mkdir -p /sys/bus/platform/devices/fe000000.dma/uio/uio%d /sys/bus/platform/drivers/uio_pdrv_genirq && "
	      "cd /sys/bus/platform/devices/fe000000.dma && ln -s ../../drivers/uio_pdrv_genirq driver && ln -s /sys/bus/platform subsystem && "
	      "printf '\\0\\0\\0\\1' > '#address-cells' && printf '\\0\\0\\0\\1' > '#size-cells' && mkdir of_node && cd of_node && "
	      "for i in 0 1 2 3 4 5 6; do printf \"\\376\\0\\\\$((60 + i))\\0\\0\\0\\20\\0\"; done > reg && "
	      "printf 'a\\0b\\0c\\0d\\0e\\0f\\0' > reg-names && printf 'done\\0error\\0' > interrupt-names",
	      number);
	NOTES("doctor platform:fe000000.dma", "left-out",
	      "is without memory f, 4K at 0xfe003500: UIO takes 5 memory regions");
	SAYS("is without memory (no name), 4K at 0xfe003600");
	SAYS("is without interrupt 1, error");
	cr_assert_not(strstr(command_output, "0xfe003400"), "%s", command_output);
	uiosim_free(d);
}
