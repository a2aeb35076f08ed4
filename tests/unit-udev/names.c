/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The links' names: each is a valid file name or absent, independent of the order of events. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attribute.h"
#include "link-names.h"
#include "temp-dir.h"

TestSuite(names, .init = temp_dir_begin, .fini = temp_dir_end);

/* Names that udevd uses unchanged, see udev(7) on SYMLINK. */
static void sound(const char *encoded)
{
	cr_assert_neq(encoded[0], '.');
	cr_assert_lt(strlen(encoded), 256);
	for (const char *p = encoded; *p; p++) {
		if (*p == '\\')
			cr_assert(p[1] == 'x' && strspn(p + 2, "0123456789abcdef") >= 2, "%s",
				  encoded);
		else
			cr_assert(
				strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ#+-.:=@_",
				       *p),
				"%s", encoded);
	}
}

Test(names, encode)
{
	static const struct {
		const char *raw, *encoded;
	} pairs[] = {
		{ "", "" },
		{ "counter", "counter" },
		{ "1234:11e8", "1234:11e8" },
		{ "a-b_c+d=e@f.g#h", "a-b_c+d=e@f.g#h" },
		{ ".", "\\x2e" },
		{ "..", "\\x2e." },
		{ "../../etc/passwd", "\\x2e.\\x2f..\\x2fetc\\x2fpasswd" },
		{ "/", "\\x2f" },
		{ "a b", "a\\x20b" },
		{ " ", "\\x20" },
		{ "a\nE:X=1", "a\\x0aE:X=1" },
		{ "\x01\x1b[0m\x7f", "\\x01\\x1b\\x5b0m\\x7f" },
		{ "caf\xc3\xa9", "caf\\xc3\\xa9" },
		{ "\xff", "\\xff" },
		{ "\\x2f", "\\x5cx2f" },
		{ "$env{X} %k", "\\x24env\\x7bX\\x7d\\x20\\x25k" },
		{ "a,b?*\"'", "a\\x2cb\\x3f\\x2a\\x22\\x27" },
	};
	char encoded[NAME_SIZE];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		name_encode(pairs[i].raw, encoded);
		cr_assert_str_eq(encoded, pairs[i].encoded);
		sound(encoded);
	}
}

/* For each byte and each length: the name with #K is a valid file name, or there is none. */
Test(names, any)
{
	char raw[ATTR_SIZE], encoded[NAME_SIZE];
	bool empty = false;

	for (int c = 1; c < 256; c++) {
		snprintf(raw, sizeof(raw), "%c%cx", c, c);
		name_encode(raw, encoded);
		cr_assert(*encoded);
		sound(encoded);
	}
	for (size_t length = 1; length < sizeof(raw); length++) {
		memset(raw, 'x', length);
		raw[length] = '\0';
		name_encode(raw, encoded);
		cr_assert(*encoded ? !strcmp(encoded, raw) && !empty : length > 200, "%zu", length);
		cr_assert_leq(strlen(encoded) + strlen("#4294967295"), 255);
		empty = !*encoded;
		memset(raw, '/', length);
		name_encode(raw, encoded);
		cr_assert_leq(strlen(encoded) + strlen("#4294967295"), 255);
		cr_assert(strlen(encoded) == 4 * length || (!*encoded && length > 50), "%zu",
			  length);
	}
	cr_assert(empty);
}

Test(names, unit)
{
	char unit[64];

	cr_assert(name_unit("uiomap-driver@", "platform:my-dma.0", ".service", unit, sizeof(unit)));
	cr_assert_str_eq(unit, "uiomap-driver@platform:my\\x2ddma.0.service");
	cr_assert(name_unit("a@", "\\x2f@", "", unit, sizeof(unit)));
	cr_assert_str_eq(unit, "a@\\x5cx2f\\x40");
	for (size_t size = 1; size < sizeof(unit); size++)
		if (name_unit("a@", "x-y-z", ".service", unit, size))
			cr_assert_str_eq(unit, "a@x\\x2dy\\x2dz.service");
		else
			cr_assert_leq(size, strlen("a@x\\x2dy\\x2dz.service") + 5);
}

/* The longest name for which systemd has both a service and a device unit: 255 bytes. */
Test(names, longest_unit)
{
	char name[NAME_SIZE] = "platform:", service[NAME_SERVICE_SIZE], device[2 * NAME_SIZE];
	size_t longest = 0;

	for (size_t length = strlen(name); length < NAME_SIZE - 1;
	     name[length++] = 'x', name[length] = '\0') {
		if (!name_unit("uiomap-driver@", name, ".service", service, sizeof(service)))
			continue;
		longest = length;
		cr_assert(
			name_unit("dev-uio-by\\x2dpath-", name, ".device", device, sizeof(device)));
		cr_assert_leq(strlen(device), 255, "%s", device);
	}
	cr_assert_gt(longest, 200);
}

static const struct name_links *links_of(unsigned int number)
{
	static struct name_links links;
	struct name_device dev, *list;
	size_t count;
	char uio[32];

	snprintf(uio, sizeof(uio), "uio%u", number);
	cr_assert_eq(name_read(uio, &dev), 0);
	list = name_list(&count);
	name_links(list, count, &dev, &links);
	name_list_free(list, count);
	name_clear(&dev);
	return &links;
}

static void expect(unsigned int number, const char *name, const char *instance, const char *path)
{
	const struct name_links *links = links_of(number);

	cr_assert_str_eq(links->name, name, "uio%u: %s", number, links->name);
	cr_assert_str_eq(links->instance, instance, "uio%u: %s", number, links->instance);
	cr_assert_str_eq(links->path, path, "uio%u: %s", number, links->path);
}

/* A node with this name and parent, and the links that it must have. */
struct node {
	const char *name, *parent;
	const char *link, *instance, *path;
};

