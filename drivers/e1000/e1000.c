// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "e1000.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver-error.h"
#include "driver-guard.h"

/* Registers in BAR0, 32 bits wide, little-endian (13.4). */
enum {
	CTRL = 0x0000,
	STATUS = 0x0008, /* 13.4.1, 13.4.2 */
	ICR = 0x00c0,	 /* 13.4.17: interrupt causes; a read clears them */
	/* 13.4.20, 13.4.21: enable interrupt causes, disable them */
	IMS = 0x00d0,
	IMC = 0x00d8,
	RCTL = 0x0100, /* 13.4.22 */
	TCTL = 0x0400,
	TIPG = 0x0410,	  /* 13.4.33, 13.4.34 */
	RX_RING = 0x2800, /* 13.4.25 to 13.4.29: RDBAL to RDT */
	TX_RING = 0x3800, /* TDBAL to TDT, likewise */
	MTA = 0x5200,	  /* 13.5.1: 128 registers, the multicast filter */
	/* 13.5.2, 13.5.3: Ethernet address from the EEPROM, first byte lowest */
	RAL0 = 0x5400,
	RAH0 = 0x5404,
	REGISTERS = 0x20000, /* bytes */
};

/* Offsets of a ring's registers from its first one. */
enum { RING_LOW = 0x00, RING_HIGH = 0x04, RING_BYTES = 0x08, RING_HEAD = 0x10, RING_TAIL = 0x18 };

#define BIT(n)	    (UINT32_C(1) << (n))
/* ASDE, SLU: take the speed from the PHY, set the link up */
#define CTRL_LINK   (BIT(5) | BIT(6))
#define CTRL_RST    BIT(26) /* clears itself */
#define STATUS_LU   BIT(1)  /* link up */
#define RAH_AV	    BIT(31) /* the address is valid */
/* EN, BAM, SECRC: accept broadcasts, strip the checksum; BSIZE 0: buffers of 2048 bytes */
#define RCTL_ON	    (BIT(1) | BIT(15) | BIT(26))
/* EN, PSP: pad short packets; CT, COLD: values for full duplex */
#define TCTL_ON	    (BIT(1) | BIT(3) | UINT32_C(0x0f) << 4 | UINT32_C(0x40) << 12)
#define TIPG_COPPER (UINT32_C(10) | UINT32_C(8) << 10 | UINT32_C(6) << 20)
/* TXDW, LSC, RXDMT0, RXO, RXT0: frame sent, link change, frame received */
#define CAUSES	    (BIT(0) | BIT(2) | BIT(4) | BIT(6) | BIT(7))

/*
 * Offsets in a descriptor (3.2.3; 3.3.3, legacy). It has 16 bytes and begins with the buffer's
 * bus address.
 */
enum { LENGTH = 8, TX_COMMAND = 11, DESCRIPTOR_STATUS = 12, DESCRIPTOR = 16, BUFFER = 2048 };
#define DONE	0x01 /* DD, in the status of both kinds of descriptor */
/* EOP, IFCS, RS: end of packet, insert checksum, report status */
#define COMMAND (0x01 | 0x02 | 0x08)

/*
 * Layout of the DMA memory. A ring must be aligned to 16 bytes; its size must be a multiple of
 * 128.
 */
enum {
	RX_AT = 0,
	TX_AT = E1000_RING * DESCRIPTOR,
	RX_BUFFERS = 2 * TX_AT,
	TX_BUFFERS = RX_BUFFERS + E1000_RING * BUFFER
};

struct e1000 {
	struct uiomap_device *device;
	struct uiomap_region *region;
	volatile void *regs;
	struct uiomap_dma *dma;
	char *memory;	    /* the CPU's address of dma */
	uint32_t low, high; /* RAL0, RAH0 */
	/* next descriptor to receive into; next to send; oldest one that may not be sent yet */
	unsigned int rx, tx, sent;
};

struct call {
	struct e1000 *nic;
	const void *out; /* a frame */
	void *in;
	size_t size;
	int64_t timeout_ns;
	int result;
};

const char *e1000_error(void)
{
	return driver_error();
}

static int guarded(struct call *call, int (*body)(void *call))
{
	return driver_guard(call->nic->device, body, call);
}

/*
 * Returns 0, or -1 with ENODEV. Until the kernel notices the removal, reads from a card that
 * was pulled return all ones, or 0 in QEMU. This register is never 0 or all ones.
 */
static int answers(const struct e1000 *nic)
{
	if (uiomap_read32le(nic->regs, RAH0) == nic->high)
		return 0;
	return driver_fail(nic->device, ENODEV, "the card doesn't answer: it was pulled out");
}

