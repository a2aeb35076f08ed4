/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The parts of `uiomap doctor`. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stddef.h>

#include "diagnosis.h"
#include "find-device.h"
#include "in-use.h"

/*
 * What mends it is `uiomap bind` with these settings; unless the machine can't do without the
 * device, or somebody has it open.
 */
void fix_by_bind(struct diagnosis *d, const struct bus_device *p, const char *settings);

/* What mends it is loading the module; unless that is known to fail. */
void fix_by_modprobe(struct diagnosis *d, const char *name);

/* Is there a sysfs? Without it nothing else can be told. */
bool check_sysfs(struct diagnosis *d);
bool sysfs_is_read_only(void);

/* /proc, udevd */
void check_services(struct diagnosis *d);

/* Is uio_stub loaded? If not, that has this verdict. */
void check_stub(struct diagnosis *d, enum verdict absent);

/* Can all of the configuration be read? What can't has this verdict. */
void check_conf(struct diagnosis *d, enum verdict verdict);

/* The device has another driver: is there a line of the configuration that leaves it so? */
void check_take(struct diagnosis *d, const struct bus_device *p);

/* Does kernel lockdown forbid what this device, or (NULL) this machine, needs? */
void check_lockdown(struct diagnosis *d, const struct bus_device *p);

/* The PCI device has a node: may it write to memory, which DMA and messages are? */
void check_bus_master(struct diagnosis *d, const struct bus_device *p);

/* The device has a node: does its interrupt come? */
void check_interrupt(struct diagnosis *d, const struct bus_device *p);

#endif /* DOCTOR_H */
