/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap doctor: devices that the system uses must keep their drivers. */
#include "command.h"
#include "sim-fixture.h"

#include <sys/mount.h>

#include "doctor.h"
#include "pci.h"

Test(doctor, vital_devices)
{
	char card[PCI_ADDRESS];
	const char *name = card;

	cr_assert(pci_find(PCI_ROOT_PORT, 0, card));
	LEAVES("doctor pci:%s", "held-by-driver", "a bridge");
	SAYS("pcieport");
	/* The host bridge has no driver. */
	LEAVES("doctor pci:0000:00:00.0", "driver", "a bridge");

	cr_assert(pci_find(PCI_NVME, 0, card));
	shell("modprobe nvme && timeout 20 sh -c 'until [ -b /dev/nvme0n1 ]; do sleep 0.1; done' && mkswap -q /dev/nvme0n1 && swapon /dev/nvme0n1");
	LEAVES("doctor pci:%s", "held-by-driver", "/dev/nvme0n1, which is used as swap space");
	/* Imitate a partition of another disk that is on top of this one (dm). */
	own_mounts();
	cover("/sys/dev");
	shell("mkdir -p /sys/dev/block /run/dm/slaves /run/dm/part && ln -s /sys/block/nvme0n1 /run/dm/slaves && "
	      "ln -s /run/dm/part /sys/dev/block/$(cat /sys/block/nvme0n1/dev)");
	LEAVES("doctor pci:%s", "held-by-driver", "which is used as swap space");
	cr_assert_eq(umount("/sys/dev"), 0);
	shell("swapoff /dev/nvme0n1 && mkfs.ext4 -q -F /dev/nvme0n1 && mkdir -p /run/disk && mount /dev/nvme0n1 /run/disk");
	LEAVES("doctor pci:%s", "held-by-driver", "mounted on /run/disk");
	shell("umount /run/disk");
	WRONG("doctor pci:%s", "held-by-driver", "uiomap bind pci:");
	shell("modprobe -r nvme");

	cr_assert(pci_find(PCI_E1000, 0, card));
	shell("modprobe e1000 && ip link set eth0 up");
	LEAVES("doctor pci:%s", "held-by-driver", "ip link set eth0 down");
	shell("modprobe -r e1000");
}

/* Find the 9p device with this tag. */
static void card_of_folder(const char *tag, char card[PCI_ADDRESS])
{
	char command[256];
	FILE *f;

	snprintf(
		command, sizeof(command),
		"basename $(dirname $(readlink -f $(dirname $(grep -xalz %s /sys/bus/virtio/drivers/9pnet_virtio/*/mount_tag))))",
		tag);
	f = popen(command, "r");
	cr_assert(f && fgets(card, PCI_ADDRESS, f), "%s", command);
	pclose(f);
	card[strcspn(card, "\n")] = '\0';
}

/*
 * This VM's root is an overlay of a host folder whose mount is invisible; another shared
 * folder's mount is visible.
 */
Test(doctor, folders_of_the_host)
{
	char card[PCI_ADDRESS], command[512];
	const char *name = card;

	card_of_folder("root", card);
	LEAVES("doctor pci:%s", "held-by-driver", "mounted on / may be on it");
	card_of_folder("share", card);
	LEAVES("doctor pci:%s", "held-by-driver", "mounted on /run/vm/share is on it");

	/* Fake mounts, and virtiofs as in Linux 6.9. */
	own_mounts();
	shell("d=$(dirname $(grep -xalz share /sys/bus/virtio/drivers/9pnet_virtio/*/mount_tag)) && d=$(readlink -f $d) && "
	      "mount -t tmpfs tmpfs /sys/bus/virtio/drivers && mkdir -p /sys/bus/virtio/drivers/virtiofs && "
	      "ln -s $d /sys/bus/virtio/drivers/virtiofs && mount -t tmpfs tmpfs /sys/fs && mkdir -p /sys/fs/virtiofs/1 && "
	      "echo home > /sys/fs/virtiofs/1/tag && ln -s $d /sys/fs/virtiofs/1/device");
	/* The tests find the build folder by /proc/self/exe. */
	shell("exe=$(readlink /proc/$PPID/exe) && mount -t tmpfs tmpfs /proc && mkdir /proc/self && ln -s $exe /proc/self/exe && "
	      "echo '30 29 0:29 / /home rw,relatime - virtiofs home rw' > /proc/self/mountinfo");
	LEAVES("doctor pci:%s", "held-by-driver", "mounted on /home is on it");
	shell("echo other > /sys/fs/virtiofs/1/tag");
	snprintf(command, sizeof(command), "uiomap bind pci:%s take", card);
	WRONG("doctor pci:%s", "held-by-driver", command);
	/* Older kernels don't show the tag. */
	shell("rm -r /sys/fs/virtiofs");
	LEAVES("doctor pci:%s", "held-by-driver", "mounted on /home is on it");
	shell("echo '30 29 0:29 / /home rw,relatime - 9p home rw' > /proc/self/mountinfo");
	WRONG("doctor pci:%s", "held-by-driver", command);
}

Test(doctor, consoles)
{
	char card[PCI_ADDRESS] = "", command[512];
	const char *name = card;
	FILE *f;

	LEAVES("doctor platform:serial8250", "held-by-driver", "ttyS0, a console of the kernel");
	f = popen(
		"basename $(dirname $(readlink -f /sys/bus/virtio/drivers/virtio_console/virtio0))",
		"r");
	cr_assert(f && fgets(card, sizeof(card), f));
	pclose(f);
	card[strcspn(card, "\n")] = '\0';
	snprintf(command, sizeof(command), "uiomap bind pci:%s take", card);
	WRONG("doctor pci:%s", "held-by-driver", command);
	own_mounts();
	shell("echo 'tty0 hvc0' > /run/active && mount --bind /run/active /sys/class/tty/console/active");
	LEAVES("doctor pci:%s", "held-by-driver", "hvc0, a console of the kernel");
	WRONG("doctor platform:serial8250", "held-by-driver",
	      "uiomap bind platform:serial8250 take");
	/* A serial port on a card. */
	shell("echo ttyUL0 > /run/active && mount -t tmpfs tmpfs /sys/class/tty && mkdir /sys/class/tty/console && "
	      "echo ttyUL0 > /sys/class/tty/console/active && ln -s $(readlink -f /sys/bus/pci/devices/%s)/virtio0 /sys/class/tty/ttyUL0",
	      card);
	LEAVES("doctor pci:%s", "held-by-driver", "ttyUL0, a console of the kernel");
}
