// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Binding by driver_override, which names the one driver that may have the
 * device: it holds until it is cleared or the device goes, and keeps the
 * device's own driver away when that is loaded later.
 */
#include "bind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "access.h"

#define OPTIONS UIOMAP_SYSFS "/module/uio_stub/parameters/options"
#define OPTIONS_SIZE (NAME_MAX + 128)

/* 0, or the errno of it. */
static int write_text(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static int device_write(const struct bind_device *dev, const char *file, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s/%s", dev->bus, dev->name, file);
	return write_text(path, text);
}

static int set_override(const struct bind_device *dev, const char *driver)
{
	return device_write(dev, "driver_override", *driver ? driver : "\n");
}

/* Any loaded driver that wants it, and may. That none does is no error. */
static int probe(const struct bind_device *dev)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/drivers_probe", dev->bus);
	return write_text(path, dev->name);
}

static int refresh(struct bind_device *dev)
{
	const struct bind_device old = *dev;

	return bind_device_read(old.bus, old.name, dev);
}

static int went(const struct bind_device *dev)
{
	return bind_fail(ENODEV, "%s went away", dev->name);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
}

/*
 * A PCI device that is being plugged in has its uevent before the kernel lets
 * any driver have it: until then nothing can be bound, and whether its own
 * driver takes it is not settled. Of that moment nobody is told, but the
 * device's file in /proc comes just before (pci_bus_add_device() in
 * drivers/pci/bus.c). True if we had to wait for it.
 */
static bool wait_added(const struct bind_device *dev)
{
	char path[64];
	int n = 0;

	if (strcmp(dev->bus, "pci") || strlen(dev->name) != 12 || access("/proc/bus/pci/devices", F_OK) < 0)
		return false;
	/* 0000:01:00.0 is 01/00.0, and in other domains 0001:01/00.0 */
	snprintf(path, sizeof(path), "/proc/bus/pci/%.7s/%s", dev->name, dev->name + 8);
	if (!strncmp(dev->name, "0000:", 5) && access(path, F_OK) < 0)
		snprintf(path, sizeof(path), "/proc/bus/pci/%.2s/%s", dev->name + 5, dev->name + 8);
	for (; access(path, F_OK) < 0 && n < 1000; n++)
		nap();
	return n > 0;
}

/*
 * As the kernel's device-name patterns allow: what separates options, or is a
 * pattern itself, stands for any byte. Returns 0, or the errno of it.
 */
static int write_options(const char *name, const struct conf_line *line, char text[OPTIONS_SIZE])
{
	char *p;
	int length;

	length = snprintf(text, OPTIONS_SIZE, "%s", name);
	for (p = text; *p; p++)
		if (strchr(",;=*?[]\\", *p) || (unsigned char)*p <= ' ')
			*p = '?';
	if (line && line->dma)
		length += sprintf(text + length, ",dma=%llu", (unsigned long long)line->dma);
	if (line && line->dma_bits)
		length += sprintf(text + length, ",dma_bits=%u", line->dma_bits);
	if (line && line->wc == CONF_WC_ALL)
		length += sprintf(text + length, ",wc");
	for (unsigned int map = 0; line && line->wc != CONF_WC_ALL && map < 5; map++)
		if (line->wc & 1u << map)
			length += sprintf(text + length, ",wc=%u", map);
	if (line && line->share_page)
		length += sprintf(text + length, ",share_page");
	return write_text(OPTIONS, text);
}

static int set_options(const char *name, const struct conf_line *line)
{
	char text[OPTIONS_SIZE];
	const int error = write_options(name, line, text);

	return error ? bind_fail(error, "%s: uio_stub does not take the options '%s' (%s): %s; the kernel log may say why", name, text,
				 OPTIONS, strerror(error)) :
		       0;
}

int bind_forget(const char *name)
{
	return access(OPTIONS, F_OK) < 0 ? 0 : set_options(name, NULL);
}

/* May we have it? If not, *dev tells who has. */
static int check_free(struct bind_device *dev, const struct conf_line *line)
{
	if (line->take)
		return 0;
	if (*dev->override && strcmp(dev->override, line->driver))
		return bind_fail(EBUSY, "%s is set aside for the driver %s (driver_override) and is left alone; 'take' would take it",
				 dev->name, dev->override);
	/*
	 * A driver that is loaded comes first. The kernel asks them all when the
	 * device is plugged in, but after its uevent: be sure that it has.
	 */
	if (!*dev->driver && !*dev->override) {
		probe(dev);
		if (refresh(dev) < 0)
			return went(dev);
	}
	if (*dev->driver && strcmp(dev->driver, line->driver))
		return bind_fail(EBUSY, "%s has the driver %s and is left alone; 'take' would take it", dev->name, dev->driver);
	return 0;
}

