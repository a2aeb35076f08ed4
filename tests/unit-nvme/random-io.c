/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <stdlib.h>

#include "random-io.h"

void random_io_begin(struct random_io *w, struct uiomap_device *device, enum nvme_mode mode,
		     uint32_t depth)
{
	const struct nvme_config config = { .mode = mode, .depth = depth };

	memset(w, 0, sizeof(*w));
	w->device = device;
	w->random = 12345;
	w->nvme = nvme_open(device, &config);
	cr_assert_not_null(w->nvme, "%s", nvme_error());
	w->depth = nvme_identity(w->nvme)->depth;
	w->model = calloc(device->c.blocks, 512);
	w->written = calloc(device->c.blocks, 1);
	for (uint32_t i = 0; i < w->depth; i++) {
		w->ios[i].buffer = uiomap_dma_alloc(device, RANDOM_IO_ROOM, 64);
		cr_assert_not_null(w->ios[i].buffer, "%s", uiomap_error());
	}
}

static unsigned char *data(const struct random_io_slot *io)
{
	return (unsigned char *)uiomap_dma_cpu(io->buffer) + io->offset;
}

/*
 * Reads in flight may overlap each other, but a write must not overlap anything: the order is
 * not defined.
 */
static bool apart(const struct random_io *w, const struct random_io_slot *io)
{
	for (uint32_t i = 0; i < io->count; i++)
		if (w->written[io->block + i] == 1 ||
		    (io->op == NVME_WRITE && w->written[io->block + i]))
			return false;
	return true;
}

static void mark(struct random_io *w, const struct random_io_slot *io, unsigned char how)
{
	memset(w->written + io->block, how, io->count);
}

int random_io_fill(struct random_io *w)
{
	for (uint32_t i = 0; i < w->depth; i++) {
		struct random_io_slot *io = &w->ios[i];
		uint32_t r = random_next(&w->random);
		struct nvme_io nvme_io;

		if (io->busy)
			continue;
		io->op = r % 16 == 0 ? NVME_FLUSH : r % 2 ? NVME_READ : NVME_WRITE;
		io->count = 1 + (r >> 4) % 16;
		io->block = (r >> 8) % (w->device->c.blocks - io->count);
		io->offset = 4 * ((r >> 12) % 512);
		if (io->op == NVME_FLUSH)
			io->count = 0;
		if (!apart(w, io))
			continue;
		if (io->op == NVME_WRITE) {
			for (uint32_t k = 0; k < io->count * 512; k++)
				data(io)[k] = (unsigned char)(r + k * 7 + (k >> 9) * 13);
		} else if (io->op == NVME_READ) {
			memset(data(io), 0xee, io->count * 512);
		}
		nvme_io = (struct nvme_io){
			.op = io->op,
			.block = io->block,
			.count = io->count,
			.buffer = io->buffer,
			.offset = io->offset,
			.cookie = io,
		};
		io->id = nvme_submit(w->nvme, &nvme_io);
		if (io->id < 0)
			return -1;
		for (uint32_t other = 0; other < w->depth; other++)
			cr_assert(other == i || !w->ios[other].busy || w->ios[other].id != io->id);
		io->busy = true;
		mark(w, io, io->op == NVME_WRITE ? 1 : io->op == NVME_READ ? 2 : 0);
		w->in_flight++;
	}
	return 0;
}

static void take(struct random_io *w, const struct nvme_done *done)
{
	struct random_io_slot *io = done->cookie;

	cr_assert(io >= w->ios && io < w->ios + w->depth && io->busy);
	cr_assert_eq((int)done->id, io->id);
	io->busy = false;
	w->in_flight--;
	w->ended++;
	if (!done->error && io->op == NVME_WRITE)
		memcpy(w->model + io->block * 512, data(io), io->count * 512);
	else if (!done->error && io->op == NVME_READ)
		cr_assert_eq(memcmp(w->model + io->block * 512, data(io), io->count * 512), 0);
	mark(w, io, 0);
	/* Reads of the same blocks that are still in flight. */
	for (uint32_t i = 0; i < w->depth; i++)
		if (w->ios[i].busy && w->ios[i].op == NVME_READ)
			mark(w, &w->ios[i], 2);
	/* The data may have been written or not. */
	if (done->error && io->op == NVME_WRITE)
		memcpy(w->model + io->block * 512, w->device->c.disk + io->block * 512,
		       io->count * 512);
}

int random_io_take(struct random_io *w, int error)
{
	struct nvme_done done[8];
	int n = nvme_reap(w->nvme, done, 1 + random_next(&w->random) % 8, 10000000000);

	for (int i = 0; i < n; i++) {
		cr_assert(done[i].error == 0 || done[i].error == error);
		take(w, &done[i]);
	}
	return n;
}

void random_io_run(struct random_io *w, unsigned int n)
{
	const unsigned int until = w->ended + n;

	while (w->ended < until) {
		OK(random_io_fill(w));
		cr_assert_gt(random_io_take(w, 0), 0, "%s", nvme_error());
	}
	while (w->in_flight)
		cr_assert_gt(random_io_take(w, 0), 0, "%s", nvme_error());
}

void random_io_end(struct random_io *w)
{
	nvme_close(w->nvme);
	for (uint32_t i = 0; i < w->depth; i++)
		uiomap_dma_free(w->ios[i].buffer);
	cr_assert_eq(w->device->allocated, 0);
	cr_assert_eq(w->device->fake.mapped, 0);
	cr_assert_eq(w->device->fake.installed, 0);
	cr_assert_eq(w->device->c.violations, 0, "%u violations", w->device->c.violations);
	cr_assert_eq(memcmp(w->model, w->device->c.disk, w->device->c.blocks * 512), 0);
	free(w->model);
	free(w->written);
}
