/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The driver with a controller that works: identification, and every byte goes to its right
 * place.
 */
#include <stdlib.h>

#include "random-io.h"

static struct nvme *open_with(struct uiomap_device *device, enum nvme_mode mode, uint32_t depth)
{
	const struct nvme_config config = { .mode = mode, .depth = depth };
	struct nvme *nvme = nvme_open(device, &config);

	cr_assert_not_null(nvme, "%s", nvme_error());
	return nvme;
}

Test(nvme, tells_what_it_found_and_gives_everything_back)
{
	struct uiomap_device device;
	const struct nvme_identity *id;
	struct nvme *nvme;

	fake_init(&device);
	nvme = nvme_open(&device, NULL);
	cr_assert_not_null(nvme, "%s", nvme_error());
	id = nvme_identity(nvme);
	cr_assert_eq(strcmp(id->serial, "uiomap ?[2J"), 0, "'%s'", id->serial);
	cr_assert_eq(strcmp(id->model, "a controller in memory"), 0, "'%s'", id->model);
	cr_assert_eq(strcmp(id->firmware, "1.0"), 0, "'%s'", id->firmware);
	cr_assert_eq(id->vendor, 0x1b36);
	cr_assert_eq(id->version, 0x10400);
	cr_assert_eq(id->nsid, 1);
	cr_assert_eq(id->blocks, device.c.blocks);
	cr_assert_eq(id->block_size, 512);
	cr_assert_eq(id->transfer_max, 4096 << 5);
	cr_assert_eq(id->depth, 32);
	cr_assert(id->write_cache);
	cr_assert_eq(device.c.shutdowns, 0);
	cr_assert_leq(device.dma_used, nvme_memory(0));
	errno = 77;
	nvme_close(nvme);
	cr_assert_eq(errno, 77);
	cr_assert_eq(device.c.shutdowns, 1);
	cr_assert_not(device.c.enabled);
	cr_assert_eq(device.allocated + device.fake.mapped + device.fake.installed, 0);
	cr_assert_eq(device.c.violations, 0);
	fake_fini(&device);
	nvme_close(NULL);
}

/*
 * An earlier driver has died and left the controller enabled, with queues; or while it starts,
 * when it must not be disabled yet.
 */
Test(nvme, a_controller_that_was_left_enabled)
{
	for (int starting = 0; starting < 2; starting++) {
		struct uiomap_device device;
		struct nvme *nvme;

		fake_init(&device);
		device.c.enabled = true;
		device.c.regs[NVME_CC / 4] = NVME_CC_EN | 6 << 16 | 4 << 20;
		device.c.regs[NVME_CSTS / 4] = starting ? 0 : NVME_CSTS_RDY;
		device.c.starting = starting ? 20 : 0;
		device.c.regs[0x1000 / 4] = 7;
		nvme = open_with(&device, NVME_POLL, 4);
		cr_assert_eq(device.c.resets, 1);
		nvme_close(nvme);
		cr_assert_eq(device.c.violations, 0);
		fake_fini(&device);
	}
}

/*
 * Every offset in a page and every number of pages, with memory pages of 4, 8 and 64 KiB and
 * every doorbell stride.
 */
Test(nvme, every_offset_and_length)
{
	for (unsigned int shift = 0; shift < 5; shift += shift ? 3 : 1) {
		struct uiomap_device device;
		struct uiomap_dma *buffer;
		struct nvme *nvme;
		unsigned char *data;
		uint32_t random = 99, most;

		fake_init(&device);
		device.c.cap |= (uint64_t)shift << 48 | (uint64_t)(shift * 3) << 32;
		device.c.regs_size = 0x1000 + 0x80000;
		free(device.c.regs);
		device.c.regs = calloc(1, device.c.regs_size);
		nvme = open_with(&device, NVME_POLL, 3);
		most = nvme_identity(nvme)->transfer_max;
		cr_assert_eq(most, 4096u << shift << 5);
		if (most > device.c.blocks * 512)
			most = (uint32_t)device.c.blocks * 512;
		buffer = uiomap_dma_alloc(&device, most + 70000, 4096);
		cr_assert_not_null(buffer);
		data = uiomap_dma_cpu(buffer);
		for (size_t i = 0; i + 4 <= most + 70000; i += 4)
			*(uint32_t *)(void *)(data + i) = random_next(&random);
		for (uint32_t count = 1; count <= most / 512; count += count < 40 ? 1 : 397)
			for (size_t offset = 0; offset < 70000;
			     offset += 4 * (1 + random_next(&random) % 6000)) {
				struct nvme_io io = {
					.op = NVME_WRITE,
					.block = random_next(&random) %
						 (device.c.blocks - count + 1),
					.count = count,
					.buffer = buffer,
					.offset = offset,
				};
				unsigned char *there = device.c.disk + io.block * 512;

				if (offset + count * 512 > most + 70000)
					break;
				OK(nvme_do(nvme, &io, 1000000000));
				cr_assert_eq(memcmp(there, data + offset, count * 512), 0,
					     "count %u offset %zu", count, offset);
				there[random_next(&random) % (count * 512)] ^= 0x40;
				io.op = NVME_READ;
				OK(nvme_do(nvme, &io, 1000000000));
				cr_assert_eq(memcmp(there, data + offset, count * 512), 0,
					     "count %u offset %zu", count, offset);
			}
		uiomap_dma_free(buffer);
		nvme_close(nvme);
		cr_assert_eq(device.c.violations, 0);
		fake_fini(&device);
	}
}

