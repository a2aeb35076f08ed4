// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Model "ring": transfer of one message from the TX to the RX ring.
 *
 * Data that the driver can write is not trusted. A descriptor is copied once,
 * and the copy is checked. Memory is accessed only through the IOMMU, and only
 * between dummy_dma_get() and dummy_dma_put().
 */
#include <linux/crc32.h>
#include <linux/string.h>

#include "model-ring.h"

static u64 desc_bus(const struct ring_queue *q)
{
	return q->base + (u64)(q->cons & (q->size - 1)) * UIO_DUMMY_DESC_SIZE;
}

/* Read the next descriptor. Returns false if the IOMMU refuses. */
static bool desc_read(struct ring *r, const struct ring_queue *q, struct uio_dummy_desc *copy)
{
	const void *desc = dummy_dma_get(r->d, desc_bus(q), UIO_DUMMY_DESC_SIZE);

	if (!desc)
		return false;
	memcpy(copy, desc, sizeof(*copy));
	barrier(); /* the compiler must not read desc again later */
	dummy_dma_put(r->d);
	return true;
}

/*
 * Write the next descriptor back, status last, and advance CONS. Returns false
 * if the IOMMU refuses.
 */
static bool desc_complete(struct ring *r, struct ring_queue *q, const struct uio_dummy_desc *result)
{
	struct uio_dummy_desc *desc = dummy_dma_get(r->d, desc_bus(q), UIO_DUMMY_DESC_SIZE);

	if (!desc)
		return false;
	WRITE_ONCE(desc->length, result->length);
	WRITE_ONCE(desc->cookie, result->cookie);
	WRITE_ONCE(desc->crc, result->crc);
	/* Release: the other fields and the payload before the status. */
	smp_store_release(&desc->status, result->status);
	dummy_dma_put(r->d);
	/* Release: the status before CONS. */
	ring_store(r, q->cons_reg, ++q->cons);
	return true;
}

void ring_fail(struct ring *r, struct ring_queue *q, u32 error)
{
	struct dummy *d = r->d;

	r->error = error;
	r->error_index = q->cons;
	r->errors++;
	r->stats.stops++;
	if (error == UIO_DUMMY_RING_E_DMA || error == UIO_DUMMY_RING_E_LENGTH ||
	    error == UIO_DUMMY_RING_E_DEVICE) {
		struct uio_dummy_desc desc;

		if (desc_read(r, q, &desc)) {
			desc.status = UIO_DUMMY_DESC_DONE | UIO_DUMMY_DESC_ERROR;
			desc.crc = 0;
			if (q == &r->rx)
				desc.length = 0;
			desc_complete(r, q, &desc);
		}
		if (q == &r->rx)
			r->stats.rx_errors++;
		else
			r->stats.tx_errors++;
	}
	dummy_write(d, UIO_DUMMY_RING_ERROR, r->error);
	dummy_write(d, UIO_DUMMY_RING_ERROR_INDEX, r->error_index);
	dummy_write(d, UIO_DUMMY_RING_ERRORS, r->errors);
	dummy_write(d, UIO_DUMMY_RING_DMA_FAULTS, dummy_dma_faults(d));
	r->status = UIO_DUMMY_RING_STOPPED | (q == &r->rx ? UIO_DUMMY_RING_RX_ERROR : 0);
	/* Release: the reason before STOPPED. The interrupt comes after it. */
	ring_store(r, UIO_DUMMY_RING_STATUS, r->status);
}

/* Make a completion wrong, in a different field each time. The payload doesn't change. */
static void corrupt(struct ring *r, struct uio_dummy_desc *result)
{
	switch (r->stats.corrupted++ % 3) {
	case 0:
		result->crc ^= 0xffff;
		break;
	case 1:
		result->length ^= 1;
		break;
	case 2:
		result->cookie ^= 1;
		break;
	}
}

static void check_order(struct ring *r, u32 cookie)
{
	const s32 ahead = cookie - (r->cookie + 1);

	if (!r->ordered) {
		r->ordered = true;
	} else if (!r->was_reset) {
		r->stats.out_of_order += ahead != 0;
	} else if (ahead > 0) {
		r->stats.reset_skipped += ahead;
	} else {
		r->stats.reset_repeated -= ahead;
	}
	r->was_reset = false;
	r->cookie = cookie;
}

/* Copy the payload and compute its CRC. Returns an error, with the descriptor's ring in *blame. */
static u32 transfer(struct ring *r, const struct uio_dummy_desc *tx,
		    const struct uio_dummy_desc *rx, struct ring_queue **blame, u32 *crc)
{
	const void *from;
	void *to;

	*blame = &r->tx;
	if (tx->length == 0 || tx->length > r->d->config.max_length)
		return UIO_DUMMY_RING_E_LENGTH;
	from = dummy_dma_get(r->d, tx->addr, tx->length);
	if (!from)
		return UIO_DUMMY_RING_E_DMA;
	*blame = &r->rx;
	if (rx->length < tx->length) {
		dummy_dma_put(r->d);
		return UIO_DUMMY_RING_E_LENGTH;
	}
	to = dummy_dma_get(r->d, rx->addr, tx->length);
	if (!to) {
		dummy_dma_put(r->d);
		return UIO_DUMMY_RING_E_DMA;
	}
	memmove(to, from, tx->length); /* a driver can make them overlap */
	*crc = ~crc32_le(~0, to, tx->length);
	dummy_dma_put(r->d);
	dummy_dma_put(r->d);
	return UIO_DUMMY_RING_E_NONE;
}

bool ring_message(struct ring *r)
{
	struct uio_dummy_desc tx, rx;
	struct ring_queue *blame;
	u32 error, crc;

	if (!desc_read(r, &r->tx, &tx)) {
		ring_fail(r, &r->tx, UIO_DUMMY_RING_E_DMA);
		return false;
	}
	if (atomic_dec_if_positive(&r->d->faults.error) >= 0) {
		ring_fail(r, &r->tx, UIO_DUMMY_RING_E_DEVICE);
		return false;
	}
	if (!desc_read(r, &r->rx, &rx)) {
		ring_fail(r, &r->rx, UIO_DUMMY_RING_E_DMA);
		return false;
	}
	error = transfer(r, &tx, &rx, &blame, &crc);
	if (error) {
		ring_fail(r, blame, error);
		return false;
	}

	tx.crc = crc;
	tx.status = UIO_DUMMY_DESC_DONE;
	rx.length = tx.length;
	rx.cookie = tx.cookie;
	rx.crc = crc;
	rx.status = UIO_DUMMY_DESC_DONE;
	if (atomic_dec_if_positive(&r->d->faults.corrupt) >= 0)
		corrupt(r, &rx);
	/* RX first: a TX completion means that the message has arrived. */
	if (!desc_complete(r, &r->rx, &rx)) {
		ring_fail(r, &r->rx, UIO_DUMMY_RING_E_DMA);
		return false;
	}
	if (!desc_complete(r, &r->tx, &tx)) {
		ring_fail(r, &r->tx, UIO_DUMMY_RING_E_DMA);
		return false;
	}
	r->stats.messages++;
	r->stats.bytes += tx.length;
	check_order(r, tx.cookie);
	return true;
}
