/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file access.h
 * The files in sysfs that libuiomap uses of a PCI device besides the node, and
 * who may open them: root; and the group of the nodes, if the device's UIO driver
 * doesn't give the same access through the node.
 *
 *			uio_stub			uio_pci_generic
 * config		the group if the line says	the group: INTx is unmasked there
 *			`config_write`
 * resourceN, memory	root's: it is mapped by the	the group, if it is made of whole pages:
 *			node				a mapping is, and would reach the registers
 *							of other devices in the same page
 * resourceN, ports	the group if the line says	the group, as it has `config` in any case
 *			`ports`: it is the only way to
 *			them without CAP_SYS_RAWIO
 *
 * A process that has one of these files open can use it after the right was taken
 * back: sysfs revokes nothing while the device is there. So the group gets as few
 * files as possible.
 *
 * Errors: as bind.h says.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include <sys/types.h>

#include "conf.h"

#define ACCESS_GROUP "uio"

/**
 * Give the group what it is to have of a device, and take back what it isn't.
 * @param parent the device's folder in sysfs; of other devices than PCI's nothing is done
 * @param driver its UIO driver
 * @param line	its line in the configuration, NULL if it has none
 * errno: ENOENT there is no such group; errors of chown(2) and chmod(2).
 */
int access_give(const char *parent, const char *driver, const struct conf_line *line);

#define ACCESS_ANYONE ((uid_t) - 1)

/**
 * Make this user the owner of the files of a device that the group has. So the user's
 * process need not be in the group, which has other devices, too.
 * @param from	only files that are this user's; or ACCESS_ANYONE
 * @param owner	0: root again
 * errno: errors of reading a folder and of chown(2).
 */
int access_own(const char *parent, uid_t from, uid_t owner);

/**
 * Take all of it back: owner, group and mode as the kernel made them. errno as above. If the device
 * has gone, that is no error.
 */
int access_take_back(const char *parent);

#endif /* ACCESS_H */
