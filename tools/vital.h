/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Devices that the machine lives on, or may. */
#ifndef VITAL_H
#define VITAL_H

#include <stdbool.h>
#include <stddef.h>

#include "patient.h"

/*
 * Would the machine lose what it lives on, were the device given to a UIO
 * driver? Then `why` says so: a bridge; what a mounted file system or swap is
 * on; a network interface that is up; a console; what other platform devices
 * need. In a container, any device that another kernel driver has.
 */
bool vital(const struct patient *p, char *why, size_t size);

/* Is this process in another pid namespace than the machine's first? */
bool is_in_container(void);

#endif /* VITAL_H */
