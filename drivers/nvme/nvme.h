/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file nvme.h
 * A small NVMe driver on libuiomap: one namespace, one I/O queue pair.
 *
 * nvme_open -> nvme_submit, nvme_submit, … -> nvme_reap -> … -> nvme_close
 *
 * Written from the NVM Express specifications. spec.h names the sections.
 *
 * DATA is read into and written from memory of uiomap_dma_alloc(): no copy. A
 * buffer belongs to the controller from nvme_submit() until nvme_reap() returns
 * its I/O.
 *
 * ORDER. The controller may execute I/Os in flight in any order (base 3.4.1). To
 * order two I/Os, reap the first before submitting the second.
 *
 * BATCHES. nvme_submit() only queues an I/O. nvme_reap() and nvme_kick() give all
 * queued I/Os to the controller, with one doorbell.
 *
 * COMPLETIONS. Every I/O that nvme_submit() accepted is returned by nvme_reap()
 * once, with
 *	- 0: done
 *	- EIO: the controller completed it with an error: status says which,
 *	  nvme_status_text() in words
 *	- ECANCELED: aborted by nvme_abort(), or ended by nvme_reset() while the
 *	  controller had it: it may or may not have been done
 *	- ENODEV: the controller is gone; it may or may not have been done
 *
 * ERRORS. As in libuiomap: -1 or NULL with errno, and nvme_error() in words. Any
 * call can give:
 *	- ENODEV: the controller was removed. Call nvme_reap() until it fails with
 *	  ENODEV, too, then nvme_close()
 *	- EIO: the controller has failed (CSTS.CFS, base 9.5), or is no longer
 *	  ready although this driver didn't reset it
 *	- EBADMSG: it completed an I/O that it wasn't given, or one twice After
 *	  the last two, call nvme_reset(). Until then nvme_reap() still returns
 *	  I/Os that ended before; every other call fails the same way.
 *
 * THREADS. One controller is used by one thread at a time, like all of
 * libuiomap. It must be the only waiter of its device handle. uiomap_irq_wake()
 * ends a wait with ECANCELED (not in NVME_POLL).
 *
 * REMOVAL. The functions handle removal of the device during a call
 * (uiomap_guard()). The program must access its buffers inside a uiomap_guard()
 * of its own; it may call this driver in there.
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
	/** poll memory, never sleep: lowest latency, uses one CPU; needs no interrupt */
	NVME_POLL,
};

/** All zero is a good default. */
struct nvme_config {
	enum nvme_mode mode;
	/**
	 * I/Os that may be in flight, 1 … 255, and less than the number of entries in the
	 * controller's queues; 0: 32, or the controller's maximum if lower
	 */
	uint32_t depth;
	uint32_t nsid; /**< which namespace; 0: namespace 1 */
};

/** The controller and its namespace. */
struct nvme_identity {
	/**
	 * from Identify Controller, without trailing spaces; '?' replaces bytes that aren't
	 * printable ASCII
	 */
	char serial[21], model[41], firmware[9];
	uint16_t vendor; /**< PCI vendor */
	/** version of the specification: major 31:16, minor 15:8, tertiary 7:0 */
	uint32_t version;
	uint32_t nsid;	       /**< the namespace in use */
	uint64_t blocks;       /**< blocks of the namespace */
	uint32_t block_size;   /**< bytes */
	uint32_t transfer_max; /**< bytes of the longest read or write: whole blocks */
	uint32_t depth;	       /**< I/Os that may be in flight */
	bool write_cache;      /**< written data is on the medium only after a flush */
};

enum nvme_op {
	NVME_FLUSH = 0, /**< put all writes that were reaped before on the medium */
	NVME_WRITE = 1,
	NVME_READ = 2,
};

/** One I/O. nvme_submit() copies the struct. */
struct nvme_io {
	enum nvme_op op;
	uint64_t block;			 /**< the first block */
	uint32_t count;			 /**< blocks: 1 … transfer_max / block_size */
	const struct uiomap_dma *buffer; /**< DMA memory of the same device handle */
	size_t offset;			 /**< bytes, a multiple of 4 (base 4.1.1) */
	void *cookie;			 /**< returned by nvme_reap() */
}; /* NVME_FLUSH uses only op and cookie. */

/** How an I/O ended. */
struct nvme_done {
	void *cookie;
	uint32_t id; /**< as nvme_submit() gave it */
	int error;   /**< 0, EIO, ECANCELED, ENODEV */
	/**
	 * from the controller: status code type << 8 | status code (base 3.3.3.2.1); 0 if it
	 * gave none
	 */
	uint16_t status;
	bool final; /**< the same command would fail again ("Do Not Retry") */
};

