/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Use a UIO device by raw system calls, for the simulator's self-test. A failure here fails the
 * test.
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
	size_t offset; /* offset of the device's bytes in the mapping */
	size_t size;   /* bytes from offset */
	void *base;    /* the mapping, `length` bytes */
	size_t length;
	volatile uint8_t *start; /* base + offset */
};

struct raw {
	int fd, number;
	unsigned int maps;
	struct raw_map map[RAW_MAPS];
};

/* Make a live device of this model. `configure` (may be NULL) sets its attributes before. */
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

/* Poll a register until (value & mask) == want. False if not in time. */
bool raw_until(const struct raw *raw, uint32_t reg, uint32_t mask, uint32_t want, unsigned int ms);

/* write(1) or write(0): 0 or errno. */
int raw_irq(struct raw *raw, int32_t enable);

/* Wait for an interrupt and read the event count. False if none comes in time. */
bool raw_wait(struct raw *raw, unsigned int ms, uint32_t *count);

/* Handle a level interrupt as a driver does: write IRQ_SEQ to IRQ_ACK, unmask. Returns IRQ_SEQ. */
uint32_t raw_ack(struct raw *raw);

uint64_t raw_now(void); /* CLOCK_MONOTONIC, ns */

/* A simple pseudo-random number; the sequence is the same in each run. */
uint32_t raw_random(void);

/* errno of a call, or 0, as in raw_errno(uiosim_set(…)) == EINVAL */
int raw_errno(int result);

/* A value of a device's statistics, which must exist. */
uint64_t raw_stat(struct uiosim *d, const char *file, const char *name);

#define RAW_OK(call) cr_assert_eq((call), 0, "%s: %s", #call, uiosim_error())

#endif /* RAW_UIO_H */
