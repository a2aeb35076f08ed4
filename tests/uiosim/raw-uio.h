/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A UIO device by bare system calls, for the simulator's self-test. What fails here fails the test.
 */
#ifndef RAW_UIO_H
#define RAW_UIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uiosim.h"
#include "uio_dummy.h"

#define RAW_MAPS 5

struct raw_map {
	char name[64];
	uint64_t addr;
	size_t offset; /* where the device's bytes begin in the mapping */
	size_t size;   /* bytes from there */
	void *base;    /* what was mapped, `length` bytes */
	size_t length;
	volatile uint8_t *start; /* base + offset */
};

struct raw {
	int fd, number;
	unsigned int maps;
	struct raw_map map[RAW_MAPS];
};

/* A device of this model with what `configure` (may be NULL) sets, live. */
struct uiosim *raw_device(const char *model, void (*configure)(struct uiosim *d));

/* Open the UIO device and map all of its maps. */
struct raw *raw_open(struct uiosim *d);
void raw_close(struct raw *raw);

/* The map of this name, or NULL. */
struct raw_map *raw_find(struct raw *raw, const char *name);

/* Registers: map 0. */
static inline uint32_t raw_read(const struct raw *raw, uint32_t reg)
{
	return *(const volatile uint32_t *)(raw->map[0].start + reg);
}

static inline void raw_write(struct raw *raw, uint32_t reg, uint32_t value)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*(volatile uint32_t *)(raw->map[0].start + reg) = value;
}

uint64_t raw_read64(const struct raw *raw, uint32_t reg);
void raw_write64(struct raw *raw, uint32_t reg, uint64_t value);

/* Look at a register until (value & mask) == want. False: not within that time. */
bool raw_until(const struct raw *raw, uint32_t reg, uint32_t mask, uint32_t want, unsigned int ms);

/* write(1) or write(0): 0 or errno. */
int raw_irq(struct raw *raw, int32_t enable);

/* Wait for an interrupt and read the event count. False: none within that time. */
bool raw_wait(struct raw *raw, unsigned int ms, uint32_t *count);

/*
 * What a driver does about an interrupt of a level line: IRQ_SEQ to IRQ_ACK, unmask. Returns
 * IRQ_SEQ.
 */
uint32_t raw_ack(struct raw *raw);

uint64_t raw_now(void); /* CLOCK_MONOTONIC, ns */

/* A cheap random number, the same ones in each run. */
uint32_t raw_random(void);

/* errno of a call, or 0; a test says: raw_errno(uiosim_set(…)) == EINVAL */
int raw_errno(int result);

/* A line of a device's statistics, which must be there. */
uint64_t raw_stat(struct uiosim *d, const char *file, const char *name);

#define RAW_OK(call) cr_assert_eq((call), 0, "%s: %s", #call, uiosim_error())

#endif /* RAW_UIO_H */
