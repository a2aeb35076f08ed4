/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Opening and closing, also exclusively; mapping; removal. */
#include "fake-sysfs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/wait.h>

TestSuite(device, .init = tree_begin, .fini = tree_end);

static const struct tree_device plain = {
	.name = "plain",
	.map_count = 3,
	.maps = { { "registers", 0x1000, 0x1000, 0, false },
		  { "vram", 0x10000, 0x4000, 0, false },
		  { "vram", 0x20000, 0x1000, 0, false } },
};

static struct uiomap_device *open_plain(unsigned int flags)
{
	struct uiomap_device *device;

	tree_device(1, &plain);
	device = uiomap_open("plain", flags);
	assert_ok(device);
	return device;
}

static void refused(unsigned int flags, int error, const char *text)
{
	int before = tree_open_fds();

	errno = 0;
	cr_assert_null(uiomap_open("uio1", flags));
	assert_errno(error);
	assert_text("uio1");
	assert_text(text);
	cr_assert_eq(tree_open_fds(), before, "a descriptor is left open");
}

Test(device, open_and_close)
{
	int before = tree_open_fds();
	struct uiomap_device *device = open_plain(UIOMAP_WAKEABLE);

	cr_assert_str_eq(uiomap_info_name(uiomap_device_info(device)), "plain");
	cr_assert(!uiomap_device_removed(device));
	cr_assert_eq(fcntl(device->fd, F_GETFD), FD_CLOEXEC);
	cr_assert_eq(fcntl(device->dirfd, F_GETFD), FD_CLOEXEC);
	cr_assert_eq(fcntl(device->wakefd, F_GETFD), FD_CLOEXEC);
	errno = 77;
	uiomap_close(device);
	cr_assert_eq(errno, 77);
	uiomap_close(NULL);
	cr_assert_eq(errno, 77);
	cr_assert_eq(tree_open_fds(), before);
}

/* The kernel creates a device's node before its maps. */
Test(device, opened_before_it_has_maps)
{
	struct uiomap_device *device;

	tree_device(1, &(struct tree_device){ .name = "a" });
	core_openat("device/driver_override", tree_late_map);
	device = uiomap_open("uio1", 0);
	assert_ok(device);
	cr_assert_eq(uiomap_info_map_count(uiomap_device_info(device)), 1);
	uiomap_close(device);
}

/* Reading driver_override doesn't block on newer kernels. uio_stub blocks readers of this file. */
static void late_stub(void)
{
	tree_device(1, &(struct tree_device){ .name = "a",
					      .driver = "uio_stub",
					      .stub_maps = "0 uncached\n",
					      .stub_irq = "none" });
	core_openat("device/uio_stub/maps", tree_late_map);
}

Test(device, opened_before_uio_stub_has_its_maps)
{
	struct uiomap_device *device;

	late_stub();
	device = uiomap_open("uio1", 0);
	assert_ok(device);
	cr_assert_eq(uiomap_info_map_count(uiomap_device_info(device)), 1);
	uiomap_close(device);
}

Test(device, listed_before_uio_stub_has_its_maps)
{
	struct uiomap_info **list;
	size_t count;

	late_stub();
	list = uiomap_list(NULL, &count);
	cr_assert(list && count == 1, "%s", uiomap_error());
	cr_assert_eq(uiomap_info_map_count(list[0]), 1);
	uiomap_list_free(list);
}

Test(device, close_takes_back_regions)
{
	struct uiomap_device *device = open_plain(0);
	struct uiomap_region *a = uiomap_map(device, 0, 0), *b = uiomap_map(device, 1, 0);
	void *page_a = (void *)uiomap_region_base(a), *page_b = (void *)uiomap_region_base(b);
	unsigned char resident;

	cr_assert_eq(mincore(page_a, PAGE, &resident), 0);
	uiomap_close(device);
	cr_assert(mincore(page_a, PAGE, &resident) < 0 && errno == ENOMEM);
	cr_assert(mincore(page_b, PAGE, &resident) < 0 && errno == ENOMEM);
}

