/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Fixture for tests of a PCI device under uio_stub by plain system calls. A failure here fails the
 * test.
 */
#ifndef PCI_FIXTURE_H
#define PCI_FIXTURE_H

#include "sim-fixture.h"
#include "pci.h"

/* Map number `index` begins at offset index × PAGE of the file. */
#define PAGE 4096

/* How long to wait to see that no interrupt comes. */
#define NOTHING_MS 50
#define LATE_MS	   10000

struct card {
	char address[PCI_ADDRESS];
	int fd;
	uint32_t seen; /* events */
};

/* Find the first device with these ids, and bind it to uio_stub. */
void fixture_bind(struct card *c, uint16_t vendor, uint16_t device, const char *options);
void fixture_open(struct card *c);
void fixture_close(struct card *c);
volatile void *fixture_map(const struct card *c, unsigned int index, size_t size);

/*
 * Read or write a file of the device's folder in sysfs. The text has no newline at its end, and is
 * valid until the next call.
 */
const char *fixture_text(const struct card *c, const char *file);
void fixture_write(const struct card *c, const char *file, const char *text);

/* The number of interrupts since open or the last call; 0 if none comes in this time. */
unsigned int fixture_events(struct card *c, int timeout_ms);
/* Write 0 or 1 to the node: disable or enable the interrupt. */
void fixture_enable(const struct card *c, int32_t on);

/* Returns true if all these bits of the command register are set: PCI_COMMAND_MASTER, … */
bool fixture_command(const struct card *c, unsigned int bits);

/* The address of map `index` for the device: `addr` in sysfs. */
uint64_t fixture_bus_address(const struct card *c, unsigned int index);

/* Sleep. For states that have no event: a device that works while its file is closed. */
void nap_ms(long ms);

#endif /* PCI_FIXTURE_H */
