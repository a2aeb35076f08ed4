/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Port regions. Those of a PCI device are accessed with its files resourceN:
 * one pread(2) or pwrite(2) of 1, 2 or 4 bytes is one access of that width
 * (pci_read_resource_io(), pci_write_resource_io() in drivers/pci/pci-sysfs.c).
 * Others are accessed with the CPU's port instructions, which only x86 has. The
 * permission for them, ioperm(2), belongs to the calling thread, so each access
 * requests it and drops it again. That way no thread keeps it after the device
 * was removed. Under VFIO they are a part of the device's file.
 */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <sys/io.h>
#define PORTS_X86 65536
#endif

struct uiomap_port {
	struct uiomap_port *next;
	struct uiomap_device *device;
	const struct uiomap_port_info *info;
	int fd;	     /* a PCI device's resourceN; -1: use instructions */
	bool shared; /* fd is the backend's, where the ports begin at an offset */
	off_t begin;
};

/* Report a failed system call. */
static int fail_port(const struct uiomap_port *port, const char *what)
{
	const struct uiomap_info *info = port->device->info;
	int error = errno;

	if (uiomap_device_removed(port->device))
		return uiomap_i_fail_gone(port->device);
	if (error == EACCES || error == EPERM)
		return uiomap_i_fail(
			EACCES, "%s: can't %s port region %s: %s; %s", LABEL(info), what,
			QUOTE(port->info->name), uiomap_i_why(error),
			port->fd >= 0 || !strcmp(info->dev.bus, "pci") ?
				WORD_RIGHT(info, error, "ports") :
				"ioperm(2) takes CAP_SYS_RAWIO, and a kernel that isn't locked down (man kernel_lockdown)");
	return uiomap_i_fail(error, "%s: can't %s port region %s: %s", LABEL(info), what,
			     QUOTE(port->info->name), uiomap_i_why(error));
}

/* Open the file of the BAR that begins at the region's first port. */
static int open_bar(struct uiomap_port *port)
{
	const struct uiomap_device *device = port->device;
	char text[ATTR_SIZE], file[32];
	struct pci_bar bars[PCI_BARS];
	unsigned int i = 0;

	if (uiomap_i_attr_read(device->dirfd, "device/resource", text) < 0)
		return uiomap_i_fail_attr(device->dirfd, device->info->number, "device/resource");
	if (uiomap_i_pci_bars(text, bars))
		while (i < PCI_BARS && (!uiomap_i_pci_bar_is(&bars[i], PCI_BAR_PORTS) ||
					bars[i].start != port->info->start))
			i++;
	if (i == PCI_BARS)
		return uiomap_i_fail(ENOTSUP, "%s: port region %s is not one of its BARs",
				     LABEL(device->info), QUOTE(port->info->name));
	snprintf(file, sizeof(file), "device/resource%u", i);
	port->fd = uiomap_i_attr_open(device->dirfd, file,
				      device->flags & UIOMAP_RDONLY ? O_RDONLY : O_RDWR);
	return port->fd < 0 ? fail_port(port, "open") : 0;
}

#ifdef PORTS_X86
/* Grant (on = 1) or drop (on = 0) the calling thread's permission for these ports. */
static int allow(const struct uiomap_port *port, size_t offset, size_t width, int on)
{
	if (ioperm(port->info->start + offset, width, on) == 0)
		return 0;
	if (errno == ENOSYS)
		return uiomap_i_fail(
			ENOTSUP,
			"%s: port region %s: this kernel was built without X86_IOPL_IOPERM, so no program can use ports",
			LABEL(port->device->info), QUOTE(port->info->name));
	return fail_port(port, "use");
}

