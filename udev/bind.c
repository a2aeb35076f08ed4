// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Binding uses driver_override, which names the only driver that may bind the
 * device. It stays until it is cleared or the device is removed. So the
 * device's normal driver can't bind it when its module is loaded later.
 *
 * All checks are done before anything is changed. From then on driver_override
 * always names a driver, so no third driver can bind the device between two
 * steps. After a failure the former state is restored.
 */
#include "bind.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "previous-driver.h"
#include "stub-options.h"

static int fail_removed(const struct bus_device *dev)
{
	return uiomap_i_fail(ENODEV, "%s was removed", dev->name);
}

/* May the line's driver bind the device? If not, fail with EBUSY. */
static int check_free(const struct bus_device *dev, const struct conf_line *line)
{
	if (line->take)
		return 0;
	if (*dev->driver && strcmp(dev->driver, line->driver))
		return uiomap_i_fail(EBUSY, "%s has the driver %s and is left alone", dev->name,
				     dev->driver);
	if (*dev->override && strcmp(dev->override, line->driver) && !bind_is_aside(dev->override))
		return uiomap_i_fail(
			EBUSY,
			"%s is set aside for the driver %s (driver_override) and is left alone",
			dev->name, dev->override);
	return 0;
}

static int load_driver(const struct bus_device *dev, const char *driver)
{
	if (attach_loaded(dev, driver))
		return 0;
	if (bind_module(driver) < 0)
		return -1;
	return attach_loaded(dev, driver) ?
		       0 :
		       uiomap_i_fail(ENOENT, "%s: the module %s has no driver for the bus %s",
				     dev->name, driver, dev->bus);
}

/* Checks before anything is changed. */
static int check(const struct bus_device *dev, const struct conf_line *line)
{
	if (attach_allowed(dev) < 0 || options_check(dev, line) < 0)
		return -1;
	return load_driver(dev, line->driver);
}

static int try_bind(struct bus_device *dev, const struct conf_line *line, bool fresh)
{
	int error;

	error = attach_override(dev, line->driver);
	if (error)
		return error == ENOENT ?
			       fail_removed(dev) :
			       uiomap_i_fail(error, "%s: driver_override can't be set to %s: %s",
					     dev->name, line->driver, strerror(error));
	error = attach_detach(dev);
	if (error)
		return uiomap_i_fail(error, "%s can't be taken from its driver %s: %s", dev->name,
				     dev->driver, strerror(error));
	error = attach_probe(dev);
	if (error)
		return uiomap_i_fail(error,
				     "%s can't be bound to %s: %s; the kernel log may say why",
				     dev->name, line->driver, strerror(error));
	for (int n = 0;; n++) {
		if (attach_refresh(dev) < 0)
			return fail_removed(dev);
		if (!strcmp(dev->driver, line->driver))
			return 0;
		if (*dev->driver)
			return uiomap_i_fail(EBUSY, "%s was bound to %s meanwhile", dev->name,
					     dev->driver);
		/* The kernel may be about to allow drivers, see attach_wait_added(). */
		if (!fresh || n == 50)
			return uiomap_i_fail(
				EIO,
				"the driver %s doesn't bind %s; the kernel log says why (dmesg)",
				line->driver, dev->name);
		attach_nap();
	}
}

/*
 * Restore a driver and an override. During binding, driver_override must name
 * the driver; if the former override was another one, it is set afterwards.
 * Returns an errno.
 */
static int restore(const struct bus_device *dev, const char *driver, const char *override)
{
	int error = attach_override(dev, *driver ? driver : override);

	if (!error && *driver) {
		error = attach_to(dev, driver);
		if (strcmp(driver, override))
			attach_override(dev, override);
	}
	return error;
}

/*
 * Restore the former state after a failure. Preserves errno and appends the
 * present state to the error text.
 */
static int roll_back(struct bus_device *dev, const struct bus_device *old, const char *options)
{
	const int error = errno;
	int worse;

	/* Restore the options first: uio_stub reads them when it binds the device. */
	options_put(options);
	worse = restore(dev, old->driver, old->override);
	if (!previous_driver_is_ours(old))
		previous_driver_forget(old->bus, old->name);
	if (attach_refresh(dev) < 0)
		return uiomap_i_fail(error, "%s", uiomap_i_error_text());
	if (*old->driver && strcmp(dev->driver, old->driver))
		return uiomap_i_fail(
			error,
			"%s. Its former driver, %s, can't be restored either%s%s: it has %s now (driver_override: %s)",
			uiomap_i_error_text(), old->driver, worse ? ": " : "",
			worse ? strerror(worse) : "", *dev->driver ? dev->driver : "no driver",
			*dev->override ? dev->override : "none");
	return uiomap_i_fail(error, "%s. Everything is restored: %s%s", uiomap_i_error_text(),
			     *dev->driver ? "driver " : "no driver", dev->driver);
}

