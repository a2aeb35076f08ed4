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
 * (not for EAGAIN, which is none). Any call that touches the card can give
 * ENODEV: it is gone, or doesn't answer.
 *
 * THREADS. One card is used by one thread at a time, like all of libuiomap.
 *
 * REMOVAL. The functions survive the removal of the card in the middle.
 */
#ifndef E1000_H
#define E1000_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <uiomap.h>

#define E1000_SELECTOR "pci:8086:100e"

/** A frame's bytes, from the addresses on and without the checksum at its end. */
#define E1000_FRAME_MIN 14
#define E1000_FRAME_MAX 1514

/** Frames that can be on their way, in each direction. */
#define E1000_RING 64

/** Of uiomap_dma_alloc(): what the card needs, so dma=1M is plenty. */
#define E1000_DMA_SIZE (2 * E1000_RING * (16 + 2048))

struct e1000;

/** The last error of the calling thread in words, one line; libuiomap's if it is from there. */
const char *e1000_error(void);

/**
 * Reset a card that is open (not UIOMAP_RDONLY), and have it send and receive.
 * @return the driver, to be given back with e1000_close() before the device is
 *	closed; or NULL with errno
 *	- EPROTO: no such card: BAR0 is too small
 *	- ETIMEDOUT: its reset doesn't end
 *	- those of uiomap_map_name(), uiomap_dma_alloc(), ENOMEM
 */
struct e1000 *e1000_open(struct uiomap_device *device);
/** NULL is fine. The card is still then: no interrupt, no DMA. */
void e1000_close(struct e1000 *nic);

/** Its own address. */
void e1000_mac(const struct e1000 *nic, uint8_t mac[6]);

/** Is there a link? @return 1 or 0; -1 with errno */
int e1000_link(struct e1000 *nic);

/**
 * Send a frame; a short one is padded by the card. It is copied, and on its way
 * when this returns. Whether it comes anywhere nobody tells: to a card that is
 * gone frames can be given as long as there is room, if its memory has stayed
 * (hugepages: uiomap_dma_alloc()).
 * @return 0; -1 with errno
 *	- EAGAIN: E1000_RING - 1 are on their way: e1000_wait()
 *	- EMSGSIZE: size is below E1000_FRAME_MIN or above E1000_FRAME_MAX
 */
int e1000_send(struct e1000 *nic, const void *frame, size_t size);

/**
 * Take the next frame for this card's address or for all. What there is no room
 * for in `frame` is lost.
 * @return the frame's bytes; -1 with errno
 *	- EAGAIN: none has come: e1000_wait()
 */
ssize_t e1000_receive(struct e1000 *nic, void *frame, size_t size);

/**
 * Sleep until the card has something to tell: frames have come, or been sent, or
 * the link has changed. Try e1000_receive() and e1000_send() before.
 * @return 0; -1 with errno: those of uiomap_irq_wait()
 */
int e1000_wait(struct e1000 *nic, int64_t timeout_ns);

#endif /* E1000_H */