Test(device, flags)
{
	tree_device(1, &plain);
	errno = 0;
	cr_assert_null(uiomap_open("uio1", 8));
	assert_errno(EINVAL);
	assert_text("0x8");
	errno = 0;
	cr_assert_null(uiomap_open("uio1", ~0u));
	assert_errno(EINVAL);
}

Test(device, by_snapshot)
{
	struct uiomap_info *info;
	struct uiomap_device *device;

	tree_device(1, &plain);
	info = uiomap_find("plain");
	device = uiomap_open_info(info, 0);
	assert_ok(device);
	uiomap_close(device);
	tree_remove(1);
	errno = 0;
	cr_assert_null(uiomap_open_info(info, 0));
	assert_errno(ENODEV);
	/* same number and name, but another parent */
	tree_device(1, &(struct tree_device){ .name = "plain", .parent = "platform/other.0" });
	errno = 0;
	cr_assert_null(uiomap_open_info(info, 0));
	assert_errno(ENODEV);
	assert_text("another device");
	tree_remove(1);
	tree_device(1, &plain);
	device = uiomap_open_info(info, 0);
	assert_ok(device);
	uiomap_close(device);
	errno = 0;
	cr_assert_null(uiomap_open_info(info, 64));
	assert_errno(EINVAL);
	uiomap_info_free(info);
	errno = 0;
	cr_assert_null(uiomap_open_info(NULL, 0));
	assert_errno(EINVAL);
}

Test(device, node_is_missing)
{
	tree_device(1, &plain);
	tree_unlink("dev/uio1");
	refused(0, ENXIO, "dev/uio1");
}

Test(device, node_is_another_device)
{
	tree_device(1, &plain);
	core_set_rdev(1, 240, 2);
	refused(0, ENXIO, "dev/uio1 is the node of another device");
	core_set_rdev(1, 241, 1);
	refused(0, ENXIO, "dev/uio1 is the node of another device");
	core_set_rdev(1, 240, 1);
	core_block_device(1);
	refused(0, ENXIO, "dev/uio1 is the node of another device");
}

/* It has no writer, so open(2) would block forever. */
Test(device, node_is_a_fifo)
{
	tree_device(1, &plain);
	core_forget(1);
	tree_unlink("dev/uio1");
	cr_assert_eq(mkfifo("dev/uio1", 0600), 0);
	refused(UIOMAP_RDONLY, ENXIO, "dev/uio1 is the node of another device");
}

Test(device, goes_while_opened)
{
	tree_device(1, &plain);
	core_remove(1);
	tree_unlink("%s", tree_attr(1, "name"));
	tree_unlink("sys/class/uio/uio1");
	tree_link("../../devices/platform/dev.1/uio/uio1", "sys/class/uio/uio2");
	/* open(2) fails with EINVAL, and the device is gone from sysfs */
	errno = 0;
	cr_assert_null(uiomap_open("uio1", 0));
	assert_errno(ENODEV);
}

/* The error for a user without permission. */
static void refuses(mode_t mode, gid_t group, const char *text)
{
	int status;
	pid_t child;

	cr_assert_eq(chmod("dev/uio1", mode), 0);
	cr_assert_eq(chown("dev/uio1", 0, group), 0);
	child = fork();
	if (!child) {
		if (setgid(65534) || setuid(65534) || uiomap_open("uio1", 0) || errno != EACCES)
			_exit(1);
		fprintf(stderr, "%s\n", uiomap_error());
		_exit(strstr(uiomap_error(), text) ? 0 : 2);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0, "mode %04o", mode);
}

Test(device, no_permission)
{
	if (geteuid())
		cr_skip_test("only root can become somebody else");
	tree_device(1, &plain);
	cr_assert_eq(chmod(tree_path(), 0755), 0);
	refuses(0640, 0,
		"mode 0640, owner root, group root; uiomap's udev rules give such nodes to the group uio");
	refuses(0660, 0, "group root; uiomap's udev rules");
	refuses(0600, 54321, "group 54321; uiomap's udev rules");
	refuses(0660, 54321, "mode 0660, owner root, group 54321; join the group 54321");
}

