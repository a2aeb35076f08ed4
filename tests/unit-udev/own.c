/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A device's node and files are its service's user's while the service runs, also where links
 * change meanwhile.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "temp-dir.h"

int own_main(int argc, char **argv);
#define main own_main
#include "../../udev/uiomap-own.c"
#undef main

#define GROUP 200
#define ONE   61000
#define TWO   61001

TestSuite(own, .init = temp_dir_begin, .fini = temp_dir_end, .timeout = 60);

/* Only root can give a file away. Others see here that nobody else is asked for it. */
static void is_owned(const char *path, uid_t owner)
{
	struct stat st;

	cr_assert_eq(lstat(path, &st), 0, "%s: %s", path, strerror(errno));
	cr_assert_eq(st.st_uid, geteuid() ? geteuid() : owner, "%s is user %u's, not %u's", path,
		     st.st_uid, owner);
}

static void owned_by(const char *path, uid_t owner)
{
	temp_dir_file(path, "");
	if (geteuid() == 0)
		cr_assert_eq(chown(path, owner, GROUP), 0);
}

/* A card with this node, all root's. */
static void card(unsigned int number, const char *parent)
{
	char path[128];

	temp_dir_file("group", "root:x:0:\nuio:x:200:\n");
	temp_dir_uio(number, "a\n", parent);
	snprintf(path, sizeof(path), "sys/devices/%s/config", parent);
	owned_by(path, 0);
	snprintf(path, sizeof(path), "dev/uio%u", number);
	owned_by(path, 0);
}

/* Its exit status. `folder` is the service's, the user's. */
static int own(const char *what, const char *device, const char *folder, uid_t user)
{
	char *argv[] = { "uiomap-own", (char *)what, (char *)device, (char *)folder, NULL };

	temp_dir_folder(folder);
	if (geteuid() == 0)
		cr_assert_eq(chown(folder, user, 0), 0);
	return own_main(4, argv);
}

Test(own, given_and_given_back)
{
	if (geteuid())
		return;
	card(0, "pci0/0000:01:00.0");
	card(1, "pci0/0000:02:00.0");
	cr_assert_eq(own("give", "pci:0000:01:00.0", "one", ONE), 0);
	cr_assert_eq(own("give", "pci:0000:02:00.0", "two", TWO), 0);
	is_owned("dev/uio0", ONE);
	is_owned("sys/devices/pci0/0000:01:00.0/config", ONE);
	is_owned("dev/uio1", TWO);
	cr_assert_eq(own("back", "pci:0000:01:00.0", "one", ONE), 0);
	is_owned("dev/uio0", 0);
	is_owned("sys/devices/pci0/0000:01:00.0/config", 0);
	is_owned("dev/uio1", TWO);
	is_owned("sys/devices/pci0/0000:02:00.0/config", TWO);
}

/*
 * The link still leads to the node, which is another device's by now: the number counts for
 * nothing, and no link is followed.
 */
Test(own, another_device)
{
	card(0, "pci0/0000:02:00.0");
	temp_dir_link("dev/uio/by-path/pci:0000:01:00.0", "../../uio0");
	cr_assert_eq(own("give", "pci:0000:01:00.0", "one", ONE), 0);
	is_owned("dev/uio0", 0);
	cr_assert_eq(unlink("dev/uio0"), 0);
	temp_dir_file("elsewhere", "");
	temp_dir_link("dev/uio0", "../elsewhere");
	cr_assert_eq(own("give", "pci:0000:02:00.0", "one", geteuid() ? geteuid() : ONE), 0);
	is_owned("elsewhere", 0);
}

/*
 * A second node: the first one's link is pci:0000:01:00.0#0 now, which another service may have
 * already.
 */
Test(own, its_link_has_changed)
{
	if (geteuid())
		return;
	card(0, "pci0/0000:01:00.0");
	cr_assert_eq(own("give", "pci:0000:01:00.0", "one", ONE), 0);
	card(1, "pci0/0000:01:00.0");
	owned_by("sys/devices/pci0/0000:01:00.0/config", ONE);
	owned_by("dev/uio1", TWO);
	cr_assert_eq(own("back", "pci:0000:01:00.0", "one", ONE), 0);
	is_owned("dev/uio0", 0);
	is_owned("sys/devices/pci0/0000:01:00.0/config", 0);
	is_owned("dev/uio1", TWO);
	/* And back to one: #1 has become the device's only node. */
	cr_assert_eq(unlink("sys/class/uio/uio0/name"), 0);
	cr_assert_eq(own("back", "pci:0000:01:00.0#1", "two", TWO), 0);
	is_owned("dev/uio1", 0);
}

/* systemd has removed its folder: nobody keeps it. */
Test(own, without_its_folder)
{
	char *argv[] = { "uiomap-own", "back", "pci:0000:01:00.0", "none", NULL };

	card(0, "pci0/0000:01:00.0");
	if (geteuid() == 0)
		owned_by("dev/uio0", ONE);
	cr_assert_eq(own_main(4, argv), 0);
	is_owned("dev/uio0", 0);
	argv[1] = "give";
	cr_assert_eq(own_main(4, argv), EX_OSERR);
	argv[1] = "take";
	cr_assert_eq(own_main(4, argv), EX_USAGE);
}
