/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Fixture for drivers/ring on a simulated ring. A message's length and bytes follow from its
 * number. A failure here fails the test.
 */
#ifndef RING_FIXTURE_H
#define RING_FIXTURE_H

#include "sim-fixture.h"
#include "ring.h"

#define FIXTURE_LONGEST 2048u

struct ring_fixture {
	struct uiosim *dummy;
	struct uiomap_device *device;
	struct ring *ring;
	uint32_t sent, received; /* messages */
	uint64_t bytes;
	unsigned int failures;
};

/* Make a new device, bind it to uio_stub and open it. The ring has room for `size` messages. */
void ring_fixture_new(struct ring_fixture *w, enum ring_mode mode, uint32_t size);
/* Open the same device again, after w->ring and w->device were closed. */
void ring_fixture_open(struct ring_fixture *w, enum ring_mode mode, uint32_t size);
void ring_fixture_free(struct ring_fixture *w);

/* Read one of the device's own counters: line `name` of attribute `file`. */
uint64_t ring_fixture_device_says(struct ring_fixture *w, const char *file, const char *name);

/*
 * The length of message n. Most are short, some as long as possible. The length is random, but
 * always the same for a number.
 */
uint32_t ring_fixture_length(uint32_t n);
void ring_fixture_compose(uint8_t *to, uint32_t n);
/* Check that this is the next message, with the right bytes. */
void ring_fixture_check(struct ring_fixture *w, const struct ring_message *m);

/*
 * Send until `until` messages have been sent, and receive them all. Recovers from the device's
 * failures.
 */
void ring_fixture_move(struct ring_fixture *w, uint32_t until);

/* Compare the driver's and the device's counters with the fixture's. */
void ring_fixture_check_stats(struct ring_fixture *w);

#endif /* RING_FIXTURE_H */
