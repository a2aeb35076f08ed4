// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Self-test of uio_dummy: model memory. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "raw-uio.h"

static const char *maps;

static void configure(struct uiosim *d)
{
	RAW_OK(uiosim_set(d, "maps", maps));
}

struct expected {
	const char *name, *kind;
	size_t offset, size;
	unsigned int map; /* the device's number; a driver may leave some out */
};

/* User space and kernel see the same memory, from the first byte to the last. */
static void check_map(struct uiosim *d, struct raw *raw, unsigned int number,
		      const struct expected *want)
{
	struct raw_map *m = &raw->map[number];
	char greeting[128];
	uint8_t bytes[3], there[3];
	size_t length, at, i;

	cr_assert_str_eq(m->name, want->name);
	cr_assert_eq(m->offset, want->offset, "%s: offset %zu", m->name, m->offset);
	/* uio_pdrv_genirq rounds sizes up to pages. */
	cr_assert(m->size == want->size || (m->offset + m->size) % 4096 == 0, "%s: size %zu",
		  m->name, m->size);
	cr_assert_leq(m->offset + want->size, m->length);
	length = snprintf(greeting, sizeof(greeting), "uio_dummy %s map%u %s\n", uiosim_name(d),
			  want->map, want->kind);
	length = length < want->size ? length : want->size;
	cr_assert_eq(memcmp((void *)m->start, greeting, length), 0, "%s: greeting '%.*s'", m->name,
		     (int)length, m->start);

	/* Beginning, end, and around the page boundary. */
	for (at = 0; at < want->size; at = at == want->size - 1	  ? want->size :
					   at + 1997 < want->size ? at + 1997 :
								    want->size - 1) {
		const size_t n = want->size - at < sizeof(bytes) ? want->size - at : sizeof(bytes);

		for (i = 0; i < n; i++)
			m->start[at + i] = bytes[i] = raw_random();
		RAW_OK(uiosim_read_map(d, want->map, at, there, n));
		cr_assert_eq(memcmp(bytes, there, n), 0, "%s: written at %zu", m->name, at);
		for (i = 0; i < n; i++)
			bytes[i] = raw_random();
		RAW_OK(uiosim_write_map(d, want->map, at, bytes, n));
		cr_assert_eq(memcmp(bytes, (void *)(m->start + at), n), 0, "%s: read at %zu",
			     m->name, at);
	}
	/* No access beyond its end. */
	cr_assert_eq(raw_errno(uiosim_read_map(d, want->map, want->size, there, 1)), ERANGE);
	cr_assert_lt(uiosim_write_map(d, want->map, want->size - 1, bytes, 2), 0);
}

static void check_device(const char *text, const char *driver, const struct expected *want,
			 unsigned int n)
{
	struct uiosim *d;
	struct raw *raw;
	uint32_t events;
	unsigned int i;

	maps = text;
	d = raw_device("memory", configure);
	if (driver)
		RAW_OK(uiosim_bind(d, driver));
	raw = raw_open(d);
	cr_assert_eq(raw->maps, n, "%u maps instead of %u under %s", raw->maps, n,
		     driver ? driver : "itself");
	for (i = 0; i < n; i++)
		check_map(d, raw, i, &want[i]);
	/* The device has no interrupt. */
	cr_assert(read(raw->fd, &events, sizeof(events)) < 0 && errno == EIO);
	raw_close(raw);
	uiosim_free(d);
}

Test(memory, resources)
{
	const char *text =
		"physical:0:4096:plain,physical:100:5000:crossing,physical:4095:2:tiny,physical:0:1,"
		"prefetchable:64:10000:fast,port:0:8:ports";
	const struct expected want[] = {
		{ "plain", "physical", 0, 4096, 0 },	  { "crossing", "physical", 100, 5000, 1 },
		{ "tiny", "physical", 4095, 2, 2 },	  { "map3", "physical", 0, 1, 3 },
		{ "fast", "prefetchable", 64, 10000, 4 },
	};

	check_device(text, "uio_stub", want, 5);
	/* uio_pdrv_genirq maps only plain memory. */
	check_device(text, "uio_pdrv_genirq", want, 4);
}

Test(memory, kernel_memory)
{
	const struct expected kernel[] = {
		{ "map0", "logical", 0, 4096, 0 }, { "l", "logical", 16, 6000, 1 },
		{ "v", "virtual", 4000, 9000, 2 }, { "p", "physical", 8, 100, 3 },
		{ "map4", "virtual", 0, 1, 4 },
	};
	const struct expected coherent[] = {
		{ "a", "coherent", 0, 20000, 0 },
		{ "b", "coherent", 128, 4096, 1 },
	};

	/* No resources: the device registers itself with UIO when it goes live. */
	check_device(
		"logical:0:4096,logical:16:6000:l,virtual:4000:9000:v,physical:8:100:p,virtual:0:1",
		NULL, kernel, 5);
	check_device("coherent:0:20000:a,coherent:128:4096:b", NULL, coherent, 2);
}

/*
 * If a driver doesn't revoke mappings, one that outlives the device shows memory that isn't
 * reused.
 */
Test(memory, outlives_the_device)
{
	const char *kinds[] = { "physical:0:4096", "virtual:0:4096", "logical:0:4096",
				"coherent:0:4096" };
	volatile uint8_t *old;
	struct uiosim *d, *other;
	struct raw *raw, *raw_other;
	unsigned int i, k;
	uint8_t byte;

	for (i = 0; i < 4; i++) {
		maps = kinds[i];
		d = raw_device("memory", configure);
		if (i == 0)
			RAW_OK(uiosim_bind(d, "uio_pdrv_genirq"));
		raw = raw_open(d);
		old = raw->map[0].start;
		/*
		 * LOGICAL and VIRTUAL pages are mapped at the first access, and not after the
		 * device was removed.
		 */
		old[0] = 1;
		RAW_OK(uiosim_unplug(d));
		cr_assert_eq(old[0], 1);
		old[0] = 0x55;
		/* New devices must not get this memory. */
		for (k = 0; k < 5; k++) {
			other = uiosim_new(k % 2 ? "selftest-odd-" : "selftest-even-");
			cr_assert(other, "%s", uiosim_error());
			configure(other);
			RAW_OK(uiosim_go_live(other));
			if (i == 0)
				RAW_OK(uiosim_bind(other, "uio_pdrv_genirq"));
			raw_other = raw_open(other);
			raw_other->map[0].start[0] = 0x11;
			cr_assert_eq(old[0], 0x55);
			old[0] = 0x22;
			RAW_OK(uiosim_read_map(other, 0, 0, &byte, 1));
			cr_assert_eq(byte, 0x11);
			old[0] = 0x55;
			raw_close(raw_other);
			uiosim_free(other);
		}
		raw_close(raw);
		uiosim_free(d);
	}
}
