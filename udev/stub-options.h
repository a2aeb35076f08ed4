/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uio_stub's options for a device, set before it is bound: the parameter `options`, uio_stub(4). */
#ifndef STUB_OPTIONS_H
#define STUB_OPTIONS_H

#include "bind.h"

/*
 * Can this machine and this device support the line's DMA memory, as far as can
 * be checked in advance? If not, returns -1 with a text.
 */
int options_check(const struct bus_device *dev, const struct conf_line *line);

#define OPTIONS_SETTINGS 128

/*
 * Read the settings with which uio_stub has bound a device, each after a blank:
 * " dma=65536 wc". "" if there are none, or another driver has the device.
 */
void options_settings(const char *bus, const char *name, char settings[OPTIONS_SETTINGS]);

/* Does the device have the settings of this line? */
bool options_in_force(const struct bus_device *dev, const struct conf_line *line);

/*
 * Read a device's entry, for options_put(): the settings in use if uio_stub has
 * the device, else the entry of the parameter. The name alone if there is no
 * entry. The caller frees it. NULL without memory.
 */
char *options_get(const struct bus_device *dev);
int options_put(const char *entry);

/* Set a device's options; NULL: delete them. Returns -1 with a text on failure. */
int options_set(const char *name, const struct conf_line *line);

#endif /* STUB_OPTIONS_H */
