/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The group's permissions for a PCI device's files in sysfs, set by a real udevd. The group gets
 * only what the device's UIO driver leaves to user space, and nothing beyond the device. It loses
 * all of it before the next driver binds, even if another user tries to prevent that.
 */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../udev/bind.h"
#include "sim-fixture.h"
#include "qmp.h"
#include "pci.h"
#include "udev-rules.h"

#define NOBODY	     65534
#define E1000_STATUS 0x8

TestSuite(rights, .init = rules_begin, .fini = rules_end);

static const char *file_of(const char *address, const char *file)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", pci_device(address), file);
	return path;
}

static void bound(const char *address, const char *driver)
{
	struct bus_device dev;

	uevent(pci_device(address), "add");
	udevd_settle();
	cr_assert_eq(bind_device_read("pci", address, &dev), 0, "%s", uiomap_i_error_text());
	cr_assert_str_eq(dev.driver, driver);
}

static void released(const char *address)
{
	struct bus_device dev;

	installed_conf("");
	cr_assert_eq(bind_device_read("pci", address, &dev), 0, "%s", uiomap_i_error_text());
	cr_assert_eq(bind_release(&dev), 0, "%s", uiomap_i_error_text());
	udevd_settle();
	/* The release loaded the device's normal driver, if it has one. */
	cr_assert_eq(system("modprobe -r e1000"), 0);
}

/* Unbind through the kernel alone, which notifies only udev. */
static void unbound(const char *address)
{
	char line[256];

	snprintf(line, sizeof(line), "echo %s > %s/driver/unbind && echo > %s/driver_override",
		 address, pci_device(address), pci_device(address));
	cr_assert_eq(system(line), 0, "%s", line);
}

static void expect_roots(const char *address)
{
	expect_mode(file_of(address, "config"), 0, 0644);
	expect_mode(file_of(address, "resource0"), 0, 0600);
}

/* ---- which files --------------------------------------------------------------- */

/*
 * Use the ports IOADDR and IODATA (82540EM, 13.2.2.1). QEMU accepts writes and returns 0 for reads.
 */
static const char *use_ports(const void *unused)
{
	struct uiomap_device *device = uiomap_open("pci:8086:100e", 0);
	struct uiomap_port *port = device ? uiomap_port_open_name(device, "BAR1") : NULL;
	uint32_t status;

	(void)unused;
	if (!port || uiomap_port_write32(port, 0, E1000_STATUS) < 0 ||
	    uiomap_port_read32(port, 4, &status) < 0)
		return uiomap_error();
	uiomap_close(device);
	return NULL;
}

/*
 * The node is enough for all but ports. The group gets ports and the configuration space only if
 * the configuration asks for them.
 */
Test(rights, uio_stub)
{
	const gid_t group = installed_group();
	char address[PCI_ADDRESS], uio[64];

	cr_assert(pci_find(PCI_E1000, 0, address));
	start("pci:8086:100e\n");
	bound(address, "uio_stub");
	snprintf(uio, sizeof(uio), "/sys/class/uio/uio%d", pci_uio_number(address));
	expect_roots(address);
	expect_mode(file_of(address, "resource1"), 0, 0600);

	installed_conf("pci:8086:100e config_write\n");
	uevent(uio, "change");
	udevd_settle();
	expect_mode(file_of(address, "config"), group, 0664);
	expect_mode(file_of(address, "resource0"), 0, 0600);
	expect_mode(file_of(address, "resource1"), 0, 0600);

	installed_conf("pci:8086:100e ports\n");
	uevent(uio, "change");
	udevd_settle();
	expect_roots(address);
	expect_mode(file_of(address, "resource1"), group, 0660);
	as_member(use_ports, NULL);

	/* This line names another driver, so it doesn't apply to the device as it is bound. */
	installed_conf("pci:8086:100e driver=uio_pci_generic config_write\n");
	uevent(uio, "change");
	udevd_settle();
	expect_roots(address);
	released(address);
	expect_mode(file_of(address, "resource1"), 0, 0600);
}

