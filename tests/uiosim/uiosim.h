/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * Client of the kernel module uio_dummy: makes simulated devices, stimulates
 * them, and reads what they observed. Independent of libuiomap, so that
 * libuiomap can be tested with it. Needs root, and the modules loaded.
 *
 * A function that fails returns -1 or NULL with errno; uiosim_error() has the
 * text. No function prints or exits. An object must be used by one thread at a
 * time.
 */
#ifndef UIOSIM_H
#define UIOSIM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct uiosim;

/** The text of this thread's last error. */
const char *uiosim_error(void);

/* ---- configuration, plugging --------------------------------------------- */

/**
 * Make a device that isn't live yet. Its name is `name`; if that ends with '-', the process id
 * is appended, so that parallel tests don't collide.
 */
struct uiosim *uiosim_new(const char *name);

/** Unplug the device, remove it and free the object. Accepts NULL. Keeps errno. */
void uiosim_free(struct uiosim *d);

/** The device's name, which is also its UIO name. */
const char *uiosim_name(const struct uiosim *d);

/**
 * Write or read a configfs attribute (docs/uio_dummy.md). Values that are read have no newline
 * at their end.
 */
int uiosim_set(struct uiosim *d, const char *attribute, const char *value);
int uiosim_set_number(struct uiosim *d, const char *attribute, uint64_t value);
int uiosim_get(struct uiosim *d, const char *attribute, char *value, size_t size);

/** Plug the device in. */
int uiosim_go_live(struct uiosim *d);

/** Unplug the device, even while it is used. Succeeds if it isn't plugged in. */
int uiosim_unplug(struct uiosim *d);

/** The platform device, "uio_dummy.N"; "" while not live. Valid until it is unplugged. */
const char *uiosim_device(const struct uiosim *d);

/* ---- driver ---------------------------------------------------------------- */

/** Bind a driver ("uio_stub", "uio_pdrv_genirq"). When this returns 0, /dev/uioN is there. */
int uiosim_bind(struct uiosim *d, const char *driver);
int uiosim_unbind(struct uiosim *d);

/** N of uioN; -1 with ENODEV if no driver has registered one. */
int uiosim_uio_number(struct uiosim *d);

/** /dev/uioN, or NULL with ENODEV. Valid until the next call. */
const char *uiosim_uio_node(struct uiosim *d);

/**
 * Set uio_stub's options for this live device from its next bind on, e.g. "dma=1M,wc". NULL:
 * none. uiosim_unplug() removes them.
 */
int uiosim_stub_options(struct uiosim *d, const char *options);

/* ---- stimulus and observation ------------------------------------- */

/** Write to a stimulus file, e.g. "trigger". */
int uiosim_stimulate(struct uiosim *d, const char *file, uint64_t value);

/** Value of the line "NAME VALUE" in `file` ("stats", "irq_stats"). */
int uiosim_stat(struct uiosim *d, const char *file, const char *name, uint64_t *value);

/** Access bytes of map `map` from the kernel's side. Transfers all of `size` or returns -1. */
int uiosim_read_map(struct uiosim *d, unsigned int map, size_t offset, void *to, size_t size);
int uiosim_write_map(struct uiosim *d, unsigned int map, size_t offset, const void *from,
		     size_t size);

/**
 * Pixels of the last complete frame, lines without padding; *size is in bytes; 0 if there was
 * none. Free with free().
 */
void *uiosim_scanout(struct uiosim *d, size_t *size);

/** A frame that was scanned out. */
struct uiosim_frame {
	uint32_t vsync;	 /**< VSYNC_SEQ of the frame */
	uint32_t flip;	 /**< FLIP_DONE while it was scanned out */
	uint32_t offset; /**< of the frame in VRAM */
	uint32_t crc;	 /**< CRC-32 of its visible pixels */
};

/** The last frames (at most 4096), oldest first; *count of them. Free with free(). */
struct uiosim_frame *uiosim_frame_log(struct uiosim *d, size_t *count);

#endif /* UIOSIM_H */
