/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Random I/Os, compared with a model of the disk's content. Used with the controller in steps
 * and in a thread.
 */
#ifndef RANDOM_IO_H
#define RANDOM_IO_H

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "fake-nvme.h"
#include "nvme.h"

#define OK(call) cr_assert_geq((call), 0, "%s: %s", #call, nvme_error())
#define FAILS(call, error)                                                                         \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_eq((call), -1, "%s", #call);                                             \
		cr_assert_eq(errno, (error), "%s: errno %d: %s", #call, errno, nvme_error());      \
	} while (0)

#define RANDOM_IO_ROOM (20u * 512) /* bytes of a buffer */

struct random_io_slot {
	bool busy;
	enum nvme_op op;
	uint64_t block;
	uint32_t count;
	size_t offset;
	struct uiomap_dma *buffer;
	int id;
};

struct random_io {
	struct uiomap_device *device;
	struct nvme *nvme;
	uint32_t random;
	unsigned int in_flight, ended;
	unsigned char *model;	/* the disk as it must be */
	unsigned char *written; /* per block: 1: a write is in flight, 2: a read */
	struct random_io_slot ios[256];
	uint32_t depth;
};

/* Open the controller and allocate all buffers. */
void random_io_begin(struct random_io *w, struct uiomap_device *device, enum nvme_mode mode,
		     uint32_t depth);
/* Submit until the depth is reached. 0; -1 with errno of nvme_submit(). */
int random_io_fill(struct random_io *w);
/*
 * Reap completed I/Os and compare their data. Returns how many; -1 with errno of nvme_reap().
 * I/Os that end with `error` are accepted, too.
 */
int random_io_take(struct random_io *w, int error);
/* Run `n` I/Os and check each. */
void random_io_run(struct random_io *w, unsigned int n);
/* Release everything and compare the disk with the model. */
void random_io_end(struct random_io *w);

#endif /* RANDOM_IO_H */
