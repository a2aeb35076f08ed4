/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Drive a ring step by step, for the simulator's self-test. */
#ifndef MANUAL_RING_H
#define MANUAL_RING_H

#include "raw-uio.h"

/* Layout of the DMA memory. */
#define BOX_DMA	    (256u << 10)
#define BOX_SIZE    16u /* descriptors per ring */
#define BOX_TX	    0u
#define BOX_RX	    4096u
#define BOX_BUFFERS 65536u
#define BOX_LENGTH  4096u /* bytes per buffer */

struct box {
	struct uiosim *d;
	struct raw *raw;
	struct raw_map *dma;
	uint32_t size; /* descriptors used in each ring */
	uint32_t tx_prod, rx_prod;
	uint32_t cookie;	/* of the last TX descriptor */
	uint32_t events, stops; /* that the test has checked */
};

/* Make a ring, bind it to uio_stub, open it and start it. */
void box_open(struct box *b);
void box_close(struct box *b);

/* Set up and run; false if it stopped instead. */
bool box_run(struct box *b);
void box_reset(struct box *b);

/* CPU and bus address of an offset in the DMA memory. */
void *box_cpu(struct box *b, size_t offset);
uint64_t box_bus(struct box *b, size_t offset);

/* Descriptor and buffer of an index. */
volatile struct uio_dummy_desc *box_tx(struct box *b, uint32_t index);
volatile struct uio_dummy_desc *box_rx(struct box *b, uint32_t index);
size_t box_tx_buffer(struct box *b, uint32_t index);
size_t box_rx_buffer(struct box *b, uint32_t index);

/* Fill the next descriptor and its buffer; The device's PROD is not written. Returns the index. */
uint32_t box_fill_tx(struct box *b, uint32_t length);
uint32_t box_fill_rx(struct box *b, uint32_t room);

/* Write PROD, so that the device sees the filled descriptors. */
void box_ring(struct box *b);

/* Wait for completion of all TX descriptors that were filled. */
void box_finish(struct box *b);

/* Check that the message of TX descriptor `tx` arrived correctly in RX descriptor `rx`. */
void box_check(struct box *b, uint32_t tx, uint32_t rx);

/* Send this many messages, one after the other, and check each. */
void box_send(struct box *b, uint32_t messages);

#endif /* MANUAL_RING_H */
