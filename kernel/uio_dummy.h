/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * Register layout of the devices that uio_dummy simulates, as a data sheet
 * would describe it. The module, the drivers and the tests share this file.
 *
 * A write to plain memory can't be trapped, so writing a register has no
 * immediate side effect. Instead the device polls what the driver wrote (its
 * "doorbells"): continuously while it is busy, within UIO_DUMMY_IDLE_POLL_NS
 * when it is idle, and immediately when its interrupt is unmasked. (A counter
 * that is off, with CTRL and IRQ_ENABLE 0, is polled every
 * UIO_DUMMY_OFF_POLL_NS only, so that a thousand of them cost little.) Requests
 * are free-running 32-bit sequence numbers or indices (they wrap), never bits
 * to be cleared. So nothing is lost if both sides write at the same time.
 *
 * All registers are 32 bits wide and native-endian unless marked u64 (two
 * registers, low word first). Unlisted offsets read as 0 and are reserved. "ro"
 * registers are written by the device only; what a driver writes there is
 * overwritten.
 */
#ifndef UIO_DUMMY_H
#define UIO_DUMMY_H

#ifndef __KERNEL__
#include <stdint.h>
#endif

/* clang-format off: tables */

/* Maximum time until an idle, enabled device sees a doorbell. */
#define UIO_DUMMY_IDLE_POLL_NS 1000000
/* Maximum time until a counter that is off sees that it was switched on. */
#define UIO_DUMMY_OFF_POLL_NS  10000000

/* Size of the register map (resource "registers") of each model that has one. */
#define UIO_DUMMY_REGS_SIZE 4096

/* ---- common block of all models with registers -------------------------- */

#define UIO_DUMMY_MAGIC		    0x00	/* ro: UIO_DUMMY_MAGIC_VALUE */
#define UIO_DUMMY_MAGIC_VALUE	    0x594d4455u /* "UDMY" */
#define UIO_DUMMY_MODEL		    0x04	/* ro: which block follows at 0x40 */
#define UIO_DUMMY_MODEL_COUNTER	    2u
#define UIO_DUMMY_MODEL_FRAMEBUFFER 3u
#define UIO_DUMMY_MODEL_RING	    4u
#define UIO_DUMMY_VERSION	    0x08 /* ro: 1 */

/*
 * Interrupt. Each event adds one to IRQ_SEQ if IRQ_ENABLE is 1.
 *
 * Level line: asserted from an event on until IRQ_ACK equals IRQ_SEQ. If it is
 * still asserted when the line is unmasked, the interrupt fires again. So: read
 * IRQ_SEQ, write it to IRQ_ACK, check the device's state, unmask.
 *
 * Edge line: every event is one interrupt while the line is enabled. Events
 * while it is disabled (masked, or not requested by a driver) are kept as one
 * interrupt, which is delivered when the line is enabled. IRQ_ACK is ignored.
 */
#define UIO_DUMMY_IRQ_ENABLE 0x10 /* rw: 1 = raise interrupts; reset 0 */
#define UIO_DUMMY_IRQ_SEQ    0x14 /* ro: events so far (wraps) */
#define UIO_DUMMY_IRQ_ACK    0x18 /* rw: last IRQ_SEQ that was handled */

/* ---- counter ------------------------------------------------------------ */

#define UIO_DUMMY_COUNTER_CTRL	    0x40 /* rw */
#define UIO_DUMMY_COUNTER_RUN	    0x1u /*   count one every PERIOD_NS */
/* rw: 10,000 … 4,294,967,295; less counts as 10,000; reset 1,000,000 */
#define UIO_DUMMY_COUNTER_PERIOD_NS 0x44
/* ro u64: events so far; each is one interrupt event */
#define UIO_DUMMY_COUNTER_COUNT	    0x48
/* rw: write its value + n: the device counts n events */
#define UIO_DUMMY_COUNTER_DOORBELL  0x50
#define UIO_DUMMY_COUNTER_TIME	    0x58 /* ro u64: CLOCK_MONOTONIC of the last event, ns */
#define UIO_DUMMY_COUNTER_SCRATCH   0x60 /* rw: storage without function */

/* ---- framebuffer --------------------------------------------------------- */
/* Resources: "registers", then "vram" (VRAM, prefetchable unless configured otherwise). */