Test(device, null)
{
	errno = 0;
	cr_assert_null(uiomap_device_info(NULL));
	assert_errno(EINVAL);
	cr_assert(uiomap_device_removed(NULL));
	errno = 0;
	cr_assert_null(uiomap_map(NULL, 0, 0));
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_null(uiomap_map_name(NULL, "x", 0));
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_null(uiomap_region_base(NULL));
	assert_errno(EINVAL);
	cr_assert_eq(uiomap_region_size(NULL), 0);
	errno = 77;
	uiomap_unmap(NULL);
	cr_assert_eq(errno, 77);
}

/* ---- exclusive opens ---- */

Test(device, shared_by_default)
{
	struct uiomap_device *a = open_plain(0), *b = uiomap_open("uio1", 0);

	assert_ok(b);
	refused(UIOMAP_EXCLUSIVE, EBUSY, "is held by");
	uiomap_close(b);
	refused(UIOMAP_EXCLUSIVE, EBUSY, "is held by");
	uiomap_close(a);
	a = uiomap_open("uio1", UIOMAP_EXCLUSIVE);
	assert_ok(a);
	uiomap_close(a);
}

Test(device, exclusive)
{
	struct uiomap_device *a = open_plain(UIOMAP_EXCLUSIVE);

	refused(0, EBUSY, "is held exclusively by");
	refused(UIOMAP_EXCLUSIVE, EBUSY, "is held by");
	uiomap_close(a);
	a = uiomap_open("uio1", 0);
	assert_ok(a);
	uiomap_close(a);
}

/* One controller and any number of readers, in any order. */
Test(device, readers_are_in_nobodys_way)
{
	struct uiomap_device *early, *driver, *late;

	early = open_plain(UIOMAP_RDONLY);
	driver = uiomap_open("uio1", UIOMAP_EXCLUSIVE);
	assert_ok(driver);
	late = uiomap_open("uio1", UIOMAP_RDONLY);
	assert_ok(late);
	refused(0, EBUSY, "is held exclusively by");
	assert_ok(uiomap_map(late, 1, UIOMAP_MAP_RDONLY));
	uiomap_close(driver);
	/* A reader doesn't make another controller's open fail either. */
	driver = uiomap_open("uio1", UIOMAP_EXCLUSIVE);
	assert_ok(driver);
	uiomap_close(driver);
	uiomap_close(late);
	uiomap_close(early);
	errno = 0;
	cr_assert_null(uiomap_open("uio1", UIOMAP_RDONLY | UIOMAP_EXCLUSIVE));
	assert_errno(EINVAL);
	assert_text("never excludes others");
}

