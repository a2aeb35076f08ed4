/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The results of ring-demo, as text and as JSON. */
#ifndef RING_REPORT_H
#define RING_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "ring.h"

/* The device's own counters, from the file of --stats. */
struct report_device {
	uint64_t messages, bytes, out_of_order, interrupts;
};

struct report {
	uint32_t sent, received;
	uint32_t next; /* the number expected */
	uint64_t bytes, lost, out_of_order, wrong, failures;
	double seconds;
	int64_t system_calls; /* -1: the kernel doesn't tell */
	struct ring_stats ring;
	struct report_device before, after;
};

/* Read the device's counters: lines "NAME VALUE". 0; -1 with errno. */
int report_device(const char *file, struct report_device *device);

void report_print(const struct report *r, bool device);
/* 0; -1 with errno. */
int report_json(const struct report *r, bool device, const char *file);
/* True if no message was lost, out of order or wrong, and the device's counters agree. */
bool report_good(const struct report *r, bool device);

#endif /* RING_REPORT_H */
