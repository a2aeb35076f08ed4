/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the driver's files share: setup.c (open, close, memory), controller.c
 * (registers: enable, disable, state), admin.c (admin commands), io.c (I/Os),
 * wait.c (how their ends are waited for), error.c and status.c (words), over
 * pair.c (the queues).
 */
#ifndef NVME_INTERNAL_H
#define NVME_INTERNAL_H

#include "nvme.h"
#include "pair.h"

/* How long without a sign of life until the controller itself is looked at: bounds what a lost interrupt costs. */
#define NVME_LOOK_NS	INT64_C(10000000)

#define NVME_DEPTH_MAX	255u

/* Bytes of nvme_error(), with its end. */
#define NVME_TEXT	512

/* An I/O. Its id, and its command's identifier, is generation << 8 | index; index < 255, so it is never FFFFh (base 3.3.3.1). */
struct slot {
	enum { SLOT_FREE, SLOT_NOTED, SLOT_FLYING, SLOT_DONE } state;
	uint8_t generation;	/* how often it was used: an old identifier is no longer right */
	struct nvme_io io;
	uint64_t bus;		/* of its data */
	uint32_t bytes;
	int error;		/* SLOT_DONE */
	uint16_t status;
	bool final;
};

/* Slots in an order. There are never more than NVME_DEPTH_MAX in it; the indices wrap by their type. */
struct fifo {
	uint8_t slot[256];
	uint8_t in, out;
};

static inline uint8_t fifo_count(const struct fifo *f)
{
	return (uint8_t)(f->in - f->out);
}

static inline void fifo_put(struct fifo *f, uint8_t slot)
{
	f->slot[f->in++] = slot;
}

static inline uint8_t fifo_take(struct fifo *f)
{
	return f->slot[f->out++];
}

struct nvme {
	struct uiomap_device *device;
	struct uiomap_region *region;
	volatile void *regs;
	struct nvme_config config;	/* with the defaults filled in */
	struct nvme_identity identity;

	uint32_t stride;		/* bytes from doorbell to doorbell */
	uint64_t page;			/* bytes of a memory page (CC.MPS) */
	int64_t ready_ns;		/* the controller answers within that (CAP.TO) */
	uint32_t size;			/* entries of the I/O queues */
	struct uiomap_dma *dma;		/* admin SQ and CQ, I/O SQ and CQ, a page for Identify */
	struct uiomap_dma *lists;	/* PRP lists, one a slot */
	size_t pitch;			/* bytes from list to list; a power of two up to a page, so that none crosses one */
	uint64_t io_sq_bus, io_cq_bus, page_bus;
	const unsigned char *page_cpu;

	struct pair admin, io;
	uint16_t admin_cid;
	uint32_t abort_id, abort_answer;	/* of the Abort under way: which command, and dw0 */
	struct slot slots[NVME_DEPTH_MAX];
	struct fifo free, noted, done;

	bool running;			/* the controller may be doing DMA */
	bool queues;			/* it has the I/O queues */
	bool gone;
	int failed;			/* EIO, EBADMSG: it stands until nvme_reset() ... */
	char why[256];			/* ... because of that */
	struct nvme_stats stats;
};

static inline uint32_t nvme_id(const struct nvme *n, uint8_t slot)
{
	return (uint32_t)n->slots[slot].generation << 8 | slot;
}

/* I/Os that have not ended. */
static inline uint32_t nvme_busy(const struct nvme *n)
{
	return n->identity.depth - fifo_count(&n->free) - fifo_count(&n->done);
}

/*
 * controller.c: run body(n) such that the removal of the device in the middle
 * is an error, and the end of all I/Os. Anything that touches registers or
 * DMA memory is "inside a guard".
 */
int nvme_guarded(struct nvme *n, int (*body)(void *n));
/* controller.c, inside a guard: read CAP, fill in page, ready_ns, size and what of config was left open. -1 with errno and text. */
int nvme_capabilities(struct nvme *n);
/* controller.c, inside a guard: it does no more DMA. 0; -1 with errno and text. */
int nvme_disable(struct nvme *n);
/* controller.c, inside a guard: enable it with the admin queues. 0; -1 with errno and text. */
int nvme_enable(struct nvme *n);
/* controller.c, inside a guard: ask it to finish what it has in its caches. 0; -1 with errno and text. */
int nvme_shutdown(struct nvme *n);
/* controller.c, guarded: look whether it is there and well; notes a failure. -1: gone. */
int nvme_look(struct nvme *n);

/* admin.c, inside a guard: one admin command, waited for. 0 and *dw0 (may be NULL); -1 with errno and text. */
int admin_run(struct nvme *n, const struct nvme_command *command, const char *name, uint32_t *dw0);
/* admin.c, inside a guard: who is it? 0; -1 with errno and text. */
int admin_identify(struct nvme *n, struct nvme_identity *identity);
/* admin.c, inside a guard: the I/O queues. 0; -1 with errno and text. */
int admin_create_queues(struct nvme *n);
/*
 * admin.c, inside a guard: the I/O queues in the order that the specification
 * has for it (base 3.6.1). A controller completes what it can and aborts the
 * rest; and it takes back an interrupt that stands for what nobody has taken,
 * which QEMU's would leave on for ever. 0; -1 with errno and text.
 */
int admin_delete_queues(struct nvme *n);

/* io.c: tell of what is noted, take in what is completed. Guarded. -1: gone. */
int nvme_turn(struct nvme *n);
/* io.c, inside a guard: take in what is completed. */
void nvme_take(struct nvme *n);
/* io.c, inside a guard: tell of what is noted. */
void nvme_post(struct nvme *n);
/* io.c: everything that is flying, and if it can't be told of any more also what is noted, has ended with this error. */
void nvme_end_all(struct nvme *n, int error);

/* wait.c: until ready(n, arg); -1 with errno and text. */
int nvme_wait(struct nvme *n, bool (*ready)(const struct nvme *, uint8_t), uint8_t arg, int64_t timeout_ns);
/* wait.c: CLOCK_MONOTONIC, ns. */
int64_t nvme_now(void);
/* wait.c: tell the CPU that it is polling. */
void nvme_relax(void);

/* error.c: -1 with this errno and text, the device's name before it. */
int nvme_error_set(const struct uiomap_device *device, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* error.c: -1 with libuiomap's errno and text. */
int nvme_error_uiomap(void);
/* error.c: note why the controller stands; the first reason counts. -1 with errno and text. */
int nvme_fail(struct nvme *n, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* error.c: -1 with the errno and text of why it stands or is gone. */
int nvme_stands(const struct nvme *n);
/* error.c: note that it is gone. -1 with ENODEV and text. */
int nvme_is_gone(struct nvme *n);

#endif /* NVME_INTERNAL_H */
