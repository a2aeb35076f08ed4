// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Self-test of uio_dummy: faults of model ring. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "manual-ring.h"

#define PATIENCE_MS 5000

/* The physical address, which a driver might pass by mistake. */
static uint64_t physical(void *address)
{
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	const size_t page = sysconf(_SC_PAGESIZE);
	uint64_t entry = 0;

	cr_assert_eq(pread(fd, &entry, sizeof(entry), (uintptr_t)address / page * sizeof(entry)),
		     (ssize_t)sizeof(entry));
	close(fd);
	cr_assert(entry >> 63 && (entry & ((UINT64_C(1) << 55) - 1)), "no physical address: 0x%llx",
		  (unsigned long long)entry);
	return (entry & ((UINT64_C(1) << 55) - 1)) * page + (uintptr_t)address % page;
}

/*
 * The device must have stopped with this error at this descriptor, have interrupted, and stay
 * stopped until a reset.
 */
static void check_stopped(struct box *b, uint32_t error, bool rx, uint32_t index)
{
	const uint32_t status = UIO_DUMMY_RING_STOPPED | (rx ? UIO_DUMMY_RING_RX_ERROR : 0);

	cr_assert(raw_until(b->raw, UIO_DUMMY_RING_STATUS, ~0u, status, PATIENCE_MS),
		  "status 0x%x instead of 0x%x, error %u wanted",
		  raw_read(b->raw, UIO_DUMMY_RING_STATUS), status, error);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_ERROR), error, "error %u instead of %u",
		     raw_read(b->raw, UIO_DUMMY_RING_ERROR), error);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_ERROR_INDEX), index);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_ERRORS), ++b->stops);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_DMA_FAULTS),
		     raw_stat(b->d, "stats", "dma_faults"));
	cr_assert_eq(raw_stat(b->d, "stats", "stops"), b->stops);
	cr_assert(raw_wait(b->raw, PATIENCE_MS, NULL), "no interrupt told of the stop");
	raw_ack(b->raw);
	raw_write(b->raw, UIO_DUMMY_RING_CTRL, 0);
	raw_write(b->raw, UIO_DUMMY_RING_CTRL, UIO_DUMMY_RING_RUN);
	cr_assert(!raw_until(b->raw, UIO_DUMMY_RING_STATUS, UIO_DUMMY_RING_STOPPED, 0, 3));
}

/* After a reset it works again; the error registers keep their values. */
static void recover(struct box *b)
{
	const uint32_t error = raw_read(b->raw, UIO_DUMMY_RING_ERROR),
		       index = raw_read(b->raw, UIO_DUMMY_RING_ERROR_INDEX);

	box_reset(b);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_ERROR), error);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_ERROR_INDEX), index);
	cr_assert(box_run(b));
	box_send(b, 2);
	while (raw_wait(b->raw, 0, NULL))
		raw_ack(b->raw);
}

Test(ring_faults, setup)
{
	const struct {
		uint64_t base;
		uint32_t size;
		uint32_t faults;
	} bad[] = {
		{ BOX_TX, 0, 0 },
		{ BOX_TX, 1, 0 },
		{ BOX_TX, 12, 0 },
		{ BOX_TX, 2 * BOX_SIZE, 0 },
		{ BOX_TX, 0x80000000, 0 },
		{ BOX_TX + 8, BOX_SIZE, 0 },
		{ BOX_DMA, BOX_SIZE, 1 },
		{ BOX_DMA - 32, BOX_SIZE, 1 },
		{ -UINT64_C(32), BOX_SIZE, 1 },
		{ -(UINT64_C(1) << 40), BOX_SIZE, 1 },
	};
	uint64_t faults = 0;
	struct box b;
	unsigned int i, rx;

	box_open(&b);
	cr_assert_eq(raw_irq(b.raw, 1), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		for (rx = 0; rx < 2; rx++) {
			box_reset(&b);
			raw_write64(b.raw, UIO_DUMMY_RING_TX_BASE, box_bus(&b, BOX_TX));
			raw_write64(b.raw, UIO_DUMMY_RING_RX_BASE, box_bus(&b, BOX_RX));
			raw_write(b.raw, UIO_DUMMY_RING_TX_SIZE, BOX_SIZE);
			raw_write(b.raw, UIO_DUMMY_RING_RX_SIZE, BOX_SIZE);
			raw_write64(b.raw, rx ? UIO_DUMMY_RING_RX_BASE : UIO_DUMMY_RING_TX_BASE,
				    box_bus(&b, bad[i].base));
			raw_write(b.raw, rx ? UIO_DUMMY_RING_RX_SIZE : UIO_DUMMY_RING_TX_SIZE,
				  bad[i].size);
			raw_write(b.raw, UIO_DUMMY_RING_CTRL, UIO_DUMMY_RING_RUN);
			check_stopped(&b, UIO_DUMMY_RING_E_SETUP, rx, 0);
			faults += bad[i].faults;
			cr_assert_eq(raw_stat(b.d, "stats", "dma_faults"), faults);
		}
	}
	recover(&b);
	/* A physical address is not a valid bus address. */
	box_reset(&b);
	raw_write64(b.raw, UIO_DUMMY_RING_TX_BASE, physical(box_cpu(&b, BOX_TX)));
	raw_write64(b.raw, UIO_DUMMY_RING_RX_BASE, box_bus(&b, BOX_RX));
	raw_write(b.raw, UIO_DUMMY_RING_TX_SIZE, BOX_SIZE);
	raw_write(b.raw, UIO_DUMMY_RING_RX_SIZE, BOX_SIZE);
	raw_write(b.raw, UIO_DUMMY_RING_CTRL, UIO_DUMMY_RING_RUN);
	check_stopped(&b, UIO_DUMMY_RING_E_SETUP, false, 0);
	recover(&b);
	/* Under a driver without DMA memory, no address is valid. */
	raw_close(b.raw);
	RAW_OK(uiosim_unbind(b.d));
	RAW_OK(uiosim_bind(b.d, "uio_pdrv_genirq"));
	b.raw = raw_open(b.d);
	cr_assert_eq(raw_irq(b.raw, 1), 0);
	box_reset(&b);
	raw_write64(b.raw, UIO_DUMMY_RING_TX_BASE, box_bus(&b, BOX_TX));
	raw_write(b.raw, UIO_DUMMY_RING_TX_SIZE, BOX_SIZE);
	raw_write(b.raw, UIO_DUMMY_RING_CTRL, UIO_DUMMY_RING_RUN);
	check_stopped(&b, UIO_DUMMY_RING_E_SETUP, false, 0);
	box_close(&b);
}

