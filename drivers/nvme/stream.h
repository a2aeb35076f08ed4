/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Write or read a range of the disk with as many I/Os in flight as possible. For the demo
 * program and the tests.
 */
#ifndef NVME_STREAM_H
#define NVME_STREAM_H

#include "nvme.h"

struct stream {
	struct uiomap_device *device;
	struct nvme *nvme;
	uint32_t chunk; /* maximum bytes per I/O: whole blocks, up to transfer_max */
	/*
	 * Called for each part, in any order: `bytes` of data at `offset` on the disk. Fills
	 * them before a write, or checks them after a read.
	 */
	void (*data)(void *arg, uint64_t offset, unsigned char *data, size_t bytes);
	void *arg;
};

/*
 * Move blocks [block, block + count). Uses depth * chunk bytes of DMA memory
 * meanwhile. Returns 0, or -1 with errno and nvme_error() of the first failure;
 * the memory of I/Os that are still in flight stays allocated until the device
 * is closed.
 */
int stream_move(const struct stream *s, enum nvme_op op, uint64_t block, uint64_t count);

#endif /* NVME_STREAM_H */
