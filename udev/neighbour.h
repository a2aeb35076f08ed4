/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The mainline UIO drivers (uio_pci_generic, uio_pdrv_genirq) map whole pages.
 * Who may open such a node has access to all registers in these pages, also
 * those of other devices.
 */
#ifndef NEIGHBOUR_H
#define NEIGHBOUR_H

#include <stdbool.h>

#ifndef NEIGHBOUR_IOMEM
#define NEIGHBOUR_IOMEM "/proc/iomem"
#endif

/* Room for names from /proc/iomem. */
#define NEIGHBOUR_NAME 128

/*
 * Do the pages of uioN's maps contain anything else? Needs root, since the
 * kernel hides addresses from others. Under uio_stub only devices with
 * share_page can have such maps. names gets the names in the first such map,
 * separated by ", ".
 */
bool neighbour_find(unsigned int number, char names[NEIGHBOUR_NAME]);

#endif /* NEIGHBOUR_H */
