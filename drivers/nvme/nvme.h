/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file nvme.h
 * A small NVMe driver on libuiomap: one namespace, one I/O queue pair.
 *
 * nvme_open -> nvme_submit, nvme_submit, … -> nvme_reap -> … -> nvme_close
 *
 * Written from the NVM Express specifications; the sections are named in spec.h.
 *
 * DATA is read into and written from memory of uiomap_dma_alloc(): no copy. A
 * buffer belongs to the controller from nvme_submit() until nvme_reap() returns
 * its I/O.
 *
 * ORDER. I/Os in flight are done in any order (base 3.4.1). One that must see
 * another done waits for its end.
 *
 * BATCHES. nvme_submit() only queues an I/O. nvme_reap() and nvme_kick() give all
 * queued I/Os to the controller, with one doorbell.
 *
 * COMPLETIONS. Every I/O that nvme_submit() accepted is returned by nvme_reap()
 * once, with
 *	- 0: done
 *	- EIO: the controller completed it with an error: status says which,
 *	  nvme_status_text() in words
 *	- ECANCELED: aborted on request (nvme_abort()), or ended by nvme_reset()
 *	  when the controller had it already: it may or may not have been done
 *	- ENODEV: the controller is gone; it may or may not have been done
 *
 * ERRORS. As in libuiomap: -1 or NULL with errno, and nvme_error() in words. Any
 * call can give:
 *	- ENODEV: the controller is gone. Nothing but nvme_reap(), until it gives
 *	  that too, and nvme_close() makes sense any more
 *	- EIO: the controller has failed (CSTS.CFS, base 9.5), or is no longer
 *	  ready though nobody here reset it
 *	- EBADMSG: it completed what it hasn't been given, or an I/O twice
 *   After the last two, nvme_reset(). Until then nvme_reap() still returns what
 *   had ended before, and everything else fails the same way.
 *
 * THREADS. One controller is used by one thread at a time, like all of
 * libuiomap. It is its device handle's one waiter. uiomap_irq_wake() ends a wait
 * with ECANCELED (not in NVME_POLL).
 *
 * REMOVAL. The functions survive the removal of the device in the middle
 * (uiomap_guard()). The program's own accesses to its buffers do so only inside
 * a uiomap_guard() of the program; calls of this driver are welcome in there.
 */
#ifndef NVME_H
#define NVME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uiomap.h>

struct nvme;

/** How completions are noticed. */
enum nvme_mode {
	NVME_INTERRUPT, /**< sleep until the controller interrupts */
	/** look at the memory, never sleep: least delay, one CPU; needs no interrupt */
	NVME_POLL,
};

/** All zero is a good default. */
struct nvme_config {
	enum nvme_mode mode;
	/**
	 * I/Os that may be in flight, 1 … 255, and less than the controller's queues have entries;
	 * 0: 32, or what it can
	 */
	uint32_t depth;
	uint32_t nsid; /**< which namespace; 0: namespace 1 */
};

/** What there is. */
struct nvme_identity {
	/**
	 * as Identify Controller has them, without trailing spaces; what isn't printable ASCII is
	 * '?'
	 */
	char serial[21], model[41], firmware[9];
	uint16_t vendor; /**< PCI vendor */
	/** of the specification: major 31:16, minor 15:8, tertiary 7:0 */
	uint32_t version;
	uint32_t nsid;	       /**< the namespace in use */
	uint64_t blocks;       /**< of it */
	uint32_t block_size;   /**< bytes */
	uint32_t transfer_max; /**< bytes of the longest read or write: whole blocks */
	uint32_t depth;	       /**< I/Os that may be in flight */
	bool write_cache;      /**< what was written is safe only after a flush */
};

enum nvme_op {
	NVME_FLUSH = 0, /**< what was written and reaped before: to the medium */
	NVME_WRITE = 1,
	NVME_READ = 2,
};

/** One I/O. The struct itself is not needed any more after nvme_submit(). */
struct nvme_io {
	enum nvme_op op;
	uint64_t block;			 /**< the first */
	uint32_t count;			 /**< blocks: 1 … transfer_max / block_size */
	const struct uiomap_dma *buffer; /**< of the same device handle */
	size_t offset;			 /**< where in it, bytes, a multiple of 4 (base 4.1.1) */
	void *cookie;			 /**< returned by nvme_reap() */
}; /* NVME_FLUSH: only op and cookie are looked at. */

/** How an I/O ended. */
struct nvme_done {
	void *cookie;
	uint32_t id; /**< as nvme_submit() gave it */
	int error;   /**< 0, EIO, ECANCELED, ENODEV */
	/**
	 * the controller's: status code type << 8 | status code (base 3.3.3.2.1); 0 if it gave none
	 */
	uint16_t status;
	bool final; /**< the same command would fail again ("Do Not Retry") */
};

/** Counters since nvme_open(). */
struct nvme_stats {
	uint64_t ios;	     /**< completed by the controller, with whatever status */
	uint64_t bytes;	     /**< read and written by those without error */
	uint64_t errors;     /**< completed with an error */
	uint64_t doorbells;  /**< registers written, for commands and for completions */
	uint64_t interrupts; /**< as the kernel counted them */
	uint64_t sleeps;     /**< calls of uiomap_irq_wait() */
	/** sleeps that timed out although there was a completion: its interrupt was late or lost */
	uint64_t late;
	uint64_t yields; /**< calls of sched_yield(), when polling in vain */
	uint64_t resets; /**< nvme_reset() */
};