/* The longest possible transfer: no MDTS limit, and a PRP list of a whole page. */
Test(nvme, the_longest_list)
{
	struct uiomap_device device;
	struct uiomap_dma *buffer;
	struct nvme *nvme;
	unsigned char *data;
	struct nvme_io io;

	fake_init(&device);
	device.c.mdts = 0;
	device.c.blocks = 4096;
	nvme = open_with(&device, NVME_POLL, 1);
	cr_assert_eq(nvme_identity(nvme)->transfer_max, 512 * 4096);
	buffer = uiomap_dma_alloc(&device, 512 * 4096 + 4096, 4096);
	data = uiomap_dma_cpu(buffer);
	for (size_t i = 0; i < 513 * 4096; i++)
		data[i] = (unsigned char)(i * 2654435761u >> 13);
	io = (struct nvme_io){ .op = NVME_WRITE, .count = 4096, .buffer = buffer, .offset = 2052 };
	OK(nvme_do(nvme, &io, 1000000000));
	cr_assert_eq(memcmp(device.c.disk, data + 2052, 512 * 4096), 0);
	uiomap_dma_free(buffer);
	nvme_close(nvme);
	cr_assert_eq(device.c.violations, 0);
	fake_fini(&device);
}

static void at_random(enum nvme_mode mode, uint32_t depth, uint16_t mqes, bool reorder,
		      unsigned int steps)
{
	struct uiomap_device device;
	struct nvme_stats stats;
	struct random_io w;

	fake_init(&device);
	device.c.cap = (device.c.cap & ~UINT64_C(0xffff)) | mqes;
	device.c.reorder = reorder;
	device.steps = steps;
	random_io_begin(&w, &device, mode, depth);
	random_io_run(&w, 3000);
	nvme_stats(w.nvme, &stats);
	cr_assert_geq(stats.ios, 3000);
	cr_assert_eq(stats.errors + stats.late + stats.resets, 0);
	/* Completions are returned to the device in batches, as far as the queue allows. */
	if (depth == 32 && mode == NVME_POLL && mqes == 255)
		cr_assert_leq(stats.doorbells, stats.ios);
	cr_assert_eq(mode == NVME_POLL ? stats.sleeps : 0, 0);
	random_io_end(&w);
	fake_fini(&device);
}

Test(nvme, many_in_flight_in_any_order)
{
	static const uint32_t depths[] = { 1, 2, 3, 31, 32, 127, 255 };

	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
		at_random(NVME_POLL, depths[i], 1023, true, 7);
		at_random(NVME_INTERRUPT, depths[i], 1023, true, 100);
	}
	at_random(NVME_POLL, 32, 255, true, 3);
	at_random(NVME_INTERRUPT, 32, 255, false, 1);
	/* A depth of all entries but one; a maximum queue size that is not a power of two. */
	at_random(NVME_POLL, 63, 63, true, 7);
	at_random(NVME_INTERRUPT, 63, 63, true, 50);
	at_random(NVME_POLL, 63, 99, true, 7);
	at_random(NVME_POLL, 1, 1, true, 7);
	at_random(NVME_INTERRUPT, 0, 1, true, 7);
}

