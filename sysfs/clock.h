/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#ifndef UIOMAP_CLOCK_H
#define UIOMAP_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC, ns. */
int64_t uiomap_i_now(void);

#endif /* UIOMAP_CLOCK_H */
