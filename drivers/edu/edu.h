/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file edu.h
 * Driver of QEMU's educational PCI card (-device edu; its registers are in
 * QEMU's docs/specs/edu): an example of what every PCI driver does, and little else.
 *
 *	device = uiomap_open(EDU_SELECTOR, 0) -> edu_open -> … -> edu_close -> uiomap_close
 *
 * ERRORS. As in libuiomap: -1 or NULL with errno, and edu_error() in words. Any
 * call can give
 *	- ENODEV: the card is gone, or doesn't answer any more, because it was just pulled
 *	- ETIMEDOUT: it didn't finish within timeout_ns (UIOMAP_FOREVER: no limit)
 *	- those of uiomap_irq_wait(): ECANCELED, EINTR, ENOTSUP, …
 *
 * THREADS. One card is used by one thread at a time, like all of libuiomap. It
 * is its device handle's one waiter.
 *
 * REMOVAL. The functions survive the removal of the card in the middle
 * (uiomap_guard()).
 */
#ifndef EDU_H
#define EDU_H

#include <stddef.h>
#include <stdint.h>

#include <uiomap.h>

#define EDU_SELECTOR "pci:1234:11e8"

/* Registers, in BAR0: 32 bits wide; from 0x80 on also 64. */
#define EDU_ID		0x00 /**< RO: 0xRRrr00ed, version RR.rr */
#define EDU_ID_MASK	0x0000ffff
#define EDU_ID_VALUE	0x00ed
#define EDU_LIVENESS	0x04 /**< reads as the inverse of what was written */
#define EDU_FACTORIAL	0x08 /**< write n; read n! once EDU_STATUS_BUSY is clear */
#define EDU_STATUS	0x20
#define EDU_STATUS_BUSY 0x01 /**< RO: computing */
#define EDU_STATUS_IRQ	0x80 /**< interrupt, cause EDU_CAUSE_FACTORIAL, when done */
#define EDU_CAUSES	0x24 /**< RO: causes; the interrupt is asserted while this is not 0 */
#define EDU_RAISE	0x60 /**< WO: bits to set in EDU_CAUSES */
#define EDU_ACK		0x64 /**< WO: bits to clear in EDU_CAUSES */
#define EDU_DMA_SOURCE	0x80 /**< bus address, or EDU_BUFFER + offset in the card */
#define EDU_DMA_TARGET	0x88
#define EDU_DMA_COUNT	0x90 /**< bytes */
#define EDU_DMA_COMMAND 0x98
#define EDU_DMA_RUN	0x01	/**< reads as 1 until done */
#define EDU_DMA_TO_RAM	0x02	/**< else from RAM to the card */
#define EDU_DMA_IRQ	0x04	/**< interrupt, cause EDU_CAUSE_DMA, when done */
#define EDU_BUFFER	0x40000 /**< the card's buffer, as its DMA addresses it; not in BAR0 */

#define EDU_CAUSE_FACTORIAL 0x001
#define EDU_CAUSE_DMA	    0x100

/**
 * Usable bytes of the card's buffer. It has 4096, but QEMU 7.2 treats a transfer that includes
 * the last byte as out of bounds and aborts.
 */
#define EDU_BUFFER_SIZE 4095

/** The largest n whose factorial fits into 32 bits. */
#define EDU_FACTORIAL_MAX 12

struct edu;

/** The last error of the calling thread in words, one line. */
const char *edu_error(void);

/**
 * Drive a card that was opened (not with UIOMAP_RDONLY). Installs the guard's
 * SIGBUS handler.
 * @return the driver, to be given back with edu_close() before the device is
 *	closed; or NULL with errno
 *	- EPROTO: it identifies itself as something else
 *	- EIO: it fails the liveness check
 *	- EBUSY: it is still copying for an earlier user
 *	- those of uiomap_map_name(), ENOMEM
 */
struct edu *edu_open(struct uiomap_device *device);
/** NULL is fine. Disables the card's interrupt. A transfer that timed out may still be running. */
void edu_close(struct edu *edu);

/** The card's version. */
unsigned int edu_major(const struct edu *edu);
unsigned int edu_minor(const struct edu *edu);

/** Liveness check: write a value and expect its inverse back. @return 0; -1 with errno EIO */
int edu_check(struct edu *edu, uint32_t value);

/**
 * Let the card compute n! and wait for its interrupt.
 * @return 0 and *result; -1 with errno ERANGE if n is above EDU_FACTORIAL_MAX,
 *	EBUSY if an earlier one that timed out still runs
 */
int edu_factorial(struct edu *edu, unsigned int n, int64_t timeout_ns, uint32_t *result);

/** Raise an interrupt with these causes. */
int edu_raise(struct edu *edu, uint32_t causes);

/**
 * Wait for an interrupt with one of these causes. Causes that were raised
 * before the call, or before edu_open(), count. Other causes are kept for later
 * calls.
 * @return 0 and, in *happened (may be NULL), those of `causes` that occurred
 */
int edu_wait(struct edu *edu, uint32_t causes, int64_t timeout_ns, uint32_t *happened);

/**
 * Copy between DMA memory and the card's buffer, by DMA; the card interrupts
 * when done. It takes 0.1 s for any size. After ETIMEDOUT it may still be
 * copying: the memory belongs to the card until a later transfer succeeds.
 *
 * The card silently clears the address bits that are not in its property
 * dma_mask, by default all but the lowest 28 (256 MiB). -device
 * edu,dma_mask=0xffffffff gives it 32 bits.
 *
 * @return 0; -1 with errno
 *	- ERANGE: size is 0, or outside the memory or the buffer
 *	- EBUSY: an earlier transfer that timed out still runs
 */
int edu_dma_to_card(struct edu *edu, const struct uiomap_dma *from, size_t from_offset,
		    size_t card_offset, size_t size, int64_t timeout_ns);
int edu_dma_from_card(struct edu *edu, size_t card_offset, const struct uiomap_dma *to,
		      size_t to_offset, size_t size, int64_t timeout_ns);

#endif /* EDU_H */
