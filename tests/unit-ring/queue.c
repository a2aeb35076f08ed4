/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The descriptor queue alone, with its indices in every position. race.c tests it with a device. */
#include <criterion/criterion.h>
#include <string.h>

#include "queue.h"

#define ENTRY 32

static struct queue small_queue(unsigned char *entries, uint32_t size, uint32_t *regs,
				uint32_t start)
{
	struct queue q = {
		.entries = entries,
		.stride = ENTRY,
		.status = 28,
		.size = size,
		.regs = regs,
		.doorbell = 4,
	};

	memset(entries, 0, (size_t)size * ENTRY);
	queue_start(&q, start);
	return q;
}

static void set_status(unsigned char *entry, uint32_t status)
{
	memcpy(entry + 28, &status, sizeof(status));
}

Test(queue, full_and_empty_at_every_index_across_the_wrap)
{
	unsigned char entries[8 * ENTRY];
	uint32_t regs[2], status;

	for (uint32_t start = UINT32_MAX - 20; start != 20; start++) {
		struct queue q = small_queue(entries, 8, regs, start);

		cr_assert_null(queue_peek(&q, &status), "empty");
		for (uint32_t i = 0; i < 8; i++) {
			cr_assert_eq(queue_room(&q), 8 - i);
			cr_assert_eq(queue_reserve(&q), entries + ((start + i) % 8) * ENTRY);
			cr_assert_eq(queue_reserve(&q), entries + ((start + i) % 8) * ENTRY,
				     "reserve takes nothing");
			queue_commit(&q);
		}
		cr_assert_null(queue_reserve(&q), "full at %u", start);
		cr_assert_eq(queue_room(&q), 0);
		for (uint32_t i = 0; i < 8; i++)
			set_status(entries + ((start + i) % 8) * ENTRY, 1000 + i);
		cr_assert_null(queue_peek(&q, &status),
			       "what the device hasn't been told of isn't done");
		regs[1] = start;
		cr_assert(queue_doorbell(&q));
		cr_assert_eq(regs[1], start + 8);
		cr_assert_not(queue_doorbell(&q), "nothing new");
		cr_assert_eq(q.doorbells, 1);
		for (uint32_t i = 0; i < 8; i++) {
			cr_assert_eq(queue_peek(&q, &status), entries + ((start + i) % 8) * ENTRY);
			cr_assert_eq(status, 1000 + i);
			queue_pop(&q);
			cr_assert_eq(queue_room(&q), i + 1);
		}
		cr_assert_null(queue_peek(&q, &status));
	}
}

Test(queue, every_size_and_fill_level)
{
	static unsigned char entries[1024 * ENTRY];
	uint32_t regs[2], status;

	for (uint32_t size = 1; size <= 1024; size *= 2) {
		struct queue q = small_queue(entries, size, regs, UINT32_MAX - size);

		/* `level` entries in flight while the indices go round three times. */
		for (uint32_t level = 1; level <= size; level = level < 8 ? level + 1 : level * 2) {
			uint32_t out = q.cons, in = q.prod;

			for (uint32_t n = 0; n < 3 * size; n++) {
				while (in - out < level) {
					unsigned char *entry = queue_reserve(&q);

					cr_assert_eq(entry, entries + (in % size) * ENTRY,
						     "size %u level %u", size, level);
					memcpy(entry, &in, sizeof(in));
					set_status(entry, 1);
					queue_commit(&q);
					in++;
				}
				queue_doorbell(&q);
				cr_assert_eq(regs[1], in);
				cr_assert_eq(memcmp(queue_peek(&q, &status), &out, sizeof(out)), 0);
				queue_pop(&q);
				out++;
			}
			while (out != in) {
				queue_pop(&q);
				out++;
			}
		}
	}
}

Test(queue, a_doorbell_that_counts_entries_not_rounds)
{
	unsigned char entries[8 * ENTRY];
	uint32_t regs[2], status;
	struct queue q = small_queue(entries, 8, regs, 0);

	q.modulo = true;
	for (uint32_t n = 1; n < 50; n++) {
		cr_assert_not_null(queue_reserve(&q));
		queue_commit(&q);
		cr_assert(queue_doorbell(&q));
		cr_assert_eq(regs[1], n % 8);
		cr_assert_eq(queue_peek(&q, &status), entries + ((n - 1) % 8) * ENTRY);
		queue_pop(&q);
	}
	/* A whole round at once: the doorbell is written although its value doesn't change. */
	for (uint32_t n = 0; n < 8; n++)
		queue_commit(&q);
	cr_assert(queue_doorbell(&q));
	cr_assert_not(queue_doorbell(&q));
	cr_assert_not_null(queue_peek(&q, &status));
}
