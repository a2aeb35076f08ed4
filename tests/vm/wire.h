/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/ring on a simulated ring, and messages whose length and bytes follow
 * from their number. What isn't as it must be fails the test.
 */
#ifndef WIRE_H
#define WIRE_H

#include "common.h"
#include "ring.h"

#define WIRE_LONGEST 2048u

struct wire {
	struct dummy *dummy;
	struct uiomap_device *device;
	struct ring *ring;
	uint32_t sent, received;	/* messages */
	uint64_t bytes;
	unsigned int failures;
};

/* A new device under uio_stub, open. `size` messages fit. */
void wire_new(struct wire *w, enum ring_mode mode, uint32_t size);
/* Open it again, after both have been closed. */
void wire_open(struct wire *w, enum ring_mode mode, uint32_t size);
void wire_free(struct wire *w);

/* A counter of the device's own: attribute `file`, line `name`. */
uint64_t wire_device_says(struct wire *w, const char *file, const char *name);

/* Message n. Mostly short, some as long as there is room: random, but the same for a number whenever asked. */
uint32_t wire_length(uint32_t n);
void wire_compose(uint8_t *to, uint32_t n);
/* Is this the next one to come, and as it was composed? */
void wire_check(struct wire *w, const struct ring_message *m);

/* Send until `until` messages have been sent, and take them all back. Failures of the device are recovered from. */
void wire_move(struct wire *w, uint32_t until);

/* The driver's and the device's counters against ours. */
void wire_check_stats(struct wire *w);

#endif /* WIRE_H */
