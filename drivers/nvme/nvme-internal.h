/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the driver's files share. Each uses only those below it:
 *	nvme-setup.c	open, reset, close; memory
 *	io.c		the program's side: submit, reap, abort
 *	admin.c		admin commands
 *	nvme-wait.c	how completions are waited for
 *	io-queue.c	requests into commands, completions back
 *	controller.c	registers: capabilities, enable, disable, check
 *	nvme-error.c	failures, removal
 *	requests.c	the table of I/Os
 *	qpair.c		a submission and a completion queue
 * status.c has the status codes in words.
 */
#ifndef NVME_INTERNAL_H
#define NVME_INTERNAL_H

#include "driver-error.h"
#include "driver-guard.h"
#include "nvme.h"
#include "qpair.h"

/*
 * After so long without a completion the controller's registers are checked: bounds what a lost
 * interrupt costs.
 */
#define NVME_CHECK_NS INT64_C(10000000)

#define NVME_DEPTH_MAX 255u

/*
 * An I/O. Its id, and its command's identifier, is generation << 8 | index; index < 255, so it is
 * never FFFFh (base 3.3.3.1).
 */
struct request {
	enum { REQUEST_FREE, REQUEST_QUEUED, REQUEST_INFLIGHT, REQUEST_DONE } state;
	uint8_t generation; /* how often it was used: an old identifier is no longer right */
	struct nvme_io io;
	uint64_t bus; /* of its data */
	uint32_t bytes;
	int error; /* REQUEST_DONE */
	uint16_t status;
	bool final;
};

/*
 * Requests in an order. There are never more than NVME_DEPTH_MAX in it; the indices wrap by their
 * type.
 */
struct fifo {
	uint8_t index[256];
	uint8_t in, out;
};

static inline uint8_t fifo_count(const struct fifo *f)
{
	return (uint8_t)(f->in - f->out);
}

static inline void fifo_put(struct fifo *f, uint8_t index)
{
	f->index[f->in++] = index;
}

static inline uint8_t fifo_take(struct fifo *f)
{
	return f->index[f->out++];
}

struct nvme {
	struct uiomap_device *device;
	struct uiomap_region *region;
	volatile void *regs;
	struct nvme_config config; /* with the defaults filled in */
	struct nvme_identity identity;

	uint32_t stride;	  /* bytes from doorbell to doorbell */
	uint64_t page;		  /* bytes of a memory page (CC.MPS) */
	int64_t ready_ns;	  /* the controller answers within that (CAP.TO) */
	uint32_t size;		  /* entries of the I/O queues */
	struct uiomap_dma *dma;	  /* admin SQ and CQ, I/O SQ and CQ, a page for Identify */
	struct uiomap_dma *lists; /* PRP lists, one a request */
	/* bytes from list to list; a power of two up to a page, so that none crosses one */
	size_t pitch;
	uint64_t io_sq_bus, io_cq_bus, page_bus;
	const unsigned char *page_cpu;

	struct qpair admin, io;
	uint16_t admin_cid;
	uint32_t abort_id, abort_answer; /* of the Abort under way: which command, and dw0 */
	struct request requests[NVME_DEPTH_MAX];
	struct fifo free, queued, done;

	bool running; /* the controller may be doing DMA */
	bool queues;  /* it has the I/O queues */
	bool gone;
	int failed;    /* EIO, EBADMSG: nothing works until nvme_reset() ... */
	char why[256]; /* ... because of that */
	struct nvme_stats stats;
};

static inline uint32_t nvme_id(const struct nvme *n, uint8_t index)
{
	return (uint32_t)n->requests[index].generation << 8 | index;
}

/* I/Os that are queued or in flight. */
static inline uint32_t nvme_outstanding(const struct nvme *n)
{
	return n->identity.depth - fifo_count(&n->free) - fifo_count(&n->done);
}

/*
 * controller.c, inside a guard: read CAP, fill in page, ready_ns, size and what of config was left
 * open. -1 with errno and text.
 */
int nvme_capabilities(struct nvme *n);
/*
 * controller.c, inside a guard: whether there is no controller any more, CSTS
 * having been read. Until the kernel knows, one that was pulled reads as all
 * ones, or in QEMU behind a port as 0. A controller that is disabled has CSTS 0,
 * too, but none has version 0 (base 3.1.3.2).
 */
bool nvme_absent(const struct nvme *n, uint32_t csts);
/* controller.c, inside a guard: it does no more DMA. 0; -1 with errno and text. */
int nvme_disable(struct nvme *n);
/* controller.c, inside a guard: enable it with the admin queues. 0; -1 with errno and text. */
int nvme_enable(struct nvme *n);
/*
 * controller.c, inside a guard: ask it to finish what it has in its caches. 0; -1 with errno and
 * text.
 */
int nvme_shutdown(struct nvme *n);
/* controller.c, guarded: whether it is there and has not failed; a failure is stored. -1: gone. */
int nvme_check(struct nvme *n);

/*
 * admin.c, inside a guard: one admin command, waited for. 0 and *dw0 (may be NULL); -1 with errno
 * and text.
 */
int admin_run(struct nvme *n, const struct nvme_command *command, const char *name, uint32_t *dw0);
/* admin.c, inside a guard: who is it? 0; -1 with errno and text. */
int admin_identify(struct nvme *n, struct nvme_identity *identity);
/* admin.c, inside a guard: the I/O queues. 0; -1 with errno and text. */
int admin_create_queues(struct nvme *n);
/*
 * admin.c, inside a guard: the I/O queues in the order that the specification
 * has for it (base 3.6.1). A controller completes what it can and aborts the
 * rest; and it withdraws an interrupt for completions that nobody has processed,
 * which QEMU's controller would leave asserted for ever. 0; -1 with errno and text.
 */
int admin_delete_queues(struct nvme *n);

/* nvme-wait.c: until ready(n, arg); -1 with errno and text. */
int nvme_wait(struct nvme *n, bool (*ready)(const struct nvme *, uint8_t), uint8_t arg,
	      int64_t timeout_ns);

/* io-queue.c: submit what is queued, process completions. Guarded. -1: gone. */
int nvme_process(struct nvme *n);
/* io-queue.c, inside a guard: process completions. */
void nvme_poll_completions(struct nvme *n);
/* io-queue.c, inside a guard: submit what is queued. */
void nvme_flush_queued(struct nvme *n);

/*
 * nvme-error.c: run body(n) such that the removal of the device in the middle
 * is an error, and completes all I/Os. Anything that accesses registers or DMA
 * memory is "inside a guard".
 */
int nvme_guarded(struct nvme *n, int (*body)(void *n));
/*
 * nvme-error.c: store why the controller has failed; the first reason counts. -1 with errno and
 * text.
 */
int nvme_set_failed(struct nvme *n, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* nvme-error.c: -1 with the errno and text of why it has failed, or that it is gone. */
int nvme_failed(const struct nvme *n);
/* nvme-error.c: store that it is gone; completes all I/Os. -1 with ENODEV and text. */
int nvme_is_gone(struct nvme *n);

/* requests.c: this one has ended, with an error or 0, and the status field of its completion. */
void nvme_complete(struct nvme *n, uint8_t index, int error, uint32_t field);
/*
 * requests.c: all that are in flight have ended with this error; if it is ENODEV, so have those
 * that are only queued.
 */
void nvme_complete_all(struct nvme *n, int error);

#endif /* NVME_INTERNAL_H */
