/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A small NVMe controller in ordinary memory, for tests on the host. The test
 * runs it step by step, or a thread runs it in parallel with the driver. It
 * counts everything that the specification forbids a host in `violations`. It
 * reads everything that the driver writes with acquire semantics, or after such
 * a read.
 */
#ifndef NVME_MODEL_H
#define NVME_MODEL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec.h"

/* Different from any CPU address. */
#define NVME_MODEL_BUS	UINT64_C(0x7000000000)
#define NVME_MODEL_HELD 512

struct nvme_model_queues {
	uint64_t sq, cq; /* bus addresses; 0: not created */
	uint32_t sq_size, cq_size;
	uint32_t head; /* of the submission queue */
	uint32_t tail; /* of the completion queue */
	bool phase, interrupts;
};

struct nvme_model {
	uint32_t *regs;
	size_t regs_size;
	unsigned char *memory; /* the memory behind the bus addresses */
	size_t memory_size;
	unsigned char *disk;

	/* Its properties; a test sets them before it opens the driver. */
	uint64_t cap;
	uint32_t version;
	uint64_t blocks;
	uint32_t block_shift;
	uint32_t namespaces;
	uint16_t metadata;
	uint8_t mdts;

	struct nvme_model_queues queues[2];
	bool enabled;
	struct nvme_command held[NVME_MODEL_HELD]; /* I/O commands fetched and not completed */
	unsigned int held_count;
	uint32_t random;

	/* Its behaviour; a test sets it while no thread runs the controller. */
	bool reorder;	       /* completes in any order */
	bool hold;	       /* I/O commands are fetched and not completed */
	unsigned int starting; /* EN is 1, RDY follows after so many steps */
	bool never_ready;      /* RDY doesn't follow EN = 1 */
	bool never_stops;      /* RDY doesn't follow EN = 0 */
	bool fails_at_start;   /* CFS instead of RDY */
	bool mute;	       /* admin commands are not answered */
	bool no_abort;
	bool admin_cid;	       /* the next admin completion names another command */
	uint16_t admin_status; /* of the next admin command that has opcode admin_opcode */
	uint8_t admin_opcode;
	uint16_t status;       /* of the next I/O command, with Do Not Retry as bit 14 */
	unsigned int lose_irq; /* the next N completions don't interrupt */
	unsigned int corrupt;  /* the next N I/O completions are corrupted, in the way ... */
	enum { BAD_CID, BAD_GENERATION, BAD_SQID, BAD_HEAD, BAD_TWICE, BAD_KINDS } corrupt_how;

	unsigned int violations, shutdowns, resets, deletions, flushes;
	uint64_t completed;
	atomic_uint interrupts;
	pthread_t thread;
	atomic_bool stop;
};

/*
 * `blocks` blocks of 512 bytes. The memory is allocated by malloc(), so that sanitizers detect
 * accesses out of bounds.
 */
void nvme_model_init(struct nvme_model *c, size_t memory_size, uint64_t blocks);
void nvme_model_fini(struct nvme_model *c);

/*
 * Read the registers once and complete up to `max` commands. Returns whether there was anything
 * to do.
 */
bool nvme_model_step(struct nvme_model *c, unsigned int max);

/* Start a thread that steps until nvme_model_join(). */
void nvme_model_spawn(struct nvme_model *c);
void nvme_model_join(struct nvme_model *c);

/*
 * nvme_model_fail(): fail permanently (CSTS.CFS). nvme_model_vanish(): removal (all registers
 * read as
 * `value`: all ones, or 0).
 */
void nvme_model_fail(struct nvme_model *c);
void nvme_model_vanish(struct nvme_model *c, uint32_t value);

/* Write random data somewhere in the memory, often in the queues. */
void nvme_model_garbage(struct nvme_model *c, uint32_t random);

static inline uint32_t nvme_model_reg(const struct nvme_model *c, size_t reg)
{
	return __atomic_load_n(&c->regs[reg / 4], __ATOMIC_ACQUIRE);
}

static inline void nvme_model_set(struct nvme_model *c, size_t reg, uint32_t value)
{
	__atomic_store_n(&c->regs[reg / 4], value, __ATOMIC_RELEASE);
}

/* A pseudo-random sequence, the same on every run. */
static inline uint32_t random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

#endif /* NVME_MODEL_H */
