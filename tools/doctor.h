/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The parts of `uiomap doctor`. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stddef.h>

#include "finding.h"
#include "patient.h"

/* What mends it is `uiomap bind` with these settings; unless the machine can't do without the device. */
void fix_by_bind(struct diagnosis *d, const struct patient *p, const char *settings);

/* Would the machine lose what it lives on, were the device given to a UIO driver? Then `why` says so. */
bool vital(const struct patient *p, char *why, size_t size);

/* Does kernel lockdown forbid what this device, or (NULL) this machine, needs? */
void check_lockdown(struct diagnosis *d, const struct patient *p);

/* The device has a node: does its interrupt come? */
void check_interrupt(struct diagnosis *d, const struct patient *p);

#endif /* DOCTOR_H */
