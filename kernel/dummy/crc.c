// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * CRC-32 of a frame. 640 × 480 pixels of 4 bytes, 60 times a second, would keep
 * crc32_le() busy for most of an emulated processor's time.
 *
 * A CRC is the remainder of a division by the polynomial P. Two messages that
 * differ by a multiple of P have the same CRC. One multiple of P has only four
 * terms, all of which are powers of x^64:
 *
 *	x^(64 × 3006) + x^(64 × 2866) + x^(64 × 2215) + 1
 *
 * (the one of lowest degree, found by search). So any 64-bit word of the message
 * can be made 0 by adding (xor) it to the words 140 = 3006 - 2866,
 * 791 = 3006 - 2215 and 3006 places later. If this is done from the first word on,
 * only 3006 words at the end remain, which crc32_le() processes.
 */
#include <linux/crc32.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "crc.h"

#define NEAR   140u
#define MIDDLE 791u
#define FAR    3006u

struct dummy_crc {
	size_t size;  /* bytes of the message */
	size_t words; /* whole words of it */
	size_t done;  /* words that were already added to later ones */
	/*
	 * folded[FAR + i] is word i plus all that was added to it. The words before word 0 are 0,
	 * except the one that represents the CRC's initial value: a CRC begins with all bits
	 * inverted.
	 */
	u64 *folded;
};

struct dummy_crc *dummy_crc_new(size_t size)
{
	struct dummy_crc *crc = kzalloc(sizeof(*crc), GFP_KERNEL);

	if (!crc)
		return NULL;
	crc->size = size;
	crc->words = size / sizeof(u64);
	crc->folded = vzalloc((FAR + crc->words) * sizeof(u64));
	if (!crc->folded) {
		kfree(crc);
		return NULL;
	}
	memset(crc->folded, 0xff, sizeof(u32));
	return crc;
}

void dummy_crc_free(struct dummy_crc *crc)
{
	if (!crc)
		return;
	vfree(crc->folded);
	kfree(crc);
}

void dummy_crc_progress(struct dummy_crc *crc, const void *data, size_t have)
{
	/* The last FAR words have no later words to be added to. */
	const size_t end = min(have / sizeof(u64), crc->words - min_t(size_t, crc->words, FAR));
	u64 *folded = crc->folded + FAR;
	const u64 *word = data;
	size_t i;

	for (i = crc->done; i < end; i++)
		folded[i] = word[i] ^ folded[i - NEAR] ^ folded[i - MIDDLE] ^ folded[i - FAR];
	crc->done = max(crc->done, end);
}

/* Add the last words before `from` to the words that are `distance` places later. */
static void add(struct dummy_crc *crc, size_t from, size_t distance)
{
	const size_t end = min(from + distance, crc->words);
	u64 *folded = crc->folded + FAR;
	size_t i;

	for (i = from; i < end; i++)
		folded[i] ^= folded[i - distance];
}

u32 dummy_crc_end(struct dummy_crc *crc, const void *data)
{
	u64 *folded = crc->folded + FAR;
	const size_t bytes = crc->words * sizeof(u64);
	u32 result = ~0;
	size_t from;

	dummy_crc_progress(crc, data, crc->size);
	from = crc->done;
	crc->done = 0;
	if (crc->words) {
		memcpy(&folded[from], data + from * sizeof(u64), bytes - from * sizeof(u64));
		add(crc, from, NEAR);
		add(crc, from, MIDDLE);
		add(crc, from, FAR);
		result = crc32_le(0, (u8 *)&folded[from], bytes - from * sizeof(u64));
	}
	return ~crc32_le(result, data + bytes, crc->size - bytes);
}
