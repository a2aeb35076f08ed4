/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <stdlib.h>

#include "nvme-internal.h"
#include "stream.h"

/* A wait longer than this is a failure of the disk. */
#define TIMEOUT_NS INT64_C(30000000000)

struct part {
	uint64_t block;
	uint32_t count;
	size_t offset; /* of its part of the buffer */
};

struct move {
	const struct stream *s;
	enum nvme_op op;
	uint64_t next, end;
	struct uiomap_dma *buffer;
	struct part parts[NVME_DEPTH_MAX];
	uint32_t block_size, per_io, inflight;
};

static void data(const struct move *m, const struct part *part)
{
	m->s->data(m->s->arg, part->block * m->block_size,
		   (unsigned char *)uiomap_dma_cpu(m->buffer) + part->offset,
		   (size_t)part->count * m->block_size);
}

static int submit(struct move *m, struct part *part)
{
	const uint64_t left = m->end - m->next;
	struct nvme_io io;

	part->block = m->next;
	part->count = left < m->per_io ? (uint32_t)left : m->per_io;
	if (m->op == NVME_WRITE)
		data(m, part);
	io = (struct nvme_io){
		.op = m->op,
		.block = part->block,
		.count = part->count,
		.buffer = m->buffer,
		.offset = part->offset,
		.cookie = part,
	};
	if (nvme_submit(m->s->nvme, &io) < 0)
		return -1;
	m->next += part->count;
	m->inflight++;
	return 0;
}

/* Runs in a guard: the device may be removed while the buffer is accessed. */
static int move(void *arg)
{
	struct move *m = arg;
	const uint32_t depth = nvme_identity(m->s->nvme)->depth;
	struct nvme_done done[32];
	int n;

	for (uint32_t i = 0; i < depth && m->next < m->end; i++) {
		m->parts[i].offset = (size_t)i * m->per_io * m->block_size;
		if (submit(m, &m->parts[i]) < 0)
			return -1;
	}
	while (m->inflight) {
		n = nvme_reap(m->s->nvme, done, 32, TIMEOUT_NS);
		if (n < 0)
			return -1;
		m->inflight -= (uint32_t)n;
		for (int i = 0; i < n; i++) {
			struct part *part = done[i].cookie;

			if (done[i].error)
				return driver_fail(m->s->device, done[i].error,
						   "%u blocks from block %llu: %s", part->count,
						   (unsigned long long)part->block,
						   nvme_status_text(done[i].status));
			if (m->op == NVME_READ)
				data(m, part);
			if (m->next < m->end && submit(m, part) < 0)
				return -1;
		}
	}
	return 0;
}

int stream_move(const struct stream *s, enum nvme_op op, uint64_t block, uint64_t count)
{
	const struct nvme_identity *id = nvme_identity(s->nvme);
	struct move *m = calloc(1, sizeof(*m));
	size_t bytes;
	int rc;

	if (!m)
		return driver_fail(s->device, ENOMEM, "no memory");
	m->s = s;
	m->op = op;
	m->next = block;
	m->end = block + count;
	m->block_size = id->block_size;
	m->per_io = (s->chunk < id->transfer_max ? s->chunk : id->transfer_max) / id->block_size;
	if (!m->per_io)
		m->per_io = 1;
	bytes = (size_t)id->depth * m->per_io * m->block_size;
	m->buffer = uiomap_dma_alloc(s->device, bytes, 4096);
	if (!m->buffer) {
		rc = driver_fail(s->device, errno, "%zu bytes of data in flight: %s", bytes,
				 uiomap_error());
	} else {
		rc = driver_guard(s->device, move, m);
		if (!m->inflight)
			uiomap_dma_free(m->buffer);
	}
	free(m);
	return rc;
}
