/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file testdev.h
 * Driver of QEMU's pci-testdev, a card that counts writes (QEMU's docs/specs/pci-testdev).
 *
 *	device = uiomap_open(TESTDEV_SELECTOR, UIOMAP_EXCLUSIVE) -> testdev_open
 *		-> testdev_count ... -> testdev_close -> uiomap_close
 *
 * ERRORS. -1 or NULL with errno, and driver_error() (driver-error.h) in words. Any call can fail
 * with ENODEV: the card is gone. THREADS. One card is used by one thread at a time.
 */
#ifndef TESTDEV_H
#define TESTDEV_H

#include <stdint.h>
#include <uiomap.h>

#define TESTDEV_SELECTOR "pci:1b36:0005"

struct testdev;

/**
 * Take a card that is open (not UIOMAP_RDONLY).
 * @return the driver, to be given back with testdev_close() before the device is closed; or NULL
 *	with errno EPROTO (another card), ENOMEM, or those of uiomap_map_name()
 */
struct testdev *testdev_open(struct uiomap_device *device);
/** Accepts NULL. */
void testdev_close(struct testdev *card);

/** Let the card count so many writes. @return 0 and *count; -1 with errno */
int testdev_count(struct testdev *card, unsigned int writes, uint32_t *count);

#endif /* TESTDEV_H */