/* One bad descriptor behind two good ones. */
static void try_descriptor(struct box *b, bool rx, uint64_t addr, uint32_t length, uint32_t error)
{
	const uint64_t faults = raw_stat(b->d, "stats", "dma_faults");
	volatile struct uio_dummy_desc *bad, *other;
	uint32_t tx[3], i;

	for (i = 0; i < 3; i++) {
		tx[i] = box_fill_tx(b, 200);
		box_fill_rx(b, 200);
	}
	bad = rx ? box_rx(b, tx[2]) : box_tx(b, tx[2]);
	other = rx ? box_tx(b, tx[2]) : box_rx(b, tx[2]);
	bad->addr = addr;
	bad->length = length;
	box_ring(b);
	check_stopped(b, error, rx, tx[2]);
	cr_assert_eq(bad->status, UIO_DUMMY_DESC_DONE | UIO_DUMMY_DESC_ERROR);
	cr_assert_eq(other->status, 0);
	/* Nothing was written to the message's buffer. */
	if (!rx)
		cr_assert_eq(*(uint8_t *)box_cpu(b, box_rx_buffer(b, tx[2])), 0xee);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_TX_CONS), tx[2] + !rx);
	cr_assert_eq(raw_read(b->raw, UIO_DUMMY_RING_RX_CONS), tx[2] + rx);
	cr_assert_eq(raw_stat(b->d, "stats", "dma_faults") - faults, error == UIO_DUMMY_RING_E_DMA);
	for (i = 0; i < 2; i++)
		box_check(b, tx[i], tx[i]);
	recover(b);
}

