/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A sysfs and /dev of the test's own, in a temporary directory that is the
 * test's current directory. The library's sources are compiled once more for
 * the tests, with "sys", "dev" and "run" in place of /sys, /dev and /run.
 *
 * Regular files stand in for the nodes. What the kernel's UIO core does with
 * them (read, write, poll, mmap, their being character devices) is done by
 * wrappers of those functions (-Wl,--wrap), by the rules of drivers/uio/uio.c.
 */
#ifndef TREE_H
#define TREE_H

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

/* What is NULL or 0 gets a sensible value, "" leaves it out. */
struct tree_device {
	const char *name;		  /* "device" */
	const char *parent;		  /* below sys/devices: "platform/dev.N" */
	const char *bus;		  /* "platform" */
	const char *driver;		  /* "uio_pdrv_genirq" */
	const char *of_node;		  /* path in the device tree; none */
	const char *stub_maps, *stub_irq; /* contents of uio_stub/; none */
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

/* uio1 gets a map only now. */
void tree_late_map(void);

/* How many descriptors are open. */
int tree_open_fds(void);

/* The absolute path of the tree. */
const char *tree_path(void);

void tree_device(unsigned int number, const struct tree_device *device);
/* As uio_unregister_device(): sysfs entries go, whoever has it open sees EIO. */
void tree_remove(unsigned int number);

/* printf into a file below the tree; its directories are made. */
void tree_write(const char *path, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));
void tree_write_bytes(const char *path, const void *bytes, size_t size);
void tree_unlink(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
void tree_link(const char *target, const char *path);

/* The file of one attribute of uioN. Valid until the next call. */
const char *tree_attr(unsigned int number, const char *attr);

/* ---- the UIO core's side (core.c) ---- */

enum core_irq { CORE_IRQ, CORE_NO_IRQ, CORE_NO_IRQCONTROL };

/* A node and its device; event is what the core has counted. */
void core_add(unsigned int number, enum core_irq irq);
void core_irq(unsigned int number, enum core_irq irq);
void core_event(unsigned int number, uint32_t count);
void core_set_event(unsigned int number, uint32_t event);
void core_remove(unsigned int number);
/* Its node is removed: the file system may give the inode to another file. */
void core_forget(unsigned int number);
/* A level line that is asserted but masked: it fires when write(2) enables it. */
void core_pend(unsigned int number);
/* What write(2) was given last, how often it, read(2) and poll(2) were called. */
int32_t core_control(unsigned int number);
unsigned int core_writes(unsigned int number);
unsigned int core_reads(unsigned int number);
unsigned int core_polls(unsigned int number);
/* How often its node was opened. */
unsigned int core_opens(unsigned int number);
/*
 * As under uio_pci_generic: each close of its node clears bit 2 of the byte at 4 of this file, then
 * body() is called, if any.
 */
void core_close_clears(unsigned int number, const char *config, void (*body)(void));
/* write(2) will fail with this; 0: not. */
void core_control_error(unsigned int number, int error);
/* mmap(2) will fail with this; 0: not. */
void core_mmap_error(unsigned int number, int error);
/* The next poll(2) reports readable whatever is. */
void core_spurious(unsigned int number);
/* The next ppoll(2) ends before its time, with 0. */
void core_early(void);
/*
 * The clock stands still. At its Nth reading from now a second has passed, and body() is called.
 * NULL: the true clock.
 */
void core_clock(unsigned int reading, void (*body)(void));
/* The device's side of a map: a file of the whole pages that addr, size and offset reach. */
const char *core_map_file(unsigned int number, unsigned int map);
/* The next openat(2) of a path that ends so will run this before. */
void core_openat(const char *end, void (*body)(void));

/*
 * open(2) and openat(2) of a path that ends so will fail with this, for access of `from` (O_RDONLY,
 * O_WRONLY, O_RDWR) or more. NULL: none will.
 */
void core_openat_error(const char *end, int from, int error);
/* The Nth readdir(3) from now that comes to the end fails with this instead. 0: none will. */
void core_readdir_error(unsigned int nth, int error);
/*
 * So many hugepages of 2 MiB are free; the first is physically here, each
 * further one 1 GiB above. Each mmap(2) takes one, and writes proc/self/pagemap
 * unless that is told otherwise: `entry` as it is, for each page; 0: the truth.
 */
void core_hugepages(unsigned int count, uint64_t physical, uint64_t entry);
/*
 * Whether the last hugepage was still mapped when a device's node was last closed, with which its
 * DMA ends.
 */
bool core_hugepage_at_close(void);
/* What the last mmap(2) asked for. */
struct core_mmap {
	unsigned int index;
	size_t length;
	int prot, flags;
};
struct core_mmap core_last_mmap(void);
/* This node has another device number than sysfs tells. */
void core_set_rdev(unsigned int number, unsigned int major_number, unsigned int minor_number);
/* It is a block device of the same number. */
void core_block_device(unsigned int number);

/* ---- what tests say often ---- */

#define assert_errno(expected)                                                                     \
	cr_assert_eq(errno, expected, "errno %d (%s): %s", errno, strerror(errno), uiomap_error())
#define assert_text(part)                                                                          \
	cr_assert(strstr(uiomap_error(), part), "no \"%s\" in: %s", part, uiomap_error())
#define assert_ok(value)                                                                           \
	cr_assert(value, "errno %d (%s): %s", errno, strerror(errno), uiomap_error())

#endif /* TREE_H */
