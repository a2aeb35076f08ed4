/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A stretch of the disk, written or read with as many I/Os in flight as may be. For the demo
 * program and the tests.
 */
#ifndef NVME_STREAM_H
#define NVME_STREAM_H

#include "nvme.h"

struct stream {
	struct uiomap_device *device;
	struct nvme *nvme;
	uint32_t chunk; /* bytes of an I/O at most: whole blocks, up to transfer_max */
	/*
	 * `bytes` of data at `offset` from the disk's begin, to be filled before a write, or looked
	 * at after a read; in any order.
	 */
	void (*data)(void *arg, uint64_t offset, unsigned char *data, size_t bytes);
	void *arg;
};

/*
 * Blocks [block, block + count). Takes DMA memory of depth * chunk bytes
 * meanwhile. 0; -1 with errno and nvme_error() of the first that went wrong;
 * what was in flight then keeps its memory until the device is closed.
 */
int stream_move(const struct stream *s, enum nvme_op op, uint64_t block, uint64_t count);

#endif /* NVME_STREAM_H */
