/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Other resources in the pages of a map, by /proc/iomem. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "neighbour.h"
#include "temp-dir.h"

TestSuite(neighbour, .init = temp_dir_begin, .fini = temp_dir_end);

static void map(unsigned int index, const char *addr, const char *size)
{
	char path[64];

	snprintf(path, sizeof(path), "sys/class/uio/uio0/maps/map%u/addr", index);
	temp_dir_file(path, addr);
	snprintf(path, sizeof(path), "sys/class/uio/uio0/maps/map%u/size", index);
	temp_dir_file(path, size);
}

/*
 * Two cards with 256 bytes each in one page, one alone in its page, one of two pages, and a
 * block with parts.
 */
static const char iomem[] = "00000000-00000fff : Reserved\n"
			    "fe000000-fe1fffff : PCI Bus 0000:01\n"
			    "  fe000000-fe0000ff : 0000:01:00.0\n"
			    "  fe000100-fe0001ff : 0000:01:01.0\n"
			    "    fe000100-fe0001ff : 8139cp\n"
			    "  fe001000-fe0010ff : 0000:01:02.0\n"
			    "    fe001000-fe00107f : part\n"
			    "    fe001080-fe0010ff : part\n"
			    "  fe002000-fe003fff : 0000:01:03.0\n"
			    "    fe002000-fe0020ff : one\n"
			    "    fe003000-fe0030ff : two\n"
			    "  fe004000-fe0051ff : 40000000.long\n"
			    "  fe005800-fe0058ff : 40001800.short\n";

static const char *in_pages(const char *addr, const char *size)
{
	static char names[NEIGHBOUR_NAME];

	map(0, addr, size);
	return neighbour_find(0, names) ? names : "";
}

Test(neighbour, pages)
{
	temp_dir_file("iomem", iomem);
	cr_assert_str_eq(in_pages("0x00000000fe000000\n", "0x0000000000001000\n"),
			 "0000:01:00.0, 0000:01:01.0");
	cr_assert_str_eq(in_pages("0xfe001000\n", "0x1000\n"), "");
	cr_assert_str_eq(in_pages("0xfe002000\n", "0x2000\n"), "");
	cr_assert_str_eq(in_pages("0xfe004000\n", "0x2000\n"), "40000000.long, 40001800.short");
	cr_assert_str_eq(in_pages("0xfe006000\n", "0x1000\n"), "");
	/* A kernel address, as of ordinary memory. */
	cr_assert_str_eq(in_pages("0xffff888003a2c000\n", "0x1000\n"), "");
	map(1, "0xfe000000\n", "0x1000\n");
	cr_assert_str_eq(in_pages("0xfe001000\n", "0x1000\n"), "0000:01:00.0, 0000:01:01.0");
}

/* Without root, addresses read as 0; in a container the file may not exist. */
Test(neighbour, not_told)
{
	cr_assert_str_eq(in_pages("0xfe000000\n", "0x1000\n"), "");
	temp_dir_file("iomem",
		      "00000000-00000000 : PCI Bus 0000:01\n  00000000-00000000 : 0000:01:00.0\n");
	cr_assert_str_eq(in_pages("0xfe000000\n", "0x1000\n"), "");
}
