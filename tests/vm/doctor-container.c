/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uiomap doctor and list without permissions, file systems or modules: they must name the cause
 * and the remedy.
 */
#include "command.h"
#include "sim-fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor.h"
#include "pci.h"

#define NO_PROC	 "unshare -m sh -c 'mount -t tmpfs tmpfs /proc; exec \"$@\"' sh"
#define OWN_PIDS "unshare -pf --mount-proc"

/*
 * Run the command through another one that removes something from it. Returns its exit status;
 * command_output has the output.
 */
static int within(const char *taker, const char *format, const char *name)
{
	char library[600], program[600], arguments[256], line[2048];
	size_t used;
	FILE *f;

	command_in_build(library, sizeof(library), "lib/.libs");
	command_in_build(program, sizeof(program), "tools/.libs/uiomap");
	snprintf(arguments, sizeof(arguments), format, name);
	snprintf(line, sizeof(line), "LD_LIBRARY_PATH=%s %s %s %s 2>&1", library, taker, program,
		 arguments);
	f = popen(line, "r");
	cr_assert(f);
	used = fread(command_output, 1, sizeof(command_output) - 1, f);
	command_output[used] = '\0';
	return WEXITSTATUS(pclose(f));
}

static void says_nothing_of(const char *text)
{
	cr_assert_not(strstr(command_output, text), "%s", command_output);
}

