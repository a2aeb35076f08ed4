/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Differences between the supported kernels (6.1 … 6.12). */
#ifndef STUB_COMPAT_H
#define STUB_COMPAT_H

#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void stub_vm_flags(struct vm_area_struct *vma, unsigned long set, unsigned long clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}
#else
static inline void stub_vm_flags(struct vm_area_struct *vma, unsigned long set, unsigned long clear)
{
	vm_flags_mod(vma, set, clear);
}
#endif

/* platform_driver.remove returned an int without meaning. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
typedef int stub_removed;
#define STUB_REMOVED 0
#else
typedef void stub_removed;
#define STUB_REMOVED
#endif

/*
 * driver_override moved from the devices of each bus to struct device. This
 * also happened in stable releases of older kernels, so Kbuild looks for the
 * function instead of comparing versions.
 */
#ifdef STUB_DEVICE_OVERRIDE
static inline int stub_set_aside(struct device *dev, const char *driver)
{
	return device_has_driver_override(dev) ? 0 : device_set_driver_override(dev, driver);
}
#else
static inline int stub_set_aside(struct device *dev, const char *driver)
{
	const char **override = dev->bus == &platform_bus_type ?
					&to_platform_device(dev)->driver_override :
					&to_pci_dev(dev)->driver_override;

	return *override ? 0 : driver_set_override(dev, override, driver, strlen(driver));
}
#endif

#endif /* STUB_COMPAT_H */
