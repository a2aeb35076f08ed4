/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file edu.h
 * Driver of QEMU's educational PCI card (-device edu; its registers are in
 * QEMU's docs/specs/edu): what every PCI driver does, and little else.
 *
 *	device = uiomap_open(EDU_SELECTOR, 0) -> edu_open -> … -> edu_close -> uiomap_close
 *
 * ERRORS. As in libuiomap: -1 or NULL with errno, and edu_error() in words. Any
 * call can give
 *	- ENODEV: the card is gone, or doesn't answer any more, as one that was
 *	  pulled a moment ago
 *	- ETIMEDOUT: it didn't do it in timeout_ns (UIOMAP_FOREVER: no limit)
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
#define EDU_FACTORIAL	0x08 /**< n is written, n! is read when EDU_STATUS_BUSY has cleared */
#define EDU_STATUS	0x20
#define EDU_STATUS_BUSY 0x01 /**< RO: computing */
#define EDU_STATUS_IRQ	0x80 /**< interrupt, cause EDU_CAUSE_FACTORIAL, when done */
#define EDU_CAUSES	0x24 /**< RO: why it interrupts; it does as long as this is not 0 */
#define EDU_RAISE	0x60 /**< WO: bits to set in EDU_CAUSES */
#define EDU_ACK		0x64 /**< WO: bits to clear in EDU_CAUSES */
#define EDU_DMA_SOURCE	0x80 /**< bus address, or one in the card from EDU_BUFFER on */
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
 * Usable bytes of the card's buffer. It has 4096, but QEMU 7.2 takes a transfer
 * that ends with the last one for one beyond the end, and then ends itself.
 */
#define EDU_BUFFER_SIZE 4095

/** The largest n whose factorial fits into 32 bits. */
#define EDU_FACTORIAL_MAX 12

struct edu;

/** The last error of the calling thread in words, one line. */
const char *edu_error(void);

/**
 * Take a card that is open (not UIOMAP_RDONLY). It installs the guard.
 * @return the driver, to be given back with edu_close() before the device is
 *	closed; or NULL with errno
 *	- EPROTO: it identifies itself as something else
 *	- EIO: it fails the liveness check
 *	- EBUSY: it is still copying for an earlier user
 *	- those of uiomap_map_name(), ENOMEM
 */
struct edu *edu_open(struct uiomap_device *device);
/** NULL is fine. Its interrupts are off then. A transfer that timed out may go on. */
void edu_close(struct edu *edu);

/** The card's version. */
unsigned int edu_major(const struct edu *edu);
unsigned int edu_minor(const struct edu *edu);

/**
 * Is it alive? It is given a value and must answer with the inverse. @return 0; -1 with errno EIO
 */
int edu_check(struct edu *edu, uint32_t value);

/**
 * n!, computed by the card, which interrupts when done.
 * @return 0 and *result; -1 with errno ERANGE if n is above EDU_FACTORIAL_MAX,
 *	EBUSY if it is still at one that timed out
 */
int edu_factorial(struct edu *edu, unsigned int n, int64_t timeout_ns, uint32_t *result);

/** Let it interrupt, for these causes. */
int edu_raise(struct edu *edu, uint32_t causes);

/**
 * Wait until it has interrupted for one of these causes; each time it does so
 * counts, also before the call and before edu_open(). Others stay for later.
 * @return 0 and, in *happened (may be NULL), those of `causes` that it was
 */
int edu_wait(struct edu *edu, uint32_t causes, int64_t timeout_ns, uint32_t *happened);

/**
 * Copy between DMA memory and the card's buffer, by DMA; the card interrupts
 * when done. It takes 0.1 s however small. After ETIMEDOUT it may still be
 * copying: the memory is the card's until a later transfer succeeds.
 *
 * The card reaches no more than its property dma_mask allows, by default the
 * first 256 MiB of bus addresses, and silently cuts off what is above: give it
 * all of 32 bits with -device edu,dma_mask=0xffffffff.
 *
 * @return 0; -1 with errno
 *	- ERANGE: not inside the memory, not inside the buffer, or no byte
 *	- EBUSY: it is still at a transfer that timed out
 */
int edu_dma_to_card(struct edu *edu, const struct uiomap_dma *from, size_t from_offset,
		    size_t card_offset, size_t size, int64_t timeout_ns);
int edu_dma_from_card(struct edu *edu, size_t card_offset, const struct uiomap_dma *to,
		      size_t to_offset, size_t size, int64_t timeout_ns);

#endif /* EDU_H */