Test(container, sysfs)
{
	struct uiosim *d = plug("sick-", "counter", NULL, NULL, "uio_stub");
	const char *name = uiosim_name(d);
	char card[PCI_ADDRESS];

	cr_assert(pci_find(PCI_EDU, 0, card));
	own_mounts();
	cr_assert_eq(mount(NULL, "/sys", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
	NOTES("doctor %s", "sysfs", "/sys is read-only");
	name = card;
	/* With a read-only /sys nothing can be bound. */
	WRONG("doctor pci:%s", "driver",
	      "where /sys is writable, as on the host: uiomap bind pci:");
	says_nothing_of("\"fix\"");
	cr_assert_eq(mount(NULL, "/sys", NULL, MS_REMOUNT | MS_BIND, NULL), 0);
	EXITS(1, "doctor pci:%s");
	says_nothing_of("read-only");
	cover("/sys");
	WRONG("doctor", "sysfs", "mount -t sysfs sysfs /sys");
	says_nothing_of("modprobe");
	WRONG("doctor pci:%s", "sysfs", "give it the host's /sys");
	says_nothing_of("no device");
	cr_assert_eq(umount("/sys"), 0);
	uiosim_free(d);
}

/* Without /proc: known facts are reported, and a device that may be in use is left alone. */
Test(container, proc)
{
	struct uiosim *d = plug("sick-", "counter", NULL, NULL, "uio_stub");
	const char *name = uiosim_name(d);
	char card[PCI_ADDRESS];

	cr_assert_eq(within(NO_PROC, "list %s", name), 0, "%s", command_output);
	SAYS("/proc: No such file or directory: so it isn't known who has the devices open");
	SAYS(uiosim_device(d));
	cr_assert_eq(within(NO_PROC, "list %s --json 2> /dev/null", name), 0);
	SAYS("\"holders\": null");
	cr_assert_eq(within(NO_PROC, "doctor", NULL), 0, "%s", command_output);
	SAYS("-> mount -t proc proc /proc");
	cr_assert(pci_find(PCI_E1000, 0, card));
	name = card;
	shell("modprobe e1000");
	WRONG("doctor pci:%s", "held-by-driver", "uiomap bind pci:");
	cr_assert_eq(within(NO_PROC, "doctor pci:%s", name), 1);
	SAYS("without /proc it isn't known whether a file system on it is mounted");
	says_nothing_of("uiomap bind");
	cr_assert_eq(within(OWN_PIDS, "doctor pci:%s", name), 1);
	SAYS("this is a container");
	says_nothing_of("uiomap bind");
	shell("modprobe -r e1000");
	name = uiosim_name(d);
	cr_assert_eq(within(OWN_PIDS, "doctor %s", name), 0, "%s", command_output);
	SAYS("unless this container's device rules forbid it");
	uiosim_free(d);
}

Test(container, udevd)
{
	const char *name = "";

	own_mounts();
	shell("mkdir -p /run/udev");
	cover("/run/udev");
	NOTES("doctor", "udev", "systemctl start systemd-udevd");
	shell("touch /run/udev/control");
	EXITS(0, "doctor");
	says_nothing_of("udevd");
}

/* Each way in which modprobe fails has its own text; otherwise modprobe is suggested. */
Test(container, modules)
{
	const char *name = "";

	shell("modprobe -r uio_stub");
	NOTES("doctor", "uio_stub", "\"fix\": \"modprobe uio_stub\"");
	cr_assert_eq(within("setpriv --bounding-set -sys_module", "doctor", NULL), 0, "%s",
		     command_output);
	SAYS("on the host: modprobe uio_stub");
	says_nothing_of("-> modprobe");
	own_mounts();
	shell("mkdir -p /run/modprobe.d && echo 'install uio_stub /bin/false' > /run/modprobe.d/no-stub.conf");
	NOTES("doctor", "uio_stub", "runs \\\"/bin/false\\\" in place of loading it");
	shell("rm /run/modprobe.d/no-stub.conf");
	shell("echo \"$(cat /proc/cmdline) module_blacklist=a,uio_stub\" > /run/cmdline && mount --bind /run/cmdline /proc/cmdline");
	NOTES("doctor", "uio_stub", "module_blacklist=uio_stub");
	cr_assert_eq(umount("/proc/cmdline"), 0);
	shell("echo 1 > /run/one && mount --bind /run/one /proc/sys/kernel/modules_disabled");
	NOTES("doctor", "uio_stub", "loads no module until the next boot");
	cr_assert_eq(umount("/proc/sys/kernel/modules_disabled"), 0);
	shell("echo Y > /run/yes && mount --bind /run/yes /sys/module/module/parameters/sig_enforce");
	NOTES("doctor", "uio_stub", "loads only modules that are signed");
	cr_assert_eq(umount("/sys/module/module/parameters/sig_enforce"), 0);
	/* A module of another kernel: at the module's place, or in that kernel's folder. */
	shell("f=$(modinfo -n uio_stub) && sed \"s/vermagic=$(uname -r)/vermagic=$(uname -r | tr 0-9 7)/\" $f > /run/other.ko && mount --bind /run/other.ko $f");
	NOTES("doctor", "uio_stub", "it was built for kernel 7");
	shell("umount $(modinfo -n uio_stub)");
	cover("/lib/modules");
	shell("mkdir /lib/modules/7.7.7 && echo 'updates/dkms/uio_stub.ko.xz: kernel/drivers/uio/uio.ko' > /lib/modules/7.7.7/modules.dep");
	NOTES("doctor", "uio_stub", "it was built for 7.7.7");
	SAYS("dkms autoinstall -k");
	cr_assert_eq(umount("/lib/modules"), 0);
	shell("modprobe uio_stub");
}

/* A member of the group whose session began before the membership. */
Test(container, nobody)
{
	struct uiosim *d = plug("sick-", "counter", NULL, NULL, "uio_stub");
	const char *name = uiosim_name(d);

	shell("chgrp daemon %s && chmod 660 %s && usermod -a -G daemon nobody", uiosim_uio_node(d),
	      uiosim_uio_node(d));
	cr_assert_eq(command_run_as_nobody("doctor %s", name), 0, "%s", command_output);
	cr_assert_eq(
		within("setpriv --reuid 65534 --regid 65534 --clear-groups env LD_LIBRARY_PATH=/run/as-nobody "
		       "sh -c 'shift; exec /run/as-nobody/uiomap \"$@\"' sh",
		       "doctor %s", name),
		1, "%s", command_output);
	SAYS("-> newgrp daemon");
	says_nothing_of("usermod");
	shell("gpasswd -d nobody daemon");
	uiosim_free(d);
}

/* Ignored lines are reported by doctor, not only in the log. */
Test(container, conf)
{
	struct uiosim *d = plug("sick-", "counter", NULL, NULL, "uio_stub");
	const char *name = uiosim_name(d);
	char card[PCI_ADDRESS];

	own_mounts();
	shell("mkdir -p /etc/uiomap.d");
	cover("/etc/uiomap.d");
	/* If users other than root can write to the folder, all of its files are ignored. */
	WRONG("doctor", "conf", "/etc/uiomap.d: ");
	shell("chmod 755 /etc/uiomap.d");
	EXITS(0, "doctor --json");
	says_nothing_of("\"conf\"");
	shell("printf 'pci:1234:11e8 take\\nplatform:x dam=1M\\n' > /etc/uiomap.d/10-\"$(printf '\\033')\".conf; mkdir /etc/uiomap.d/20.conf");
	WRONG("doctor", "conf", ".conf:2: ");
	SAYS("/etc/uiomap.d/20.conf: ");
	/* The device itself works. */
	NOTES("doctor %s", "conf", ".conf:2: 'dam='");
	PRINTS("drivers", "uiomap: /etc/uiomap.d/10-\\x1b.conf:2: ");
	says_nothing_of("\033");
	PRINTS("drivers %s", "uiomap: /etc/uiomap.d/20.conf: ");
	EXITS(0, "drivers --json 2> /dev/null");
	IS_JSON();
	uiosim_free(d);

	/* A line without `take`: the normal driver had the device first and keeps it. */
	cr_assert(pci_find(PCI_E1000, 0, card));
	shell("rm -r /etc/uiomap.d/* && modprobe e1000 && printf '\npci:8086:100e\n' > /etc/uiomap.d/cards.conf");
	name = card;
	WRONG("doctor pci:%s", "conf-take", "/etc/uiomap.d/cards.conf:2 is for 0000:");
	shell("echo 'pci:8086:100e take' > /etc/uiomap.d/cards.conf");
	EXITS(1, "doctor pci:%s");
	says_nothing_of("doesn't say take");
	shell("modprobe -r e1000");
}
