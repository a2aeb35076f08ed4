/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uiomap doctor: make each fault and expect its finding. What this machine
 * can't have (a device tree, lockdown, an IOMMU) is imitated by a folder
 * mounted over that part of sysfs.
 */
#include "command.h"
#include "sim-fixture.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor.h"
#include "pci.h"
#include "uio_dummy.h"

void says_check(const char *check, const char *verdict)
{
	char text[128];

	snprintf(text, sizeof(text), "\"check\": \"%s\",\n    \"verdict\": \"%s\"", check, verdict);
	cr_assert(strstr(command_output, text), "no %s of %s in: %s", verdict, check,
		  command_output);
}

/* Run the command that was printed, from there to the end of the line, in this folder. */
static void run_printed(const char *printed, const char *folder)
{
	char tools[600], library[600], command[2048];

	command_in_build(tools, sizeof(tools), "tools/.libs");
	command_in_build(library, sizeof(library), "lib/.libs");
	snprintf(command, sizeof(command), "export PATH=%s:$PATH LD_LIBRARY_PATH=%s; cd %s && %.*s",
		 tools, library, folder, (int)strcspn(printed, "\n"), printed);
	cr_assert_eq(system(command), 0, "%s", command);
}

void mends(const char *arguments, const char *name, const char *check)
{
	char command[600], wrong[128];
	const char *fix;

	cr_assert_eq(command_run(arguments, name), 1, "%s", command_output);
	fix = !strncmp(command_output, "wrong ", 6) ? command_output :
						      strstr(command_output, "\nwrong ");
	fix = fix ? strstr(fix, "-> ") : NULL;
	cr_assert(fix, "no fix in: %s", command_output);
	run_printed(fix + 3, ".");
	snprintf(command, sizeof(command), "%s --json", arguments);
	command_run(command, name);
	snprintf(wrong, sizeof(wrong), "\"check\": \"%s\",\n    \"verdict\": \"wrong\"", check);
	cr_assert_not(strstr(command_output, wrong), "still: %s", command_output);
}

void own_mounts(void)
{
	cr_assert_eq(unshare(CLONE_NEWNS), 0);
	cr_assert_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
}

void cover(const char *folder)
{
	cr_assert_eq(mount("tmpfs", folder, "tmpfs", 0, NULL), 0, "%s", folder);
}

Test(doctor, modules)
{
	const char *name = "";

	PRINTS("doctor", "uio_stub is loaded");
	shell("modprobe -r uio_stub");
	NOTES("doctor", "uio_stub", "modprobe uio_stub");
	own_mounts();
	cover("/lib/modules");
	NOTES("doctor", "uio_stub", "DKMS");
	SAYS("make -C kernel modules && modprobe uio && insmod kernel/uio_stub.ko");
	cr_assert_eq(umount("/lib/modules"), 0);
	shell("modprobe -r uio_dummy uio_pdrv_genirq uio_pci_generic uio");
	WRONG("doctor", "core", "modprobe uio_stub");
	mends("doctor", name, "core");
	shell("modprobe -r uio_stub uio");
	cover("/lib/modules");
	WRONG("doctor", "core", "CONFIG_UIO");
	cr_assert_eq(umount("/lib/modules"), 0);

	/* Only the kernel's own modules are installed; uiomap's are in the build folder. */
	shell("r=$(uname -r) && mkdir -p /run/tree/$r /run/sources/kernel && cp $(modinfo -n uio) /run/tree/$r/ && "
	      "cp $(modinfo -n uio_stub) /run/sources/kernel/ && echo modules: > /run/sources/kernel/Makefile && "
	      "mount -t tmpfs tmpfs /lib/modules && cp -r /run/tree/* /lib/modules/ && cd /lib/modules/$r && "
	      "touch modules.order modules.builtin modules.builtin.modinfo && depmod");
	mends("doctor", name, "core");
	PRINTS("doctor", "in its sources: ");
	run_printed(strstr(command_output, "in its sources: ") + strlen("in its sources: "),
		    "/run/sources");
	PRINTS("doctor", "uio_stub is loaded");
	cr_assert_eq(umount("/lib/modules"), 0);
	shell("modprobe -a uio_stub uio_dummy uio_pdrv_genirq uio_pci_generic");
}

