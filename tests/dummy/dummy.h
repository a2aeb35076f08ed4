/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * Client of the kernel module uio_dummy: makes simulated devices, pokes them,
 * and asks them what they saw. Uses nothing of libuiomap, so that libuiomap
 * can be tested with it. Needs root, and the modules loaded.
 *
 * A function that can fail returns -1 or NULL with errno, and dummy_error()
 * says in words what failed. Nothing prints or exits. One object, one thread.
 */
#ifndef DUMMY_H
#define DUMMY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct dummy;

/** What failed last in this thread, in words. */
const char *dummy_error(void);

/* ---- configuration and life --------------------------------------------- */

/**
 * Make a device, not live yet. It is called `name`, with the process's id
 * behind it if it ends with '-' (so that parallel tests don't collide).
 */
struct dummy *dummy_new(const char *name);

/** Unplug the device, remove it, free. NULL does nothing; errno is kept. */
void dummy_free(struct dummy *d);

/** Its name, which is also its UIO name. */
const char *dummy_name(const struct dummy *d);

/** Write or read a configfs attribute (docs/uio_dummy.md). What is read has no newline at its end. */
int dummy_set(struct dummy *d, const char *attribute, const char *value);
int dummy_set_number(struct dummy *d, const char *attribute, uint64_t value);
int dummy_get(struct dummy *d, const char *attribute, char *value, size_t size);

/** Plug it in. */
int dummy_go_live(struct dummy *d);

/** Pull it out, whatever is going on with it. Fine if it is out already. */
int dummy_unplug(struct dummy *d);

/** The platform device, "uio_dummy.N"; "" while not live. Valid until it is unplugged. */
const char *dummy_device(const struct dummy *d);

/* ---- driver ---------------------------------------------------------------- */

/** Bind a driver ("uio_stub", "uio_pdrv_genirq"). When this returns 0, /dev/uioN is there. */
int dummy_bind(struct dummy *d, const char *driver);
int dummy_unbind(struct dummy *d);

/** N of uioN; -1 with ENODEV if no driver has registered one. */
int dummy_uio_number(struct dummy *d);

/** /dev/uioN, or NULL with ENODEV. Valid until the next call. */
const char *dummy_uio_node(struct dummy *d);

/** uio_stub's options of this live device from its next bind on, e.g. "dma=1M,wc". NULL: none. dummy_unplug() takes them back. */
int dummy_stub_options(struct dummy *d, const char *options);

/* ---- stimulus, and what the device saw ------------------------------------- */

/** Write to one of its stimulus files, e.g. "trigger". */
int dummy_stimulate(struct dummy *d, const char *file, uint64_t value);

/** Value of the line "NAME VALUE" in `file` ("stats", "irq_stats"). */
int dummy_stat(struct dummy *d, const char *file, const char *name, uint64_t *value);

/** Bytes of map `map`, from the kernel's side. All of `size` or -1. */
int dummy_read_map(struct dummy *d, unsigned int map, size_t offset, void *to, size_t size);
int dummy_write_map(struct dummy *d, unsigned int map, size_t offset, const void *from, size_t size);

/** Pixels of the last complete frame, lines without padding; *size in bytes, 0 if there was none. Free with free(). */
void *dummy_scanout(struct dummy *d, size_t *size);

/** A frame as it was scanned out. */
struct dummy_frame {
	uint32_t vsync;		/**< VSYNC_SEQ it belongs to */
	uint32_t flip;		/**< FLIP_DONE while it was scanned out */
	uint32_t offset;	/**< where it was in VRAM */
	uint32_t crc;		/**< CRC-32 of its visible pixels */
};

/** The last frames (at most 4096), oldest first; *count of them. Free with free(). */
struct dummy_frame *dummy_frame_log(struct dummy *d, size_t *count);

#endif /* DUMMY_H */
