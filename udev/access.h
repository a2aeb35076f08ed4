/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file access.h
 * Permissions for the files in sysfs that libuiomap uses besides the node of a
 * PCI device. Root may open them. The group of the nodes may open those for which
 * the UIO driver has no equivalent in the node:
 *
 *			uio_stub			uio_pci_generic
 * config		the group if the line says	the group: it unmasks INTx
 *			`config_write`
 * resourceN, memory	root only: the node maps it	the group, if the BAR is whole pages.
 *							If not, its page may contain registers
 *							of other devices
 * resourceN, ports	the group if the line says	the group, which has `config` anyway
 *			`ports`: the only access to
 *			ports without CAP_SYS_RAWIO
 *
 * A process that has one of these files open can still use it after the
 * permission was removed: sysfs revokes nothing while the device exists. So the
 * group gets as few files as possible.
 *
 * Errors: as bind.h says.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include <sys/types.h>

#include "conf.h"

#define ACCESS_GROUP "uio"

/**
 * Give the group the files that it should have, and remove its access to the others.
 * @param parent the device's directory in sysfs; no effect if it isn't a PCI device
 * @param driver its UIO driver
 * @param line	its line in the configuration, NULL if it has none
 * errno: ENOENT there is no such group; errors of chown(2) and chmod(2).
 */
int access_give(const char *parent, const char *driver, const struct conf_line *line);

#define ACCESS_ANYONE ((uid_t) - 1)

/**
 * Make this user the owner of the device's files that the group can open. So the user's
 * process doesn't need the group, which can open other devices, too.
 * @param from	change only files that this user owns; or ACCESS_ANYONE
 * @param owner	the new owner; 0: root
 * errno: errors of reading a directory and of chown(2).
 */
int access_own(const char *parent, uid_t from, uid_t owner);

/**
 * Restore owner, group and mode to what the kernel set. errno as above. It is not an error if the
 * device was removed.
 */
int access_take_back(const char *parent);

#endif /* ACCESS_H */