#define UIO_DUMMY_FB_CTRL	 0x40 /* rw */
#define UIO_DUMMY_FB_SCANOUT	 0x1u /*   scan out, raise vsync */
#define UIO_DUMMY_FB_STATUS	 0x44 /* ro */
#define UIO_DUMMY_FB_ACTIVE	 0x1u /*   a frame is being scanned out now */
/* the last flip was refused; cleared by the next good one */
#define UIO_DUMMY_FB_BAD_FLIP	 0x2u
#define UIO_DUMMY_FB_WIDTH	 0x48	     /* ro: pixels */
#define UIO_DUMMY_FB_HEIGHT	 0x4c	     /* ro: lines */
#define UIO_DUMMY_FB_STRIDE	 0x50	     /* ro: bytes from line to line */
#define UIO_DUMMY_FB_FORMAT	 0x54	     /* ro: fourcc */
#define UIO_DUMMY_FB_XR24	 0x34325258u /* XRGB8888, little-endian */
#define UIO_DUMMY_FB_RG16	 0x36314752u /* RGB565, little-endian */
#define UIO_DUMMY_FB_REFRESH_MHZ 0x58	     /* ro: vsyncs a second × 1000 */
#define UIO_DUMMY_FB_VRAM_SIZE	 0x5c	     /* ro: bytes */
/*
 * Page flip: write the page's offset to FLIP_OFFSET, then FLIP_SEQ + 1 to FLIP_SEQ. The device
 * latches both at the next vsync, sets FRONT and FLIP_DONE (= FLIP_SEQ), then
 * raises the vsync interrupt. Until FLIP_DONE equals FLIP_SEQ, the old page is
 * still being scanned out; don't write to it or to FLIP_OFFSET. An offset
 * that is not a multiple of 4, or leaves no room for a frame (HEIGHT × STRIDE),
 * is refused: BAD_FLIP is set, BAD_FLIPS is incremented, FLIP_DONE is set, FRONT stays.
 *
 * At a vsync the device writes STATUS, FRONT and BAD_FLIPS, then FLIP_DONE,
 * then TIME, then VSYNC_SEQ, then raises the interrupt: a driver that has read one of
 * them reads the earlier ones of the same vsync or a later one. When SCANOUT is switched
 * off, the current frame is completed; then ACTIVE is cleared.
 */
#define UIO_DUMMY_FB_FLIP_OFFSET 0x60 /* rw: bytes into VRAM */
#define UIO_DUMMY_FB_FLIP_SEQ	 0x64 /* rw */
#define UIO_DUMMY_FB_FLIP_DONE	 0x68 /* ro */
#define UIO_DUMMY_FB_FRONT	 0x6c /* ro: offset being scanned out */
#define UIO_DUMMY_FB_BAD_FLIPS	 0x70 /* ro */
#define UIO_DUMMY_FB_VSYNC_SEQ	 0x74 /* ro: vsyncs so far (wraps) */
#define UIO_DUMMY_FB_VSYNC_TIME	 0x78 /* ro u64: CLOCK_MONOTONIC of the last vsync, ns */
/* The last frame that was scanned out completely. SCAN_SEQ is written last. */
/* ro: CRC-32 (IEEE 802.3, as zlib's) over height × (width × bytes per pixel), line by line */
#define UIO_DUMMY_FB_SCAN_CRC	 0x80
#define UIO_DUMMY_FB_SCAN_FLIP	 0x84 /* ro: FLIP_DONE while it was scanned out */
#define UIO_DUMMY_FB_SCAN_SEQ	 0x88 /* ro: frames scanned out so far */

/* ---- ring ---------------------------------------------------------------- */
/*
 * Resource: "registers". Descriptors and payload are in DMA memory that the
 * device accesses through its own IOMMU: every address below is a bus address.
 *
 * Two rings, TX and RX, of a power of two of 32-byte descriptors each. The
 * driver fills descriptors and advances PROD (the doorbell); the device processes
 * CONS … PROD in order, writes each descriptor back (status last) and advances
 * CONS. Indices are free-running (mod 2^32); slot = index & (size - 1);
 * PROD - CONS greater than the size is an error. The device processes a TX
 * descriptor only when an RX descriptor is posted (back-pressure), copies the
 * payload from the TX buffer to the RX buffer and completes both.
 */
