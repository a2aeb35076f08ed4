/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What drivers/fb uses of libuiomap, over a framebuffer in ordinary memory: no
 * thread, no time, the same on every run. uio_dummy's goes on by a vsync
 * whenever the driver sleeps. bochs-display's registers do what QEMU's do.
 */
#ifndef FAKE_FB_H
#define FAKE_FB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uio_dummy.h>
#include <uiomap.h>

#define FAKE_LOG   2048
#define FAKE_DISPI 11

struct uiomap_device {
	/* What it is; the test may change it before fb_open(). */
	uint32_t regs[UIO_DUMMY_REGS_SIZE / 4];
	size_t registers_size, vram_size;
	/* vram_size bytes of their own: what lies beyond is the sanitizer's */
	unsigned char *vram;
	enum uiomap_memtype memtype;
	enum uiomap_irq irq;

	/* Faults. */
	bool stall; /* no vsync */
	/* one more, at the Nth access to a register from now; 0: none */
	uint32_t vsync_at;
	/* in each sleep of the driver; 1, or more for a driver that is late */
	unsigned int vsyncs;
	uint32_t lose;	    /* the next N interrupts */
	uint32_t skip;	    /* the next N vsyncs latch no flip */
	uint32_t refuse;    /* the next N flips */
	uint32_t interrupt; /* the next N sleeps end with EINTR */
	bool gone;	    /* an access ends in SIGBUS, a sleep with ENODEV */
	uint32_t gone_in;   /* gone at the Nth sleep from now; 0: not */
	/* with gone: no SIGBUS, as under a driver that doesn't revoke */
	bool stale;

	/* What it saw. */
	uint32_t torn; /* vsyncs up to which the page on screen was written to */
	uint32_t log_vsync[FAKE_LOG], log_crc[FAKE_LOG]; /* pages as they came on screen */
	unsigned int logged;
	uint32_t unacknowledged; /* sleeps with the line still asserted */
	int opened, installed;	 /* not given back */
	unsigned int flags;	 /* of uiomap_open() */

	/*
	 * bochs-display (fake_bochs_new()); of the above it has VRAM, kind, gone, stale, opened,
	 * installed, flags.
	 */
	bool bochs;
	uint16_t vendor, device;
	uint8_t edid[128];
	uint16_t dispi[FAKE_DISPI];
	uint32_t qext_size, byte_order;
	uint32_t stuck; /* the registers, by bits, that keep what they have */
	/* from the Nth access on its registers read as ones; 0: not */
	uint32_t pulled_in;

	/* Its own. */
	uint32_t interrupts, told, front_crc;
	bool scanning;
};

/*
 * A device with this mode, page_count pages of VRAM, and sequence numbers that are about to wrap.
 * The only one there is.
 */
struct uiomap_device *fake_new(uint32_t width, uint32_t height, uint32_t stride, uint32_t format,
			       unsigned int page_count);
/* A bochs-display with so much VRAM. What its registers had before is nonsense. */
struct uiomap_device *fake_bochs_new(size_t vram_size);
void fake_free(struct uiomap_device *d);

uint32_t *fake_reg(struct uiomap_device *d, size_t reg);

/* CRC-32 of the visible pixels of the page at `offset`. */
uint32_t fake_crc(struct uiomap_device *d, uint32_t offset);

/* What QEMU shows of a bochs-display: width, height and CRC-32 of its pixels; false if nothing. */
bool fake_bochs_shows(struct uiomap_device *d, uint32_t *width, uint32_t *height, uint32_t *crc);

/* An access to its BAR2, of `width` bytes. */
uint32_t fake_bochs_read(struct uiomap_device *d, size_t offset, unsigned int width);
void fake_bochs_write(struct uiomap_device *d, size_t offset, uint32_t value, unsigned int width);

/* The time of a frame goes by. */
void fake_vsync(struct uiomap_device *d);

#endif /* FAKE_FB_H */
