/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * PCI configuration space; under UIO through the device's file in sysfs. One pread(2) or
 * pwrite(2) of 1, 2 or 4 aligned bytes is one access of that width
 * (pci_read_config(), pci_write_config() in drivers/pci/pci-sysfs.c).
 * Configuration space is little-endian (PCI Local Bus Specification 3.0,
 * section 6.1).
 */
#include "internal.h"

#include <endian.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Command register: section 6.2.2. */
#define COMMAND		     0x04
#define COMMAND_BUS_MASTER   0x0004
#define COMMAND_INTX_DISABLE 0x0400

/* Report a failed system call on the file. */
static int fail_config(const struct uiomap_device *device, const char *what)
{
	int error = errno;

	if (uiomap_device_removed(device))
		return uiomap_i_fail_gone(device);
	if (error == EPROTO)
		return uiomap_i_fail(EPROTO,
				     "%s: %s/config is not a regular file; is this really sysfs?",
				     LABEL(device->info), device->info->dev.path);
	if (error == EACCES || error == EPERM)
		return uiomap_i_fail(EACCES, "%s: can't %s %s/config: %s; %s", LABEL(device->info),
				     what, device->info->dev.path, uiomap_i_why(error),
				     WORD_RIGHT(device->info, error, "config_write"));
	return uiomap_i_fail(error, "%s: can't %s %s/config: %s", LABEL(device->info), what,
			     device->info->dev.path, uiomap_i_why(error));
}

/*
 * Open the file when it is first needed. It is opened relative to the device's
 * own directory, so it can't be another device's file.
 */
static int open_config(struct uiomap_device *device, bool write)
{
	bool writable = !(device->flags & UIOMAP_RDONLY);
	int refused = EACCES;

	/*
	 * Try again if the file is open only for reading: udev may have given it to the group
	 * since.
	 */
	if (writable && (device->configfd < 0 || (write && !device->config_writable))) {
		int fd = uiomap_i_attr_open(device->dirfd, "device/config", O_RDWR);

		if (fd < 0)
			refused = errno;
		if (fd >= 0) {
			if (device->configfd >= 0)
				close(device->configfd);
			device->configfd = fd;
			device->config_writable = true;
		}
	}
	/*
	 * Anyone may read the first 64 bytes, also without permission to write or on a read-only
	 * /sys.
	 */
	if (device->configfd < 0)
		device->configfd = uiomap_i_attr_open(device->dirfd, "device/config", O_RDONLY);
	if (device->configfd < 0)
		return fail_config(device, "open");
	if (write && !device->config_writable) {
		errno = refused;
		return fail_config(device, "write");
	}
	return 0;
}

static int fail_end(const struct uiomap_device *device, size_t offset, size_t width)
{
	struct stat st;

	if (fstat(device->configfd, &st) == 0 && offset < (size_t)st.st_size)
		return uiomap_i_fail(
			EACCES,
			"%s: %zu bytes at 0x%zx of its configuration space need CAP_SYS_ADMIN; others, also in the group uio, can read the first 64 bytes",
			LABEL(device->info), width, offset);
	return uiomap_i_fail(ERANGE, "%s: %zu bytes at 0x%zx are beyond its configuration space",
			     LABEL(device->info), width, offset);
}

static int check(struct uiomap_device *device, const void *value, const char *function,
		 size_t offset, size_t width)
{
	if (!device || !value)
		return uiomap_i_fail(EINVAL, "%s: no %s given (NULL)", function,
				     device ? "value" : "device");
	if (strcmp(device->info->dev.bus, "pci"))
		return uiomap_i_fail(ENOTSUP,
				     "%s is not a PCI device: it has no configuration space",
				     LABEL(device->info));
	if (offset % width)
		return uiomap_i_fail(
			EINVAL,
			"%s: offset 0x%zx of its configuration space is not aligned for %zu bytes",
			LABEL(device->info), offset, width);
	if (offset > PCI_CONFIG_SIZE - width)
		return uiomap_i_fail(ERANGE,
				     "%s: %zu bytes at 0x%zx are beyond its configuration space",
				     LABEL(device->info), width, offset);
	return 0;
}

static int get(struct uiomap_device *device, size_t offset, void *value, size_t width)
{
	ssize_t length;

	if (open_config(device, false) < 0)
		return -1;
	length = pread(device->configfd, value, width, (off_t)offset);
	if (length < 0)
		return fail_config(device, "read");
	return length == (ssize_t)width ? 0 : fail_end(device, offset, width);
}