/**
 * The last error of the calling thread in words; "" if there was none. Valid until its next failing
 * call.
 */
const char *nvme_error(void);

/** A status in words, "LBA Out of Range"; "unknown" if this driver doesn't know it. Any thread. */
const char *nvme_status_text(uint16_t status);

/**
 * Bytes of DMA memory that nvme_open() takes at most, for a depth (0: the default) and memory pages
 * of 4 KiB.
 */
size_t nvme_memory(uint32_t depth);

/**
 * Reset the controller, identify it, set up the queues (base 3.5.1). Installs
 * libuiomap's SIGBUS handler (uiomap_guard_install()) until nvme_close().
 * @param device	must stay open until after nvme_close(); remains the caller's
 * @param config	NULL: all defaults
 * @return the controller, or NULL with errno
 *	- EPROTO: not an NVMe controller, or what it tells of itself can't be
 *	- EINVAL: a value in config that is none, or that the controller can't
 *	- ENXIO: no such namespace
 *	- ENOTSUP: no DMA memory; no interrupt though the mode needs one; no NVM
 *	  command set; metadata with each block; memory pages above 1 MiB
 *	- ENOMEM: not enough DMA memory (the text says how much it takes)
 *	- ETIMEDOUT: no answer within CAP.TO, or 10 s for an admin command
 *	- EIO: an admin command failed; the controller has failed
 *	- ENODEV, and EACCES, ERANGE and others of libuiomap
 */
struct nvme *nvme_open(struct uiomap_device *device, const struct nvme_config *config);

/**
 * Shut the controller down (base 3.6.1), disable it, free. I/Os in flight are
 * lost; flush before. NULL is fine. Keeps errno and text. If the controller doesn't let
 * itself be disabled, its memory stays allocated until uiomap_close().
 */
void nvme_close(struct nvme *nvme);

/** What was found by nvme_open(). Belongs to the controller, never changes. */
const struct nvme_identity *nvme_identity(const struct nvme *nvme);

/**
 * Queue an I/O.
 * @return its id, 0 or more, never that of another in flight; or -1 with errno
 *	- EAGAIN: as many are queued, in flight, or completed and not reaped, as may be: nvme_reap()
 *	- EINVAL: no such operation, an offset that is no multiple of 4
 *	- EMSGSIZE: count is 0 or more than a transfer may have
 *	- ERANGE: beyond the buffer's end. (Beyond the namespace's end is for the
 *	  controller to say.)
 *	- EIO, EBADMSG, ENODEV
 */
int nvme_submit(struct nvme *nvme, const struct nvme_io *io);

/**
 * Give all queued I/Os to the controller. Only for a program that will now do something else. 0; -1
 * with errno EIO, EBADMSG, ENODEV.
 */
int nvme_kick(struct nvme *nvme);

/**
 * The I/Os that are completed, in the order of their completions.
 * System calls: none while there is something at hand. Then, by interrupt,
 * those of one uiomap_irq_wait() a sleep; by polling, none for the first
 * millisecond.
 * @param[out] done
 * @param max		how many at most, at least 1
 * @param timeout_ns	how long to wait for the first; 0: not at all; UIOMAP_FOREVER: no limit
 * @return how many, at least 1; or -1 with errno
 *	- EAGAIN (timeout 0), ETIMEDOUT: none has ended
 *	- EDEADLK: none will end, since none is in flight
 *	- EIO, EBADMSG, ENODEV; EINTR, ECANCELED of uiomap_irq_wait(); EINVAL
 */
int nvme_reap(struct nvme *nvme, struct nvme_done *done, unsigned int max, int64_t timeout_ns);

/**
 * One I/O, from submission to completion. Others may be in flight; nvme_reap() returns them.
 * @return 0; -1 with errno
 *	- those of nvme_submit()
 *	- EIO: it ended with an error; the text has the status in words
 *	- ETIMEDOUT, EINTR: it is still in flight; nvme_reap() will return it
 *	- ECANCELED, ENODEV, EBADMSG
 */
int nvme_do(struct nvme *nvme, const struct nvme_io *io, int64_t timeout_ns);

/**
 * Ask the controller to abort an I/O (base 5.1). It is a request: controllers
 * may find it too late, and small ones always do. Use nvme_reset() then.
 * @return 0: aborted, nvme_reap() will return it; -1 with errno
 *	- ENOENT: no such I/O is in flight (any more)
 *	- EBUSY: the controller didn't abort it; it will be completed
 *	- ETIMEDOUT: no answer; nvme_reset()
 *	- EIO, EBADMSG, ENODEV
 */
int nvme_abort(struct nvme *nvme, uint32_t id);

/**
 * Reset the controller (base 3.7.2) and set it up as it was. Everything in
 * flight has ended then: one that has not failed is asked to delete its queues
 * first, and completes what it can; the rest has ended with ECANCELED. What was
 * only queued is submitted afterwards. Can be called at any time, and again if it fails.
 * @return 0; -1 with errno ETIMEDOUT (it doesn't answer: its memory is still its
 *	own, so no I/O has ended), EIO, EPROTO (it isn't what it was), ENODEV
 */
int nvme_reset(struct nvme *nvme);

void nvme_stats(const struct nvme *nvme, struct nvme_stats *stats);

#endif /* NVME_H */