Test(doctor, drivers)
{
	struct uiosim *d = plug("sick-", "counter", NULL, NULL, NULL);
	const char *name = uiosim_device(d);
	char card[PCI_ADDRESS];

	EXITS(3, "doctor no-such-device");
	WRONG("doctor platform:%s", "driver", "uiomap bind platform:");
	WRONG("doctor %s", "driver", "has no driver");
	shell("echo nobody > /sys/devices/platform/%s/driver_override", name);
	WRONG("doctor %s", "driver", "not a module of this kernel");
	mends("doctor %s", name, "driver");
	PRINTS("unbind %s", "no driver");
	mends("doctor platform:%s", name, "driver");
	PRINTS("unbind %s", "no driver");
	shell("echo uio_stub > /sys/devices/platform/%s/driver_override", name);
	WRONG("doctor %s", "driver", "has not bound it");
	mends("doctor %s", name, "driver");
	PRINTS("doctor %s", "is bound to uio_stub");
	name = uiosim_name(d);
	PRINTS("doctor %s", "is bound to uio_stub");
	uiosim_free(d);

	name = card;
	cr_assert(pci_find(PCI_E1000, 0, card));
	shell("modprobe e1000");
	mends("doctor pci:%s", name, "held-by-driver");
	PRINTS("unbind %s", "driver e1000");
	shell("modprobe -r e1000");
}

Test(doctor, lockdown)
{
	char card[PCI_ADDRESS], command[512];
	const char *name = card;
	struct uiosim *d;

	own_mounts();
	/* Lockdown as with Secure Boot. */
	cover("/sys/kernel/security");
	shell("echo 'none [integrity] confidentiality' > /sys/kernel/security/lockdown");
	EXITS(0, "doctor --json");
	says_check("lockdown", "ok");
	shell("modprobe -r uio_stub");
	WRONG("doctor", "lockdown", "mokutil");
	cr_assert(pci_find(PCI_EDU, 0, card));
	WRONG("doctor pci:%s", "lockdown", "mokutil");
	pci_bind(card, "uio_pci_generic", NULL);
	NOTES("doctor pci:%s", "lockdown", "its BARs can be mapped");
	SAYS("mokutil");
	PRINTS("read pci:%s 0", "");
	shell("modprobe uio_stub");
	snprintf(command, sizeof(command), "uiomap bind pci:%s driver=uio_stub take", card);
	NOTES("doctor pci:%s", "lockdown", command);
	pci_unbind(card);
	EXITS(1, "doctor pci:%s --json");
	says_check("lockdown", "ok");
	/* A prefetchable BAR, which uio_pci_generic doesn't register. */
	cr_assert(pci_find(PCI_BOCHS, 0, card));
	pci_bind(card, "uio_pci_generic", NULL);
	snprintf(command, sizeof(command), "uiomap bind pci:%s driver=uio_stub take", card);
	WRONG("doctor pci:%s", "lockdown", "has no map of BAR0");
	cr_assert_not(strstr(command_output, "BAR2"), "%s", command_output);
	SAYS(command);
	pci_unbind(card);

	d = plug("locked-", "counter", NULL, NULL, "uio_pdrv_genirq");
	name = uiosim_name(d);
	EXITS(0, "doctor %s --json");
	cr_assert_not(strstr(command_output, "lockdown"), "%s", command_output);
	uiosim_free(d);
	shell("echo '[none] integrity confidentiality' > /sys/kernel/security/lockdown");
	PRINTS("doctor", "");
}

Test(doctor, node_and_holder)
{
	struct uiosim *d = plug("sick-", "counter", "edge", NULL, "uio_stub");
	const char *name = uiosim_name(d);
	struct uiomap_device *device;
	char command[256];

	shell("sed -i '/^uio:/d' /etc/group");
	cr_assert_eq(command_run_as_nobody("doctor %s --json", name), 1);
	says_check("permission", "wrong");
	SAYS("udev rules");
	shell("groupadd -r uio");
	cr_assert_eq(command_run_as_nobody("doctor %s", name), 1);
	snprintf(command, sizeof(command), "-> chgrp uio %s && chmod 660", uiosim_uio_node(d));
	SAYS(command);
	shell("chgrp daemon %s; chmod 660 %s", uiosim_uio_node(d), uiosim_uio_node(d));
	cr_assert_eq(command_run_as_nobody("doctor %s", name), 1);
	SAYS("usermod -a -G daemon nobody");
	SAYS("log in again");
	shell("usermod -a -G daemon nobody");
	cr_assert_eq(command_run_as_nobody("doctor %s", name), 0, "%s", command_output);
	device = open_dummy(d, UIOMAP_EXCLUSIVE);
	snprintf(command, sizeof(command), "is held exclusively by doctor (pid %d)", (int)getpid());
	NOTES("doctor %s", "held", command);
	says_check("no-event", "note");
	uiomap_write32(uiomap_region_base(uiomap_map(device, 0, 0)), UIO_DUMMY_IRQ_ENABLE, 1);
	OK(uiosim_stimulate(d, "trigger", 1));
	NOTES("doctor %s", "held", "1 interrupts so far");
	uiomap_close(device);
	shell("rm %s", uiosim_uio_node(d));
	WRONG("doctor %s", "node", "No such file");
	mends("doctor %s", name, "node");
	SAYS("you may open");
	shell("rm %s && mknod %s c 1 3", uiosim_uio_node(d), uiosim_uio_node(d));
	WRONG("doctor %s", "node", "is the node of another device");
	SAYS("remove it (rm) when the device is gone");
	mends("doctor %s", name, "node");
	uiomap_close(open_dummy(d, 0));
	snprintf(command, sizeof(command), "rm %s", uiosim_uio_node(d));
	uiosim_free(d);
	/*
	 * This node was made by hand, so it still exists. A device that gets the same number would
	 * be opened through it.
	 */
	shell("%s", command);
}

