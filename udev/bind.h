/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file bind.h
 * Binding a device to a UIO driver, and releasing it: libbind, which the
 * programs that udev runs and the command share. All changes need root.
 *
 * A function that can fail returns -1 and sets errno; uiomap_i_error_text() (error-text.h)
 * then says what failed, for which device and value, and what to do. No function
 * prints or exits. The only global state is that text; any thread.
 */
#ifndef BIND_H
#define BIND_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "bus-device.h"
#include "conf.h"
#include "error-text.h"
#include "paths.h"

/**
 * Read all about a device. The caller frees it with uiomap_i_bus_device_clear().
 * @param bus	"pci" or "platform"
 * @param name	its name on the bus
 * errno: ENODEV there is no such device; EINVAL another bus, or not a device's name; errors of
 * reading.
 */
int bind_device_read(const char *bus, const char *name, struct bus_device *dev);

/** Does this line match the device? */
bool bind_match(const struct conf_line *line, struct bus_device *dev);

/** The first line that matches the device: later ones are ignored. NULL if there is none. */
const struct conf_line *bind_find(const struct conf_line *lines, struct bus_device *dev);

/**
 * Bind a device as the line says (its MATCH is ignored): load the driver's module, give
 * uio_stub the options, set driver_override, let the kernel probe. *dev is updated. No
 * other driver can bind the device in between. The driver before the first binding is
 * recorded for bind_release().
 * A device that already has the wanted driver is not changed, which is success. With
 * `again` it is unbound and bound again, for new settings; programs that have it open
 * lose it.
 * If binding fails, driver, driver_override and options are restored, and uiomap_i_error_text()
 * says so, or what could not be restored.
 * errno: EBUSY another driver has it, or driver_override names another, and the line
 * doesn't say take; ENODEV the device was removed; ENOENT the driver's module is missing
 * or can't be loaded; EIO the driver doesn't bind it; EINVAL the driver is not for this
 * bus, or the machine doesn't have so much DMA memory; EACCES not root; EROFS sysfs is
 * read-only; errors of loading a module and of writing to sysfs.
 */
int bind_device(struct bus_device *dev, const struct conf_line *line, bool again);

/**
 * Unbind a device from its UIO driver and bind its former driver: driver and
 * driver_override are those from before bind_device(). If none are recorded, its normal
 * driver is bound, whose module is loaded if necessary. *dev is updated. It is not an
 * error if the device has no driver afterwards.
 * errno: EBUSY its driver is not a UIO driver; ENODEV the device was removed; EACCES not
 * root; EROFS sysfs is read-only; EIO the former driver doesn't bind it; errors of
 * writing to sysfs.
 */
int bind_release(struct bus_device *dev);

/**
 * The driver_override that keeps all drivers away from a device until its udev
 * event was handled. Such a device is "set aside".
 */
#define BIND_ASIDE "uiomap"
bool bind_is_aside(const char *override);

/**
 * Let uio_stub set aside each device that appears and matches one of these lines; NULL:
 * no lines. Loads uio_stub if there are lines.
 * errno: E2BIG not all lines fit (the first ones are used); errors of loading a module
 * and of writing to sysfs.
 */
int bind_claim(const struct conf_line *lines);

/**
 * Set aside the present devices that match these lines and have neither a driver nor a
 * driver_override.
 * errno: errors of reading sysfs.
 */
int bind_set_aside(const struct conf_line *lines);

/**
 * Let its normal driver, if that is loaded, bind a device that has no driver, or was set
 * aside.
 * errno: errors of writing to sysfs.
 */
int bind_let_go(struct bus_device *dev);

/** Delete a device's options in uio_stub. The device may have been removed. */
int bind_forget(const char *name);

/** Is this one of the drivers that a line may name? */
bool bind_is_uio(const char *driver);

/**
 * Load a module and its dependencies, by name or modalias.
 * errno: ENOENT there is none; errors of the kernel.
 */
int bind_module(const char *name);

#endif /* BIND_H */
