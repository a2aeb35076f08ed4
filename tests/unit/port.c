/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Port regions: by files of a PCI device, and errors of other devices. The VM tests use real
 * ports.
 */
#include "fake-sysfs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

TestSuite(port, .init = tree_begin, .fini = tree_end);

#define PARENT "sys/devices/pci0000:00/0000:01:00.0/"
#define NONE   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"

/* BAR0: memory; BAR1 and BAR4: ports. */
static const struct tree_device card = {
	.name = "8086:100e",
	.parent = "pci0000:00/0000:01:00.0",
	.bus = "pci",
	.driver = "uio_stub",
	.stub_maps = "0 uncached\n",
	.stub_irq = "masked",
	.resource = "0x00000000fe000000 0x00000000fe003fff 0x0000000000040200\n"
		    "0x000000000000c140 0x000000000000c17f 0x0000000000040101\n" NONE NONE
		    "0x000000000000c000 0x000000000000c007 0x0000000000040101\n" NONE NONE,
	.map_count = 1,
	.maps = { { "BAR0", 0xfe000000, 0x4000, 0, false } },
	.port_count = 2,
	.ports = { { "BAR1", "port_x86", 0xc140, 0x40 }, { "BAR4", "port_x86", 0xc000, 8 } },
};

static struct uiomap_device *open_card(unsigned int flags)
{
	static const unsigned char bytes[0x40];
	struct uiomap_device *device;

	tree_device(1, &card);
	tree_write_bytes(PARENT "resource1", bytes, 0x40);
	tree_write_bytes(PARENT "resource4", bytes, 8);
	device = uiomap_open("uio1", flags);
	assert_ok(device);
	return device;
}

#define REFUSED(call, error, text)                                                                 \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert(!(call) || (intptr_t)(call) == -1, "%s is done", #call);                 \
		assert_errno(error);                                                               \
		assert_text(text);                                                                 \
	} while (0)

/* By number and by name: each width accesses the right bytes and no others. */
Test(port, pci)
{
	struct uiomap_device *device = open_card(0);
	struct uiomap_port *one = uiomap_port_open(device, 0),
			   *four = uiomap_port_open_name(device, "BAR4");
	unsigned char bytes[0x40];
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;
	int fd;

	assert_ok(one && four);
	cr_assert_eq(uiomap_port_region(one)->start, 0xc140);
	cr_assert_eq(uiomap_port_region(four)->size, 8);
	cr_assert_eq(uiomap_port_write32(one, 0x3c, 0x44332211), 0, "%s", uiomap_error());
	cr_assert_eq(uiomap_port_write16(one, 0x11, 0x6655), 0, "ports may be at odd addresses: %s",
		     uiomap_error());
	cr_assert_eq(uiomap_port_write8(four, 7, 0x77), 0, "%s", uiomap_error());
	fd = open(PARENT "resource1", O_RDONLY | O_CLOEXEC);
	cr_assert_eq(pread(fd, bytes, 0x40, 0), 0x40);
	close(fd);
	for (int i = 0; i < 0x40; i++)
		cr_assert_eq(bytes[i] != 0, i == 0x11 || i == 0x12 || i >= 0x3c, "byte 0x%x", i);
	cr_assert_eq(uiomap_port_read32(one, 0x3c, &v32), 0);
	cr_assert_eq(v32, 0x44332211);
	cr_assert_eq(uiomap_port_read16(one, 0x11, &v16), 0);
	cr_assert_eq(v16, 0x6655);
	cr_assert_eq(uiomap_port_read8(four, 7, &v8), 0);
	cr_assert_eq(v8, 0x77);
	uiomap_port_close(one);
	/* this closes the other one, too */
	uiomap_close(device);
}

Test(port, which)
{
	struct uiomap_device *device = open_card(0);
	struct uiomap_port *port = uiomap_port_open(device, 1);
	int fds = tree_open_fds();
	uint32_t v = 77;

	REFUSED(uiomap_port_open(device, 2), ERANGE,
		"no port region 2; there are 0 \"BAR1\", 1 \"BAR4\"");
	REFUSED(uiomap_port_open_name(device, "bar1"), ERANGE,
		"names are case-sensitive: there is \"BAR1\"");
	REFUSED(uiomap_port_open_name(device, "BAR0"), ERANGE, "that is a map: uiomap_map_name()");
	REFUSED(uiomap_map_name(device, "BAR1", 0), ERANGE,
		"that is a port region, which can't be mapped: uiomap_port_open_name()");
	REFUSED(uiomap_map_name(device, "bar0", 0), ERANGE,
		"no map \"bar0\"; there are 0 \"BAR0\"; names are case-sensitive: there is \"BAR0\"");
	REFUSED(uiomap_port_open(NULL, 0), EINVAL, "no device");
	REFUSED(uiomap_port_open_name(NULL, "BAR1"), EINVAL, "no device");
	REFUSED(uiomap_port_open_name(device, NULL), EINVAL, "no name");
	REFUSED(uiomap_port_region(NULL), EINVAL, "no port region");
	REFUSED(uiomap_port_read32(NULL, 0, &v), EINVAL, "no port region");
	REFUSED(uiomap_port_read32(port, 0, NULL), EINVAL, "no value");
	REFUSED(uiomap_port_read32(port, 5, &v), ERANGE,
		"port region \"BAR4\": 4 bytes at offset 0x5 are beyond its end 0x8");
	REFUSED(uiomap_port_write8(port, 8, 0), ERANGE, "beyond");
	REFUSED(uiomap_port_write16(port, SIZE_MAX, 0), ERANGE, "beyond");
	cr_assert_eq(v, 77);
	errno = 77;
	uiomap_port_close(NULL);
	cr_assert_eq(errno, 77);
	cr_assert_eq(tree_open_fds(), fds);
	uiomap_close(device);
}