Test(nvme, nothing_to_wait_for)
{
	struct uiomap_device device;
	struct nvme_done done[2];
	struct nvme_io flush = { .op = NVME_FLUSH, .cookie = &flush };
	struct nvme *nvme;

	fake_init(&device);
	nvme = open_with(&device, NVME_INTERRUPT, 2);
	FAILS(nvme_reap(nvme, done, 1, UIOMAP_FOREVER), EDEADLK);
	FAILS(nvme_reap(nvme, done, 1, 0), EAGAIN);
	FAILS(nvme_reap(nvme, done, 1, -2), EINVAL);
	FAILS(nvme_reap(nvme, done, 0, 0), EINVAL);
	FAILS(nvme_reap(nvme, NULL, 1, 0), EINVAL);
	FAILS(nvme_reap(NULL, done, 1, 0), EINVAL);
	device.c.hold = true;
	cr_assert_geq(nvme_submit(nvme, &flush), 0);
	FAILS(nvme_reap(nvme, done, 1, 0), EAGAIN);
	FAILS(nvme_reap(nvme, done, 1, 50000000), ETIMEDOUT);
	device.wake = true;
	FAILS(nvme_reap(nvme, done, 1, UIOMAP_FOREVER), ECANCELED);
	device.c.hold = false;
	OK(nvme_do(nvme, &flush, UIOMAP_FOREVER));
	nvme_close(nvme);
	fake_fini(&device);
}

Test(nvme, doing_one_leaves_the_others_ends)
{
	struct uiomap_device device;
	struct nvme_done done[4];
	struct nvme_io flush = { .op = NVME_FLUSH };
	struct nvme *nvme;
	int ids[3];

	fake_init(&device);
	nvme = open_with(&device, NVME_POLL, 4);
	for (int i = 0; i < 3; i++) {
		flush.cookie = &ids[i];
		ids[i] = nvme_submit(nvme, &flush);
		cr_assert_geq(ids[i], 0);
	}
	OK(nvme_do(nvme, &flush, UIOMAP_FOREVER));
	cr_assert_eq(nvme_reap(nvme, done, 2, 0), 2);
	cr_assert(done[0].cookie == &ids[0] && (int)done[0].id == ids[0]);
	cr_assert(done[1].cookie == &ids[1] && (int)done[1].id == ids[1]);
	cr_assert_eq(nvme_reap(nvme, done, 2, 0), 1);
	cr_assert(done[0].cookie == &ids[2]);
	FAILS(nvme_reap(nvme, done, 2, UIOMAP_FOREVER), EDEADLK);
	nvme_close(nvme);
	fake_fini(&device);
}

Test(nvme, what_a_submit_refuses)
{
	struct uiomap_device device;
	struct uiomap_dma *buffer;
	struct nvme_io io;
	struct nvme *nvme;

	fake_init(&device);
	nvme = open_with(&device, NVME_POLL, 2);
	buffer = uiomap_dma_alloc(&device, 4096, 4096);
	FAILS(nvme_submit(NULL, &io), EINVAL);
	FAILS(nvme_submit(nvme, NULL), EINVAL);
	io = (struct nvme_io){ .op = NVME_READ, .count = 1 };
	FAILS(nvme_submit(nvme, &io), EINVAL);
	io.buffer = buffer;
	io.offset = 2;
	FAILS(nvme_submit(nvme, &io), EINVAL);
	io.offset = 4096 - 508;
	FAILS(nvme_submit(nvme, &io), ERANGE);
	io.offset = 8192;
	FAILS(nvme_submit(nvme, &io), ERANGE);
	io.offset = SIZE_MAX - 3;
	FAILS(nvme_submit(nvme, &io), ERANGE);
	io.offset = 0;
	io.count = 0;
	FAILS(nvme_submit(nvme, &io), EMSGSIZE);
	io.count = 4096 * 32 / 512 + 1;
	FAILS(nvme_submit(nvme, &io), EMSGSIZE);
	io.count = UINT32_MAX;
	FAILS(nvme_submit(nvme, &io), EMSGSIZE);
	io.count = 9;
	FAILS(nvme_submit(nvme, &io), ERANGE);
	io.count = 8;
	io.op = (enum nvme_op)3;
	FAILS(nvme_submit(nvme, &io), EINVAL);
	io.op = NVME_READ;
	cr_assert_geq(nvme_submit(nvme, &io), 0);
	cr_assert_geq(nvme_submit(nvme, &io), 0);
	FAILS(nvme_submit(nvme, &io), EAGAIN);
	uiomap_dma_free(buffer);
	nvme_close(nvme);
	cr_assert_eq(device.c.violations, 0);
	fake_fini(&device);
}

Test(nvme, an_interrupt_that_is_lost_costs_time_only)
{
	struct uiomap_device device;
	struct nvme_stats stats;
	struct random_io w;

	fake_init(&device);
	device.c.reorder = true;
	random_io_begin(&w, &device, NVME_INTERRUPT, 8);
	/* The controller works while the driver sleeps. */
	device.fake.pace = 1000000;
	for (int i = 0; i < 50; i++) {
		device.c.lose_irq = 1 + i % 8;
		random_io_run(&w, 20);
	}
	nvme_stats(w.nvme, &stats);
	cr_assert_gt(stats.late, 0);
	random_io_end(&w);
	fake_fini(&device);
}
