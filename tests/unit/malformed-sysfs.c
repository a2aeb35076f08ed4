/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* sysfs content that no kernel writes, or that is removed while it is read. */
#include "fake-sysfs.h"

#include <sys/stat.h>

TestSuite(malformed_sysfs, .init = tree_begin, .fini = tree_end);

static const struct tree_device plain = {
	.name = "plain",
	.map_count = 2,
	.maps = { { "a", 0x1000, 0x1000, 0, false }, { "b", 0x2000, 0x1000, 0, false } },
	.port_count = 1,
	.ports = { { "io", "port_x86", 0x10, 4 } },
};

/* A second, valid device must always be found: a broken one must not hide others. */
static void begin(void)
{
	tree_device(1, &plain);
	tree_device(2, &(struct tree_device){ .name = "good" });
}

static void refused(const char *text)
{
	struct uiomap_info **list, *good;
	size_t count;

	errno = 0;
	cr_assert_null(uiomap_find("uio1"), "it is taken (%s)", text);
	assert_errno(EPROTO);
	assert_text("uio1");
	assert_text(text);
	errno = 0;
	cr_assert_null(uiomap_open("uio1", 0));
	assert_errno(EPROTO);
	list = uiomap_list(NULL, &count);
	assert_ok(list);
	cr_assert_eq(count, 1);
	cr_assert_str_eq(uiomap_info_name(list[0]), "good");
	uiomap_list_free(list);
	good = uiomap_find("good");
	assert_ok(good);
	uiomap_info_free(good);
}

static void accepted(void)
{
	struct uiomap_info *info = uiomap_find("uio1");

	assert_ok(info);
	uiomap_info_free(info);
}

/* Each numeric attribute, with malformed content. */
Test(malformed_sysfs, numbers)
{
	static const char * const attrs[] = { "maps/map0/addr", "maps/map1/size",
					      "maps/map0/offset", "portio/port0/start",
					      "portio/port0/size" };
	static const char * const wrong[] = { "",
					      "\n",
					      "-1\n",
					      "-0x1000\n",
					      "+1\n",
					      "0x\n",
					      "zero\n",
					      "0x1000 \n",
					      " 0x1000\n",
					      "0x1000\n\n",
					      "0x10000000000000000\n",
					      "18446744073709551616\n",
					      "0x1g\n",
					      "99999999999999999999999999999999999999\n",
					      "\x80\n",
					      "1,000\n",
					      "0b1\n" };

	begin();
	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		for (size_t k = 0; k < sizeof(wrong) / sizeof(*wrong); k++) {
			tree_write(tree_attr(1, attrs[i]), "%s", wrong[k]);
			refused(attrs[i]);
		}
		tree_write(tree_attr(1, attrs[i]),
			   strstr(attrs[i], "offset") ? "0x0\n" : "0x1000\n");
		accepted();
	}
}

Test(malformed_sysfs, device_number)
{
	static const char * const wrong[] = {
		"", "240\n", "240:\n", ":1\n", "240:-1\n", "a:b\n", "240:1:2\n", "240:4294967296\n"
	};

	begin();
	for (size_t k = 0; k < sizeof(wrong) / sizeof(*wrong); k++) {
		tree_write(tree_attr(1, "dev"), "%s", wrong[k]);
		refused("dev");
	}
}

Test(malformed_sysfs, event_is_looked_at_when_opened)
{
	static const char * const wrong[] = { "", "-1\n", "4294967296\n", "0x10\n", "many\n" };

	begin();
	for (size_t k = 0; k < sizeof(wrong) / sizeof(*wrong); k++) {
		tree_write(tree_attr(1, "event"), "%s", wrong[k]);
		accepted();
		errno = 0;
		cr_assert_null(uiomap_open("uio1", 0));
		assert_errno(EPROTO);
		assert_text("event");
	}
}

