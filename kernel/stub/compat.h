/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* All that differs between the kernels it is built for (6.1 … 6.12). */
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

/* platform_driver.remove returned an int of no meaning. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
typedef int stub_removed;
#define STUB_REMOVED 0
#else
typedef void stub_removed;
#define STUB_REMOVED
#endif

/*
 * driver_override moved from each bus's devices to struct device: in new kernels and, as a fix, in
 * releases of old series. So Kbuild looks for it.
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