Test(ring_faults, descriptors)
{
	struct box b;
	uint64_t end;
	int rx;

	box_open(&b);
	cr_assert_eq(raw_irq(b.raw, 1), 0);
	end = box_bus(&b, BOX_DMA);
	for (rx = 0; rx < 2; rx++) {
		try_descriptor(&b, rx, 0, 200, UIO_DUMMY_RING_E_DMA);
		try_descriptor(&b, rx, physical(box_cpu(&b, BOX_BUFFERS)), 200,
			       UIO_DUMMY_RING_E_DMA);
		try_descriptor(&b, rx, end, 200, UIO_DUMMY_RING_E_DMA);
		try_descriptor(&b, rx, end - 199, 200, UIO_DUMMY_RING_E_DMA);
		try_descriptor(&b, rx, box_bus(&b, 0) - 1, 200, UIO_DUMMY_RING_E_DMA);
		try_descriptor(&b, rx, -UINT64_C(100), 200, UIO_DUMMY_RING_E_DMA);
		try_descriptor(&b, rx, box_bus(&b, 0), 0, UIO_DUMMY_RING_E_LENGTH);
	}
	try_descriptor(&b, false, box_bus(&b, 0), BOX_LENGTH + 1, UIO_DUMMY_RING_E_LENGTH);
	try_descriptor(&b, false, box_bus(&b, 0), 0xffffffff, UIO_DUMMY_RING_E_LENGTH);
	try_descriptor(&b, true, box_bus(&b, 0), 199, UIO_DUMMY_RING_E_LENGTH);
	cr_assert_eq(raw_stat(b.d, "stats", "tx_errors"), 9);
	cr_assert_eq(raw_stat(b.d, "stats", "rx_errors"), 8);
	cr_assert_eq(raw_stat(b.d, "stats", "out_of_order"), 0);

	/* Indices that exceed the ring's size. */
	raw_write(b.raw, UIO_DUMMY_RING_TX_PROD, b.tx_prod + BOX_SIZE + 1);
	check_stopped(&b, UIO_DUMMY_RING_E_INDEX, false, b.tx_prod);
	recover(&b);
	raw_write(b.raw, UIO_DUMMY_RING_RX_PROD, b.rx_prod - 1);
	check_stopped(&b, UIO_DUMMY_RING_E_INDEX, true, b.rx_prod);
	recover(&b);

	/*
	 * The driver is unbound and its DMA memory freed while the ring runs: the next access
	 * is refused.
	 */
	box_fill_tx(&b, 100);
	raw_write(b.raw, UIO_DUMMY_RING_TX_PROD, b.tx_prod);
	cr_assert(raw_until(b.raw, UIO_DUMMY_RING_STATUS, UIO_DUMMY_RING_STALLED,
			    UIO_DUMMY_RING_STALLED, PATIENCE_MS));
	raw_close(b.raw);
	RAW_OK(uiosim_unbind(b.d));
	RAW_OK(uiosim_bind(b.d, "uio_stub"));
	b.raw = raw_open(b.d);
	b.dma = raw_find(b.raw, "dma");
	cr_assert_eq(raw_irq(b.raw, 1), 0);
	raw_write(b.raw, UIO_DUMMY_RING_RX_PROD, b.rx_prod + 1);
	check_stopped(&b, UIO_DUMMY_RING_E_DMA, false, b.tx_prod - 1);
	recover(&b);
	/* Unplugged in the middle of traffic. */
	box_fill_tx(&b, 100);
	box_ring(&b);
	box_close(&b);
}

Test(ring_faults, injected)
{
	uint32_t tx[4], i, wrong = 0;
	struct box b;

	box_open(&b);
	cr_assert_eq(raw_irq(b.raw, 1), 0);

	/* error: the device fails on its own, twice. */
	RAW_OK(uiosim_stimulate(b.d, "error", 2));
	for (i = 0; i < 2; i++) {
		const uint32_t index = box_fill_tx(&b, 10);

		box_fill_rx(&b, 10);
		box_ring(&b);
		check_stopped(&b, UIO_DUMMY_RING_E_DEVICE, false, index);
		cr_assert_eq(box_tx(&b, index)->status, UIO_DUMMY_DESC_DONE | UIO_DUMMY_DESC_ERROR);
		cr_assert_eq(box_rx(&b, index)->status, 0);
		box_reset(&b);
		cr_assert(box_run(&b));
	}
	recover(&b);

	/*
	 * corrupt: three completions have a wrong crc, length and cookie; their payload is
	 * right, and the fourth is correct.
	 */
	RAW_OK(uiosim_stimulate(b.d, "corrupt", 3));
	for (i = 0; i < 4; i++) {
		volatile struct uio_dummy_desc *from, *to;
		uint32_t rx, crc;

		tx[i] = box_fill_tx(&b, 100);
		rx = box_fill_rx(&b, 100);
		box_ring(&b);
		box_finish(&b);
		from = box_tx(&b, tx[i]);
		to = box_rx(&b, rx);
		crc = crc32(crc32(0, NULL, 0), box_cpu(&b, box_tx_buffer(&b, tx[i])), 100);
		cr_assert_eq(memcmp(box_cpu(&b, box_tx_buffer(&b, tx[i])),
				    box_cpu(&b, box_rx_buffer(&b, rx)), 100),
			     0);
		cr_assert_eq(from->crc, crc);
		cr_assert_eq(from->status, UIO_DUMMY_DESC_DONE);
		cr_assert_eq(to->status, UIO_DUMMY_DESC_DONE);
		wrong |= (to->crc != crc) << 3 * i | (to->length != 100) << (3 * i + 1) |
			 (to->cookie != from->cookie) << (3 * i + 2);
	}
	/* One bit for each field of each completion. */
	cr_assert_eq(wrong, 1 << 0 | 1 << 4 | 1 << 8, "0x%x", wrong);
	cr_assert_eq(raw_stat(b.d, "stats", "corrupted"), 3);

	/* stall: not even a reset is answered until the stall ends. */
	RAW_OK(uiosim_stimulate(b.d, "stall", 1));
	/* A poll that had begun ends soon. */
	while (raw_wait(b.raw, 20, NULL))
		raw_ack(b.raw);
	tx[0] = box_fill_tx(&b, 100);
	box_fill_rx(&b, 100);
	box_ring(&b);
	cr_assert(!raw_until(b.raw, UIO_DUMMY_RING_TX_CONS, ~0u, b.tx_prod, 50));
	RAW_OK(uiosim_stimulate(b.d, "stall", 0));
	box_finish(&b);
	box_check(&b, tx[0], tx[0]);
	RAW_OK(uiosim_stimulate(b.d, "stall", 1));
	box_close(&b);
}