/* Returns -1 with EAGAIN, or with ENODEV if the card is gone. */
static int not_now(const struct e1000 *nic)
{
	if (answers(nic) < 0)
		return -1;
	errno = EAGAIN;
	return -1;
}

static char *descriptor(const struct e1000 *nic, unsigned int ring, unsigned int i)
{
	return nic->memory + ring + (size_t)i * DESCRIPTOR;
}

static int send_body(void *arg)
{
	struct call *call = arg;
	struct e1000 *nic = call->nic;
	const unsigned int next = (nic->tx + 1) % E1000_RING;
	char *d = descriptor(nic, TX_AT, nic->tx);

	while (nic->sent != nic->tx &&
	       uiomap_dma_load8(descriptor(nic, TX_AT, nic->sent) + DESCRIPTOR_STATUS) & DONE)
		nic->sent = (nic->sent + 1) % E1000_RING;
	if (next == nic->sent)
		return not_now(nic);
	memcpy(nic->memory + TX_BUFFERS + (size_t)nic->tx * BUFFER, call->out, call->size);
	uiomap_write16le(d, LENGTH, (uint16_t)call->size);
	uiomap_write8(d, TX_COMMAND, COMMAND);
	uiomap_write8(d, DESCRIPTOR_STATUS, 0);
	nic->tx = next;
	uiomap_doorbell32le(nic->regs, TX_RING + RING_TAIL, next);
	return 0;
}

int e1000_send(struct e1000 *nic, const void *frame, size_t size)
{
	if (size < E1000_FRAME_MIN || size > E1000_FRAME_MAX)
		return driver_fail(nic->device, EMSGSIZE, "a frame has 14 to 1514 bytes");
	return guarded(&(struct call){ .nic = nic, .out = frame, .size = size }, send_body);
}

static int receive_body(void *arg)
{
	struct call *call = arg;
	struct e1000 *nic = call->nic;
	char *d = descriptor(nic, RX_AT, nic->rx);

	/* Load-acquire: the length and the frame are read after the status. */
	if (!(uiomap_dma_load8(d + DESCRIPTOR_STATUS) & DONE))
		return not_now(nic);
	call->result = uiomap_read16le(d, LENGTH);
	memcpy(call->in, nic->memory + RX_BUFFERS + (size_t)nic->rx * BUFFER,
	       (size_t)call->result < call->size ? (size_t)call->result : call->size);
	uiomap_write8(d, DESCRIPTOR_STATUS, 0);
	/* The tail is the last descriptor that belongs to the card. */
	uiomap_doorbell32le(nic->regs, RX_RING + RING_TAIL, nic->rx);
	nic->rx = (nic->rx + 1) % E1000_RING;
	return 0;
}

ssize_t e1000_receive(struct e1000 *nic, void *frame, size_t size)
{
	struct call call = { .nic = nic, .in = frame, .size = size };

	return guarded(&call, receive_body) < 0 ? -1 : call.result;
}

static int wait_body(void *arg)
{
	struct call *call = arg;
	struct e1000 *nic = call->nic;

	if (uiomap_irq_wait(nic->device, call->timeout_ns, NULL) < 0)
		return driver_fail_uiomap();
	/*
	 * This read acknowledges the interrupt. It also makes what the card wrote to memory
	 * before visible.
	 */
	uiomap_read32le(nic->regs, ICR);
	uiomap_rmb();
	return answers(nic);
}

int e1000_wait(struct e1000 *nic, int64_t timeout_ns)
{
	return guarded(&(struct call){ .nic = nic, .timeout_ns = timeout_ns }, wait_body);
}

static int link_body(void *arg)
{
	struct call *call = arg;

	call->result = uiomap_read32le(call->nic->regs, STATUS) & STATUS_LU ? 1 : 0;
	return answers(call->nic);
}

int e1000_link(struct e1000 *nic)
{
	struct call call = { .nic = nic };

	return guarded(&call, link_body) < 0 ? -1 : call.result;
}

void e1000_mac(const struct e1000 *nic, uint8_t mac[6])
{
	for (unsigned int i = 0; i < 6; i++)
		mac[i] = (uint8_t)(i < 4 ? nic->low >> 8 * i : nic->high >> 8 * (i - 4));
}