Test(malformed_sysfs, missing)
{
	static const char * const attrs[] = { "name",
					      "version",
					      "dev",
					      "maps/map0/addr",
					      "maps/map1/size",
					      "portio/port0/start",
					      "portio/port0/size" };

	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		begin();
		tree_unlink("%s", tree_attr(1, attrs[i]));
		refused(attrs[i]);
		tree_remove(1);
		tree_remove(2);
	}
}

/* Old kernels have no map names and offsets. */
Test(malformed_sysfs, what_may_be_missing)
{
	begin();
	tree_unlink("%s", tree_attr(1, "maps/map0/name"));
	tree_unlink("%s", tree_attr(1, "maps/map0/offset"));
	tree_unlink("%s", tree_attr(1, "portio/port0/name"));
	accepted();
	tree_unlink("%s", tree_attr(1, "maps"));
	tree_unlink("%s", tree_attr(1, "portio"));
	accepted();
}

Test(malformed_sysfs, huge)
{
	static const char * const attrs[] = {
		"name",		  "version",	    "dev",
		"maps/map0/addr", "maps/map0/name", "portio/port0/porttype"
	};
	size_t size = 10 << 20;
	char *huge = malloc(size);

	memset(huge, '1', size);
	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		begin();
		tree_write_bytes(tree_attr(1, attrs[i]), huge, size);
		refused(attrs[i]);
		tree_write_bytes(tree_attr(1, attrs[i]), huge, PAGE + 1);
		refused(attrs[i]);
		tree_remove(1);
		tree_remove(2);
	}
	free(huge);
}

/* A sysfs file has at most a page: a name of that length is valid, and finds its device. */
Test(malformed_sysfs, longest_name)
{
	char name[PAGE + 1];
	struct uiomap_info *info;

	begin();
	memset(name, 'n', PAGE);
	name[PAGE] = '\0';
	tree_write_bytes(tree_attr(1, "name"), name, PAGE);
	info = uiomap_find(name);
	assert_ok(info);
	cr_assert_str_eq(uiomap_info_name(info), name);
	uiomap_info_free(info);
}

Test(malformed_sysfs, long_map_name_is_cut)
{
	char name[200];
	struct uiomap_info *info;

	begin();
	memset(name, 'm', sizeof(name));
	tree_write_bytes(tree_attr(1, "maps/map0/name"), name, sizeof(name));
	info = uiomap_find("uio1");
	assert_ok(info);
	cr_assert_eq(strlen(uiomap_info_map(info, 0)->name), 63);
	uiomap_info_free(info);
}

Test(malformed_sysfs, binary)
{
	static const char * const attrs[] = { "name", "version", "dev", "maps/map0/addr",
					      "maps/map0/name" };

	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		begin();
		tree_write_bytes(tree_attr(1, attrs[i]), "0x10\0001\n", 7);
		refused(attrs[i]);
		tree_write_bytes(tree_attr(1, attrs[i]), "\0", 1);
		refused(attrs[i]);
		tree_remove(1);
		tree_remove(2);
	}
}

/* Names can have any byte but 0; texts show them escaped. */
Test(malformed_sysfs, names)
{
	struct uiomap_info *info;

	begin();
	tree_write(tree_attr(1, "name"), "\033[31m\"x\\\n\n");
	info = uiomap_find("uio1");
	assert_ok(info);
	cr_assert_str_eq(uiomap_info_name(info), "\033[31m\"x\\\n");
	cr_assert_null(uiomap_info_map(info, 9));
	assert_text("uio1 \"\\x1b[31m\\x22x\\x5c\\x0a\"");
	uiomap_info_free(info);
	tree_write(tree_attr(1, "name"), "%s", "");
	info = uiomap_find("uio1");
	assert_ok(info);
	cr_assert_str_eq(uiomap_info_name(info), "");
	uiomap_info_free(info);
	tree_write(tree_attr(1, "name"), "%s", "gr\xc3\xbc\xc3\x9f\n");
	info = uiomap_find("gr\xc3\xbc\xc3\x9f");
	assert_ok(info);
	uiomap_info_free(info);
	/* The parent's name is listed as a suggestion if it is harmless. */
	tree_device(3, &(struct tree_device){ .name = "odd", .parent = "platform/\033[2J" });
	cr_assert_null(uiomap_find("nothing"));
	assert_text("uio2 \"good\" (platform:dev.2), uio3 \"odd\"");
	cr_assert_null(strchr(uiomap_error(), '\033'));
}

