/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Resources of a device that UIO can't provide: uio_stub lists them in `left_out`. No hardware is
 * behind the resources of these tests.
 */
#include <stdio.h>
#include <string.h>

#include "sim-fixture.h"

/* Addresses where this VM has nothing. */
#define NOWHERE "0x40000" /* and five digits more */

static struct uiosim *plug_unbound(const char *name, const char *resources, const char *irq)
{
	struct uiosim *d = uiosim_new(name);

	cr_assert(d, "%s", uiosim_error());
	OK(uiosim_set(d, "model", "resources"));
	OK(uiosim_set(d, "irq", irq));
	if (*resources) /* an empty write doesn't reach the file */
		OK(uiosim_set(d, "resources", resources));
	OK(uiosim_go_live(d));
	return d;
}

static struct uiosim *plug_resources(const char *resources, const char *irq)
{
	struct uiosim *d = plug_unbound("left-", resources, irq);

	OK(uiosim_bind(d, "uio_stub"));
	return d;
}

static void leaves_out(struct uiosim *d, const char *wanted)
{
	char path[128], text[4096];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/uio_stub/left_out",
		 uiosim_device(d));
	f = fopen(path, "re");
	cr_assert(f, "%s: %s", path, strerror(errno));
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	cr_assert_str_eq(text, wanted);
}

static void has_maps(struct uiosim *d, unsigned int count)
{
	struct uiomap_info *info = uiomap_find(uiosim_name(d));

	cr_assert(info, "%s", uiomap_error());
	cr_assert_eq(uiomap_info_map_count(info), count);
	uiomap_info_free(info);
}

Test(left_out, more_than_uio_takes)
{
	struct uiosim *d = plug_resources(
		"memory:" NOWHERE "00000:0x1000:m0,memory:" NOWHERE "10000:0x1000:m1,"
		"memory:" NOWHERE "20000:0x1000:m2,memory:" NOWHERE "30000:0x1000:m3,"
		"memory:" NOWHERE "40000:0x1000:m4,memory:" NOWHERE "50000:0x2000:m5,"
		"memory:" NOWHERE "60000:0x1000:m6,interrupt:40:1:second,dma:3:1:channel",
		"edge");

	leaves_out(
		d,
		"interrupt 1 1 limit second\nmemory 4000050000 2000 limit m5\nmemory 4000060000 1000 limit m6\n"
		"other 3 1 limit channel\n");
	has_maps(d, 5);
	/* The requested DMA memory is one of the five maps. */
	OK(uiosim_unbind(d));
	OK(uiosim_stub_options(d, "dma=4K"));
	OK(uiosim_bind(d, "uio_stub"));
	leaves_out(
		d,
		"interrupt 1 1 limit second\nmemory 4000040000 1000 limit m4\nmemory 4000050000 2000 limit m5\n"
		"memory 4000060000 1000 limit m6\nother 3 1 limit channel\n");
	has_maps(d, 5);
	uiosim_free(d);
}

Test(left_out, nothing)
{
	/* A device with an interrupt and no memory. */
	struct uiosim *d = plug_resources("", "level");

	leaves_out(d, "");
	has_maps(d, 0);
	uiomap_close(open_dummy(d, 0));
	uiosim_free(d);
	/* Exactly five regions. */
	d = plug("five-", "memory", NULL,
		 "physical:0:4096,physical:0:1,physical:0:1,physical:0:1,physical:0:1", "uio_stub");
	leaves_out(d, "");
	has_maps(d, 5);
	uiosim_free(d);
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

/*
 * If a device's registers share a page with another device's, a mapping of that page would contain
 * both. So that page is left out.
 */
Test(left_out, page_of_a_neighbour)
{
	struct uiosim *d = plug_unbound("page-",
					"memory:" NOWHERE "00100:0x100:regs,memory:" NOWHERE
					"10000:0x1000:whole",
					"none");
	struct uiosim *other =
		plug_unbound("neighbour-", "memory:" NOWHERE "00200:0x100:theirs", "none");

	/* The other device has no driver yet. */
	OK(uiosim_bind(d, "uio_stub"));
	leaves_out(d, "memory 4000000100 100 page regs\n");
	has_maps(d, 1);
	OK(uiosim_unbind(d));
	/* Now the other device has a driver, and this one has none. */
	OK(uiosim_bind(other, "uio_stub"));
	leaves_out(other, "memory 4000000200 100 page theirs\n");
	OK(uiosim_unbind(other));
	/* The option share_page permits the map. */
	OK(uiosim_stub_options(d, "share_page"));
	OK(uiosim_bind(d, "uio_stub"));
	leaves_out(d, "");
	has_maps(d, 2);
	OK(uiosim_stub_options(d, NULL));
	OK(uiosim_unbind(d));
	uiosim_free(other);
	OK(uiosim_bind(d, "uio_stub"));
	leaves_out(d, "");
	has_maps(d, 2);
	uiosim_free(d);
}

/*
 * While a device's pages are mapped, another device whose registers are in these pages can't be
 * bound. Its resource in /proc/iomem stays unchanged.
 */
Test(left_out, neighbour_comes_later)
{
	struct uiosim *d = plug_resources("memory:" NOWHERE "00100:0x100:regs,memory:" NOWHERE
					  "10ff0:0x20:two",
					  "none"),
		      *other;

	leaves_out(d, "");
	cr_assert(in_iomem("rest of a page"));
	for (int i = 0; i < 2; i++) {
		other = plug_unbound("late-",
				     i ? "memory:" NOWHERE "11800:0x100" :
					 "memory:" NOWHERE "00000:0x100",
				     "none");
		cr_assert_eq(uiosim_bind(other, "uio_stub"), -1,
			     "it has registers in pages that are mapped");
		OK(uiosim_unbind(d));
		cr_assert_not(in_iomem("rest of a page"));
		/* The other device's resource is where it was before. */
		OK(uiosim_bind(other, "uio_stub"));
		cr_assert(in_iomem(uiosim_device(other)));
		uiosim_free(other);
		OK(uiosim_bind(d, "uio_stub"));
	}
	uiosim_free(d);
}

/* Several regions of one device may share a page, in any order. */
Test(left_out, own_page)
{
	struct uiosim *d =
		plug_resources("memory:" NOWHERE "00800:0x100:b,memory:" NOWHERE "00100:0x100:a,"
			       "memory:" NOWHERE "00ff0:0x1000:c,memory:" NOWHERE "01ff0:0x10:d",
			       "none");

	leaves_out(d, "");
	has_maps(d, 4);
	uiosim_free(d);
	cr_assert_not(in_iomem("rest of a page"));
}

/* The property linux,uio-name gives the device its name. The label is used only without it. */
Test(left_out, uio_name)
{
	struct uiosim *d = uiosim_new("named-");

	OK(uiosim_set(d, "label", "a-label"));
	OK(uiosim_go_live(d));
	OK(uiosim_bind(d, "uio_stub"));
	uiomap_close(open_dummy(d, 0));
	uiosim_free(d);
}
