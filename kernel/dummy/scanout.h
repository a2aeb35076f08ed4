/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What a screen would have shown: the last complete frame and a log of all, kept for sysfs. */
#ifndef DUMMY_SCANOUT_H
#define DUMMY_SCANOUT_H

#include <linux/sysfs.h>
#include <linux/types.h>

struct dummy;
struct dummy_scanout;

struct dummy_frame {
	u32 vsync, flip, offset, crc;
};

/* For frames of `size` bytes; NULL: no memory. */
struct dummy_scanout *dummy_scanout_new(u32 size);
void dummy_scanout_free(struct dummy_scanout *scanout);

/* The engine's: where to put the pixels of the frame that is being scanned out. */
void *dummy_scanout_pixels(struct dummy_scanout *scanout);

/* They are complete. The next frame's go elsewhere. */
void dummy_scanout_publish(struct dummy_scanout *scanout, const struct dummy_frame *frame);

/* The files `scanout` and `frame_log`, as their bin_attribute read callbacks need it. */
ssize_t dummy_scanout_read(struct dummy_scanout *scanout, char *buf, loff_t off, size_t count);
ssize_t dummy_scanout_read_log(struct dummy_scanout *scanout, char *buf, loff_t off, size_t count);

#endif /* DUMMY_SCANOUT_H */
