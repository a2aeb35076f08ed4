/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The library without permissions, with limits and in a container's file systems; and port
 * regions, which need permissions.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim-fixture.h"
#include "pci.h"

#define SAYS(text) cr_assert(strstr(uiomap_error(), text), "no \"%s\" in: %s", text, uiomap_error())

static struct uiomap_device *take(uint16_t vendor, uint16_t id, const char *driver)
{
	char address[PCI_ADDRESS], selector[32];
	struct uiomap_device *device;

	cr_assert(pci_find(vendor, id, 0, address));
	pci_bind(address, driver, NULL);
	snprintf(selector, sizeof(selector), "pci:%s", address);
	device = uiomap_open(selector, 0);
	cr_assert(device, "%s", uiomap_error());
	return device;
}

static void leave(struct uiomap_device *device)
{
	char address[PCI_ADDRESS];

	snprintf(address, sizeof(address), "%s", uiomap_info_device(uiomap_device_info(device)));
	uiomap_close(device);
	pci_unbind(address);
}

/* Mounts that follow are private to this test, as in a container. */
static void own_mounts(void)
{
	cr_assert_eq(unshare(CLONE_NEWNS), 0);
	cr_assert_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
}

static void remount(const char *folder, unsigned long flags)
{
	cr_assert_eq(mount(folder, folder, NULL, MS_BIND | MS_REC, NULL), 0, "%s: %s", folder,
		     strerror(errno));
	cr_assert_eq(mount(NULL, folder, NULL, MS_REMOUNT | MS_BIND | flags, NULL), 0, "%s: %s",
		     folder, strerror(errno));
}

/*
 * A read-only /sys: maps of the node work, configuration space can be read, and a write fails
 * with the reason.
 */
Test(access, read_only_sys)
{
	static const char * const drivers[] = { "uio_stub", "uio_pci_generic" };

	for (int i = 0; i < 2; i++) {
		struct uiomap_device *edu = take(PCI_EDU, drivers[i]);
		pid_t child = fork();
		int status;

		if (!child) {
			struct uiomap_region *region;
			uint16_t vendor;

			own_mounts();
			remount("/sys", MS_RDONLY);
			/* An earlier handle still uses the /sys in which it was opened. */
			edu = uiomap_open("pci:1234:11e8", 0);
			cr_assert(edu, "%s", uiomap_error());
			region = uiomap_map_name(edu, "BAR0", 0);
			cr_assert(region, "%s", uiomap_error());
			cr_assert_eq(uiomap_read32(uiomap_region_base(region), 0) & 0xff, 0xed);
			OK(uiomap_config_read16(edu, 0, &vendor));
			cr_assert_eq(vendor, 0x1234);
			FAILS(uiomap_config_write8(edu, PCI_INTERRUPT_LINE, 0), EROFS);
			SAYS("mounted read-only");
			OK(uiomap_config_read16(edu, 0, &vendor));
			_exit(0);
		}
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert_eq(status, 0, "%s: status 0x%x", drivers[i], status);
		leave(edu);
	}
}

/* No /sys, nodes on a nodev mount, no node: three different errors. */
Test(access, no_sys_and_no_devices)
{
	struct uiosim *d = plug("access-", "memory", NULL, "physical:0:4096", "uio_stub");
	char uio[32];

	snprintf(uio, sizeof(uio), "uio%d", uiosim_uio_number(d));
	own_mounts();
	remount("/dev", MS_NODEV);
	FAILS_NULL(uiomap_open(uio, 0), EACCES);
	SAYS("mounted nodev");
	cr_assert_eq(mount("tmpfs", "/dev", "tmpfs", 0, NULL), 0);
	FAILS_NULL(uiomap_open(uio, 0), ENXIO);
	SAYS("passed to this container");
	cr_assert_eq(umount2("/dev", MNT_DETACH), 0);
	cr_assert_eq(umount2("/dev", MNT_DETACH), 0);
	cr_assert_eq(mount("tmpfs", "/sys", "tmpfs", 0, NULL), 0);
	FAILS_NULL(uiomap_open(uio, 0), ENODEV);
	SAYS("sysfs is not mounted here");
	FAILS_NULL(uiomap_list(NULL, NULL), ENODEV);
	cr_assert_eq(umount2("/sys", MNT_DETACH), 0);
	uiosim_free(d);
}

/* A process that locks all its mappings (mlockall), with a limit below the map's size. */
Test(access, limit_of_locked_memory)
{
	struct uiosim *d = plug("access-", "memory", NULL, "physical:0:1048576", "uio_stub");
	struct uiomap_device *device = open_dummy(d, 0);
	pid_t child = fork();
	int status;

	if (!child) {
		const struct rlimit limit = { 524288, 524288 };

		cr_assert_eq(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
		cr_assert(setgid(65534) == 0 && setuid(65534) == 0);
		cr_assert_eq(mlockall(MCL_FUTURE), 0, "%s", strerror(errno));
		FAILS_NULL(uiomap_map(device, 0, 0), EAGAIN);
		SAYS("ulimit -l; for a service: LimitMEMLOCK=");
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0, "status 0x%x", status);
	uiomap_close(device);
	uiosim_free(d);
}

/*
 * A PCI card's ports, by sysfs: pci-testdev, whose first byte selects a test, returns its name.
 * Not without permission, and not after it is unbound.
 */
Test(access, ports_of_a_card)
{
	enum { CHOOSE = 0, NAME = 16 };
	static const char * const drivers[] = { "uio_stub", "uio_pci_generic" };

	for (int i = 0; i < 2; i++) {
		struct uiomap_device *card = take(PCI_TESTDEV, drivers[i]);
		struct uiomap_port *port = uiomap_port_open_name(card, "BAR1");
		char name[7] = "";
		uint32_t word;
		pid_t child;
		int status;

		cr_assert(port, "%s", uiomap_error());
		OK(uiomap_port_write8(port, CHOOSE, 0));
		for (int n = 0; n < 6; n++)
			OK(uiomap_port_read8(port, NAME + n, (uint8_t *)&name[n]));
		cr_assert_str_eq(name, "portio");
		FAILS(uiomap_port_read32(port, 65536, &word), ERANGE);
		FAILS_NULL(uiomap_port_open_name(card, "bar1"), ERANGE);
		SAYS("names are case-sensitive: there is \"BAR1\"");
		child = fork();
		if (!child) {
			cr_assert(setgid(65534) == 0 && setuid(65534) == 0);
			FAILS_NULL(uiomap_port_open_name(card, "BAR1"), EACCES);
			SAYS("the group uio");
			_exit(0);
		}
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert_eq(status, 0, "status 0x%x", status);
		pci_unbind(uiomap_info_device(uiomap_device_info(card)));
		FAILS(uiomap_port_read32(port, NAME, &word), ENODEV);
		FAILS(uiomap_port_write8(port, CHOOSE, 0), ENODEV);
		uiomap_close(card);
	}
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text), "%s < %s: %s", path,
		     text, strerror(errno));
	close(fd);
}

