/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A ring driven by hand, for the simulator's self-test. */
#ifndef MANUAL_RING_H
#define MANUAL_RING_H

#include "raw-uio.h"

/* Where things are in the DMA memory. */
#define BOX_DMA	    (256u << 10)
#define BOX_SIZE    16u /* descriptors a ring */
#define BOX_TX	    0u
#define BOX_RX	    4096u
#define BOX_BUFFERS 65536u
#define BOX_LENGTH  4096u /* bytes a buffer */

struct box {
	struct uiosim *d;
	struct raw *raw;
	struct raw_map *dma;
	uint32_t size; /* descriptors used in each ring */
	uint32_t tx_prod, rx_prod;
	uint32_t cookie;	/* of the last TX descriptor */
	uint32_t events, stops; /* that the test has accounted for */
};

/* A ring under uio_stub, open, set up and running. */
void box_open(struct box *b);
void box_close(struct box *b);

/* Set up and run; false: it stopped instead. */
bool box_run(struct box *b);
void box_reset(struct box *b);

/* CPU and bus address of a place in the DMA memory. */
void *box_cpu(struct box *b, size_t offset);
uint64_t box_bus(struct box *b, size_t offset);

/* Descriptor and buffer of an index. */
volatile struct uio_dummy_desc *box_tx(struct box *b, uint32_t index);
volatile struct uio_dummy_desc *box_rx(struct box *b, uint32_t index);
size_t box_tx_buffer(struct box *b, uint32_t index);
size_t box_rx_buffer(struct box *b, uint32_t index);

/*
 * Fill the next descriptor and its buffer; PROD is not moved on in the device. Returns the index.
 */
uint32_t box_fill_tx(struct box *b, uint32_t length);
uint32_t box_fill_rx(struct box *b, uint32_t room);

/* Show the device what was filled. */
void box_ring(struct box *b);

/* Wait for completion of all TX descriptors that were filled. */
void box_finish(struct box *b);

/*
 * The message of TX descriptor `tx` arrived in RX descriptor `rx` as the device should deliver it.
 */
void box_check(struct box *b, uint32_t tx, uint32_t rx);

/* Send one message after the other, that many, and check them. */
void box_send(struct box *b, uint32_t messages);

#endif /* MANUAL_RING_H */
