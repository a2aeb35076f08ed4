/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the driver's files share. Each uses only those below it:
 *	nvme-setup.c	open, reset, close; memory
 *	nvme-io.c	submit, reap, abort
 *	admin.c		admin commands
 *	nvme-wait.c	wait for completions
 *	io-queue.c	turn requests into commands, process completions
 *	controller.c	registers: capabilities, enable, disable, check
 *	nvme-error.c	failures, removal
 *	requests.c	the table of I/Os
 *	qpair.c		a submission and a completion queue
 * status.c has the texts of status codes.
 */
#ifndef NVME_INTERNAL_H
#define NVME_INTERNAL_H

#include "driver-error.h"
#include "driver-guard.h"
#include "nvme.h"
#include "qpair.h"

/*
 * Check the controller's registers after this time without a completion. It bounds the delay
 * that a lost interrupt causes.
 */
#define NVME_CHECK_NS INT64_C(10000000)

#define NVME_DEPTH_MAX 255u

/*
 * An I/O. Its id, and its command identifier, is generation << 8 | index; index < 255, so the
 * id is never FFFFh (base 3.3.3.1).
 */
struct request {
	enum { REQUEST_FREE, REQUEST_QUEUED, REQUEST_INFLIGHT, REQUEST_DONE } state;
	uint8_t generation; /* counts uses, so that an old id doesn't match */
	struct nvme_io io;
	uint64_t bus; /* bus address of its data */
	uint32_t bytes;
	int error; /* valid in REQUEST_DONE */
	uint16_t status;
	bool final;
};

/* A queue of requests. It never has more than NVME_DEPTH_MAX; the 8-bit indices wrap. */
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
	int64_t ready_ns;	  /* the controller answers within this time (CAP.TO) */
	uint32_t size;		  /* entries of the I/O queues */
	struct uiomap_dma *dma;	  /* admin SQ and CQ, I/O SQ and CQ, a page for Identify */
	struct uiomap_dma *lists; /* PRP lists, one per request */
	/* bytes from list to list; a power of two up to a page, so that no list crosses a page */
	size_t pitch;
	uint64_t io_sq_bus, io_cq_bus, page_bus;
	const unsigned char *page_cpu;

	struct qpair admin, io;
	uint16_t admin_cid;
	uint32_t abort_id, abort_answer; /* of the Abort in flight: command id, and dw0 */
	struct request requests[NVME_DEPTH_MAX];
	struct fifo free, queued, done;

	bool running; /* the controller may be doing DMA */
	bool queues;  /* the I/O queues are created */
	bool gone;
	int failed;    /* EIO or EBADMSG until nvme_reset(), else 0 */
	char why[256]; /* text of that failure */
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
 * controller.c, inside a guard: read CAP; set page, ready_ns, size and the defaults in config.
 * -1 with errno and text.
 */
int nvme_capabilities(struct nvme *n);
/*
 * controller.c, inside a guard: whether the controller was removed, judged by
 * CSTS as just read. Until the kernel notices the removal, reads return all
 * ones, or 0 behind a port in QEMU. A disabled controller has CSTS 0, too, but
 * no controller has version 0 (base 3.1.3.2).
 */
bool nvme_absent(const struct nvme *n, uint32_t csts);
/* controller.c, inside a guard: disable it, which ends its DMA. 0; -1 with errno and text. */
int nvme_disable(struct nvme *n);
/* controller.c, inside a guard: enable it with the admin queues. 0; -1 with errno and text. */
int nvme_enable(struct nvme *n);
/*
 * controller.c, inside a guard: shut it down, so that it writes its caches to the medium. 0; -1
 * with errno and text.
 */
int nvme_shutdown(struct nvme *n);
/*
 * controller.c, guarded: check that it is present and has not failed; store a failure. -1 if it
 * was removed.
 */
int nvme_check(struct nvme *n);

/*
 * admin.c, inside a guard: run one admin command and wait for it. 0 and *dw0 (may be NULL); -1
 * with errno and text.
 */
int admin_run(struct nvme *n, const struct nvme_command *command, const char *name, uint32_t *dw0);
/* admin.c, inside a guard: identify controller and namespace. 0; -1 with errno and text. */
int admin_identify(struct nvme *n, struct nvme_identity *identity);
/* admin.c, inside a guard: create the I/O queues. 0; -1 with errno and text. */
int admin_create_queues(struct nvme *n);
/*
 * admin.c, inside a guard: delete the I/O queues in the order of base 3.6.1. The
 * controller completes what it can, aborts the rest, and deasserts an interrupt for
 * completions that were not processed; QEMU's controller would leave it asserted
 * otherwise. 0; -1 with errno and text.
 */
int admin_delete_queues(struct nvme *n);

/* nvme-wait.c: wait until ready(n, arg). -1 with errno and text. */
int nvme_wait(struct nvme *n, bool (*ready)(const struct nvme *, uint8_t), uint8_t arg,
	      int64_t timeout_ns);

/*
 * io-queue.c: submit queued requests and process completions. Runs in a guard. -1 if the device
 * was removed.
 */
int nvme_process(struct nvme *n);
/* io-queue.c, inside a guard: process completions. */
void nvme_poll_completions(struct nvme *n);
/* io-queue.c, inside a guard: submit queued requests. */
void nvme_flush_queued(struct nvme *n);

/*
 * nvme-error.c: run body(n) in a guard; if the device is removed meanwhile, it
 * fails with ENODEV and all I/Os are completed. All accesses to registers and
 * DMA memory must be inside a guard.
 */
int nvme_guarded(struct nvme *n, int (*body)(void *n));
/*
 * nvme-error.c: store why the controller has failed; later calls change nothing. Returns -1
 * with errno and text.
 */
int nvme_set_failed(struct nvme *n, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* nvme-error.c: return -1 with errno and text of the stored failure or removal. */
int nvme_failed(const struct nvme *n);
/*
 * nvme-error.c: store that the device was removed and complete all I/Os. Returns -1 with ENODEV
 * and text.
 */
int nvme_is_gone(struct nvme *n);

/* requests.c: end a request, with an error or 0, and with the status field of its completion. */
void nvme_complete(struct nvme *n, uint8_t index, int error, uint32_t field);
/* requests.c: end all requests in flight with this error; if it is ENODEV, the queued ones, too. */
void nvme_complete_all(struct nvme *n, int error);

#endif /* NVME_INTERNAL_H */