Test(device, holders_are_named)
{
	int ready[2], done[2], status;
	char pid[32], byte;
	pid_t child;

	tree_device(1, &plain);
	cr_assert(pipe(ready) == 0 && pipe(done) == 0);
	child = fork();
	if (!child) {
		/* Under valgrind the process has another name. */
		prctl(PR_SET_NAME, "device");
		struct uiomap_device *device = uiomap_open("uio1", UIOMAP_EXCLUSIVE);

		close(done[1]);
		_exit(!device || write(ready[1], "", 1) != 1 || read(done[0], &byte, 1) != 0);
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	snprintf(pid, sizeof(pid), "\"device\" (pid %d)", child);
	refused(0, EBUSY, "held exclusively");
	assert_text(pid);
	close(done[1]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
	/* the lock ends with the process */
	uiomap_close(uiomap_open("uio1", UIOMAP_EXCLUSIVE));
}

/* ---- maps ---- */

Test(device, map)
{
	struct uiomap_device *device = open_plain(0);
	struct uiomap_region *region = uiomap_map(device, 1, 0), *again;

	assert_ok(region);
	cr_assert_eq(core_last_mmap().index, 1);
	cr_assert_eq(core_last_mmap().length, 0x4000);
	cr_assert_eq(core_last_mmap().prot, PROT_READ | PROT_WRITE);
	cr_assert_eq(core_last_mmap().flags, MAP_SHARED);
	cr_assert_eq(uiomap_region_size(region), 0x4000);
	cr_assert_eq(uiomap_region_info(region), uiomap_info_map(uiomap_device_info(device), 1));
	again = uiomap_map(device, 1, 0);
	assert_ok(again);
	cr_assert_neq(again, region);
	uiomap_write32(uiomap_region_base(region), 0x3ffc, 0x12345678);
	cr_assert_eq(uiomap_read32(uiomap_region_base(again), 0x3ffc), 0x12345678);
	uiomap_unmap(region);
	cr_assert_eq(uiomap_read32(uiomap_region_base(again), 0x3ffc), 0x12345678);
	uiomap_unmap(again);
	uiomap_close(device);
}

Test(device, unmap_in_any_order)
{
	struct uiomap_device *device = open_plain(0);
	struct uiomap_region *r[5];

	for (int i = 0; i < 5; i++)
		r[i] = uiomap_map(device, (unsigned int)i % 3, 0);
	uiomap_unmap(r[2]);
	uiomap_unmap(r[4]);
	uiomap_unmap(r[0]);
	uiomap_write8(uiomap_region_base(r[1]), 0, 1);
	uiomap_write8(uiomap_region_base(r[3]), 0, 1);
	/* The remaining regions stay in the device's list, where a guard looks them up. */
	cr_assert_eq(uiomap_i_region_at(device, (void *)uiomap_region_base(r[1])), r[1]);
	cr_assert_eq(uiomap_i_region_at(device, (void *)uiomap_region_base(r[3])), r[3]);
	uiomap_close(device);
}

/*
 * A map that begins inside a page and reaches into the next one: both pages belong to the
 * region, and no others.
 */
Test(device, pages_of_a_region)
{
	struct uiomap_device *device;
	struct uiomap_region *region;
	unsigned char there[2];
	char *begin;

	tree_device(1, &(struct tree_device){ .name = "plain",
					      .map_count = 1,
					      .maps = { { "a", 0x1000, 0x1100, 0xf00, false } } });
	device = uiomap_open("plain", 0);
	assert_ok(device);
	region = uiomap_map(device, 0, 0);
	assert_ok(region);
	begin = (char *)uiomap_region_base(region) - 0xf00;
	cr_assert_eq(uiomap_region_size(region), 0x200);
	cr_expect_null(uiomap_i_region_at(device, begin - 1));
	cr_expect_eq(uiomap_i_region_at(device, begin), region);
	cr_expect_eq(uiomap_i_region_at(device, begin + 2 * PAGE - 1), region);
	cr_expect_null(uiomap_i_region_at(device, begin + 2 * PAGE));
	cr_assert_eq(mincore(begin, 2 * PAGE, there), 0);
	uiomap_unmap(region);
	for (int page = 0; page < 2; page++) {
		errno = 0;
		cr_expect_eq(mincore(begin + page * PAGE, PAGE, there), -1,
			     "page %d is still mapped", page);
		cr_expect_eq(errno, ENOMEM);
	}
	uiomap_close(device);
}

Test(device, map_by_name)
{
	struct uiomap_device *device = open_plain(0);
	struct uiomap_region *region = uiomap_map_name(device, "registers", 0);

	assert_ok(region);
	cr_assert_eq(core_last_mmap().index, 0);
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "vram", 0));
	assert_errno(ENOTUNIQ);
	assert_text("0 \"registers\", 1 \"vram\", 2 \"vram\"");
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "register", 0));
	assert_errno(ERANGE);
	assert_text("no map \"register\"; there are 0 \"registers\"");
	errno = 0;
	cr_assert_null(uiomap_map_name(device, NULL, 0));
	assert_errno(EINVAL);
	uiomap_close(device);
}

Test(device, no_such_map)
{
	struct uiomap_device *device = open_plain(0);

	errno = 0;
	cr_assert_null(uiomap_map(device, 3, 0));
	assert_errno(ERANGE);
	assert_text("no map 3; there are 0 \"registers\"");
	errno = 0;
	cr_assert_null(uiomap_map(device, UINT32_MAX, 0));
	assert_errno(ERANGE);
	uiomap_close(device);
	tree_device(2, &(struct tree_device){ .name = "bare" });
	device = uiomap_open("bare", 0);
	cr_assert_null(uiomap_map(device, 0, 0));
	assert_errno(ERANGE);
	assert_text("it has none");
	uiomap_close(device);
	tree_device(3, &(struct tree_device){ .name = "uart",
					      .port_count = 1,
					      .ports = { { "io", "port_x86", 0x3f8, 8 } } });
	device = uiomap_open("uart", 0);
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "io", 0));
	assert_errno(ERANGE);
	assert_text("no map \"io\"; it has none; that is a port region, which can't be mapped");
	uiomap_close(device);
}

