/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What uio_stub is told of a device before it is bound: its parameter `options`, uio_stub(4). */
#ifndef STUB_OPTIONS_H
#define STUB_OPTIONS_H

#include "bind.h"

/*
 * Can this machine and this device have what the line asks for, as far as that can be known before
 * it is tried? -1: no, with a text that says why.
 */
int options_check(const struct bus_device *dev, const struct conf_line *line);

#define OPTIONS_SETTINGS 128

/*
 * Those with which uio_stub has bound a device, each with a blank before: " dma=65536 wc". "" if
 * there are none, or it has another driver.
 */
void options_settings(const char *bus, const char *name, char settings[OPTIONS_SETTINGS]);

/* Are these the line's? */
bool options_in_force(const struct bus_device *dev, const struct conf_line *line);

/*
 * A device's entry, for options_put(): as uio_stub has bound it; with another driver, as it stands
 * there. Its name alone if it has none. To be freed; NULL: no memory.
 */
char *options_get(const struct bus_device *dev);
int options_put(const char *entry);

/* -1, with a text. */
int options_set(const char *name, const struct conf_line *line);

#endif /* STUB_OPTIONS_H */