static int put(struct uiomap_device *device, size_t offset, const void *value, size_t width)
{
	ssize_t length;

	if (open_config(device, true) < 0)
		return -1;
	length = pwrite(device->configfd, value, width, (off_t)offset);
	/* sysfs fails with EFBIG beyond the end of the file. */
	if (length < 0 && errno != EFBIG)
		return fail_config(device, "write");
	return length == (ssize_t)width ? 0 : fail_end(device, offset, width);
}

int uiomap_i_sysfs_config(struct uiomap_device *device, size_t offset, void *value, size_t width,
			  bool write)
{
	/*
	 * Once unbound, the device may belong to another driver. The open file fails only after the
	 * device was removed from the bus.
	 */
	if (uiomap_device_removed(device))
		return uiomap_i_fail_gone(device);
	return write ? put(device, offset, value, width) : get(device, offset, value, width);
}

#define htole8(x) (x)
#define le8toh(x) (x)
#define CONFIG(bits)                                                                                     \
	int uiomap_config_read##bits(struct uiomap_device *device, size_t offset,                        \
				     uint##bits##_t *value)                                              \
	{                                                                                                \
		uint##bits##_t raw;                                                                      \
                                                                                                         \
		if (check(device, value, "uiomap_config_read" #bits, offset, bits / 8) < 0 ||            \
		    device->backend->config(device, offset, &raw, bits / 8, false) < 0)                  \
			return -1;                                                                       \
		*value = le##bits##toh(raw);                                                             \
		return 0;                                                                                \
	}                                                                                                \
                                                                                                         \
	int uiomap_config_write##bits(struct uiomap_device *device, size_t offset,                       \
				      uint##bits##_t value)                                              \
	{                                                                                                \
		uint##bits##_t raw = htole##bits(value);                                                 \
                                                                                                         \
		if (check(device, &raw, "uiomap_config_write" #bits, offset, bits / 8) < 0)              \
			return -1;                                                                       \
		if (device->flags & UIOMAP_RDONLY)                                                       \
			return uiomap_i_fail(                                                            \
				EACCES,                                                                  \
				"%s was opened UIOMAP_RDONLY: its configuration space can't be written", \
				LABEL(device->info));                                                    \
		return device->backend->config(device, offset, &raw, bits / 8, true);                    \
	}

CONFIG(8)
CONFIG(16)
CONFIG(32)

/*
 * Another process may change other bits between our read of the command
 * register and our write, which would undo that change. So bus mastering, in
 * the lower byte, is written as one byte. INTx is in the upper byte but needs a
 * write of both: QEMU (7.2, pci_default_write_config()) doesn't unmask INTx on
 * a write of the upper byte alone. The register is written only if its value
 * changes.
 */
static int update_command(struct uiomap_device *device, size_t width, uint16_t bits, bool set)
{
	uint16_t old = 0, new;

	/* Open the file for writing now, not after a read. */
	if (open_config(device, true) < 0 || get(device, COMMAND, &old, width) < 0)
		return -1;
	bits = htole16(bits);
	new = set ? old | bits : old &(uint16_t)~bits;
	return new == old ? 0 : put(device, COMMAND, &new, width);
}

int uiomap_i_config_intx(struct uiomap_device *device, bool on)
{
	return update_command(device, 2, COMMAND_INTX_DISABLE, !on);
}

int uiomap_i_config_bus_master(struct uiomap_device *device)
{
	return update_command(device, 1, COMMAND_BUS_MASTER, true);
}

/*
 * Access the lower byte with a new descriptor, without an error text. The open
 * succeeds only if the directory is still that of our device.
 */
static int access_command_byte(const struct uiomap_device *device, uint8_t *value, bool write)
{
	int fd = uiomap_i_attr_open(device->dirfd, "device/config", write ? O_RDWR : O_RDONLY);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = write ? pwrite(fd, value, 1, COMMAND) : pread(fd, value, 1, COMMAND);
	close(fd);
	return length == 1 ? 0 : -1;
}

/* A removed card reads as all ones. */
bool uiomap_i_config_mastering(const struct uiomap_device *device)
{
	uint8_t value;

	return access_command_byte(device, &value, false) == 0 && value != UINT8_MAX &&
	       value & COMMAND_BUS_MASTER;
}

void uiomap_i_config_set_mastering(const struct uiomap_device *device, bool on)
{
	uint8_t value;

	if (access_command_byte(device, &value, false) < 0 || value == UINT8_MAX)
		return;
	value = on ? value | COMMAND_BUS_MASTER : value & (uint8_t)~COMMAND_BUS_MASTER;
	access_command_byte(device, &value, true);
}
