/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* I/Os at random against a model of what the disk must hold; used step by step and against a thread. */
#ifndef WORK_H
#define WORK_H

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "fake.h"
#include "nvme.h"

#define OK(call) cr_assert_geq((call), 0, "%s: %s", #call, nvme_error())
#define FAILS(call, error) do { \
		errno = 0; \
		cr_assert_eq((call), -1, "%s", #call); \
		cr_assert_eq(errno, (error), "%s: errno %d: %s", #call, errno, nvme_error()); \
	} while (0)

#define WORK_ROOM	(20u * 512)	/* bytes of a buffer */

struct work_io {
	bool busy;
	enum nvme_op op;
	uint64_t block;
	uint32_t count;
	size_t offset;
	struct uiomap_dma *buffer;
	int id;
};

struct work {
	struct uiomap_device *device;
	struct nvme *nvme;
	uint32_t random;
	unsigned int in_flight, ended;
	unsigned char *model;		/* the disk as it must be */
	unsigned char *written;		/* of each block: 1 a write is in flight, 2 a read */
	struct work_io ios[256];
	uint32_t depth;
};

/* Opens the controller; all buffers are allocated. */
void work_begin(struct work *w, struct uiomap_device *device, enum nvme_mode mode, uint32_t depth);
/* Submit until as many are in flight as may be. 0; -1 with errno of nvme_submit(). */
int work_fill(struct work *w);
/* Take what has ended, compare it. How many; -1 with errno of nvme_reap(). Ends with `error` are taken too. */
int work_take(struct work *w, int error);
/* `n` I/Os altogether, each checked. */
void work_run(struct work *w, unsigned int n);
/* Everything given back; the disk is what the model says. */
void work_end(struct work *w);

#endif /* WORK_H */