static int load_driver(const struct bind_device *dev, const char *driver)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/drivers/%s", dev->bus, driver);
	if (access(path, F_OK) == 0)
		return 0;
	if (bind_module(driver) < 0)
		return -1;
	return access(path, F_OK) == 0 ? 0 : bind_fail(ENOENT, "%s: the module %s has no driver for the bus %s", dev->name, driver, dev->bus);
}

/*
 * What the group has of it in sysfs is taken back first: udev does it, too, but
 * afterwards, when the next driver may have the device already.
 */
static int unbind(const struct bind_device *dev)
{
	char path[PATH_MAX];
	int error = 0;

	snprintf(path, sizeof(path), UIOMAP_SYSFS "/bus/%s/devices/%s", dev->bus, dev->name);
	if (bind_is_uio(dev->driver) && access_take_back(path) < 0)
		return errno;
	if (*dev->driver)
		error = device_write(dev, "driver/unbind", dev->name);
	/* ENOENT, ENODEV: it has lost its driver by itself. */
	return error == ENOENT || error == ENODEV ? 0 : error;
}

static int try_bind(struct bind_device *dev, const struct conf_line *line, bool fresh)
{
	int error;

	error = set_override(dev, line->driver);
	if (error)
		return error == ENOENT ? went(dev) :
					 bind_fail(error, "%s: driver_override can't be set to %s: %s", dev->name, line->driver, strerror(error));
	error = unbind(dev);
	if (error)
		return bind_fail(error, "%s can't be taken from its driver %s: %s", dev->name, dev->driver, strerror(error));
	error = probe(dev);
	if (error)
		return bind_fail(error, "%s can't be bound to %s: %s; the kernel log may say why", dev->name, line->driver, strerror(error));
	for (int n = 0;; n++) {
		if (refresh(dev) < 0)
			return went(dev);
		if (!strcmp(dev->driver, line->driver))
			return 0;
		if (*dev->driver)
			return bind_fail(EBUSY, "%s was bound to %s meanwhile", dev->name, dev->driver);
		/* The kernel may have been just about to let drivers have it, see wait_added(). */
		if (!fresh || n == 50)
			return bind_fail(EIO, "the driver %s doesn't take %s; the kernel log says why (dmesg)", line->driver, dev->name);
		nap();
	}
}

/*
 * After a failure, of which errno still tells: the options are to be no
 * other device's in this place, and the drivers are asked even if it had none.
 * One may have come meanwhile, and have found it set aside.
 */
static void put_back(struct bind_device *dev, const struct conf_line *line, const char *override)
{
	const int error = errno;
	char text[OPTIONS_SIZE];

	if (!strcmp(line->driver, "uio_stub"))
		write_options(dev->name, NULL, text);
	set_override(dev, override);
	if (strcmp(override, line->driver))
		probe(dev);
	refresh(dev);
	errno = error;
}

int bind_device(struct bind_device *dev, const struct conf_line *line)
{
	char override[sizeof(dev->override)];
	bool fresh;

	if (!strcmp(line->driver, "uio_pci_generic") ? !!strcmp(dev->bus, "pci") :
						       strcmp(line->driver, "uio_stub") && strcmp(dev->bus, "platform"))
		return bind_fail(EINVAL, "%s: %s is no driver for the bus %s", dev->name, line->driver, dev->bus);
	fresh = wait_added(dev);
	if (refresh(dev) < 0)
		return -1;
	if (check_free(dev, line) < 0)
		return -1;
	if (!strcmp(dev->driver, line->driver))
		return 0;
	if (load_driver(dev, line->driver) < 0)
		return -1;
	if (!strcmp(line->driver, "uio_stub") && set_options(dev->name, line) < 0)
		return -1;
	strcpy(override, dev->override);
	if (try_bind(dev, line, fresh) == 0)
		return 0;
	put_back(dev, line, override);
	return -1;
}

int bind_release(struct bind_device *dev)
{
	int error;

	if (refresh(dev) < 0)
		return -1;
	if (*dev->driver && !bind_is_uio(dev->driver))
		return bind_fail(EBUSY, "%s has the driver %s, which is no UIO driver: it is left alone", dev->name, dev->driver);
	/* Cleared first, or its normal driver, if it is loaded just now, finds it free but set aside. */
	error = bind_is_uio(dev->override) ? set_override(dev, "") : 0;
	if (error)
		return error == ENOENT ? went(dev) :
					 bind_fail(error, "%s: driver_override can't be cleared: %s", dev->name, strerror(error));
	error = unbind(dev);
	if (error)
		return bind_fail(error, "%s can't be taken from its driver %s: %s", dev->name, dev->driver, strerror(error));
	if (bind_forget(dev->name) < 0)
		return -1;
	/* It may have no module, or one that is loaded. */
	if (*dev->modalias)
		bind_module(dev->modalias);
	probe(dev);
	return refresh(dev);
}
