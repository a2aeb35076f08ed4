// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Frames that a screen would have shown. Programs read both files in pieces
 * while the engine continues. So a read from the beginning takes a snapshot,
 * and the following reads continue in it. This supports one reader at a time.
 */
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "scanout.h"

#define LOG_FRAMES	4096u
/* All lines have the same length, so a line's offset in the file is a multiplication. */
#define LOG_LINE	"%10u %10u %10u %08x\n"
#define LOG_LINE_LENGTH 42u

struct dummy_scanout {
	u32 size; /* bytes of a frame */
	/* the frame that is being scanned out; used only by the engine, without lock */
	void *scan;

	struct mutex lock; /* protects the rest: the engine writes, sysfs reads */
	void *shot;	   /* the last complete frame, if fresh */
	bool fresh;
	void *snapshot; /* the frame that `scanout` returns, if taken */
	bool taken;
	struct dummy_frame *log; /* frame K at K % LOG_FRAMES */
	u64 logged;
	/* the frames that `frame_log` returns, oldest first */
	struct dummy_frame *log_snapshot;
	u32 log_count;
};

struct dummy_scanout *dummy_scanout_new(u32 size)
{
	struct dummy_scanout *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return NULL;
	s->size = size;
	mutex_init(&s->lock);
	s->scan = vmalloc(size);
	s->shot = vmalloc(size);
	s->snapshot = vmalloc(size);
	s->log = vmalloc(LOG_FRAMES * sizeof(*s->log));
	s->log_snapshot = vmalloc(LOG_FRAMES * sizeof(*s->log));
	if (s->scan && s->shot && s->snapshot && s->log && s->log_snapshot)
		return s;
	dummy_scanout_free(s);
	return NULL;
}

void dummy_scanout_free(struct dummy_scanout *s)
{
	if (!s)
		return;
	vfree(s->log_snapshot);
	vfree(s->log);
	vfree(s->snapshot);
	vfree(s->shot);
	vfree(s->scan);
	kfree(s);
}

void *dummy_scanout_pixels(struct dummy_scanout *s)
{
	return s->scan;
}

void dummy_scanout_publish(struct dummy_scanout *s, const struct dummy_frame *frame)
{
	mutex_lock(&s->lock);
	swap(s->scan, s->shot);
	s->fresh = true;
	s->log[s->logged++ % LOG_FRAMES] = *frame;
	mutex_unlock(&s->lock);
}

ssize_t dummy_scanout_read(struct dummy_scanout *s, char *buf, loff_t off, size_t count)
{
	ssize_t n;

	mutex_lock(&s->lock);
	if (off == 0 && s->fresh) {
		swap(s->shot, s->snapshot);
		s->fresh = false;
		s->taken = true;
	}
	n = memory_read_from_buffer(buf, count, &off, s->snapshot, s->taken ? s->size : 0);
	mutex_unlock(&s->lock);
	return n;
}

ssize_t dummy_scanout_read_log(struct dummy_scanout *s, char *buf, loff_t off, size_t count)
{
	char text[LOG_LINE_LENGTH + 1];
	size_t done = 0;
	u32 i;

	mutex_lock(&s->lock);
	if (off == 0) {
		s->log_count = min_t(u64, s->logged, LOG_FRAMES);
		for (i = 0; i < s->log_count; i++)
			s->log_snapshot[i] = s->log[(s->logged - s->log_count + i) % LOG_FRAMES];
	}
	while (done < count && off < s->log_count * LOG_LINE_LENGTH) {
		const struct dummy_frame *f = &s->log_snapshot[(u32)off / LOG_LINE_LENGTH];
		const u32 skip = (u32)off % LOG_LINE_LENGTH;
		const size_t n = min_t(size_t, LOG_LINE_LENGTH - skip, count - done);

		scnprintf(text, sizeof(text), LOG_LINE, f->vsync, f->flip, f->offset, f->crc);
		memcpy(buf + done, text + skip, n);
		done += n;
		off += n;
	}
	mutex_unlock(&s->lock);
	return done;
}
