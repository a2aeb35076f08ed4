// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Self-test of uio_dummy: configfs, plugging and unplugging. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "raw-uio.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct setting {
	const char *attribute, *value;
};

static struct uiosim *new_device(void)
{
	struct uiosim *d = uiosim_new("selftest-");

	cr_assert(d, "%s", uiosim_error());
	return d;
}

static void expect(struct uiosim *d, const char *attribute, const char *value)
{
	char text[512];

	RAW_OK(uiosim_get(d, attribute, text, sizeof(text)));
	cr_assert_str_eq(text, value, "%s is '%s', not '%s'", attribute, text, value);
}

/* This value must be refused with this errno, without a change. */
static void refuse(struct uiosim *d, const char *attribute, const char *value, int error)
{
	char before[512], after[512];
	int got;

	RAW_OK(uiosim_get(d, attribute, before, sizeof(before)));
	got = raw_errno(uiosim_set(d, attribute, value));
	cr_assert_eq(got, error, "%s = '%s': %s", attribute, value, strerror(got));
	RAW_OK(uiosim_get(d, attribute, after, sizeof(after)));
	cr_assert_str_eq(after, before, "%s = '%s' was refused, and changed it", attribute, value);
}

Test(config, what_makes_no_sense_changes_nothing)
{
	const struct setting bad[] = {
		{ "model", "toaster" },
		{ "model", "\n" },
		{ "model", "ringring" },
		{ "irq", "msi" },
		{ "irq", "\n" },
		{ "live", "2" },
		{ "live", "yes please" },
		{ "width", "0" },
		{ "width", "16385" },
		{ "width", "4294967297" },
		{ "width", "-1" },
		{ "width", "640x" },
		{ "width", "\n" },
		{ "height", "0" },
		{ "height", "16385" },
		{ "height", "18446744073709551617" },
		{ "format", "AR24" },
		{ "format", "\n" },
		{ "refresh_hz", "0" },
		{ "refresh_hz", "1001" },
		{ "vram_size", "0" },
		{ "vram_size", "4194305" },
		{ "vram_size", "33558528" },
		{ "vram_prefetchable", "2" },
		/*
		 * A mode larger than its VRAM, by setting either: 640 × 480 × 4 is 1228800, 300
		 * pages.
		 */
		{ "vram_size", "1224704" },
		{ "height", "1639" },
		{ "ring_size", "0" },
		{ "ring_size", "1" },
		{ "ring_size", "3" },
		{ "ring_size", "65536" },
		{ "ring_size", "255" },
		{ "max_length", "63" },
		{ "max_length", "65537" },
		{ "max_length", "0" },
		{ "maps", "\n" },
		{ "maps", "physical" },
		{ "maps", "physical:0" },
		{ "maps", "physical:0:0" },
		{ "maps", "physical:4096:1" },
		{ "maps", "physical:-1:1" },
		{ "maps", "cardboard:0:4096" },
		{ "maps", "physical:0:4096:a/b" },
		{ "maps", "physical:0:4096:a:b" },
		{ "maps", "physical:0:4096," },
		{ "maps", "physical:0:99999999999" },
		{ "maps",
		  "physical:0:1,physical:0:1,physical:0:1,physical:0:1,physical:0:1,physical:0:1" },
		{ "maps",
		  "logical:0:1,virtual:0:1,physical:0:1,virtual:0:1,physical:0:1,logical:0:1" },
		{ "resources", "memory" },
		{ "resources", "memory:0" },
		{ "resources", "memory:0:0" },
		{ "resources", "cardboard:0:1" },
		{ "resources", "memory:0:1:a/b" },
		{ "resources", "memory:0xfffffffffffff:0xffffffffffffffff" },
		{ "resources", "memory:0:1,,memory:9:1" },
		{ "maps", "port:0:1,port:0:1,port:0:1,port:0:1,port:0:1,port:0:1" },
	};
	const struct setting good[] = {
		{ "model", "framebuffer" },
		{ "irq", "edge" },
		{ "irq", "none" },
		{ "irq", "level" },
		{ "vram_size", "33554432" },
		{ "width", "16384" },
		{ "width", "1" },
		{ "height", "16384" },
		{ "height", "1" },
		{ "vram_size", "4096" },
		{ "refresh_hz", "1" },
		{ "refresh_hz", "1000" },
		{ "format", "RG16" },
		{ "vram_prefetchable", "0" },
		{ "model", "ring" },
		{ "ring_size", "2" },
		{ "ring_size", "32768" },
		{ "max_length", "64" },
		{ "max_length", "65536" },
		{ "model", "counter" },
		{ "model", "memory" },
	};
	const char *maps =
		"physical:0:1,prefetchable:4095:2:two,physical:8:4096,physical:0:4096,physical:1:1,"
		"port:0:1,port:0:1,port:0:1,port:0:1,port:0:8:last";
	struct uiosim *d = new_device();
	unsigned int i;

	expect(d, "model", "memory");
	expect(d, "irq", "none");
	expect(d, "live", "0");
	expect(d, "device", "");
	for (i = 0; i < COUNT(bad); i++)
		refuse(d, bad[i].attribute, bad[i].value, EINVAL);
	RAW_OK(uiosim_set(d, "model", "ring"));
	expect(d, "irq", "level");
	for (i = 0; i < COUNT(good); i++) {
		RAW_OK(uiosim_set(d, good[i].attribute, good[i].value));
		expect(d, good[i].attribute, good[i].value);
	}
	RAW_OK(uiosim_set(d, "maps", maps));
	RAW_OK(uiosim_go_live(d));
	expect(d, "live", "1");
	expect(d, "device", uiosim_device(d));
	/* Live: nothing can be written, not even the same value. */
	for (i = 0; i < COUNT(good); i++)
		refuse(d, good[i].attribute, good[i].value, EBUSY);
	refuse(d, "maps", maps, EBUSY);
	RAW_OK(uiosim_set(d, "live", "1"));
	RAW_OK(uiosim_unplug(d));
	RAW_OK(uiosim_unplug(d));
	expect(d, "device", "");
	RAW_OK(uiosim_set(d, "irq", "edge"));
	uiosim_free(d);
}

