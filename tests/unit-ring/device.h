/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The ring device of kernel/uio_dummy.h in ordinary memory, for the host: moved
 * on step by step by the test itself, or by a thread that races with the driver.
 * Everything that the driver writes it reads with acquire, or after such a read.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uio_dummy.h>

/* Nothing like a CPU address. */
#define DEVICE_BUS	UINT64_C(0x7000000000)

struct device_ring {
	uint64_t base;
	uint32_t size, cons;
	size_t cons_reg;
};

struct device {
	uint32_t *regs;		/* one page */
	unsigned char *memory;	/* DMA memory */
	size_t memory_size;
	uint32_t message_max, size_max;

	struct device_ring tx, rx;
	uint32_t status;
	uint32_t start;		/* index at which the rings begin; 0 but in tests of the wrap */
	uint32_t untold;

	/* Faults; the test sets them while no thread plays the device. */
	bool stall;
	uint32_t error;		/* the next N messages fail */
	uint32_t corrupt;	/* the next N receive completions are falsified: CRC, length, cookie, status, payload in turn */
	uint32_t corrupt_tx;	/* the next N transmit completions: CRC, length, cookie, status in turn */
	uint32_t lose_irq;	/* the next N events don't interrupt */

	uint64_t messages, falsified;
	uint32_t interrupts;	/* events that did interrupt */
	pthread_t thread;
	atomic_bool stop;
};

/* calloc()ed: an address out of bounds is the sanitizer's. */
void device_init(struct device *dev, size_t memory_size, uint32_t size_max, uint32_t message_max);
void device_fini(struct device *dev);

/* Look at the registers once; transfer up to `max` messages. Whether there was anything to do. */
bool device_step(struct device *dev, unsigned int max);

/* A thread that steps until device_join(). */
void device_spawn(struct device *dev);
void device_join(struct device *dev);

/* What a program that knows nothing of the device's rules gets from it: garbage somewhere. */
void device_garbage(struct device *dev, uint32_t random);

static inline uint32_t device_reg(const struct device *dev, size_t reg)
{
	return __atomic_load_n(&dev->regs[reg / 4], __ATOMIC_ACQUIRE);
}

static inline void device_set(struct device *dev, size_t reg, uint32_t value)
{
	__atomic_store_n(&dev->regs[reg / 4], value, __ATOMIC_RELEASE);
}

/* A pseudo-random sequence, the same on every run. */
static inline uint32_t random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

#endif /* DEVICE_H */