Test(malformed_sysfs, uiomap_i_geometry)
{
	begin();
	tree_write(tree_attr(1, "maps/map1/size"), "0x0\n");
	refused("map 1 \"b\"");
	tree_write(tree_attr(1, "maps/map1/size"), "0xffffffffffffffff\n");
	refused("map 1 \"b\"");
	tree_write(tree_attr(1, "maps/map1/size"), "0x1000\n");
	tree_write(tree_attr(1, "maps/map1/offset"), "0x1000\n");
	refused("map 1 \"b\"");
	tree_write(tree_attr(1, "maps/map1/addr"), "0x2004\n");
	tree_write(tree_attr(1, "maps/map1/offset"), "0x8\n");
	refused("map 1 \"b\"");
}

Test(malformed_sysfs, holes_in_the_numbers_of_maps)
{
	begin();
	tree_unlink("%s", tree_attr(1, "maps/map0"));
	refused("no map0");
}

Test(malformed_sysfs, a_sixth_map)
{
	begin();
	tree_write(tree_attr(1, "maps/map5/addr"), "0x1000\n");
	refused("map5");
	tree_unlink("%s", tree_attr(1, "maps/map5"));
	accepted();
	tree_write(tree_attr(1, "maps/map-1/addr"), "0x1000\n");
	refused("map-1");
	tree_unlink("%s", tree_attr(1, "maps/map-1"));
	tree_write(tree_attr(1, "maps/mapx"), "0x1000\n");
	refused("mapx");
	tree_unlink("%s", tree_attr(1, "maps/mapx"));
	tree_write(tree_attr(1, "portio/port5/start"), "0x1000\n");
	refused("port5");
	tree_unlink("%s", tree_attr(1, "portio/port5"));
	tree_write(tree_attr(1, "maps/uevent"), "x");
	accepted();
}

Test(malformed_sysfs, symlink_loops)
{
	static const char * const attrs[] = { "name",		"version", "dev",
					      "maps/map0/addr", "maps",	   "maps/map0" };

	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		char path[64];

		begin();
		tree_unlink("%s", tree_attr(1, attrs[i]));
		snprintf(path, sizeof(path), "%s", tree_attr(1, attrs[i]));
		tree_link("loop", path);
		tree_link(strrchr(path, '/') + 1,
			  tree_attr(1, strchr(attrs[i], '/') ?
					       (strlen(attrs[i]) > 9 ? "maps/map0/loop" :
								       "maps/loop") :
					       "loop"));
		refused(attrs[i]);
		tree_remove(1);
		tree_remove(2);
	}
}

Test(malformed_sysfs, class_entry_is_a_loop)
{
	begin();
	tree_unlink("sys/class/uio/uio1");
	tree_link("uio1", "sys/class/uio/uio1");
	refused("uio1");
	tree_unlink("sys/class/uio/uio1");
	tree_write("sys/class/uio/uio1", "a file");
	refused("uio1");
}

Test(malformed_sysfs, directories_fifos_and_devices_in_place_of_attributes)
{
	begin();
	tree_unlink("%s", tree_attr(1, "name"));
	cr_assert_eq(mkdir(tree_attr(1, "name"), 0755), 0);
	refused("name");
	tree_unlink("%s", tree_attr(1, "name"));
	/* would block forever, or never end */
	cr_assert_eq(mkfifo(tree_attr(1, "name"), 0644), 0);
	cr_assert_null(uiomap_find("nothing"));
	tree_unlink("%s", tree_attr(1, "name"));
	tree_link("/dev/zero", tree_attr(1, "name"));
	refused("name");
	tree_unlink("%s", tree_attr(1, "name"));
	tree_write(tree_attr(1, "name"), "plain\n");
	accepted();
	tree_unlink("%s", tree_attr(1, "maps"));
	tree_write(tree_attr(1, "maps"), "a file");
	refused("maps");
}