#define UIO_DUMMY_RING_CTRL	      0x40 /* rw */
#define UIO_DUMMY_RING_RUN	      0x1u
#define UIO_DUMMY_RING_STATUS	      0x44 /* ro */
#define UIO_DUMMY_RING_RUNNING	      0x1u /*   rings are set up and processed */
#define UIO_DUMMY_RING_STOPPED	      0x2u /*   an error stopped it; only a reset clears it */
#define UIO_DUMMY_RING_STALLED	      0x4u /*   back-pressure: TX waits for an RX buffer */
/* with STOPPED: an RX descriptor caused it, ERROR_INDEX is in the RX ring */
#define UIO_DUMMY_RING_RX_ERROR	      0x8u
#define UIO_DUMMY_RING_RESET_REQ      0x48 /* rw: write RESET_DONE + 1 to reset */
/* ro: equals RESET_REQ after a reset; 0x40…0x8c are 0 then, except RESET_REQ, this and MAX_* */
#define UIO_DUMMY_RING_RESET_DONE     0x4c
#define UIO_DUMMY_RING_MAX_SIZE	      0x50 /* ro: largest ring, descriptors */
#define UIO_DUMMY_RING_MAX_LENGTH     0x54 /* ro: largest payload, bytes */
/*
 * Read by the device when RUN goes from 0 to 1; RUNNING follows, or STOPPED
 * with an error. RUN = 0 pauses (RUNNING is cleared): indices stay, and the next
 * RUN = 1 reads the set-up again.
 */
#define UIO_DUMMY_RING_TX_BASE	      0x58 /* rw u64: bus address, 32-byte aligned */
#define UIO_DUMMY_RING_RX_BASE	      0x60 /* rw u64 */
#define UIO_DUMMY_RING_TX_SIZE	      0x68 /* rw: descriptors, power of two, 2 … MAX_SIZE */
#define UIO_DUMMY_RING_RX_SIZE	      0x6c /* rw */
#define UIO_DUMMY_RING_TX_PROD	      0x70 /* rw: doorbell */
#define UIO_DUMMY_RING_TX_CONS	      0x74 /* ro */
#define UIO_DUMMY_RING_RX_PROD	      0x78 /* rw: doorbell */
#define UIO_DUMMY_RING_RX_CONS	      0x7c /* ro */
/*
 * Interrupt after COUNT completions (messages), or NS after the first
 * completion without an interrupt (0: at once). Read while running. A stop
 * raises an interrupt at once.
 */
#define UIO_DUMMY_RING_COALESCE_COUNT 0x80 /* rw: 0 and 1: each completion */
#define UIO_DUMMY_RING_COALESCE_NS    0x84 /* rw */
/*
 * Errors; a reset keeps these. The descriptor that caused the error is
 * completed with DONE | ERROR if it can be accessed, and counts as processed
 * (CONS is one beyond it); the other ring's descriptor is unchanged. E_SETUP
 * and E_INDEX complete none.
 */
#define UIO_DUMMY_RING_ERROR	      0x90 /* ro: why it stopped, UIO_DUMMY_RING_E_* */
#define UIO_DUMMY_RING_E_NONE	      0u
/* size or base of a ring is wrong, or not all of it in DMA memory */
#define UIO_DUMMY_RING_E_SETUP	      1u
#define UIO_DUMMY_RING_E_INDEX	      2u /*   PROD - CONS larger than the ring */
#define UIO_DUMMY_RING_E_DMA	      3u /*   bus address outside the DMA memory */
/* length 0 or more than MAX_LENGTH, or RX buffer too small */
#define UIO_DUMMY_RING_E_LENGTH	      4u
/* the device failed on its own (injected by `error`) */
#define UIO_DUMMY_RING_E_DEVICE	      5u
#define UIO_DUMMY_RING_ERROR_INDEX    0x94 /* ro: index of the descriptor that stopped it */
#define UIO_DUMMY_RING_ERRORS	      0x98 /* ro: stops so far */
#define UIO_DUMMY_RING_DMA_FAULTS     0x9c /* ro: accesses that the IOMMU refused */

#ifndef __KERNEL__
typedef uint64_t __uio_dummy_u64;
typedef uint32_t __uio_dummy_u32;
#else
typedef u64 __uio_dummy_u64;
typedef u32 __uio_dummy_u32;
#endif

/* One descriptor, native-endian. The driver writes all of it, with status 0. */
struct uio_dummy_desc {
	__uio_dummy_u64 addr; /* bus address of the buffer */
	/* TX: bytes to send; RX: room in bytes, written back as the bytes received */
	__uio_dummy_u32 length;
	/*
	 * for the driver; on RX written back as the cookie of the TX descriptor. The device's
	 * statistics expect each to be the previous one + 1
	 */
	__uio_dummy_u32 cookie;
	__uio_dummy_u32 crc; /* written back: CRC-32 of the payload as the device read it */
	__uio_dummy_u32 reserved[2];
	__uio_dummy_u32 status;	  /* written back, last */
#define UIO_DUMMY_DESC_DONE  0x1u /* the device has processed it */
/*
 * with DONE: nothing transferred, the other ring's descriptor not used; the ring has stopped here
 */
#define UIO_DUMMY_DESC_ERROR 0x2u
};

#define UIO_DUMMY_DESC_SIZE 32u

/* clang-format on */

#endif /* UIO_DUMMY_H */
