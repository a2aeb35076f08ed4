/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* CRC-32 of many bytes that arrive bit by bit, at a quarter of crc32_le()'s cost. */
#ifndef DUMMY_CRC_H
#define DUMMY_CRC_H

#include <linux/types.h>

struct dummy_crc;

/* For `size` bytes at a time; NULL: no memory. */
struct dummy_crc *dummy_crc_new(size_t size);
void dummy_crc_free(struct dummy_crc *crc);

/* So many bytes of `data` are there by now: as much of the work as can be done. */
void dummy_crc_progress(struct dummy_crc *crc, const void *data, size_t have);

/* All of them: the CRC, as zlib's crc32() has it. The next dummy_crc_progress() begins anew. */
u32 dummy_crc_end(struct dummy_crc *crc, const void *data);

#endif /* DUMMY_CRC_H */
