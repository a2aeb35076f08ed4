/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Devices that the system needs, or may need. */
#ifndef IN_USE_H
#define IN_USE_H

#include <stdbool.h>
#include <stddef.h>

#include "find-device.h"

/*
 * Whether the system needs this device with its present driver. `why` then has the reason: a
 * bridge; the disk of a mounted file system or of swap; a network interface that is up; a
 * console; a device that other platform devices depend on; virtual functions (SR-IOV). In a
 * container, any device that another kernel driver has.
 */
bool in_use(const struct bus_device *p, char *why, size_t size);

/*
 * Whether the device has virtual functions. This matters under a UIO driver, too, while the
 * other uses don't.
 */
bool has_functions(const struct bus_device *p, char *why, size_t size);

/* Whether this process is outside the initial pid namespace. */
bool is_in_container(void);

#endif /* IN_USE_H */