Test(malformed_sysfs, links_of_the_parent)
{
	char target[1100];
	struct uiomap_info *info;

	begin();
	tree_unlink("sys/devices/platform/dev.1/driver");
	tree_write("sys/devices/platform/dev.1/driver", "a file");
	info = uiomap_find("uio1");
	assert_ok(info);
	cr_assert_str_eq(uiomap_info_driver(info), "");
	uiomap_info_free(info);
	tree_unlink("sys/devices/platform/dev.1/driver");
	memset(target, 'x', sizeof(target));
	for (size_t i = 200; i < sizeof(target); i += 200)
		target[i] = '/';
	target[sizeof(target) - 1] = '\0';
	tree_link(target, "sys/devices/platform/dev.1/driver");
	refused("driver");
	tree_unlink("sys/devices/platform/dev.1/driver");
	tree_unlink("%s", tree_attr(1, "device"));
	tree_link("../../../../../../../../../../../../../..", tree_attr(1, "device"));
	accepted();
	tree_unlink("%s", tree_attr(1, "device"));
	tree_link("/", tree_attr(1, "device"));
	accepted();
}

static void stub(const char *maps, const char *irq)
{
	struct tree_device d = plain;

	d.driver = "uio_stub";
	d.stub_maps = maps;
	d.stub_irq = irq;
	tree_device(1, &d);
	tree_device(2, &(struct tree_device){ .name = "good" });
}

Test(malformed_sysfs, stub_files)
{
	static const char * const wrong[] = { "",
					      "0 uncached\n",
					      "0 uncached\n0 uncached\n",
					      "0 uncached\n2 uncached\n",
					      "0 uncached\n1 uncached\n1 uncached\n",
					      "0\n1\n",
					      "x uncached\n1 uncached\n",
					      "-1 uncached\n1 uncached\n",
					      "0 uncached\n99999999999 uncached\n",
					      NULL };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		stub(wrong[i], "masked");
		refused("uio_stub");
		tree_remove(1);
		tree_remove(2);
	}
	stub("0 uncached\n1 uncached\n", NULL);
	refused("uio_stub");
	tree_write("sys/devices/platform/dev.1/uio_stub/irq", "masked\n");
	accepted();
}

/* ---- a device that is removed while it is read ---- */

/*
 * The kernel's order of removal: maps, ports, then reading the name fails with EINVAL (here:
 * the file is removed), then the rest.
 */
Test(malformed_sysfs, goes_while_read)
{
	struct uiomap_info *info;
	int dirfd;

	begin();
	dirfd = uiomap_i_uio_dir(1);
	cr_assert_geq(dirfd, 0);
	cr_assert(!uiomap_i_uio_gone(dirfd, 1));
	tree_remove(1);
	cr_assert(uiomap_i_uio_gone(dirfd, 1));
	errno = 0;
	cr_assert_null(uiomap_i_info_read(dirfd, 1, NULL));
	assert_errno(ENODEV);
	assert_text("uio1 was removed");
	/* Another device gets the number: it is not the same one. */
	tree_device(1, &plain);
	cr_assert(uiomap_i_uio_gone(dirfd, 1));
	errno = 0;
	cr_assert_null(uiomap_i_info_read(dirfd, 1, NULL));
	assert_errno(ENODEV);
	close(dirfd);
	info = uiomap_find("plain");
	assert_ok(info);
	uiomap_info_free(info);
}

static void rename_it(void)
{
	tree_write(tree_attr(1, "name"), "another\n");
}

/*
 * Another device gets the number between reading the name and the snapshot: it doesn't match
 * the selector.
 */