static const char *has_neither(const void *address)
{
	struct uiomap_device *device = uiomap_open("pci:8086:100e", 0);

	(void)address;
	if (!device)
		return uiomap_error();
	if (uiomap_config_write8(device, PCI_INTERRUPT_LINE, 1) == 0)
		return "it writes to the configuration space";
	if (errno != EACCES || !strstr(uiomap_error(), " --persist config_write"))
		return uiomap_error();
	if (uiomap_port_open_name(device, "BAR1"))
		return "it has the ports";
	return errno == EACCES && strstr(uiomap_error(), " --persist ports") ? NULL :
									       uiomap_error();
}

/* Without permission, the error names the option that gives it. */
Test(rights, told_how)
{
	char address[PCI_ADDRESS];

	cr_assert(pci_find(PCI_E1000, 0, address));
	start("pci:8086:100e\n");
	bound(address, "uio_stub");
	as_member(has_neither, NULL);
	released(address);
}

/*
 * A BAR of 256 bytes: a mapping of it is a whole page, which may contain other devices' registers.
 * So the group gets no access.
 */
Test(rights, less_than_a_page)
{
	const gid_t group = installed_group();
	struct monitor *m = qmp_open();
	char address[PCI_ADDRESS];

	start("pci:10ec:8139 driver=uio_pci_generic\npci:1234:11e8 driver=uio_pci_generic\n");
	qmp_plug(m, "rtl8139", "small", "port0", "");
	pci_plugged(PCI_PORT0, address);
	udevd_settle();
	cr_assert_geq(pci_uio_number(address), 0);
	expect_mode(file_of(address, "config"), group, 0664);
	/* access to ports can't reach beyond the BAR */
	expect_mode(file_of(address, "resource0"), group, 0660);
	expect_mode(file_of(address, "resource1"), 0, 0600);
	qmp_unplug(m, "small");
	qmp_unplugged(m, "small");
	qmp_close(m);

	/* A BAR of whole pages. */
	cr_assert(pci_find(PCI_EDU, 0, address));
	bound(address, "uio_pci_generic");
	expect_mode(file_of(address, "resource0"), group, 0660);
	released(address);
	expect_roots(address);
}

/* ---- permissions end ----------------------------------------------------------- */

/* Permissions end before the next driver binds, even if udev is busy. */
Test(rights, before_the_next_driver)
{
	struct bus_device dev;
	char address[PCI_ADDRESS];

	cr_assert(pci_find(PCI_EDU, 0, address));
	start("pci:1234:11e8 driver=uio_pci_generic\n");
	bound(address, "uio_pci_generic");
	installed_conf("");
	udevd_freeze();
	cr_assert_eq(bind_device_read("pci", address, &dev), 0, "%s", uiomap_i_error_text());
	cr_assert_eq(bind_release(&dev), 0, "%s", uiomap_i_error_text());
	expect_roots(address);
	udevd_thaw();
	udevd_settle();
	expect_roots(address);
}

/*
 * Fork a process of user nobody that locks this file until it is killed. The file must be readable
 * for it.
 */
static pid_t lock_as_nobody(const char *path)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	cr_assert_eq(pipe(ready), 0);
	fflush(NULL);
	pid = fork();
	cr_assert(pid >= 0);
	if (!pid) {
		int fd = setgid(NOBODY) == 0 && setuid(NOBODY) == 0 ? open(path, O_RDONLY) : -1;

		byte = fd < 0 ? errno : flock(fd, LOCK_EX) < 0;
		_exit(write(ready[1], &byte, 1) == 1 ? (pause(), 0) : 1);
	}
	close(ready[1]);
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	cr_assert_eq(byte, 0, "%s can't be opened by nobody any more: %s", path, strerror(byte));
	return pid;
}

/*
 * An older version let all users open the files in /run/uiomap. If a user still holds a lock on
 * one, udev's program must not hang, and it must take back the group's permissions first.
 */
