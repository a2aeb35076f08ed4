/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Frames that a screen would have shown: the last complete frame and a log of
 * all frames, for sysfs.
 */
#ifndef DUMMY_SCANOUT_H
#define DUMMY_SCANOUT_H

#include <linux/sysfs.h>
#include <linux/types.h>

struct dummy;
struct dummy_scanout;

struct dummy_frame {
	u32 vsync, flip, offset, crc;
};

/* For frames of `size` bytes. Returns NULL without memory. */
struct dummy_scanout *dummy_scanout_new(u32 size);
void dummy_scanout_free(struct dummy_scanout *scanout);

/* For the engine: the buffer for the pixels of the current frame. */
void *dummy_scanout_pixels(struct dummy_scanout *scanout);

/* The current frame is complete. The next frame gets another buffer. */
void dummy_scanout_publish(struct dummy_scanout *scanout, const struct dummy_frame *frame);

/* The read callbacks of the bin_attributes `scanout` and `frame_log`. */
ssize_t dummy_scanout_read(struct dummy_scanout *scanout, char *buf, loff_t off, size_t count);
ssize_t dummy_scanout_read_log(struct dummy_scanout *scanout, char *buf, loff_t off, size_t count);

#endif /* DUMMY_SCANOUT_H */
