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
 * Suggest `uiomap bind` with these settings, or say why not if the system uses the device or a
 * process has it open.
 */
void fix_by_bind(struct diagnosis *d, const struct bus_device *p, const char *settings);

/* Suggest loading the module, or say why that would fail. */
void fix_by_modprobe(struct diagnosis *d, const char *name);

/* Check that sysfs is mounted. Returns false if not: nothing else can be checked then. */
bool check_sysfs(struct diagnosis *d);
bool sysfs_is_read_only(void);

/* Check /proc and udevd. */
void check_services(struct diagnosis *d);

/* Check that uio_stub is loaded; `absent` is the verdict if not. */
void check_stub(struct diagnosis *d, enum verdict absent);

/* Check the configuration; `verdict` is that of a part that can't be read. */
void check_conf(struct diagnosis *d, enum verdict verdict);

/* The device has another driver: check for a configuration line that lacks the word take. */
void check_take(struct diagnosis *d, const struct bus_device *p);

/* Check whether kernel lockdown forbids what this device, or (NULL) any device, needs. */
void check_lockdown(struct diagnosis *d, const struct bus_device *p);

/* A device that is bound to VFIO: its node, and how much memory it may have. False if it isn't. */
bool check_vfio(struct diagnosis *d, const struct bus_device *p);

/* Check bus mastering of a PCI device that has a node. DMA and MSI need it. */
void check_bus_master(struct diagnosis *d, const struct bus_device *p);

/* Check the interrupt of a device that has a node. */
void check_interrupt(struct diagnosis *d, const struct bus_device *p);

#endif /* DOCTOR_H */
