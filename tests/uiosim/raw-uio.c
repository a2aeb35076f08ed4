// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Use a UIO device by raw system calls. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "raw-uio.h"

struct uiosim *raw_device(const char *model, void (*configure)(struct uiosim *d))
{
	struct uiosim *d = uiosim_new("selftest-");

	cr_assert(d, "%s", uiosim_error());
	RAW_OK(uiosim_set(d, "model", model));
	if (configure)
		configure(d);
	RAW_OK(uiosim_go_live(d));
	return d;
}

static uint64_t map_number(int number, unsigned int map, const char *file)
{
	char path[128], text[64] = "";
	uint64_t value;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/maps/map%u/%s", number, map, file);
	f = fopen(path, "re");
	cr_assert(f && fgets(text, sizeof(text), f), "%s: %s", path, strerror(errno));
	fclose(f);
	cr_assert_eq(sscanf(text, "%" SCNx64, &value), 1, "%s: '%s'", path, text);
	return value;
}

static void map_name(int number, unsigned int map, char name[64])
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/maps/map%u/name", number, map);
	f = fopen(path, "re");
	cr_assert(f, "%s: %s", path, strerror(errno));
	if (!fgets(name, 64, f))
		name[0] = 0;
	name[strcspn(name, "\n")] = 0;
	fclose(f);
}

struct raw *raw_open(struct uiosim *d)
{
	struct raw *raw = calloc(1, sizeof(*raw));
	const size_t page = sysconf(_SC_PAGESIZE);
	const char *node = uiosim_uio_node(d);
	char path[128];

	cr_assert(node, "%s", uiosim_error());
	raw->number = uiosim_uio_number(d);
	raw->fd = open(node, O_RDWR | O_CLOEXEC);
	cr_assert(raw->fd >= 0, "%s: %s", node, strerror(errno));
	for (raw->maps = 0; raw->maps < RAW_MAPS; raw->maps++) {
		struct raw_map *m = &raw->map[raw->maps];

		snprintf(path, sizeof(path), "/sys/class/uio/uio%d/maps/map%u", raw->number,
			 raw->maps);
		if (access(path, F_OK) < 0)
			break;
		map_name(raw->number, raw->maps, m->name);
		m->addr = map_number(raw->number, raw->maps, "addr");
		m->offset = map_number(raw->number, raw->maps, "offset");
		/* With both drivers, the size includes the offset in the page. */
		m->size = map_number(raw->number, raw->maps, "size");
		m->length = (m->size + page - 1) / page * page;
		m->size -= m->offset;
		m->base = mmap(NULL, m->length, PROT_READ | PROT_WRITE, MAP_SHARED, raw->fd,
			       raw->maps * page);
		cr_assert_neq(m->base, MAP_FAILED, "map %u (%s) of %s: %s", raw->maps, m->name,
			      node, strerror(errno));
		m->start = (uint8_t *)m->base + m->offset;
	}
	return raw;
}

void raw_close(struct raw *raw)
{
	unsigned int i;

	for (i = 0; i < raw->maps; i++)
		munmap(raw->map[i].base, raw->map[i].length);
	close(raw->fd);
	free(raw);
}

struct raw_map *raw_find(struct raw *raw, const char *name)
{
	unsigned int i;

	for (i = 0; i < raw->maps; i++) {
		if (strcmp(raw->map[i].name, name) == 0)
			return &raw->map[i];
	}
	return NULL;
}

uint64_t raw_read64(const struct raw *raw, uint32_t reg)
{
	uint32_t high, low;

	do {
		high = raw_read(raw, reg + 4);
		low = raw_read(raw, reg);
	} while (raw_read(raw, reg + 4) != high);
	return (uint64_t)high << 32 | low;
}

void raw_write64(struct raw *raw, uint32_t reg, uint64_t value)
{
	raw_write(raw, reg, value);
	raw_write(raw, reg + 4, value >> 32);
}

uint64_t raw_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}

bool raw_until(const struct raw *raw, uint32_t reg, uint32_t mask, uint32_t want, unsigned int ms)
{
	const uint64_t end = raw_now() + ms * UINT64_C(1000000);

	while ((raw_read(raw, reg) & mask) != want) {
		if (raw_now() > end)
			return false;
		sched_yield();
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return true;
}

int raw_irq(struct raw *raw, int32_t enable)
{
	return write(raw->fd, &enable, sizeof(enable)) == sizeof(enable) ? 0 : errno;
}

bool raw_wait(struct raw *raw, unsigned int ms, uint32_t *count)
{
	struct pollfd p = { .fd = raw->fd, .events = POLLIN };
	const int n = poll(&p, 1, ms);
	uint32_t events;

	cr_assert(n >= 0, "poll: %s", strerror(errno));
	if (n == 0)
		return false;
	cr_assert_eq(p.revents, POLLIN, "poll of uio%d: revents 0x%x", raw->number,
		     (unsigned int)p.revents);
	cr_assert_eq(read(raw->fd, &events, sizeof(events)), (ssize_t)sizeof(events), "read: %s",
		     strerror(errno));
	if (count)
		*count = events;
	return true;
}

uint32_t raw_ack(struct raw *raw)
{
	const uint32_t seq = raw_read(raw, UIO_DUMMY_IRQ_SEQ);

	raw_write(raw, UIO_DUMMY_IRQ_ACK, seq);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	cr_assert_eq(raw_irq(raw, 1), 0);
	return seq;
}

uint32_t raw_random(void)
{
	static uint32_t state = 2463534242u;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

int raw_errno(int result)
{
	return result < 0 ? errno : 0;
}

uint64_t raw_stat(struct uiosim *d, const char *file, const char *name)
{
	uint64_t value = 0;

	RAW_OK(uiosim_stat(d, file, name, &value));
	return value;
}
