/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Speaks the FUSE protocol directly (include/uapi/linux/fuse.h). The file system's root is the
 * file.
 */
#include "fuse.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MODE (S_IFREG | 0600)

static void answer(int fd, const struct fuse_in_header *in, int error, const void *body,
		   size_t size)
{
	struct fuse_out_header out = { .len = (uint32_t)(sizeof(out) + size),
				       .error = -error,
				       .unique = in->unique };
	struct iovec parts[] = { { &out, sizeof(out) }, { (void *)body, size } };

	/* silent_file_give_up() may have ended the connection in the meantime. */
	if (writev(fd, parts, 2) < 0)
		return;
}

static void *serve(void *arg)
{
	const struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION,
					    .minor = 31,
					    .max_write = 4096 };
	const struct fuse_attr_out attr = {
		.attr_valid = 3600,
		.attr = { .ino = 1, .size = 4096, .mode = MODE, .nlink = 1 }
	};
	const struct fuse_open_out opened = { 0 };
	_Alignas(struct fuse_in_header) char buffer[16384];
	const struct fuse_in_header *in = (const void *)buffer;
	struct silent_file *f = arg;

	while (read(f->fd, buffer, sizeof(buffer)) > 0) {
		switch (in->opcode) {
		case FUSE_INIT:
			answer(f->fd, in, 0, &init, sizeof(init));
			break;
		case FUSE_GETATTR:
			answer(f->fd, in, 0, &attr, sizeof(attr));
			break;
		case FUSE_OPEN:
			answer(f->fd, in, 0, &opened, sizeof(opened));
			break;
		case FUSE_READ:
			__atomic_store_n(&f->asked, 1, __ATOMIC_RELEASE);
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
		case FUSE_INTERRUPT:
			break; /* don't answer the read */
		default:
			answer(f->fd, in, ENOSYS, NULL, 0);
		}
	}
	return NULL;
}

void silent_file_make(struct silent_file *f, const char *path)
{
	char options[80];
	int fd;

	/* It is built in, or a module. */
	if (access("/dev/fuse", F_OK) != 0)
		cr_assert_eq(system("modprobe fuse"), 0);
	*f = (struct silent_file){ .path = path, .fd = open("/dev/fuse", O_RDWR | O_CLOEXEC) };
	cr_assert_geq(f->fd, 0, "/dev/fuse: %s", strerror(errno));
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	close(fd);
	snprintf(options, sizeof(options), "fd=%d,rootmode=%o,user_id=0,group_id=0", f->fd, MODE);
	cr_assert_eq(mount("silent", path, "fuse", 0, options), 0, "%s", strerror(errno));
	cr_assert_eq(pthread_create(&f->server, NULL, serve, f), 0);
}

void silent_file_await(struct silent_file *f)
{
	const time_t end = time(NULL) + 20;

	while (!__atomic_load_n(&f->asked, __ATOMIC_ACQUIRE)) {
		cr_assert_lt(time(NULL), end, "nobody has asked for the contents of %s", f->path);
		sched_yield();
	}
}

void silent_file_give_up(struct silent_file *f)
{
	umount2(f->path, MNT_FORCE); /* ends all reads that wait */
	umount2(f->path, MNT_DETACH);
	pthread_join(f->server, NULL);
	close(f->fd);
	unlink(f->path);
}
