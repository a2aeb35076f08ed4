/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What a device has and UIO can't take: told by uio_stub's `left_out`. Here nothing is behind the resources. */
#include <stdio.h>
#include <string.h>

#include "common.h"

/* Where this VM has nothing. */
#define NOWHERE "0x40000"	/* and five digits more */

static struct dummy *plug_unbound(const char *name, const char *resources, const char *irq)
{
	struct dummy *d = dummy_new(name);

	cr_assert(d, "%s", dummy_error());
	OK(dummy_set(d, "model", "resources"));
	OK(dummy_set(d, "irq", irq));
	if (*resources)	/* of nothing, the file would not hear */
		OK(dummy_set(d, "resources", resources));
	OK(dummy_go_live(d));
	return d;
}

static struct dummy *plug_resources(const char *resources, const char *irq)
{
	struct dummy *d = plug_unbound("left-", resources, irq);

	OK(dummy_bind(d, "uio_stub"));
	return d;
}

static void leaves_out(struct dummy *d, const char *wanted)
{
	char path[128], text[4096];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/uio_stub/left_out", dummy_device(d));
	f = fopen(path, "re");
	cr_assert(f, "%s: %s", path, strerror(errno));
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	cr_assert_str_eq(text, wanted);
}

static void has_maps(struct dummy *d, unsigned int count)
{
	struct uiomap_info *info = uiomap_find(dummy_name(d));

	cr_assert(info, "%s", uiomap_error());
	cr_assert_eq(uiomap_info_map_count(info), count);
	uiomap_info_free(info);
}

Test(left_out, more_than_uio_takes, .timeout = 60)
{
	struct dummy *d = plug_resources("memory:" NOWHERE "00000:0x1000:m0,memory:" NOWHERE "10000:0x1000:m1,"
					 "memory:" NOWHERE "20000:0x1000:m2,memory:" NOWHERE "30000:0x1000:m3,"
					 "memory:" NOWHERE "40000:0x1000:m4,memory:" NOWHERE "50000:0x2000:m5,"
					 "memory:" NOWHERE "60000:0x1000:m6,interrupt:40:1:second,dma:3:1:channel", "edge");

	leaves_out(d, "interrupt 1 1 limit second\nmemory 4000050000 2000 limit m5\nmemory 4000060000 1000 limit m6\n"
		   "other 3 1 limit channel\n");
	has_maps(d, 5);
	/* The DMA memory that was asked for has its place among the five. */
	OK(dummy_unbind(d));
	OK(dummy_stub_options(d, "dma=4K"));
	OK(dummy_bind(d, "uio_stub"));
	leaves_out(d, "interrupt 1 1 limit second\nmemory 4000040000 1000 limit m4\nmemory 4000050000 2000 limit m5\n"
		   "memory 4000060000 1000 limit m6\nother 3 1 limit channel\n");
	has_maps(d, 5);
	dummy_free(d);
}

Test(left_out, nothing, .timeout = 60)
{
	/* An interrupt and no memory. */
	struct dummy *d = plug_resources("", "level");

	leaves_out(d, "");
	has_maps(d, 0);
	uiomap_close(open_dummy(d, 0));
	dummy_free(d);
	/* Exactly five. */
	d = plug("five-", "memory", NULL, "physical:0:4096,physical:0:1,physical:0:1,physical:0:1,physical:0:1", "uio_stub");
	leaves_out(d, "");
	has_maps(d, 5);
	dummy_free(d);
}

static bool in_iomem(const char *text)
{
	FILE *f = fopen("/proc/iomem", "re");
	char line[256];
	bool found = false;

	cr_assert(f);
	while (fgets(line, sizeof(line), f))
		found |= strstr(line, text) != NULL;
	fclose(f);
	return found;
}

/* Whose registers share a page with another device's would have those, too, and so has nothing of that page. */
Test(left_out, page_of_a_neighbour, .timeout = 60)
{
	struct dummy *d = plug_unbound("page-", "memory:" NOWHERE "00100:0x100:regs,memory:" NOWHERE "10000:0x1000:whole", "none");
	struct dummy *other = plug_unbound("neighbour-", "memory:" NOWHERE "00200:0x100:theirs", "none");

	/* That one has no driver yet. */
	OK(dummy_bind(d, "uio_stub"));
	leaves_out(d, "memory 4000000100 100 page regs\n");
	has_maps(d, 1);
	OK(dummy_unbind(d));
	/* It has, and this one has no driver. */
	OK(dummy_bind(other, "uio_stub"));
	leaves_out(other, "memory 4000000200 100 page theirs\n");
	OK(dummy_unbind(other));
	/* Who wants it all the same says so. */
	OK(dummy_stub_options(d, "share_page"));
	OK(dummy_bind(d, "uio_stub"));
	leaves_out(d, "");
	has_maps(d, 2);
	OK(dummy_stub_options(d, NULL));
	OK(dummy_unbind(d));
	dummy_free(other);
	OK(dummy_bind(d, "uio_stub"));
	leaves_out(d, "");
	has_maps(d, 2);
	dummy_free(d);
}

/* One that comes later gets no driver for registers that are in this one's pages, and is left whole. */
Test(left_out, neighbour_comes_later, .timeout = 60)
{
	struct dummy *d = plug_resources("memory:" NOWHERE "00100:0x100:regs,memory:" NOWHERE "10ff0:0x20:two", "none"), *other;

	leaves_out(d, "");
	cr_assert(in_iomem("rest of a page"));
	for (int i = 0; i < 2; i++) {
		other = plug_unbound("late-", i ? "memory:" NOWHERE "11800:0x100" : "memory:" NOWHERE "00000:0x100", "none");
		cr_assert_eq(dummy_bind(other, "uio_stub"), -1, "it has registers in pages that are mapped");
		OK(dummy_unbind(d));
		cr_assert_not(in_iomem("rest of a page"));
		/* Its place in the tree is what it was. */
		OK(dummy_bind(other, "uio_stub"));
		cr_assert(in_iomem(dummy_device(other)));
		dummy_free(other);
		OK(dummy_bind(d, "uio_stub"));
	}
	dummy_free(d);
}

/* A device's own registers are no neighbour's, in whatever order. */
Test(left_out, own_page, .timeout = 60)
{
	struct dummy *d = plug_resources("memory:" NOWHERE "00800:0x100:b,memory:" NOWHERE "00100:0x100:a,"
					 "memory:" NOWHERE "00ff0:0x1000:c,memory:" NOWHERE "01ff0:0x10:d", "none");

	leaves_out(d, "");
	has_maps(d, 4);
	dummy_free(d);
	cr_assert_not(in_iomem("rest of a page"));
}

/* UIO's own property is the name, before the label. */
Test(left_out, uio_name, .timeout = 60)
{
	struct dummy *d = dummy_new("named-");

	OK(dummy_set(d, "label", "a-label"));
	OK(dummy_go_live(d));
	OK(dummy_bind(d, "uio_stub"));
	uiomap_close(open_dummy(d, 0));
	dummy_free(d);
}