/** Counters since nvme_open(). */
struct nvme_stats {
	uint64_t ios;	     /**< completed by the controller, with any status */
	uint64_t bytes;	     /**< read and written by those without error */
	uint64_t errors;     /**< completed with an error */
	uint64_t doorbells;  /**< registers written, for commands and for completions */
	uint64_t interrupts; /**< as the kernel counted them */
	uint64_t sleeps;     /**< calls of uiomap_irq_wait() */
	/** sleeps that timed out although there was a completion: its interrupt was late or lost */
	uint64_t late;
	uint64_t yields; /**< calls of sched_yield() after polling without a completion */
	uint64_t resets; /**< calls of nvme_reset() */
};

/**
 * The last error of the calling thread in words; "" if there was none. Valid until its next failing
 * call.
 */
const char *nvme_error(void);

/**
 * The text of a status, such as "LBA Out of Range"; "unknown" if this driver doesn't know it.
 * Thread-safe.
 */
const char *nvme_status_text(uint16_t status);

/**
 * Upper bound of the bytes of DMA memory that nvme_open() needs, for a depth (0: the default)
 * and memory pages of 4 KiB.
 */
size_t nvme_memory(uint32_t depth);

/**
 * Reset the controller, identify it, set up the queues (base 3.5.1). Installs
 * libuiomap's SIGBUS handler (uiomap_guard_install()) until nvme_close().
 * @param device	must stay open until after nvme_close(); remains the caller's
 * @param config	NULL: all defaults
 * @return the controller, or NULL with errno
 *	- EPROTO: not an NVMe controller, or it reports impossible values
 *	- EINVAL: a value in config is invalid, or the controller doesn't support it
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
 * Shut the controller down (base 3.6.1), disable it and free the driver's memory. I/Os
 * in flight are lost; flush before. Accepts NULL. Keeps errno and text. If the
 * controller can't be disabled, its memory stays allocated until uiomap_close().
 */
void nvme_close(struct nvme *nvme);

/** What nvme_open() found. Belongs to the controller and never changes. */
const struct nvme_identity *nvme_identity(const struct nvme *nvme);

/**
 * Queue an I/O.
 * @return its id, 0 or more, never that of another in flight; or -1 with errno
 *	- EAGAIN: depth I/Os are queued, in flight or not reaped: call nvme_reap()
 *	- EINVAL: unknown operation, or offset is not a multiple of 4
 *	- EMSGSIZE: count is 0 or more than the longest transfer
 *	- ERANGE: beyond the buffer's end. (The controller checks the namespace's
 *	  end.)
 *	- EIO, EBADMSG, ENODEV
 */
int nvme_submit(struct nvme *nvme, const struct nvme_io *io);

/**
 * Give all queued I/Os to the controller. Needed only before the program does other work. 0; -1
 * with errno EIO, EBADMSG, ENODEV.
 */
int nvme_kick(struct nvme *nvme);

/**
 * Get completed I/Os, in the order of their completions. System calls: none while there are
 * completions. Otherwise, with interrupts, those of one uiomap_irq_wait() per sleep; with
 * polling, none in the first millisecond.
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
 * Submit one I/O and wait for it. Others may be in flight; nvme_reap() returns them.
 * @return 0; -1 with errno
 *	- those of nvme_submit()
 *	- EIO: it ended with an error; the text has the status in words
 *	- ETIMEDOUT, EINTR: it is still in flight; nvme_reap() will return it
 *	- ECANCELED, ENODEV, EBADMSG
 */
int nvme_do(struct nvme *nvme, const struct nvme_io *io, int64_t timeout_ns);

/**
 * Ask the controller to abort an I/O (base 5.1). This is only a request: a
 * controller may be too late to abort it, and simple ones never abort. Use
 * nvme_reset() then.
 * @return 0: aborted, nvme_reap() will return it; -1 with errno
 *	- ENOENT: no such I/O is in flight (any more)
 *	- EBUSY: the controller didn't abort it; it will be completed
 *	- ETIMEDOUT: no answer; nvme_reset()
 *	- EIO, EBADMSG, ENODEV
 */
int nvme_abort(struct nvme *nvme, uint32_t id);

/**
 * Reset the controller (base 3.7.2) and set it up again. This ends all I/Os in flight: a
 * controller that has not failed deletes its queues first and completes what it can; the
 * rest ends with ECANCELED. I/Os that were only queued are submitted afterwards. Can be
 * called at any time, and again if it fails.
 * @return 0; -1 with errno ETIMEDOUT (it doesn't answer and may still do DMA, so no I/O
 *	has ended), EIO, EPROTO (it is another disk now), ENODEV
 */
int nvme_reset(struct nvme *nvme);

void nvme_stats(const struct nvme *nvme, struct nvme_stats *stats);

#endif /* NVME_H */
