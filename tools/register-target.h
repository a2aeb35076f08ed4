/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Register access of read, write, poll and dump: in one region, with a width and a byte order,
 * never outside the region.
 */
#ifndef REGISTER_TARGET_H
#define REGISTER_TARGET_H

#include "tool.h"

enum order { ORDER_NATIVE, ORDER_LITTLE, ORDER_BIG };

struct target {
	/*
	 * From the command line, parsed by target_argp, an argp child whose input is this
	 * struct. It parses the first two arguments.
	 */
	const char *selector;
	uint64_t offset;
	unsigned int arguments; /* number of arguments parsed */
	bool json;
	const char *map;    /* name or number; NULL: 0 */
	unsigned int width; /* bits */
	enum order order;

	struct uiomap_device *device;
	struct uiomap_region *region;
};

extern const struct argp target_argp;

/*
 * Open the device and map the region; close with target_close(). Returns an exit status; an
 * error has been printed.
 */
int target_open(struct target *t, bool writable);
void target_close(struct target *t);

/*
 * Check that these bytes are in the region and aligned, without an access. Returns an exit
 * status.
 */
int target_check(const struct target *t, uint64_t offset, uint64_t bytes);

/* A label for messages: uio0 "dma" map 0 "registers". Static. */
const char *target_label(const struct target *t);

/*
 * One load or store of t->width bits. Returns an exit status; TOOL_NO_DEVICE if the device is
 * removed meanwhile.
 */
int target_read(struct target *t, uint64_t offset, uint64_t *value);
int target_write(struct target *t, uint64_t offset, uint64_t value);

/* The greatest value that t->width bits can hold. */
uint64_t target_max(const struct target *t);

#endif /* REGISTER_TARGET_H */