Test(malformed_sysfs, another_when_it_is_read)
{
	struct uiomap_info **list;
	size_t count;

	begin();
	core_openat("version", rename_it);
	errno = 0;
	cr_assert_null(uiomap_find("plain"));
	assert_errno(ENODEV);
	assert_text("uio1 \"another\"");
	tree_write(tree_attr(1, "name"), "plain\n");
	core_openat("version", rename_it);
	list = uiomap_list("plain", &count);
	assert_ok(list);
	cr_assert_eq(count, 0);
	uiomap_list_free(list);
}

Test(malformed_sysfs, half_gone)
{
	int dirfd;

	begin();
	dirfd = uiomap_i_uio_dir(1);
	tree_unlink("%s", tree_attr(1, "maps"));
	tree_unlink("%s", tree_attr(1, "name"));
	tree_unlink("sys/class/uio/uio1");
	errno = 0;
	cr_assert_null(uiomap_i_info_read(dirfd, 1, NULL));
	assert_errno(ENODEV);
	close(dirfd);
}

/* The class can't be read, which is not the same as an empty class. */
Test(malformed_sysfs, class_is_no_directory)
{
	size_t count;

	cr_assert_eq(rmdir("sys/class/uio"), 0);
	tree_write_bytes("sys/class/uio", "", 0);
	errno = 0;
	cr_assert_null(uiomap_list(NULL, &count));
	assert_errno(ENOTDIR);
	assert_text("class/uio");
	errno = 0;
	cr_assert_null(uiomap_find("plain"));
	assert_errno(ENOTDIR);
	errno = 0;
	cr_assert_null(uiomap_monitor_open(NULL));
	assert_errno(ENOTDIR);
}

/*
 * An incomplete directory listing is an error: otherwise devices, maps and ports would be
 * missing silently.
 */
Test(malformed_sysfs, lists_that_break_off)
{
	int fds;
	size_t count;

	begin();
	fds = tree_open_fds();
	core_readdir_error(1, EIO);
	errno = 0;
	cr_assert_null(uiomap_list(NULL, &count));
	assert_errno(EIO);
	assert_text("class/uio: can't be listed");
	core_readdir_error(1, EIO);
	errno = 0;
	cr_assert_null(uiomap_find("nothing"));
	assert_errno(EIO);
	/* the UIO devices are listed first, then the PCI bus for a suggestion */
	tree_write("sys/bus/pci/devices/0000:09:00.0/vendor", "0x8086\n");
	core_readdir_error(2, EIO);
	errno = 0;
	cr_assert_null(uiomap_find("pci:8086:100f"));
	assert_errno(ENODEV);
	assert_text("the PCI bus can't be listed: ");
	core_readdir_error(1, EOVERFLOW);
	errno = 0;
	cr_assert_null(uiomap_monitor_open(NULL));
	assert_errno(EOVERFLOW);
	/* by number, devices aren't listed; the maps and the port regions are */
	core_readdir_error(1, EOVERFLOW);
	errno = 0;
	cr_assert_null(uiomap_find("uio1"));
	assert_errno(EOVERFLOW);
	assert_text("maps");
	core_readdir_error(2, EOVERFLOW);
	errno = 0;
	cr_assert_null(uiomap_find("uio1"));
	assert_errno(EOVERFLOW);
	assert_text("portio");
	core_readdir_error(0, 0);
	cr_assert_eq(tree_open_fds(), fds);
	accepted();
}

/* Class entries whose device was removed already. */
Test(malformed_sysfs, dangling_entry)
{
	size_t count;
	struct uiomap_info **list;

	begin();
	tree_unlink("sys/devices/platform/dev.1");
	errno = 0;
	cr_assert_null(uiomap_find("uio1"));
	assert_errno(ENODEV);
	cr_assert_null(uiomap_find("plain"));
	assert_errno(ENODEV);
	cr_assert_null(uiomap_find("addr:0x1000"));
	assert_errno(ENODEV);
	cr_assert_null(uiomap_find("platform:dev.1"));
	assert_errno(ENODEV);
	list = uiomap_list(NULL, &count);
	assert_ok(list);
	cr_assert_eq(count, 1);
	uiomap_list_free(list);
}
