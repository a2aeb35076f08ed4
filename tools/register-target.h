/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Registers of one region, as read, write, poll and dump see them: with a width, in a byte order,
 * never outside.
 */
#ifndef REGISTER_TARGET_H
#define REGISTER_TARGET_H

#include "tool.h"

enum order { ORDER_NATIVE, ORDER_LITTLE, ORDER_BIG };

struct target {
	/*
	 * From the command line: target_argp, as an argp child with this struct as its input. It
	 * takes the first two arguments.
	 */
	const char *selector;
	uint64_t offset;
	unsigned int arguments; /* how many of them there were */
	bool json;
	const char *map;    /* name or number; NULL: 0 */
	unsigned int width; /* bits */
	enum order order;

	struct uiomap_device *device;
	struct uiomap_region *region;
};

extern const struct argp target_argp;

/* Open and map, to be closed with target_close(); an exit status, and what failed has been said. */
int target_open(struct target *t, bool writable);
void target_close(struct target *t);

/* Are these bytes the region's? An exit status; nothing is read or written. */
int target_check(const struct target *t, uint64_t offset, uint64_t bytes);

/* "uio0 "dma" map 0 "registers"", for messages. Static. */
const char *target_label(const struct target *t);

/* One load or store of t->width. An exit status. A device that goes meanwhile is TOOL_NO_DEVICE. */
int target_read(struct target *t, uint64_t offset, uint64_t *value);
int target_write(struct target *t, uint64_t offset, uint64_t value);

/* The greatest value of t->width. */
uint64_t target_max(const struct target *t);

#endif /* REGISTER_TARGET_H */
