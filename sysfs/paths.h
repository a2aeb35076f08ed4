/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Mount points of the kernel's file systems. The unit tests set them to
 * relative paths in a tree of their own.
 */
#ifndef UIOMAP_PATHS_H
#define UIOMAP_PATHS_H

#ifndef UIOMAP_SYSFS
#define UIOMAP_SYSFS "/sys"
#endif
#ifndef UIOMAP_DEV
#define UIOMAP_DEV "/dev"
#endif
#ifndef UIOMAP_PROC
#define UIOMAP_PROC "/proc"
#endif

#endif /* UIOMAP_PATHS_H */
