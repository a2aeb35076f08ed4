/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/ring on a simulated ring, and messages whose length and bytes follow
 * from their number. What isn't as it must be fails the test.
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

/* A new device under uio_stub, open. `size` messages fit. */
void ring_fixture_new(struct ring_fixture *w, enum ring_mode mode, uint32_t size);
/* Open it again, after both have been closed. */
void ring_fixture_open(struct ring_fixture *w, enum ring_mode mode, uint32_t size);
void ring_fixture_free(struct ring_fixture *w);

/* A counter of the device's own: attribute `file`, line `name`. */
uint64_t ring_fixture_device_says(struct ring_fixture *w, const char *file, const char *name);

/*
 * Message n. Mostly short, some as long as there is room: random, but the same for a number
 * whenever asked.
 */
uint32_t ring_fixture_length(uint32_t n);
void ring_fixture_compose(uint8_t *to, uint32_t n);
/* Check that this is the next message and unchanged. */
void ring_fixture_check(struct ring_fixture *w, const struct ring_message *m);

/*
 * Send until `until` messages have been sent, and take them all back. Failures of the device are
 * recovered from.
 */
void ring_fixture_move(struct ring_fixture *w, uint32_t until);

/* Compare the driver's and the device's counters with ours. */
void ring_fixture_check_stats(struct ring_fixture *w);

#endif /* RING_FIXTURE_H */