int bind_device(struct bus_device *dev, const struct conf_line *line, bool again)
{
	const bool stub = !strcmp(line->driver, "uio_stub");
	struct bus_device old;
	char *options = NULL;
	bool fresh;
	int result;

	if (!strcmp(line->driver, "uio_pci_generic") ? !!strcmp(dev->bus, "pci") :
						       !stub && strcmp(dev->bus, "platform"))
		return uiomap_i_fail(EINVAL, "%s: %s is not a driver for the bus %s", dev->name,
				     line->driver, dev->bus);
	fresh = attach_wait_added(dev);
	if (attach_refresh(dev) < 0)
		return -1;
	if (check_free(dev, line) < 0)
		return -1;
	if (!strcmp(dev->driver, line->driver) && !again)
		return 0;
	if (check(dev, line) < 0 || previous_driver_keep(dev) < 0)
		return -1;
	if (uiomap_i_bus_device_copy(&old, dev) < 0)
		return uiomap_i_fail(ENOMEM, "no memory for the description of %s", dev->name);
	/*
	 * Save the options also if the device leaves uio_stub: the next device with this name must
	 * not get them.
	 */
	options = options_get(dev);
	if (!options) {
		uiomap_i_bus_device_clear(&old);
		return uiomap_i_fail(ENOMEM, "no memory for the options of %s", dev->name);
	}
	result = stub ? options_set(dev->name, line) : 0;
	if (!result)
		result = try_bind(dev, line, fresh);
	if (!result && !stub)
		bind_forget(dev->name);
	if (result)
		roll_back(dev, &old, options);
	free(options);
	uiomap_i_bus_device_clear(&old);
	return result;
}

/* Bind the former driver again. Its module may have been unloaded meanwhile. */
static int bind_former_driver(struct bus_device *dev, const struct previous_driver *before)
{
	int error;

	if (!*before->driver) {
		/* The normal driver may have no module, or be loaded. */
		if (*dev->modalias && !*before->override)
			bind_module(dev->modalias);
		attach_probe(dev);
		return attach_refresh(dev);
	}
	/*
	 * Try the driver's name first, which most modules have. The modalias could load another
	 * driver, which then binds other devices.
	 */
	if (!attach_loaded(dev, before->driver))
		bind_module(before->driver);
	if (!attach_loaded(dev, before->driver) && *dev->modalias)
		bind_module(dev->modalias);
	error = restore(dev, before->driver, before->override);
	if (attach_refresh(dev) < 0)
		return -1;
	if (!strcmp(dev->driver, before->driver))
		return 0;
	return uiomap_i_fail(
		EIO,
		"%s is no longer driven from user space, but its former driver, %s, doesn't bind it again: %s; it has %s now",
		dev->name, before->driver, error ? strerror(error) : "the kernel log may say why",
		*dev->driver ? dev->driver : "none");
}

int bind_release(struct bus_device *dev)
{
	struct previous_driver before;
	bool forgotten;
	int error;

	if (attach_refresh(dev) < 0)
		return -1;
	if (*dev->driver && !bind_is_uio(dev->driver))
		return uiomap_i_fail(
			EBUSY, "%s has the driver %s, which is not a UIO driver: it is left alone",
			dev->name, dev->driver);
	if (attach_allowed(dev) < 0)
		return -1;
	previous_driver_get(dev, &before);
	/* changed by hand since, or set aside for another driver: keep that */
	if (!previous_driver_is_ours(dev))
		before = (struct previous_driver){ .driver = "" };
	if (!previous_driver_is_ours(dev) && *dev->override && !bind_is_aside(dev->override))
		snprintf(before.override, sizeof(before.override), "%s", dev->override);
	/*
	 * Set it before unbinding: if the normal driver is loaded just now, it must not find the
	 * device still set aside.
	 */
	error = attach_override(dev, *before.driver ? before.driver : before.override);
	if (error)
		return error == ENOENT ?
			       fail_removed(dev) :
			       uiomap_i_fail(error, "%s: driver_override can't be cleared: %s",
					     dev->name, strerror(error));
	error = attach_detach(dev);
	if (error) {
		attach_override(dev, dev->override);
		return uiomap_i_fail(error, "%s can't be taken from its driver %s: %s", dev->name,
				     dev->driver, strerror(error));
	}
	/* From here on continue after a failure, so that the device gets a driver. */
	forgotten = bind_forget(dev->name) == 0;
	error = errno;
	if (bind_former_driver(dev, &before) < 0)
		return -1;
	previous_driver_forget(dev->bus, dev->name);
	return forgotten ? 0 : uiomap_i_fail(error, "%s", uiomap_i_error_text());
}