static void expect_all(const struct node *nodes, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		temp_dir_uio(i, nodes[i].name, nodes[i].parent);
	for (unsigned int i = 0; i < count; i++)
		expect(i, nodes[i].link, nodes[i].instance, nodes[i].path);
}

Test(names, alone)
{
	temp_dir_uio(3, "counter\n", "platform/uio_dummy.0");
	temp_dir_uio(4, "1234:11e8\n", "pci0000:00/0000:00:02.0");
	temp_dir_uio(5, "none\n", NULL);
	temp_dir_uio(6, "\n", "platform/uio_dummy.1");
	temp_dir_uio(7, "", "platform/b.2");
	temp_dir_folder("sys/class/uio/uio8"); /* being removed */
	temp_dir_folder("sys/class/uio/uiox");
	expect(3, "counter", "counter#0", "platform:uio_dummy.0");
	expect(4, "1234:11e8", "1234:11e8#0", "pci:0000:00:02.0");
	expect(5, "none", "none#0", "");
	expect(6, "", "", "platform:uio_dummy.1");
	expect(7, "", "", "platform:b.2");
}

/* uio2 was added first, but its path sorts last. */
Test(names, instances)
{
	temp_dir_uio(2, "counter\n", "platform/uio_dummy.10");
	expect(2, "counter", "counter#0", "platform:uio_dummy.10");
	temp_dir_uio(0, "counter\n", "platform/uio_dummy.2");
	temp_dir_uio(1, "counter\n", "platform/uio_dummy.1");
	temp_dir_uio(9, "counter#1\n", "platform/uio_dummy.0");
	expect(1, "", "counter#0", "platform:uio_dummy.1");
	expect(0, "", "counter#1", "platform:uio_dummy.2");
	expect(2, "", "counter#2", "platform:uio_dummy.10");
	/* Its name without #K is the link of another device. */
	expect(9, "", "counter#1#0", "platform:uio_dummy.0");
}

/* One device with two nodes. */
Test(names, two_nodes)
{
	temp_dir_uio(0, "a\n", "platform/x.0");
	temp_dir_uio(1, "a\n", "platform/x.0");
	expect(0, "", "a#0", "platform:x.0#0");
	expect(1, "", "a#1", "platform:x.0#1");
}

/* Two names that are encoded alike would be one link for two devices. */
Test(names, no_collision)
{
	static const struct node nodes[] = {
		{ "a/b\n", "platform/x.0", "a\\x2fb", "a\\x2fb#0", "platform:x.0" },
		{ "a\\x2fb\n", "platform/x.1", "a\\x5cx2fb", "a\\x5cx2fb#0", "platform:x.1" },
		{ "a\nb\n", "platform/x.2", "a\\x0ab", "a\\x0ab#0", "platform:x.2" },
	};

	expect_all(nodes, 3);
}

/* A FIFO in place of an attribute, as a container's root could mount: reading must not block. */
Test(names, fifo)
{
	struct name_device dev;

	temp_dir_folder("sys/class/uio/uio0");
	cr_assert_eq(mkfifo("sys/class/uio/uio0/name", 0600), 0);
	cr_assert_eq(name_read("uio0", &dev), 0);
	cr_assert_str_eq(dev.name, "");
	name_clear(&dev);
}

/*
 * A device with two nodes, and others with the same names as these nodes: each link leads to
 * one node.
 */
Test(names, called_as_an_instance)
{
	static const struct node nodes[] = {
		{ "a\n", "platform/b", "", "a#0", "platform:b#0" },
		{ "a\n", "platform/b", "", "a#1", "platform:b#1" },
		{ "a\n", "platform/b#0", "", "a#2", "platform:b\\x230" },
		{ "a\n", "platform/b#1", "", "a#3", "platform:b\\x231" },
		{ "a\n", "platform/b#1#0", "", "a#4", "platform:b#1\\x230" },
		{ "a\n", "platform/b\\x230", "", "a#6", "platform:b\\x5cx230" },
		{ "a\n", "platform/b#x", "", "a#5", "platform:b#x" },
	};

	expect_all(nodes, 7);
	/* Its second node, distinguished by another #K. */
	temp_dir_uio(7, "a\n", "platform/b#0");
	expect(2, "", "a#2", "platform:b\\x230#0");
	expect(7, "", "a#3", "platform:b\\x230#1");
}

/* The longest name with room for #K has a link, also if it contains a # that must be encoded. */
Test(names, longest_place)
{
	size_t longest[2] = { 0 };

	for (unsigned int n = 0; n < 2; n++) {
		for (size_t length = 200; length < 250; length++) {
			char parent[300] = "platform/";
			const struct name_links *links;

			memset(parent + 9, 'x', length);
			if (n)
				strcpy(parent + 9 + length - 2, "#1");
			temp_dir_uio(1000 * n + length, "a\n", parent);
			links = links_of(1000 * n + length);
			cr_assert(strlen(links->path) <= 255 - strlen("#4294967295"), "%s",
				  links->path);
			if (*links->path)
				longest[n] = length;
		}
	}
	cr_assert(longest[0] > 200 && longest[1] > 200, "%zu, %zu", longest[0], longest[1]);
}

/* bus a, device b:c, and bus a:b, device c. */
Test(names, colons)
{
	temp_dir_uio(0, "a\n", "platform/b:c");
	temp_dir_file("sys/class/uio/uio1/name", "a\n");
	temp_dir_file("sys/devices/other/c/driver_override", "");
	temp_dir_link("sys/devices/other/c/subsystem", "/sys/bus/platform:b");
	temp_dir_link("sys/class/uio/uio1/device", "../../../devices/other/c");
	expect(0, "", "a#1", "platform:b:c");
	expect(1, "", "a#0", "");
}
