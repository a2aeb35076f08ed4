/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The files in sysfs that libuiomap uses of a PCI device besides the node: its
 * BARs under uio_pci_generic (resourceN, resourceN_wc) and its configuration
 * space. Who may open the node may open these, as long as a UIO driver has the device.
 */
#ifndef ACCESS_H
#define ACCESS_H

#define ACCESS_GROUP "uio"

/* `parent` is the device's folder in sysfs. For other devices than PCI's there is nothing to be done. */
void access_give(const char *parent);
/* Back to how the kernel makes them. */
void access_take_back(const char *parent);

#endif /* ACCESS_H */