/* Reset stops interrupts and DMA and reloads the EEPROM. 14.3 to 14.5 start from this state. */
static int reset_body(void *arg)
{
	struct e1000 *nic = ((struct call *)arg)->nic;

	uiomap_write32le(nic->regs, IMC, UINT32_MAX);
	uiomap_write32le(nic->regs, RCTL, 0);
	uiomap_write32le(nic->regs, TCTL, 0);
	uiomap_write32le(nic->regs, CTRL, uiomap_read32le(nic->regs, CTRL) | CTRL_RST);
	if (uiomap_region_poll32(nic->region, CTRL, CTRL_RST, 0, INT64_C(100000000), NULL) < 0 ||
	    uiomap_region_poll32(nic->region, RAH0, RAH_AV, RAH_AV, INT64_C(100000000), NULL) < 0)
		return driver_fail_uiomap();
	uiomap_write32le(nic->regs, IMC, UINT32_MAX);
	uiomap_read32le(nic->regs, ICR);
	return 0;
}

static void start_ring(struct e1000 *nic, unsigned int regs, unsigned int ring,
		       unsigned int buffers, unsigned int tail)
{
	const uint64_t bus = uiomap_dma_addr(nic->dma);

	for (unsigned int i = 0; i < E1000_RING; i++) {
		uiomap_write32le(descriptor(nic, ring, i), 0,
				 (uint32_t)(bus + buffers + (uint64_t)i * BUFFER));
		uiomap_write32le(descriptor(nic, ring, i), 4,
				 (uint32_t)((bus + buffers + (uint64_t)i * BUFFER) >> 32));
	}
	uiomap_write32le(nic->regs, regs + RING_LOW, (uint32_t)(bus + ring));
	uiomap_write32le(nic->regs, regs + RING_HIGH, (uint32_t)((bus + ring) >> 32));
	uiomap_write32le(nic->regs, regs + RING_BYTES, E1000_RING * DESCRIPTOR);
	uiomap_write32le(nic->regs, regs + RING_HEAD, 0);
	uiomap_doorbell32le(nic->regs, regs + RING_TAIL, tail);
}

static int open_body(void *arg)
{
	struct e1000 *nic = ((struct call *)arg)->nic;

	if (reset_body(arg) < 0)
		return -1;
	nic->low = uiomap_read32le(nic->regs, RAL0);
	nic->high = uiomap_read32le(nic->regs, RAH0);
	uiomap_write32le(nic->regs, CTRL, uiomap_read32le(nic->regs, CTRL) | CTRL_LINK);
	uiomap_fill(nic->regs, MTA, 0, 128 * 4, 4);
	start_ring(nic, RX_RING, RX_AT, RX_BUFFERS, E1000_RING - 1);
	start_ring(nic, TX_RING, TX_AT, TX_BUFFERS, 0);
	uiomap_write32le(nic->regs, TIPG, TIPG_COPPER);
	uiomap_write32le(nic->regs, RCTL, RCTL_ON);
	uiomap_write32le(nic->regs, TCTL, TCTL_ON);
	uiomap_write32le(nic->regs, IMS, CAUSES);
	return 0;
}

/* Free what was allocated so far. Keeps errno. */
static void give_back(struct e1000 *nic)
{
	uiomap_dma_free(nic->dma);
	uiomap_unmap(nic->region);
	uiomap_guard_remove();
	free(nic);
}

struct e1000 *e1000_open(struct uiomap_device *device)
{
	struct e1000 *nic = calloc(1, sizeof(*nic));

	if (!nic) {
		driver_fail(device, ENOMEM, "no memory");
		return NULL;
	}
	if (uiomap_guard_install() < 0) {
		driver_fail_uiomap();
		free(nic);
		return NULL;
	}
	nic->device = device;
	nic->region = uiomap_map_name(device, "BAR0", 0);
	if (!nic->region) {
		driver_fail_uiomap();
		goto give_back;
	}
	nic->regs = uiomap_region_base(nic->region);
	if (uiomap_region_size(nic->region) < REGISTERS) {
		driver_fail(device, EPROTO, "BAR0 is too small: this is not an 82540EM");
		goto give_back;
	}
	nic->dma = uiomap_dma_alloc(device, E1000_DMA_SIZE, 0);
	if (!nic->dma) {
		driver_fail_uiomap();
		goto give_back;
	}
	nic->memory = uiomap_dma_cpu(nic->dma);
	if (guarded(&(struct call){ .nic = nic }, open_body) == 0)
		return nic;
give_back:
	give_back(nic);
	return NULL;
}

void e1000_close(struct e1000 *nic)
{
	struct driver_error saved;

	if (!nic)
		return;
	saved = driver_error_save();
	guarded(&(struct call){ .nic = nic }, reset_body);
	give_back(nic);
	driver_error_restore(&saved);
}
