/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file bind.h
 * Giving a device to a UIO driver, and giving it back: libbind, which the
 * programs that udev runs and the command share. Needs root to change anything.
 *
 * A function that can fail returns -1 and sets errno; error_text() (error-text.h)
 * then says in words what failed, with which device and value, and what to do. Nothing
 * prints or exits. No global state but that text; any thread.
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
 * Read what there is to know of a device, for bus_device_clear().
 * @param bus	"pci" or "platform"
 * @param name	its name there
 * errno: ENODEV there is no such device; EINVAL another bus, or no device's name; errors of
 * reading.
 */
int bind_device_read(const char *bus, const char *name, struct bus_device *dev);

/** Is this line for that device? */
bool bind_match(const struct conf_line *line, struct bus_device *dev);

/** The first line for that device, which is the one that counts; NULL if there is none. */
const struct conf_line *bind_find(const struct conf_line *lines, struct bus_device *dev);

/**
 * Bind a device as the line says (its MATCH is not looked at): load the driver's
 * module, tell uio_stub the options, set driver_override, have the kernel probe.
 * *dev is read anew and tells afterwards how it is. A device that has the wanted
 * driver already is left as it is: success; but with `anew` it is bound once more,
 * for the line's settings, and programs that have it open lose it. No other driver
 * sees the device on the way. If binding fails, driver, driver_override and
 * options are as they were, and error_text() says that, or what can't be put
 * back. What the device had before its first binding is kept for bind_release().
 * errno: EBUSY another driver has it, or is set for it, and the line doesn't say take;
 * ENODEV the device has gone; ENOENT the driver's module is not there or not loadable;
 * EIO the driver doesn't take it; EINVAL the driver is not for this bus, or the machine
 * can't have so much DMA memory; EACCES not root; EROFS sysfs is read-only; errors of
 * loading a module and of writing to sysfs.
 */
int bind_device(struct bus_device *dev, const struct conf_line *line, bool anew);

/**
 * Take a device from its UIO driver and give it back: driver and driver_override
 * are those that it had before bind_device(), else its normal driver, whose
 * module is loaded if need be. *dev tells afterwards which that is, if any; that
 * it has none is no error.
 * errno: EBUSY its driver is no UIO driver; ENODEV the device has gone; EACCES not root;
 * EROFS sysfs is read-only; EIO the driver before doesn't take it; errors of writing to sysfs.
 */
int bind_release(struct bus_device *dev);

/**
 * driver_override of a device that no driver is to have until its udev event has been handled: it
 * is "set aside".
 */
#define BIND_ASIDE "uiomap"
bool bind_is_aside(const char *override);

/**
 * From now on, have uio_stub set aside each device that appears and for which there is one of these
 * lines; NULL: no lines. Loads uio_stub if there are lines.
 * errno: E2BIG not all lines fit (the first ones count); errors of loading a module and of writing
 * to sysfs.
 */
int bind_claim(const struct conf_line *lines);

/**
 * Set aside the devices of these lines that are there and have neither a driver nor a
 * driver_override. errno: errors of reading sysfs.
 */
int bind_set_aside(const struct conf_line *lines);

/**
 * Give a device without a driver, also one that was set aside, to its normal driver, if that is
 * loaded. errno: errors of writing to sysfs.
 */
int bind_let_go(struct bus_device *dev);

/** Have uio_stub forget the options of a device, which may have gone. */
int bind_forget(const char *name);

/** Does it have one of the drivers that a line may name? */
bool bind_is_uio(const char *driver);

/**
 * Load a module by name or modalias, with what it depends on. errno: ENOENT there is none; the
 * kernel's own.
 */
int bind_module(const char *name);

#endif /* BIND_H */
