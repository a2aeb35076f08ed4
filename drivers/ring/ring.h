/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file ring.h
 * Driver of the DMA ring device (kernel/uio_dummy.h, "ring"): messages are sent by DMA and come
 * back by DMA, without a copy in this driver.
 *
 * reserve -> write the message where it will be sent from -> commit
 * peek    -> read the message where it has arrived        -> release
 *
 * ACCEPTED. A message is accepted when ring_commit() has returned 0. The driver then keeps it
 * until it has come back intact: in order (cookie), with the same length, and with the same
 * CRC-32, computed here from the received bytes. Until then, ring_recover() sends it again. No
 * message is lost, duplicated or reordered if an interrupt gets lost, or if the device hangs,
 * stops with an error or writes wrong completions. Only removal of the device loses messages.
 *
 * BATCHES. Commit and release only queue. Messages are posted to the device
 * `batch` at a time; fewer when a call finds no completion and the device has
 * less than a batch left to do; all of them before a sleep and by ring_flush().
 *
 * ERRORS. As in libuiomap: -1 or NULL with errno, and ring_error() in words.
 * Any call can give:
 *	- ENODEV: the device was removed. Only ring_close() is useful now.
 *	- EIO: the device has stopped with an error; ring_failure() has the descriptor
 *	- EBADMSG: a completion or a received message is wrong; ring_failure() has details After
 *	  the last two, call ring_recover(). Until then, messages that arrived before can still
 *	  be taken; every other call fails the same way.
 *
 * THREADS. One ring is used by one thread at a time, like all of libuiomap. It must be the only
 * waiter of its device handle. uiomap_irq_wake() ends a wait with ECANCELED (not in RING_POLL).
 *
 * REMOVAL. The functions handle removal of the device during a call (uiomap_guard()). The
 * program must access the buffers inside a uiomap_guard() of its own; it may call ring
 * functions in there.
 */
#ifndef RING_H
#define RING_H

#include <stdint.h>

#include <uiomap.h>

struct ring;

/** How completions are noticed. */
enum ring_mode {
	RING_INTERRUPT, /**< sleep until the device interrupts */
	/** poll memory, never sleep: lowest latency, uses one CPU; needs no interrupt */
	RING_POLL,
	/** poll with the interrupt disabled while there is traffic; sleep when there is none */
	RING_ADAPTIVE,
};

/** All zero is a good default. */
struct ring_config {
	enum ring_mode mode;
	/** messages per direction, a power of two; 0: 256, or the device's maximum if lower */
	uint32_t size;
	uint32_t message_max; /**< bytes of the longest message; 0: the device's maximum */
	/** messages per doorbell, 1 ... size; 0: a quarter of size, at most 64 */
	uint32_t batch;
	uint32_t coalesce_count; /**< completions per interrupt; 0: a quarter of size */
	/** longest delay of a completion's interrupt; 0: 100,000 */
	uint32_t coalesce_ns;
};

/** A message that has arrived; its bytes stay where they are until it is released. */
struct ring_message {
	const void *data;
	uint32_t length; /**< bytes, at least 1 */
	uint32_t number; /**< sequence number of the accepted message, from 0; wraps */
};

/** Why the ring has failed. */
struct ring_failure {
	int error; /**< EIO, EBADMSG; 0: it hasn't failed */
	/** 'T': in the transmit queue, 'R': in the receive queue, '-': the device as a whole */
	char queue;
	uint32_t index;	 /**< the descriptor's index, as the device counts */
	uint32_t number; /**< the message's sequence number */
	uint32_t code;	 /**< EIO: the device's error code, UIO_DUMMY_RING_E_* */
};

/** Counters since ring_open(). */
struct ring_stats {
	uint64_t accepted;   /**< messages */
	uint64_t received;   /**< messages received and verified */
	uint64_t bytes;	     /**< in the received messages */
	uint64_t batches;    /**< doorbells for messages to send */
	uint64_t doorbells;  /**< all doorbells */
	uint64_t interrupts; /**< as the kernel counted them */
	uint64_t sleeps;     /**< calls of uiomap_irq_wait() */
	/** sleeps that timed out although there was a completion: its interrupt was late or lost */
	uint64_t late;
	uint64_t yields;   /**< calls of sched_yield() after polling without a completion */
	uint64_t failures; /**< times that the ring failed */
	uint64_t recoveries;
};

