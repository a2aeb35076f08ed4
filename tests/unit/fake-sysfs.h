/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A fake sysfs and /dev in a temporary directory, which is the test's current
 * directory. The library's sources are compiled again for the tests, with
 * "sys", "dev" and "run" in place of /sys, /dev and /run.
 *
 * Regular files replace the nodes. Wrappers of read, write, poll, mmap and
 * others (-Wl,--wrap) do what the kernel's UIO core does (drivers/uio/uio.c),
 * and make the files appear as character devices.
 */
#ifndef FAKE_SYSFS_H
#define FAKE_SYSFS_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/internal.h"

#define PAGE 4096

struct tree_map {
	const char *name; /* NULL: no file */
	uint64_t addr, size, offset;
	bool no_offset; /* no file */
};

struct tree_port {
	const char *name, *type;
	uint64_t start, size;
};

/* NULL or 0 selects a default; "" leaves an attribute out. */
struct tree_device {
	const char *name;		  /* "device" */
	const char *parent;		  /* below sys/devices: "platform/dev.N" */
	const char *bus;		  /* "platform" */
	const char *driver;		  /* "uio_pdrv_genirq" */
	const char *of_node;		  /* path in the device tree; default: none */
	const char *stub_maps, *stub_irq; /* contents of uio_stub/; default: none */
	/*
	 * On bus "pci": contents of `vendor`, `device` ("0x8086", "0x100e") and `resource` (no
	 * BARs). `config` is 256 bytes of 0, `irq` is 11.
	 */
	const char *vendor, *device_id, *resource;
	unsigned int map_count, port_count;
	struct tree_map maps[5];
	struct tree_port ports[5];
};

/* For Criterion's .init and .fini. */
void tree_begin(void);
void tree_end(void);

/* Add a map to uio1. */
void tree_late_map(void);

/* The number of open descriptors. */
int tree_open_fds(void);

/* The absolute path of the tree. */
const char *tree_path(void);

void tree_device(unsigned int number, const struct tree_device *device);
/* Like uio_unregister_device(): remove the sysfs entries; open descriptors get EIO. */
void tree_remove(unsigned int number);

/* printf into a file below the tree; its directories are made. */
void tree_write(const char *path, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));
void tree_write_bytes(const char *path, const void *bytes, size_t size);
void tree_unlink(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
void tree_link(const char *target, const char *path);

/* The file of one attribute of uioN. Valid until the next call. */
const char *tree_attr(unsigned int number, const char *attr);

/* ---- the UIO core's side (fake-uio-core.c) ---- */

enum core_irq { CORE_IRQ, CORE_NO_IRQ, CORE_NO_IRQCONTROL };

/* Add a node and its device; the file `event` has the core's count. */
void core_add(unsigned int number, enum core_irq irq);
void core_irq(unsigned int number, enum core_irq irq);
void core_event(unsigned int number, uint32_t count);
void core_set_event(unsigned int number, uint32_t event);
void core_remove(unsigned int number);
/* Forget a node that is removed: the file system may reuse its inode. */
void core_forget(unsigned int number);
/* Assert a level interrupt that is masked: it fires when write(2) enables it. */
void core_pend(unsigned int number);
/* The value of the last write(2), and the numbers of calls of write(2), read(2) and poll(2). */
int32_t core_control(unsigned int number);
unsigned int core_writes(unsigned int number);
unsigned int core_reads(unsigned int number);
unsigned int core_polls(unsigned int number);
/* How often the node was opened. */
unsigned int core_opens(unsigned int number);
/*
 * Like uio_pci_generic: each close of the node clears bit 2 of byte 4 in this file, then calls
 * body(), if not NULL.
 */
void core_close_clears(unsigned int number, const char *config, void (*body)(void));
/* Let write(2) fail with this errno; 0: succeed. */
void core_control_error(unsigned int number, int error);
/* Let mmap(2) fail with this errno; 0: succeed. */
void core_mmap_error(unsigned int number, int error);
/* The next poll(2) reports readable without an event. */
void core_spurious(unsigned int number);
/* The next ppoll(2) returns 0 before its timeout. */
void core_early(void);
/*
 * Stop the clock. At its Nth reading from now it advances by a second and calls body(). NULL:
 * use the real clock.
 */
void core_clock(unsigned int reading, void (*body)(void));
/* The device's side of a map: a file of the whole pages that addr, size and offset span. */
const char *core_map_file(unsigned int number, unsigned int map);
/* Run body() before the next openat(2) of a path with this end. */
void core_openat(const char *end, void (*body)(void));

/*
 * Let open(2) and openat(2) of a path with this end fail with this errno, for access mode
 * `from` (O_RDONLY, O_WRONLY, O_RDWR) or higher. NULL: no longer.
 */
void core_openat_error(const char *end, int from, int error);
/* Let the Nth readdir(3) from now that would return the end fail with this errno. 0: no longer. */
void core_readdir_error(unsigned int nth, int error);
/*
 * Make `count` hugepages of 2 MiB available; the first has this physical
 * address, each further one 1 GiB more. Each mmap(2) takes one and writes
 * proc/self/pagemap: `entry` for each page, or the correct entries if `entry`
 * is 0.
 */
void core_hugepages(unsigned int count, uint64_t physical, uint64_t entry);
/* Whether the last hugepage was still mapped when a node was last closed, which ends DMA. */
bool core_hugepage_at_close(void);
/* The arguments of the last mmap(2). */
struct core_mmap {
	unsigned int index;
	size_t length;
	int prot, flags;
};
struct core_mmap core_last_mmap(void);
/* Give this node another device number than sysfs has. */
void core_set_rdev(unsigned int number, unsigned int major_number, unsigned int minor_number);
/* Make the node a block device with the same number. */
void core_block_device(unsigned int number);

/* ---- common assertions ---- */

#define assert_errno(expected)                                                                     \
	cr_assert_eq(errno, expected, "errno %d (%s): %s", errno, strerror(errno), uiomap_error())
#define assert_text(part)                                                                          \
	cr_assert(strstr(uiomap_error(), part), "no \"%s\" in: %s", part, uiomap_error())
#define assert_ok(value)                                                                           \
	cr_assert(value, "errno %d (%s): %s", errno, strerror(errno), uiomap_error())

#endif /* FAKE_SYSFS_H */
