/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The kernel's own UIO drivers round what they map to whole pages
 * (uio_pci_generic, uio_pdrv_genirq): who may open such a node has whatever
 * else the machine has in these pages.
 */
#ifndef NEIGHBOUR_H
#define NEIGHBOUR_H

#include <stdbool.h>

#ifndef NEIGHBOUR_IOMEM
#define NEIGHBOUR_IOMEM "/proc/iomem"
#endif

/* As /proc/iomem calls what is in a page. */
#define NEIGHBOUR_NAME 128

/*
 * Is there something else in the pages of uioN's maps? Only root is told. Under uio_stub only where
 * share_page says so. Then `names` are what is in the first such map, with ", " between.
 */
bool neighbour_find(unsigned int number, char names[NEIGHBOUR_NAME]);

#endif /* NEIGHBOUR_H */