/*
 * A platform device's ports, by instructions: QEMU's fw_cfg, with selector (16 bits) and data
 * (8 bits), which begins with "QEMU".
 */
#define FW_CFG "/sys/bus/platform/devices/QEMU0002:00/"
Test(access, ports_by_instructions)
{
	struct uiomap_device *device;
	struct uiomap_port *port;
	char name[5] = "";
	pid_t child;
	int status;

	if (access(FW_CFG "driver", F_OK) == 0)
		put(FW_CFG "driver/unbind", "QEMU0002:00");
	put(FW_CFG "driver_override", "uio_stub");
	put("/sys/bus/platform/drivers_probe", "QEMU0002:00");
	device = uiomap_open("platform:QEMU0002:00", 0);
	cr_assert(device, "%s", uiomap_error());
	port = uiomap_port_open(device, 0);
	cr_assert(port, "%s", uiomap_error());
	OK(uiomap_port_write16(port, 0, 0));
	for (int i = 0; i < 4; i++)
		OK(uiomap_port_read8(port, 1, (uint8_t *)&name[i]));
	cr_assert_str_eq(name, "QEMU");
	child = fork();
	if (!child) {
		uint8_t v;

		cr_assert(setgid(65534) == 0 && setuid(65534) == 0);
		FAILS(uiomap_port_read8(port, 1, &v), EACCES);
		SAYS("CAP_SYS_RAWIO");
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0, "status 0x%x", status);
	put(FW_CFG "driver/unbind", "QEMU0002:00");
	FAILS(uiomap_port_read8(port, 1, (uint8_t *)name), ENODEV);
	uiomap_close(device);
	put(FW_CFG "driver_override", "\n");
}

/* ---- a monitor in other namespaces ---- */

struct place {
	int flags;
	uid_t uid;
	const char *map;  /* the user namespace's uid_map */
	const char *says; /* expected error; NULL: it receives events */
};

static void listen_there(const struct place *place, int told, int go)
{
	struct uiomap_monitor *monitor;
	struct uiomap_info *info;
	char byte = 0;
	int event;

	cr_assert(!place->uid || (setgid(place->uid) == 0 && setuid(place->uid) == 0));
	/* After a change of user, the process's files in /proc belong to root. */
	cr_assert_eq(prctl(PR_SET_DUMPABLE, 1), 0);
	cr_assert_eq(unshare(place->flags), 0, "%s", strerror(errno));
	put("/proc/self/uid_map", place->map);
	if (place->says) {
		FAILS_NULL(uiomap_monitor_open(NULL), ENOTSUP);
		SAYS(place->says);
		return;
	}
	monitor = uiomap_monitor_open(NULL);
	cr_assert(monitor, "%s", uiomap_error());
	while ((event = uiomap_monitor_next(monitor, 0, &info)) > 0)
		uiomap_info_free(info);
	cr_assert_eq(write(told, &byte, 1), 1);
	cr_assert_eq(read(go, &byte, 1), 1);
	cr_assert_eq(uiomap_monitor_next(monitor, LATE, &info), UIOMAP_EVENT_ADD, "%s",
		     uiomap_error());
	uiomap_info_free(info);
	uiomap_monitor_close(monitor);
}

Test(access, monitor_in_a_user_namespace)
{
	static const struct place places[] = {
		{ CLONE_NEWUSER | CLONE_NEWNET, 0, "0 0 1",
		  "no uevents to a network namespace of another user namespace" },
		{ CLONE_NEWUSER, 1234, "0 1234 1", "has no root" },
		{ CLONE_NEWUSER, 0, "0 0 1", NULL },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		int told[2], go[2], status;
		struct uiosim *d = NULL;
		char byte = 0;
		pid_t child;

		cr_assert(pipe(told) == 0 && pipe(go) == 0);
		child = fork();
		if (!child) {
			listen_there(&places[i], told[1], go[0]);
			_exit(0);
		}
		close(told[1]);
		if (!places[i].says) {
			cr_assert_eq(read(told[0], &byte, 1), 1, "place %zu", i);
			d = plug("access-", "memory", NULL, "physical:0:4096", "uio_stub");
			cr_assert_eq(write(go[1], &byte, 1), 1);
		}
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert_eq(status, 0, "place %zu: status 0x%x", i, status);
		uiosim_free(d);
		close(told[0]);
		close(go[0]);
		close(go[1]);
	}
}
