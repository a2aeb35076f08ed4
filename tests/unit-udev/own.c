/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A device's node and files belong to the service's user while the service runs, even if links
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

TestSuite(own, .init = temp_dir_begin, .fini = temp_dir_end);

/* Only root can change owners. Without root, check that the owner doesn't change. */
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

/* Make a card with this node; root owns all files. */
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

/* Returns its exit status. `folder` belongs to the service and its user. */
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
 * The link still leads to the node, which belongs to another device now. The node's number must
 * not be trusted, and no link followed.
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
 * A second node appears: the first one's link is pci:0000:01:00.0#0 now, which another service
 * may use already.
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
	/* Back to one node: #1 is now the device's only one. */
	cr_assert_eq(unlink("sys/class/uio/uio0/name"), 0);
	cr_assert_eq(own("back", "pci:0000:01:00.0#1", "two", TWO), 0);
	is_owned("dev/uio1", 0);
}

/* systemd has removed the service's folder: ownership is not changed. */
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
