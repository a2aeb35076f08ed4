/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A fake of the libuiomap functions that drivers/fb uses, over a framebuffer in
 * ordinary memory. It has no thread and no real time, so each run is the same.
 * uio_dummy's framebuffer has a vsync whenever the driver sleeps.
 * bochs-display's registers behave as in QEMU.
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
	/* The device; a test may change it before fb_open(). */
	uint32_t regs[UIO_DUMMY_REGS_SIZE / 4];
	size_t registers_size, vram_size;
	/* vram_size bytes, allocated alone, so that sanitizers detect accesses beyond */
	unsigned char *vram;
	enum uiomap_memtype memtype;
	enum uiomap_irq irq;

	/* Faults. */
	bool stall; /* no vsync */
	/* an additional vsync at the Nth register access from now; 0: none */
	uint32_t vsync_at;
	/* vsyncs per sleep of the driver; more than 1 for a driver that is late */
	unsigned int vsyncs;
	uint32_t lose;	    /* the next N interrupts are lost */
	uint32_t skip;	    /* the next N vsyncs latch no flip */
	uint32_t refuse;    /* the next N flips are refused */
	uint32_t interrupt; /* the next N sleeps end with EINTR */
	bool gone;	    /* an access raises SIGBUS, a sleep fails with ENODEV */
	uint32_t gone_in;   /* gone at the Nth sleep from now; 0: not */
	/* with gone: no SIGBUS, as under a kernel driver that doesn't revoke mappings */
	bool stale;

	/* Observations. */
	uint32_t torn; /* vsyncs before which the page on screen was written to */
	uint32_t log_vsync[FAKE_LOG], log_crc[FAKE_LOG]; /* pages as they came on screen */
	unsigned int logged;
	uint32_t unacknowledged; /* sleeps with the line still asserted */
	int opened, installed;	 /* not released yet */
	unsigned int flags;	 /* of uiomap_open() */

	/*
	 * bochs-display (fake_bochs_new()); of the above it uses VRAM, kind, gone, stale,
	 * opened, installed, flags.
	 */
	bool bochs;
	uint16_t vendor, device;
	uint8_t edid[128];
	uint16_t dispi[FAKE_DISPI];
	uint32_t qext_size, byte_order;
	uint32_t stuck; /* bit mask of the registers that ignore writes */
	/* from the Nth access on, registers read as all ones; 0: never */
	uint32_t pulled_in;

	/* Internal state. */
	uint32_t interrupts, told, front_crc;
	bool scanning;
};

/*
 * Make the device, with this mode, page_count pages of VRAM, and sequence numbers that will
 * soon wrap. There is only one.
 */
struct uiomap_device *fake_new(uint32_t width, uint32_t height, uint32_t stride, uint32_t format,
			       unsigned int page_count);
/* Make a bochs-display with vram_size bytes of VRAM and random register contents. */
struct uiomap_device *fake_bochs_new(size_t vram_size);
void fake_free(struct uiomap_device *d);

uint32_t *fake_reg(struct uiomap_device *d, size_t reg);

/* CRC-32 of the visible pixels of the page at `offset`. */
uint32_t fake_crc(struct uiomap_device *d, uint32_t offset);

/* What QEMU would show: width, height and CRC-32 of the pixels; false if the display is off. */
bool fake_bochs_shows(struct uiomap_device *d, uint32_t *width, uint32_t *height, uint32_t *crc);

/* An access of `width` bytes to BAR2. */
uint32_t fake_bochs_read(struct uiomap_device *d, size_t offset, unsigned int width);
void fake_bochs_write(struct uiomap_device *d, size_t offset, uint32_t value, unsigned int width);

/* Let the time of one frame pass. */
void fake_vsync(struct uiomap_device *d);

#endif /* FAKE_FB_H */
