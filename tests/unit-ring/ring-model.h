/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The ring device of kernel/uio_dummy.h in ordinary memory, for tests on the
 * host. The test runs it step by step, or a thread runs it in parallel with the
 * driver. It reads everything that the driver writes with acquire semantics, or
 * after such a read.
 */
#ifndef RING_MODEL_H
#define RING_MODEL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uio_dummy.h>

/* Different from any CPU address. */
#define RING_MODEL_BUS UINT64_C(0x7000000000)

struct ring_model_ring {
	uint64_t base;
	uint32_t size, cons;
	size_t cons_reg;
};

struct ring_model {
	uint32_t *regs;	       /* one page */
	unsigned char *memory; /* DMA memory */
	size_t memory_size;
	uint32_t message_max, size_max;

	struct ring_model_ring tx, rx;
	uint32_t status;
	uint32_t start; /* index at which the rings begin; 0 but in tests of the wrap */
	uint32_t untold;

	/* Faults; a test sets them while no thread runs the device. */
	bool stall;
	uint32_t error; /* the next N messages fail */
	/*
	 * the next N receive completions are corrupted: CRC, length, cookie, status, payload in
	 * turn
	 */
	uint32_t corrupt;
	/* the next N transmit completions are corrupted: CRC, length, cookie, status in turn */
	uint32_t corrupt_tx;
	uint32_t lose_irq; /* the next N events don't interrupt */

	uint64_t messages, falsified;
	uint32_t interrupts; /* events that did interrupt */
	pthread_t thread;
	atomic_bool stop;
};

/* The memory is allocated by calloc(), so that sanitizers detect accesses out of bounds. */
void ring_model_init(struct ring_model *dev, size_t memory_size, uint32_t size_max,
		     uint32_t message_max);
void ring_model_fini(struct ring_model *dev);

/*
 * Read the registers once and transfer up to `max` messages. Returns whether there was anything
 * to do.
 */
bool ring_model_step(struct ring_model *dev, unsigned int max);

/* Start a thread that steps until ring_model_join(). */
void ring_model_spawn(struct ring_model *dev);
void ring_model_join(struct ring_model *dev);

/* Write random data somewhere to the memory or a register. */
void ring_model_garbage(struct ring_model *dev, uint32_t random);

static inline uint32_t ring_model_reg(const struct ring_model *dev, size_t reg)
{
	return __atomic_load_n(&dev->regs[reg / 4], __ATOMIC_ACQUIRE);
}

static inline void ring_model_set(struct ring_model *dev, size_t reg, uint32_t value)
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

#endif /* RING_MODEL_H */