/**
 * The last error of the calling thread in words; "" if there was none. Valid until its next failing
 * call.
 */
const char *ring_error(void);

/** Bytes of DMA memory for rings of `size` messages of up to message_max bytes. */
size_t ring_memory(uint32_t size, uint32_t message_max);

/**
 * Reset the device and start both rings. Installs libuiomap's SIGBUS handler
 * (uiomap_guard_install()) until ring_close().
 * @param device	must stay open until after ring_close(); remains the caller's
 * @param config	NULL: all defaults
 * @return the ring, or NULL with errno
 *	- EPROTO: not a ring device
 *	- EINVAL: a value in config is invalid, or the device doesn't support it
 *	- ENOTSUP: no DMA memory, or no interrupt though the mode needs one
 *	- ENOMEM: not enough DMA memory (the text says how much it takes)
 *	- ETIMEDOUT: the device doesn't answer the reset
 *	- EIO: the device refuses to start; ENODEV, EACCES, ERANGE of libuiomap
 */
struct ring *ring_open(struct uiomap_device *device, const struct ring_config *config);

/**
 * Stop the device and free the ring. Messages under way are lost, and pointers into buffers
 * become invalid. Accepts NULL. Keeps errno.
 */
void ring_close(struct ring *ring);

/** Bytes of the longest message; 0 for NULL. */
uint32_t ring_message_max(const struct ring *ring);

/**
 * Get a buffer for the next message. Without a commit in between, returns the same buffer again.
 * @param timeout_ns	how long to wait for one; 0: not at all; UIOMAP_FOREVER: no limit
 * @return room for ring_message_max() bytes, until ring_commit(); or NULL with errno
 *	- EAGAIN: no buffer is free (timeout 0); take messages that have arrived, or try again
 *	- ETIMEDOUT: no buffer became free in time; nothing is lost
 *	- EDEADLK: no buffer can become free, since all receive buffers hold messages that have
 *	  not been released
 *	- EIO, EBADMSG, ENODEV; EINTR, ECANCELED of uiomap_irq_wait(); EINVAL: a timeout below
 *	  UIOMAP_FOREVER
 */
void *ring_reserve(struct ring *ring, int64_t timeout_ns);

/**
 * Send the message in the reserved buffer. The buffer then belongs to the
 * driver.
 * @return 0: accepted; -1 with errno, and the message is still only reserved
 *	- EINVAL: nothing is reserved; EMSGSIZE: length is 0 or above
 *	  ring_message_max()
 *	- EIO, EBADMSG, ENODEV
 */
int ring_commit(struct ring *ring, uint32_t length);

/**
 * Post everything committed and released to the device. Needed only before the program stops
 * calling the ring for a while. 0; -1 with errno.
 */
int ring_flush(struct ring *ring);

/**
 * Get the oldest messages that have arrived and are not released. They stay
 * until ring_release().
 * @param[out] messages	the oldest first
 * @param max		how many at most, at least 1
 * @param timeout_ns	how long to wait for the first; as for ring_reserve()
 * @return how many, at least 1; or -1 with errno
 *	- EAGAIN (timeout 0), ETIMEDOUT: none has arrived
 *	- EDEADLK: none will arrive, since no accepted message is under way
 *	- EIO, EBADMSG, ENODEV; EINTR, ECANCELED; EINVAL
 */
int ring_peek(struct ring *ring, struct ring_message *messages, unsigned int max,
	      int64_t timeout_ns);

/** Give back the oldest `count` messages. 0; -1 with errno EINVAL: fewer have arrived; ENODEV. */
int ring_release(struct ring *ring, unsigned int count);

/**
 * Why the ring has failed with EIO or EBADMSG; error is 0 if it hasn't. Belongs to the ring.
 * NULL only if ring is NULL.
 */
const struct ring_failure *ring_failure(const struct ring *ring);

/**
 * Reset the device and send again, in order, all accepted messages that have not come back.
 * Messages that have arrived and a reserved buffer stay. Can be called at any time, and again if it
 * fails.
 * @return 0; -1 with errno ETIMEDOUT (the device doesn't answer), EIO (it refuses to start), ENODEV
 */
int ring_recover(struct ring *ring);

/** All 0 if ring is NULL. */
void ring_stats(const struct ring *ring, struct ring_stats *stats);

#endif /* RING_H */
