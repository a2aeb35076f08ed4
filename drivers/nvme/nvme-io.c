/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Submit, reap and abort I/Os. */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>

#include "nvme-internal.h"

static int kick_body(void *arg)
{
	struct nvme *n = arg;

	nvme_flush_queued(n);
	return 0;
}

static int abort_body(void *arg)
{
	struct nvme *n = arg;
	const struct nvme_command command = {
		.opcode = NVME_ADMIN_ABORT,
		.cdw10 = htole32(n->abort_id << 16 | n->io.number),
	};

	return admin_run(n, &command, "Abort", &n->abort_answer);
}

static int check(const struct nvme *n, const struct nvme_io *io)
{
	const uint32_t most = n->identity.transfer_max / n->identity.block_size;

	if (io->op != NVME_FLUSH && io->op != NVME_WRITE && io->op != NVME_READ)
		return driver_fail(n->device, EINVAL, "there is no operation %d", (int)io->op);
	if (io->op == NVME_FLUSH)
		return 0;
	if (!io->buffer)
		return driver_fail(n->device, EINVAL, "no buffer given (NULL)");
	if (!io->count || io->count > most)
		return driver_fail(n->device, EMSGSIZE,
				   "%" PRIu32 " blocks at once: 1 to %" PRIu32 " are possible",
				   io->count, most);
	if (io->offset % 4 || uiomap_dma_addr(io->buffer) % 4)
		return driver_fail(n->device, EINVAL,
				   "data at offset %zu of its buffer: not a multiple of 4",
				   io->offset);
	if (io->offset > uiomap_dma_size(io->buffer) ||
	    (size_t)io->count * n->identity.block_size > uiomap_dma_size(io->buffer) - io->offset)
		return driver_fail(n->device, ERANGE,
				   "%" PRIu32 " blocks of %" PRIu32
				   " bytes at offset %zu are beyond the buffer's end at %zu",
				   io->count, n->identity.block_size, io->offset,
				   uiomap_dma_size(io->buffer));
	return 0;
}

int nvme_submit(struct nvme *n, const struct nvme_io *io)
{
	struct request *request;
	uint8_t index;

	if (!n || !io)
		return driver_fail(NULL, EINVAL, "nvme_submit(): controller or io is NULL");
	if (n->gone || n->failed)
		return nvme_failed(n);
	if (check(n, io) < 0)
		return -1;
	if (!fifo_count(&n->free))
		return driver_fail(n->device, EAGAIN,
				   "%" PRIu32 " I/Os are queued, in flight or completed: "
				   "call nvme_reap() first",
				   n->identity.depth);
	index = fifo_take(&n->free);
	request = &n->requests[index];
	*request = (struct request){ .state = REQUEST_QUEUED,
				     .generation = (uint8_t)(request->generation + 1),
				     .io = *io };
	if (io->op != NVME_FLUSH) {
		request->bus = uiomap_dma_addr(io->buffer) + io->offset;
		request->bytes = io->count * n->identity.block_size;
	}
	fifo_put(&n->queued, index);
	return (int)nvme_id(n, index);
}

int nvme_kick(struct nvme *n)
{
	if (!n)
		return driver_fail(NULL, EINVAL, "nvme_kick(): controller is NULL");
	if (n->failed)
		return nvme_failed(n);
	return nvme_guarded(n, kick_body);
}

static bool any_done(const struct nvme *n, uint8_t unused)
{
	(void)unused;
	return fifo_count(&n->done);
}

int nvme_reap(struct nvme *n, struct nvme_done *done, unsigned int max, int64_t timeout_ns)
{
	unsigned int count = 0;

	if (!n || !done || !max)
		return driver_fail(NULL, EINVAL,
				   "nvme_reap(): controller or done is NULL, or max is 0");
	/*
	 * Don't access the controller if `max` I/Os have completed already. Report an error
	 * only after those.
	 */
	if (fifo_count(&n->done) < max && !n->gone)
		nvme_process(n);
	if (!fifo_count(&n->done) && nvme_wait(n, any_done, 0, timeout_ns) < 0)
		return -1;
	while (count < max && fifo_count(&n->done)) {
		const uint8_t index = fifo_take(&n->done);
		struct request *request = &n->requests[index];

		done[count++] = (struct nvme_done){
			.cookie = request->io.cookie,
			.id = nvme_id(n, index),
			.error = request->error,
			.status = request->status,
			.final = request->final,
		};
		request->state = REQUEST_FREE;
		fifo_put(&n->free, index);
	}
	return (int)count;
}

static bool this_done(const struct nvme *n, uint8_t index)
{
	return n->requests[index].state == REQUEST_DONE;
}

/* Remove an I/O from the completed ones: nvme_do() returns it itself. */
static void withdraw(struct nvme *n, uint8_t index)
{
	for (uint8_t count = fifo_count(&n->done); count; count--) {
		const uint8_t other = fifo_take(&n->done);

		if (other != index)
			fifo_put(&n->done, other);
	}
	n->requests[index].state = REQUEST_FREE;
	fifo_put(&n->free, index);
}

int nvme_do(struct nvme *n, const struct nvme_io *io, int64_t timeout_ns)
{
	static const char * const names[] = { "flush", "write", "read" };
	const int id = nvme_submit(n, io);
	const uint8_t index = (uint8_t)id;
	const struct request *request;

	if (id < 0 || nvme_wait(n, this_done, index, timeout_ns) < 0)
		return -1;
	withdraw(n, index);
	request = &n->requests[index];
	if (n->gone && request->error == ENODEV)
		return nvme_failed(n);
	if (request->error)
		return driver_fail(n->device, request->error,
				   "%s of %" PRIu32 " blocks from block %" PRIu64
				   ": %s (type %Xh, code %02Xh)",
				   names[io->op], io->op == NVME_FLUSH ? 0 : io->count,
				   io->op == NVME_FLUSH ? 0 : io->block,
				   nvme_status_text(request->status), request->status >> 8,
				   request->status & 0xff);
	return 0;
}

int nvme_abort(struct nvme *n, uint32_t id)
{
	const uint8_t index = (uint8_t)id;

	if (!n)
		return driver_fail(NULL, EINVAL, "nvme_abort(): controller is NULL");
	if (!n->gone && nvme_process(n) < 0)
		return -1;
	if (n->gone || n->failed)
		return nvme_failed(n);
	if (index >= n->identity.depth || nvme_id(n, index) != id ||
	    n->requests[index].state != REQUEST_INFLIGHT)
		return driver_fail(n->device, ENOENT, "I/O 0x%04" PRIx32 " is not in flight", id);
	n->abort_id = id;
	if (nvme_guarded(n, abort_body) < 0)
		return -1;
	if (n->abort_answer & NVME_ABORT_NOT)
		return driver_fail(n->device, EBUSY,
				   "the controller did not abort I/O 0x%04" PRIx32
				   "; nvme_reset() would end it",
				   id);
	return 0;
}