static int access_x86(const struct uiomap_port *port, size_t offset, void *value, size_t width,
		      bool write)
{
	unsigned short number = (unsigned short)(port->info->start + offset);
	uint16_t v16;
	uint32_t v32;

	if (allow(port, offset, width, 1) < 0)
		return -1;
	switch (width) {
	case 1:
		if (write)
			outb(*(uint8_t *)value, number);
		else
			*(uint8_t *)value = inb(number);
		break;
	case 2:
		memcpy(&v16, value, sizeof(v16));
		if (write)
			outw(v16, number);
		else
			v16 = inw(number);
		memcpy(value, &v16, sizeof(v16));
		break;
	default:
		memcpy(&v32, value, sizeof(v32));
		if (write)
			outl(v32, number);
		else
			v32 = inl(number);
		memcpy(value, &v32, sizeof(v32));
	}
	return allow(port, offset, width, 0);
}

/* Check the permission now, so that opening fails and not the first access. */
static int open_x86(struct uiomap_port *port)
{
	const struct uiomap_port_info *info = port->info;

	if (strcmp(info->type, "port_x86") || info->start >= PORTS_X86 ||
	    info->size > PORTS_X86 - info->start)
		return uiomap_i_fail(
			ENOTSUP,
			"%s: port region %s (%s, 0x%llx, size 0x%llx) is of a type that x86 has no instructions for",
			LABEL(port->device->info), QUOTE(info->name), info->type,
			(unsigned long long)info->start, (unsigned long long)info->size);
	return allow(port, 0, info->size, 1) < 0 ? -1 : allow(port, 0, info->size, 0);
}
#else
static int access_x86(const struct uiomap_port *port, size_t offset, void *value, size_t width,
		      bool write)
{
	(void)port;
	(void)offset;
	(void)value;
	(void)width;
	(void)write;
	return uiomap_i_fail(ENOTSUP, "this machine has no instructions for ports");
}

static int open_x86(struct uiomap_port *port)
{
	return uiomap_i_fail(
		ENOTSUP,
		"%s: port region %s doesn't belong to a PCI device, and this machine has no instructions for ports",
		LABEL(port->device->info), QUOTE(port->info->name));
}
#endif

struct uiomap_port *uiomap_port_open(struct uiomap_device *device, unsigned int index)
{
	struct uiomap_port *port;
	struct names names;

	if (!device) {
		uiomap_i_fail(EINVAL, "uiomap_port_open: no device given (NULL)");
		return NULL;
	}
	names = uiomap_i_names_of_ports(device->info);
	if (uiomap_i_names_index(&names, index) < 0)
		return NULL;
	if (!device->backend->port && uiomap_device_removed(device)) {
		uiomap_i_fail_gone(device);
		return NULL;
	}
	port = malloc(sizeof(*port));
	if (!port) {
		uiomap_i_fail(ENOMEM, "%s: no memory for a port region", LABEL(device->info));
		return NULL;
	}
	*port = (struct uiomap_port){ .device = device,
				      .info = &device->info->ports[index],
				      .shared = device->backend->port,
				      .fd = -1 };
	if (port->shared ? (port->fd = device->backend->port(device, index, &port->begin)) < 0 :
	    strcmp(device->info->dev.bus, "pci") ? open_x86(port) < 0 :
						   open_bar(port) < 0) {
		free(port);
		return NULL;
	}
	port->next = device->ports;
	device->ports = port;
	return port;
}

/* A hint if the name is that of a map. */
static const char *no_port(const struct uiomap_info *info, const char *name)
{
	for (unsigned int i = 0; i < info->map_count; i++)
		if (*name && !strcmp(info->maps[i].name, name))
			return "; that is a map: uiomap_map_name()";
	return "";
}

struct uiomap_port *uiomap_port_open_name(struct uiomap_device *device, const char *name)
{
	struct names names;
	int index;

	if (!device || !name) {
		uiomap_i_fail(EINVAL, "uiomap_port_open_name: no %s given (NULL)",
			      device ? "name" : "device");
		return NULL;
	}
	names = uiomap_i_names_of_ports(device->info);
	index = uiomap_i_names_find(&names, name, no_port(device->info, name));
	return index < 0 ? NULL : uiomap_port_open(device, (unsigned int)index);
}

