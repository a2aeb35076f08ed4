// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Drive a ring step by step. */
#include <criterion/criterion.h>
#include <string.h>
#include <zlib.h>

#include "manual-ring.h"

#define PATIENCE_MS 5000

static void configure(struct uiosim *d)
{
	RAW_OK(uiosim_set_number(d, "ring_size", BOX_SIZE));
	RAW_OK(uiosim_set_number(d, "max_length", BOX_LENGTH));
}

void box_open(struct box *b)
{
	memset(b, 0, sizeof(*b));
	b->d = raw_device("ring", configure);
	RAW_OK(uiosim_stub_options(b->d, "dma=256K"));
	RAW_OK(uiosim_bind(b->d, "uio_stub"));
	b->raw = raw_open(b->d);
	b->dma = raw_find(b->raw, "dma");
	cr_assert(b->dma, "no map 'dma'");
	cr_assert_eq(b->dma->size, BOX_DMA);
	b->size = BOX_SIZE;
	cr_assert(box_run(b));
}

void box_close(struct box *b)
{
	raw_close(b->raw);
	uiosim_free(b->d);
}

bool box_run(struct box *b)
{
	raw_write64(b->raw, UIO_DUMMY_RING_TX_BASE, box_bus(b, BOX_TX));
	raw_write64(b->raw, UIO_DUMMY_RING_RX_BASE, box_bus(b, BOX_RX));
	raw_write(b->raw, UIO_DUMMY_RING_TX_SIZE, b->size);
	raw_write(b->raw, UIO_DUMMY_RING_RX_SIZE, b->size);
	raw_write(b->raw, UIO_DUMMY_IRQ_ENABLE, 1);
	raw_write(b->raw, UIO_DUMMY_RING_CTRL, UIO_DUMMY_RING_RUN);
	return raw_until(b->raw, UIO_DUMMY_RING_STATUS, ~0u, UIO_DUMMY_RING_RUNNING, PATIENCE_MS);
}

void box_reset(struct box *b)
{
	const uint32_t request = raw_read(b->raw, UIO_DUMMY_RING_RESET_DONE) + 1;
	uint32_t reg;

	raw_write(b->raw, UIO_DUMMY_RING_RESET_REQ, request);
	cr_assert(raw_until(b->raw, UIO_DUMMY_RING_RESET_DONE, ~0u, request, PATIENCE_MS),
		  "no reset");
	for (reg = UIO_DUMMY_RING_CTRL; reg <= 0x8c; reg += 4) {
		const bool kept = reg >= UIO_DUMMY_RING_RESET_REQ &&
				  reg <= UIO_DUMMY_RING_MAX_LENGTH;

		cr_assert(kept || raw_read(b->raw, reg) == 0, "register 0x%x after reset: 0x%x",
			  reg, raw_read(b->raw, reg));
	}
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_MAX_SIZE), BOX_SIZE);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_MAX_LENGTH), BOX_LENGTH);
	b->tx_prod = 0;
	b->rx_prod = 0;
}

void *box_cpu(struct box *b, size_t offset)
{
	return (void *)(b->dma->start + offset);
}

uint64_t box_bus(struct box *b, size_t offset)
{
	return b->dma->addr + offset;
}

volatile struct uio_dummy_desc *box_tx(struct box *b, uint32_t index)
{
	return (volatile struct uio_dummy_desc *)box_cpu(b, BOX_TX) + index % b->size;
}

volatile struct uio_dummy_desc *box_rx(struct box *b, uint32_t index)
{
	return (volatile struct uio_dummy_desc *)box_cpu(b, BOX_RX) + index % b->size;
}

size_t box_tx_buffer(struct box *b, uint32_t index)
{
	return BOX_BUFFERS + index % b->size * BOX_LENGTH;
}

size_t box_rx_buffer(struct box *b, uint32_t index)
{
	return box_tx_buffer(b, index) + BOX_SIZE * BOX_LENGTH;
}

uint32_t box_fill_tx(struct box *b, uint32_t length)
{
	const uint32_t index = b->tx_prod++;
	volatile struct uio_dummy_desc *desc = box_tx(b, index);
	uint8_t *buffer = box_cpu(b, box_tx_buffer(b, index));
	uint32_t i;

	for (i = 0; i < length && i < BOX_LENGTH; i++)
		buffer[i] = raw_random() >> 9;
	desc->addr = box_bus(b, box_tx_buffer(b, index));
	desc->length = length;
	desc->cookie = ++b->cookie;
	desc->crc = 0;
	desc->status = 0;
	return index;
}

uint32_t box_fill_rx(struct box *b, uint32_t room)
{
	const uint32_t index = b->rx_prod++;
	volatile struct uio_dummy_desc *desc = box_rx(b, index);

	memset(box_cpu(b, box_rx_buffer(b, index)), 0xee, BOX_LENGTH);
	desc->addr = box_bus(b, box_rx_buffer(b, index));
	desc->length = room;
	desc->cookie = 0;
	desc->crc = 0;
	desc->status = 0;
	return index;
}

void box_ring(struct box *b)
{
	raw_write(b->raw, UIO_DUMMY_RING_RX_PROD, b->rx_prod);
	raw_write(b->raw, UIO_DUMMY_RING_TX_PROD, b->tx_prod);
}

void box_finish(struct box *b)
{
	cr_assert(raw_until(b->raw, UIO_DUMMY_RING_TX_CONS, ~0u, b->tx_prod, PATIENCE_MS),
		  "TX stays at %u of %u, status 0x%x, error %u",
		  raw_read(b->raw, UIO_DUMMY_RING_TX_CONS), b->tx_prod,
		  raw_read(b->raw, UIO_DUMMY_RING_STATUS), raw_read(b->raw, UIO_DUMMY_RING_ERROR));
}

void box_check(struct box *b, uint32_t tx, uint32_t rx)
{
	volatile struct uio_dummy_desc *from = box_tx(b, tx), *to = box_rx(b, rx);
	const uint8_t *sent = box_cpu(b, box_tx_buffer(b, tx)),
		      *got = box_cpu(b, box_rx_buffer(b, rx));
	const uint32_t crc = crc32(crc32(0, NULL, 0), sent, from->length);
	uint32_t i;

	cr_assert_eq(from->status, UIO_DUMMY_DESC_DONE);
	cr_assert_eq(from->crc, crc);
	cr_assert_eq(to->status, UIO_DUMMY_DESC_DONE);
	cr_assert_eq(to->crc, crc);
	cr_assert_eq(to->length, from->length);
	cr_assert_eq(to->cookie, from->cookie);
	cr_assert_eq(memcmp(sent, got, from->length), 0);
	for (i = from->length; i < BOX_LENGTH; i++)
		cr_assert_eq(got[i], 0xee, "byte %u behind a message of %u was written", i,
			     from->length);
}

void box_send(struct box *b, uint32_t messages)
{
	while (messages--) {
		const uint32_t tx = box_fill_tx(b, 1 + raw_random() % 100),
			       rx = box_fill_rx(b, BOX_LENGTH);

		box_ring(b);
		box_finish(b);
		box_check(b, tx, rx);
	}
}