Test(port, read_only_handle)
{
	struct uiomap_device *device = open_card(UIOMAP_RDONLY);
	struct uiomap_port *port;
	uint8_t v;

	core_openat_error("resource1", O_WRONLY, EACCES);
	port = uiomap_port_open(device, 0);
	assert_ok(port);
	cr_assert_eq(uiomap_port_read8(port, 0, &v), 0);
	REFUSED(uiomap_port_write8(port, 0, 0), EACCES, "UIOMAP_RDONLY");
	uiomap_close(device);
}

/* Missing permission, a read-only /sys, a FIFO, a missing BAR: each has its own error. */
Test(port, pci_without_the_file)
{
	struct uiomap_device *device = open_card(0);

	core_openat_error("resource1", O_RDONLY, EACCES);
	REFUSED(uiomap_port_open(device, 0), EACCES,
		" --persist ports, with what else its line says");
	core_openat_error("resource1", O_RDONLY, EROFS);
	REFUSED(uiomap_port_open(device, 0), EROFS, "mounted read-only");
	core_openat_error(NULL, 0, 0);
	tree_unlink(PARENT "resource1");
	cr_assert_eq(mkfifo(PARENT "resource1", 0644), 0);
	REFUSED(uiomap_port_open(device, 0), EPROTO, "\"BAR1\"");
	tree_write(PARENT "resource", NONE NONE NONE NONE NONE NONE);
	REFUSED(uiomap_port_open(device, 0), ENOTSUP, "not one of its BARs");
	uiomap_close(device);
}

/* Still open, but the device is unbound: these ports may belong to another device. */
Test(port, gone)
{
	struct uiomap_device *device = open_card(0);
	struct uiomap_port *port = uiomap_port_open(device, 0);
	uint8_t v = 77;

	assert_ok(port);
	tree_remove(1);
	REFUSED(uiomap_port_read8(port, 0, &v), ENODEV, "is gone");
	REFUSED(uiomap_port_write8(port, 0, 1), ENODEV, "is gone");
	REFUSED(uiomap_port_open(device, 0), ENODEV, "is gone");
	cr_assert_eq(v, 77);
	uiomap_close(device);
}

static int refuses_others(void)
{
	struct uiomap_device *device = uiomap_open("uio2", UIOMAP_RDONLY);
	int result = 1;

	if (device && !setgid(65534) && !setuid(65534) && !uiomap_port_open(device, 0)) {
		if (errno == ENOTSUP)
			result = strstr(uiomap_error(), "X86_IOPL_IOPERM") ? 0 : 2;
		else
			result = errno == EACCES && strstr(uiomap_error(), "CAP_SYS_RAWIO") ? 0 : 3;
	}
	uiomap_close(device);
	return result;
}

/* Not a PCI device: port instructions, if the machine has them and permits them. */
Test(port, platform)
{
	struct uiomap_device *device;
	pid_t child;
	int status;

	tree_device(2, &(struct tree_device){ .name = "ports",
					      .port_count = 3,
					      .ports = { { "x86", "port_x86", 0x80, 1 },
							 { "gpio", "port_gpio", 0x10, 4 },
							 { "beyond", "port_x86", 0xfffe, 4 } } });
	device = uiomap_open("ports", 0);
	REFUSED(uiomap_port_open_name(device, "gpio"), ENOTSUP, "port_gpio");
	REFUSED(uiomap_port_open_name(device, "beyond"), ENOTSUP, "0xfffe");
	uiomap_close(device);
#if defined(__x86_64__) || defined(__i386__)
	if (geteuid())
		cr_skip_test("only root can become somebody else");
	child = fork();
	if (!child)
		_exit(refuses_others());
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0, "status 0x%x", status);
#else
	(void)child;
	(void)status;
#endif
}
