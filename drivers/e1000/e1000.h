/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file e1000.h
 * Driver of Intel's 82540EM network card (QEMU: -device e1000): Ethernet frames
 * in and out. Sections are those of Intel's "PCI/PCI-X Family of Gigabit
 * Ethernet Controllers Software Developer's Manual", revision 4.0.
 *
 *	device = uiomap_open(E1000_SELECTOR, UIOMAP_EXCLUSIVE) -> e1000_open
 *		-> e1000_send, e1000_receive, e1000_wait … -> e1000_close -> uiomap_close
 *
 * ERRORS. As in libuiomap: -1 or NULL with errno, and e1000_error() in words
 * (EAGAIN is no failure and has no text). Any call that touches the card can
 * fail with ENODEV: the card is gone, or doesn't answer.
 *
 * THREADS. One card is used by one thread at a time, like all of libuiomap.
 *
 * REMOVAL. If the card is removed during a call, the call fails with ENODEV; no
 * SIGBUS ends the program. e1000_send() may still succeed, see there.
 */
#ifndef E1000_H
#define E1000_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <uiomap.h>

#define E1000_SELECTOR "pci:8086:100e"

/** Bytes of a frame: from its addresses on, without the checksum at its end. */
#define E1000_FRAME_MIN 14
#define E1000_FRAME_MAX 1514

/** Descriptors in each of the two rings. */
#define E1000_RING 64

/** Bytes of DMA memory that the driver allocates; the option dma=1M is enough. */
#define E1000_DMA_SIZE (2 * E1000_RING * (16 + 2048))

struct e1000;

/** The last error of the calling thread in words, one line. */
const char *e1000_error(void);

/**
 * Reset a card that was opened (not UIOMAP_RDONLY), and start sending and receiving.
 * @return the driver, to be given back with e1000_close() before the device is
 *	closed; or NULL with errno
 *	- EPROTO: this is another card: BAR0 is too small
 *	- ETIMEDOUT: its reset doesn't end
 *	- those of uiomap_map_name(), uiomap_dma_alloc(), ENOMEM
 */
struct e1000 *e1000_open(struct uiomap_device *device);
/** Stop the card: no interrupt and no DMA after this. Accepts NULL. */
void e1000_close(struct e1000 *nic);

/** The card's own Ethernet address. */
void e1000_mac(const struct e1000 *nic, uint8_t mac[6]);

/** Is there a link? @return 1 or 0; -1 with errno */
int e1000_link(struct e1000 *nic);

/**
 * Send a frame; the card pads a short one. The frame is copied, and the card has
 * the copy when this returns. Success doesn't mean that the frame was sent: with
 * DMA memory from hugepages (uiomap_dma_alloc()), this succeeds also when the
 * card is gone, as long as there is room.
 * @return 0; -1 with errno
 *	- EAGAIN: the card has E1000_RING - 1 frames to send: e1000_wait()
 *	- EMSGSIZE: size is below E1000_FRAME_MIN or above E1000_FRAME_MAX
 */
int e1000_send(struct e1000 *nic, const void *frame, size_t size);

/**
 * Take the next frame that was sent to this card's address or to all. If `frame`
 * has less room than the frame has bytes, the rest is lost.
 * @return the frame's bytes; -1 with errno
 *	- EAGAIN: no frame has come: e1000_wait()
 */
ssize_t e1000_receive(struct e1000 *nic, void *frame, size_t size);

/**
 * Sleep until the card has something to tell: frames have come, or been sent, or
 * the link has changed. Try e1000_receive() and e1000_send() before.
 * @return 0; -1 with errno: those of uiomap_irq_wait()
 */
int e1000_wait(struct e1000 *nic, int64_t timeout_ns);

#endif /* E1000_H */