Test(device, map_flags)
{
	struct uiomap_device *device = open_plain(0);

	errno = 0;
	cr_assert_null(uiomap_map(device, 0, 4));
	assert_errno(EINVAL);
	assert_text("0x4");
	assert_ok(uiomap_map(device, 0, UIOMAP_MAP_PREFAULT));
	cr_assert_eq(core_last_mmap().flags, MAP_SHARED | MAP_POPULATE);
	assert_ok(uiomap_map(device, 0, UIOMAP_MAP_RDONLY));
	cr_assert_eq(core_last_mmap().prot, PROT_READ);
	uiomap_close(device);
}

Test(device, read_only_handle)
{
	struct uiomap_device *device = open_plain(UIOMAP_RDONLY);

	/* A user with only read permission can open it; the kernel permits no more. */
	cr_assert_eq(fcntl(device->fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	errno = 0;
	cr_assert_null(uiomap_map(device, 0, 0));
	assert_errno(EACCES);
	assert_text("UIOMAP_MAP_RDONLY");
	assert_ok(uiomap_map(device, 0, UIOMAP_MAP_RDONLY));
	cr_assert_eq(core_last_mmap().prot, PROT_READ);
	uiomap_close(device);
}

Test(device, store_to_read_only_region)
{
	struct uiomap_device *device = open_plain(0);
	volatile void *base = uiomap_region_base(uiomap_map(device, 0, UIOMAP_MAP_RDONLY));
	int status;
	pid_t child = fork();

	if (!child) {
		signal(SIGSEGV, SIG_DFL); /* remove a sanitizer's handler */
		uiomap_write32(base, 0, 1);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "status 0x%x", status);
	uiomap_close(device);
}

Test(device, kernel_refuses_to_map)
{
	struct uiomap_device *device = open_plain(0);

	core_mmap_error(1, ENODEV);
	errno = 0;
	cr_assert_null(uiomap_map(device, 0, 0));
	assert_errno(EINVAL);
	assert_text("map 0 \"registers\"");
	assert_text("uio_pdrv_genirq");
	core_mmap_error(1, EINVAL);
	errno = 0;
	cr_assert_null(uiomap_map(device, 0, 0));
	assert_errno(EINVAL);
	core_mmap_error(1, ENOMEM);
	errno = 0;
	cr_assert_null(uiomap_map(device, 0, 0));
	assert_errno(ENOMEM);
	assert_text("ulimit -v");
	core_mmap_error(1, EAGAIN);
	errno = 0;
	cr_assert_null(uiomap_map(device, 0, 0));
	assert_errno(EAGAIN);
	assert_text("ulimit -l; for a service: LimitMEMLOCK=");
	cr_assert_null(device->regions);
	uiomap_close(device);
}

/* ---- removal ---- */

Test(device, removed)
{
	struct uiomap_device *device = open_plain(0);
	struct uiomap_region *region = uiomap_map(device, 0, 0);

	tree_remove(1);
	cr_assert(uiomap_device_removed(device));
	errno = 0;
	cr_assert_null(uiomap_map(device, 0, 0));
	assert_errno(ENODEV);
	assert_text("uio1 \"plain\" is gone");
	cr_assert_str_eq(uiomap_info_name(uiomap_device_info(device)), "plain");
	uiomap_unmap(region);
	uiomap_close(device);
}

/* Same number, name and parent, but a new registration: the old handle stays dead. */
Test(device, removed_and_back)
{
	struct uiomap_device *device = open_plain(0), *fresh;

	tree_remove(1);
	tree_device(1, &plain);
	cr_assert(uiomap_device_removed(device));
	fresh = uiomap_open("plain", UIOMAP_EXCLUSIVE);
	assert_ok(fresh);
	cr_assert(!uiomap_device_removed(fresh));
	uiomap_close(device);
	cr_assert(!uiomap_device_removed(fresh));
	uiomap_close(fresh);
}