/* A device in a fake sysfs; DIR is its folder. */
Test(doctor, other_machines)
{
	struct uiosim *d = plug("sick-", "counter", NULL, NULL, "uio_stub");
	const char *name = "";
	int number = uiosim_uio_number(d);

	own_mounts();
	/* A device tree. */
	cover("/sys/bus");
	shell("mkdir -p /sys/bus/platform/devices/40000000.dma/of_node && cd /sys/bus/platform/devices/40000000.dma && "
	      "printf 'acme,dma-1.0\\0' > of_node/compatible && ln -s /sys/bus/platform subsystem");
	WRONG("doctor platform:40000000.dma", "of_id", "of_id=acme,dma-1.0");
	/* Don't suggest unloading the driver if it has other devices. */
	shell("mkdir -p /sys/bus/platform/drivers/uio_pdrv_genirq && ln -s x /sys/bus/platform/drivers/uio_pdrv_genirq/50000000.dma");
	WRONG("doctor platform:40000000.dma", "of_id",
	      "uiomap bind platform:40000000.dma driver=uio_pdrv_genirq");
	shell("rm -r /sys/bus/platform/drivers");
	EXITS(1, "doctor platform:40000000.dma");
	run_printed(strstr(command_output, "-> ") + 3, ".");
	/*
	 * A kernel without device trees, as Debian's for PCs, doesn't have this parameter. It logs
	 * that the parameter was given.
	 */
	shell("grep -qx acme,dma-1.0 /sys/module/uio_pdrv_genirq/parameters/of_id || "
	      "dmesg | grep -q \"uio_pdrv_genirq: unknown parameter 'of_id' ignored\"");
	cover("/sys/module/uio_pdrv_genirq");
	shell("cd /sys/module/uio_pdrv_genirq && mkdir parameters && echo acme,dma-1.0 > parameters/of_id");
	WRONG("doctor platform:40000000.dma", "driver", "uiomap bind platform:40000000.dma");
	cr_assert_eq(umount("/sys/module/uio_pdrv_genirq"), 0);
	shell("mkdir /sys/bus/platform/devices/40000000.dma/consumer:platform:uart0");
	LEAVES("doctor platform:40000000.dma", "driver", "platform:uart0 does not work without it");
	shell("rmdir /sys/bus/platform/devices/40000000.dma/consumer:platform:uart0");
	/* An IOMMU. The fake device has the number of the real one. */
	shell("mkdir -p /sys/bus/pci/devices/0000:09:00.0/uio/uio%d /sys/bus/pci/devices/0000:09:00.0/iommu_group "
	      "/sys/bus/pci/drivers/uio_pci_generic && cd /sys/bus/pci/devices/0000:09:00.0 && ln -s ../../drivers/uio_pci_generic driver && "
	      "ln -s /sys/bus/pci subsystem && echo DMA-FQ > iommu_group/type",
	      number);
	NOTES("doctor pci:0000:09:00.0", "iommu", "DMA to physical addresses fails");
	SAYS("uiomap bind pci:0000:09:00.0 driver=uio_stub dma=1M take");
	/* The rest of config space, which only root can read, isn't assumed to be empty. */
	shell("cd /sys/bus/pci/devices/0000:09:00.0 && { head -c 52 /dev/zero; printf '\\100'; head -c 11 /dev/zero; } > config");
	NOTES("doctor pci:0000:09:00.0", "interrupt", "only root can read");
	/*
	 * A card with MSI (a capability at 0x40) and without INTx (interrupt pin 0), under a
	 * driver that supports only INTx.
	 */
	shell("cd /sys/bus/pci/devices/0000:09:00.0 && { head -c 52 /dev/zero; printf '\\100'; head -c 11 /dev/zero; printf '\\5'; "
	      "head -c 191 /dev/zero; } > config");
	WRONG("doctor pci:0000:09:00.0", "intx",
	      "uiomap bind pci:0000:09:00.0 driver=uio_stub take");
	SAYS("it has MSI");
	shell("rm /sys/bus/pci/devices/0000:09:00.0/config");
	shell("echo identity > /sys/bus/pci/devices/0000:09:00.0/iommu_group/type");
	EXITS(0, "doctor pci:0000:09:00.0");
	cr_assert_eq(umount("/sys/bus"), 0);
	uiosim_free(d);
}
