/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "testdev.h"

#include <errno.h>
#include <stdlib.h>

#include "driver-error.h"
#include "driver-guard.h"

/* Registers in BAR0, which are read and written by the byte. */
enum {
	TEST = 0x00,   /* which test; a write begins it, and clears COUNT */
	OFFSET = 0x04, /* 4 bytes: where to write, ... */
	DATA = 0x08,   /* ... and what */
	COUNT = 0x0c,  /* 4 bytes: writes so far */
};

struct testdev {
	struct uiomap_device *device;
	struct uiomap_region *region;
	volatile void *regs;
};

struct call {
	struct testdev *card;
	unsigned int writes;
	uint32_t count;
};

static uint32_t read_bytes(const struct testdev *card, size_t offset)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < 4; i++)
		value |= (uint32_t)uiomap_read8(card->regs, offset + i) << 8 * i;
	return value;
}

static int count_body(void *arg)
{
	struct call *call = arg;
	const struct testdev *card = call->card;
	uint32_t offset;

	uiomap_write8(card->regs, TEST, 0);
	offset = read_bytes(card, OFFSET);
	if (offset >= uiomap_region_size(card->region))
		return driver_fail(card->device, EPROTO, "it wants writes at 0x%x, outside of BAR0",
				   offset);
	for (unsigned int i = 0; i < call->writes; i++)
		uiomap_write8(card->regs, offset, uiomap_read8(card->regs, DATA));
	call->count = read_bytes(card, COUNT);
	return 0;
}

int testdev_count(struct testdev *card, unsigned int writes, uint32_t *count)
{
	struct call call = { .card = card, .writes = writes };

	if (driver_guard(card->device, count_body, &call) < 0)
		return -1;
	*count = call.count;
	return 0;
}

struct testdev *testdev_open(struct uiomap_device *device)
{
	struct testdev *card = calloc(1, sizeof(*card));

	if (!card) {
		driver_fail(device, ENOMEM, "no memory");
		return NULL;
	}
	card->device = device;
	if (uiomap_guard_install() < 0) {
		driver_fail_uiomap();
		goto free;
	}
	card->region = uiomap_map_name(device, "BAR0", 0);
	if (!card->region) {
		driver_fail_uiomap();
		goto guard_remove;
	}
	if (uiomap_region_size(card->region) < 4096) {
		driver_fail(device, EPROTO, "no pci-testdev: BAR0 has %zu bytes",
			    uiomap_region_size(card->region));
		goto unmap;
	}
	card->regs = uiomap_region_base(card->region);
	return card;

unmap:
	uiomap_unmap(card->region);
guard_remove:
	uiomap_guard_remove();
free:
	free(card);
	return NULL;
}

void testdev_close(struct testdev *card)
{
	if (!card)
		return;
	uiomap_unmap(card->region);
	uiomap_guard_remove();
	free(card);
}
