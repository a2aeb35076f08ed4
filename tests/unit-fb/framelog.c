/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* fb-demo's check of the frame log: it finds each fault, and nothing else. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "framelog.h"
#include "pattern.h"

static char name[] = "/tmp/framelog-XXXXXX";
static FILE *file;
static struct framelog logbook;

static void setup(void)
{
	strcpy(name + strlen(name) - 6, "XXXXXX");
	file = fdopen(mkstemp(name), "w");
	cr_assert(file);
}

static void teardown(void)
{
	framelog_free(&logbook);
	fclose(file);
	unlink(name);
}

TestSuite(framelog, .init = setup, .fini = teardown);

/* Replace the log's content. */
static void write_log(const char *text)
{
	rewind(file);
	cr_assert_eq(ftruncate(fileno(file), 0), 0);
	cr_assert_geq(fputs(text, file), 0);
	cr_assert_eq(fflush(file), 0);
}

static void draw(const char *crcs)
{
	unsigned int crc;
	int n;

	for (; sscanf(crcs, "%x%n", &crc, &n) == 1; crcs += n)
		cr_assert_eq(framelog_draw(&logbook, crc), 0);
}

static void judged(size_t scanned, size_t torn, size_t out_of_order, size_t unseen)
{
	cr_assert_eq(framelog_end(&logbook), 0, "%s", strerror(errno));
	cr_expect_eq(logbook.scanned, scanned, "%zu scanned", logbook.scanned);
	cr_expect_eq(logbook.torn, torn, "%zu torn", logbook.torn);
	cr_expect_eq(logbook.out_of_order, out_of_order, "%zu out of order", logbook.out_of_order);
	cr_expect_eq(logbook.unseen, unseen, "%zu unseen", logbook.unseen);
}

Test(framelog, all_is_well)
{
	/* An old frame that looks like one of the new ones. */
	write_log("7 1 0 30\n");
	cr_assert_eq(framelog_begin(&logbook, name), 0);
	draw("10 20 30 40");
	write_log("7 1 0 30\n8 2 0 10\n9 2 0 10\n10 3 4096 20\n11 4 0 30\n12 5 0 40\n");
	judged(5, 0, 0, 0);
}

Test(framelog, one_fault_of_each_kind)
{
	write_log("");
	cr_assert_eq(framelog_begin(&logbook, name), 0);
	draw("10 20 30 40 50");
	write_log("2 1 0 10\n3 1 0 30\n4 2 4096 20\n5 3 0 77\n6 4 0 50\n");
	/* 20 came after 30; 77 was never drawn; 20 and 40 were not seen in order. */
	judged(5, 1, 1, 2);
}

Test(framelog, torn_at_first)
{
	write_log("1 1 0 99\n");
	cr_assert_eq(framelog_begin(&logbook, name), 0);
	draw("10 20");
	write_log("1 1 0 99\n2 1 0 98\n3 1 0 10\n4 2 0 20\n");
	judged(3, 1, 0, 0);
}

/* The device keeps only the last lines; vsyncs wrap; the same frame is drawn again later. */
Test(framelog, in_pieces)
{
	write_log("4294967293 5 0 99\n");
	cr_assert_eq(framelog_begin(&logbook, name), 0);
	draw("10 20");
	write_log("4294967293 5 0 99\n4294967294 6 0 10\n4294967295 7 0 20\n");
	cr_assert_eq(framelog_read(&logbook), 0);
	cr_assert_eq(framelog_read(&logbook), 0);
	draw("30 10 20");
	write_log("4294967295 7 0 20\n0 8 0 30\n1 9 0 10\n");
	cr_assert_eq(framelog_read(&logbook), 0);
	write_log("1 9 0 10\n2 10 0 20\n");
	judged(5, 0, 0, 0);
}

/* Frames that look the same can't be told apart, and needn't be. */
Test(framelog, alike)
{
	write_log("");
	cr_assert_eq(framelog_begin(&logbook, name), 0);
	draw("10 10 10 20 20 10");
	write_log("1 1 0 10\n2 2 0 20\n3 3 0 10\n");
	judged(3, 0, 0, 0);
}

Test(framelog, nothing_there)
{
	write_log("rubbish\n");
	cr_assert_eq(framelog_begin(&logbook, name), -1);
	cr_assert_eq(errno, EPROTO);
	cr_assert_eq(framelog_begin(&logbook, "/tmp/no such file"), -1);
	cr_assert_eq(errno, ENOENT);
	write_log("");
	cr_assert_eq(framelog_begin(&logbook, name), 0);
	judged(0, 0, 0, 0);
}

Test(framelog, crc)
{
	/*
	 * Padding doesn't count: 2 lines of 2 visible pixels. The value is Python's
	 * zlib.crc32(bytes([3, 2, 1, 0] * 4)).
	 */
	struct surface *s = surface_new(2, 2, 64, SURFACE_XR24),
		       *r = surface_new(5, 3, 16, SURFACE_RG16);
	uint8_t flat[5 * 3 * 2];

	memset(s->pixels, 0xaa, 128);
	surface_fill(s, 0x010203);
	cr_assert_eq(framelog_crc(s), 0xeaac20e1u);
	pattern_draw(r, 1);
	for (int y = 0; y < 3; y++)
		memcpy(flat + y * 10, r->pixels + (size_t)y * r->stride, 10);
	cr_assert_eq(framelog_crc(r), crc32(0, flat, sizeof(flat)));
	surface_free(s);
	surface_free(r);
}