Test(config, come_and_go)
{
	static const char options[] = "/sys/module/uio_stub/parameters/options";
	struct uiosim *a = new_device(), *b = uiosim_new("selftest-b-"), *c;
	char path[256], text[64];
	struct stat st;

	cr_assert(b, "%s", uiosim_error());
	/* Names are unique. */
	c = uiosim_new(uiosim_name(a));
	cr_assert(!c && errno == EEXIST);
	cr_assert(strstr(uiosim_error(), uiosim_name(a)), "%s", uiosim_error());
	/* A device gets the lowest free number. */
	RAW_OK(uiosim_go_live(a));
	RAW_OK(uiosim_go_live(b));
	cr_assert_str_eq(uiosim_device(a), "uio_dummy.0");
	cr_assert_str_eq(uiosim_device(b), "uio_dummy.1");
	RAW_OK(uiosim_unplug(a));
	RAW_OK(uiosim_go_live(a));
	cr_assert_str_eq(uiosim_device(a), "uio_dummy.0");
	/* No driver yet, and a driver that doesn't exist. */
	cr_assert_eq(raw_errno(uiosim_uio_number(a)), ENODEV);
	cr_assert_null(uiosim_uio_node(a));
	cr_assert_eq(raw_errno(uiosim_bind(a, "uio_toaster")), ENOENT);
	/* Only root can write to stimulus files. */
	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/trigger", uiosim_device(a));
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0200);
	/* Unplugged by sysfs. */
	RAW_OK(uiosim_bind(b, "uio_stub"));
	RAW_OK(uiosim_stimulate(b, "unplug", 1));
	expect(b, "live", "0");
	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s", uiosim_device(b));
	cr_assert(stat(path, &st) < 0 && errno == ENOENT);
	RAW_OK(uiosim_go_live(b));
	/* uio_stub's options are for the device's name: unplugging removes them. */
	RAW_OK(uiosim_stub_options(a, "dma=64K"));
	RAW_OK(uiosim_stub_options(b, "wc"));
	RAW_OK(uiosim_unplug(a));
	cr_assert_eq(uiosim_read_text(options, text, sizeof(text)), 0, "%s", uiosim_error());
	cr_assert_str_eq(text, "uio_dummy.1,wc");
	/* Removing a live one unplugs it. */
	uiosim_free(a);
	uiosim_free(b);
	cr_assert_eq(uiosim_read_text(options, text, sizeof(text)), 0, "%s", uiosim_error());
	cr_assert_str_eq(text, "");
	cr_assert(access("/sys/bus/platform/devices/uio_dummy.0", F_OK) < 0);
	cr_assert(access("/sys/bus/platform/devices/uio_dummy.1", F_OK) < 0);
}
