/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* CRC-32 of a large block that arrives in parts, at a quarter of crc32_le()'s cost. */
#ifndef DUMMY_CRC_H
#define DUMMY_CRC_H

#include <linux/types.h>

struct dummy_crc;

/* For blocks of `size` bytes. Returns NULL without memory. */
struct dummy_crc *dummy_crc_new(size_t size);
void dummy_crc_free(struct dummy_crc *crc);

/* The first `have` bytes of `data` are valid: process as many as possible. */
void dummy_crc_progress(struct dummy_crc *crc, const void *data, size_t have);

/*
 * All bytes are valid. Returns the CRC, the same as zlib's crc32(). The next
 * dummy_crc_progress() begins a new block.
 */
u32 dummy_crc_end(struct dummy_crc *crc, const void *data);

#endif /* DUMMY_CRC_H */
