/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Devices that the system needs, or may need. */
#ifndef IN_USE_H
#define IN_USE_H

#include <stdbool.h>
#include <stddef.h>

#include "find-device.h"

/*
 * Does the system need this device with its present driver? Then `why` says for
 * what: a bridge; the disk of a mounted file system or of swap; a network
 * interface that is up; a console; a device that other platform devices depend
 * on; virtual functions (SR-IOV). In a container, any device that another kernel driver has.
 */
bool in_use(const struct bus_device *p, char *why, size_t size);

/*
 * Does it have virtual functions? That counts under a UIO driver, too, where the system uses
 * nothing else of a device.
 */
bool has_functions(const struct bus_device *p, char *why, size_t size);

/* Is this process in another pid namespace than the machine's first? */
bool is_in_container(void);

#endif /* IN_USE_H */