void uiomap_port_close(struct uiomap_port *port)
{
	struct uiomap_port **link;
	int error = errno;

	if (!port)
		return;
	for (link = &port->device->ports; *link; link = &(*link)->next)
		if (*link == port) {
			*link = port->next;
			break;
		}
	if (port->fd >= 0 && !port->shared)
		close(port->fd);
	free(port);
	errno = error;
}

const struct uiomap_port_info *uiomap_port_region(const struct uiomap_port *port)
{
	if (!port) {
		uiomap_i_fail(EINVAL, "uiomap_port_region: no port region given (NULL)");
		return NULL;
	}
	return port->info;
}

static int check(const struct uiomap_port *port, const void *value, size_t offset, size_t width)
{
	if (!port || !value)
		return uiomap_i_fail(EINVAL, "port access: no %s given (NULL)",
				     port ? "value" : "port region");
	if (width > port->info->size || offset > port->info->size - width)
		return uiomap_i_fail(
			ERANGE,
			"%s: port region %s: %zu bytes at offset 0x%zx are beyond its end 0x%llx",
			LABEL(port->device->info), QUOTE(port->info->name), width, offset,
			(unsigned long long)port->info->size);
	/* vfio_pci_bar_rw() in drivers/vfio/pci/vfio_pci_rdwr.c would make several accesses. */
	if (port->shared && offset % width)
		return uiomap_i_fail(
			EINVAL,
			"%s: port region %s: %zu bytes at offset 0x%zx are not aligned, which VFIO needs",
			LABEL(port->device->info), QUOTE(port->info->name), width, offset);
	/* It stays the handle's until that is closed. */
	if (port->shared)
		return 0;
	/* Once unbound, the ports may belong to another driver, and no signal is raised. */
	return uiomap_device_removed(port->device) ? uiomap_i_fail_gone(port->device) : 0;
}

static int get(const struct uiomap_port *port, size_t offset, void *value, size_t width)
{
	ssize_t length;

	if (port->fd < 0)
		return access_x86(port, offset, value, width, false);
	length = pread(port->fd, value, width, port->begin + (off_t)offset);
	if (length >= 0 && length != (ssize_t)width)
		errno = EPROTO;
	return length == (ssize_t)width ? 0 : fail_port(port, "read");
}

static int put(const struct uiomap_port *port, size_t offset, void *value, size_t width)
{
	ssize_t length;

	if (port->device->flags & UIOMAP_RDONLY)
		return uiomap_i_fail(EACCES,
				     "%s was opened UIOMAP_RDONLY: its ports can't be written",
				     LABEL(port->device->info));
	if (port->fd < 0)
		return access_x86(port, offset, value, width, true);
	length = pwrite(port->fd, value, width, port->begin + (off_t)offset);
	if (length >= 0 && length != (ssize_t)width)
		errno = EPROTO;
	return length == (ssize_t)width ? 0 : fail_port(port, "write");
}

#define PORT(bits)                                                                                 \
	int uiomap_port_read##bits(const struct uiomap_port *port, size_t offset,                  \
				   uint##bits##_t *value)                                          \
	{                                                                                          \
		uint##bits##_t v = 0;                                                              \
                                                                                                   \
		if (check(port, value, offset, bits / 8) < 0 ||                                    \
		    get(port, offset, &v, bits / 8) < 0)                                           \
			return -1;                                                                 \
		*value = v;                                                                        \
		return 0;                                                                          \
	}                                                                                          \
                                                                                                   \
	int uiomap_port_write##bits(struct uiomap_port *port, size_t offset, uint##bits##_t value) \
	{                                                                                          \
		return check(port, &value, offset, bits / 8) < 0 ?                                 \
			       -1 :                                                                \
			       put(port, offset, &value, bits / 8);                                \
	}

PORT(8)
PORT(16)
PORT(32)