Test(rights, held_up)
{
	struct monitor *m = qmp_open();
	char address[PCI_ADDRESS], other[PCI_ADDRESS], path[64];
	struct stat st;
	pid_t nobody;

	start("pci:1234:11e8 driver=uio_pci_generic\n");
	qmp_plug(m, "edu", "second", "port0", "");
	pci_plugged(PCI_PORT0, other);
	udevd_settle();
	cr_assert(pci_find(PCI_EDU, 0, address) && strcmp(address, other));
	bound(address, "uio_pci_generic");
	expect_mode(file_of(address, "config"), installed_group(), 0664);

	snprintf(path, sizeof(path), "/run/uiomap/uio%d", pci_uio_number(other));
	expect_mode("/run/uiomap", 0, 0700);
	expect_mode(path, 0, 0600);
	cr_assert_eq(chmod("/run/uiomap", 0755), 0);
	cr_assert_eq(chmod(path, 0644), 0);
	nobody = lock_as_nobody(path);
	/* udev's program must look at the other device for this one's links. */
	unbound(address);
	udevd_settle();
	expect_roots(address);
	cr_assert_eq(stat("/run/uiomap", &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0700, "mode %o", st.st_mode);
	cr_assert_eq(kill(nobody, SIGKILL), 0);
	cr_assert_eq(waitpid(nobody, NULL, 0), nobody);

	installed_conf("");
	qmp_unplug(m, "second");
	qmp_unplugged(m, "second");
	qmp_close(m);
}

/* ---- files that stay open ------------------------------------------------------ */

/* Open a file as a member of the group. */
static int open_as_member(const char *path)
{
	const gid_t group = installed_group();
	int fd;

	cr_assert(setgroups(1, &group) == 0 && setegid(NOBODY) == 0 && seteuid(NOBODY) == 0);
	fd = open(path, O_RDWR | O_CLOEXEC);
	cr_assert(seteuid(0) == 0 && setegid(0) == 0);
	return fd;
}

/* Returns true if reading this register raises SIGBUS. */
static bool faults(volatile const uint32_t *reg)
{
	const pid_t pid = fork();
	int status;

	cr_assert(pid >= 0);
	if (!pid) {
		signal(SIGBUS, SIG_DFL);
		(void)*reg;
		_exit(0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS;
}

/*
 * A process that keeps files open when the card gets its normal driver. Its mapping is revoked,
 * since that driver claims the BAR (CONFIG_IO_STRICT_DEVMEM), and it can't make a new one. But it
 * can still write through the open `config`, as uiomap.conf(5) says. So under uio_stub the group
 * gets neither file.
 */
Test(rights, held_open)
{
	volatile const uint32_t *regs;
	char address[PCI_ADDRESS];
	struct bus_device dev;
	int config, resource;
	uint8_t line;

	cr_assert(pci_find(PCI_E1000, 0, address));
	start("pci:8086:100e driver=uio_pci_generic\n");
	bound(address, "uio_pci_generic");
	config = open_as_member(file_of(address, "config"));
	resource = open_as_member(file_of(address, "resource0"));
	cr_assert(config >= 0 && resource >= 0, "%s", strerror(errno));
	regs = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, resource, 0);
	cr_assert(regs != MAP_FAILED, "%s", strerror(errno));
	cr_assert(!faults(regs + E1000_STATUS / 4));

	released(address);
	cr_assert_eq(system("modprobe e1000"), 0);
	cr_assert_eq(bind_device_read("pci", address, &dev), 0, "%s", uiomap_i_error_text());
	cr_assert_str_eq(dev.driver, "e1000");
	cr_assert(faults(regs + E1000_STATUS / 4), "the mapping still reaches the card");
	cr_assert(mmap(NULL, 4096, PROT_READ, MAP_SHARED, resource, 0) == MAP_FAILED,
		  "it is mapped once more");
	cr_assert_eq(pread(config, &line, 1, PCI_INTERRUPT_LINE), 1);
	cr_assert_eq(pwrite(config, &line, 1, PCI_INTERRUPT_LINE), 1,
		     "the kernel closes it after all: say so in uiomap.conf(5)");
	cr_assert_eq(open_as_member(file_of(address, "config")), -1);
	close(config);
	close(resource);

	installed_conf("pci:8086:100e take\n");
	bound(address, "uio_stub");
	cr_assert_eq(open_as_member(file_of(address, "config")), -1);
	cr_assert_eq(open_as_member(file_of(address, "resource0")), -1);
	released(address);
}
