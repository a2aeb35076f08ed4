/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* I/Os: from the program into commands, and their ends back. */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>

#include "internal.h"

/* ---- inside a guard: the only code that touches the I/O queues and lists ---- */

/*
 * Where the data is: PRP1 the first page, from anywhere in it; PRP2 the second,
 * or a list of all from the second on (base 4.1.1). The buffer is one piece for
 * the device.
 */
static void describe(const struct nvme *n, uint8_t index, struct nvme_command *command)
{
	const struct slot *slot = &n->slots[index];
	const uint64_t first = n->page - (slot->bus & (n->page - 1));
	uint64_t *list = (uint64_t *)(void *)((unsigned char *)uiomap_dma_cpu(n->lists) + index * n->pitch);
	uint64_t left, bus = slot->bus + first;

	command->prp1 = htole64(slot->bus);
	if (slot->bytes <= first)
		return;
	left = slot->bytes - first;
	if (left <= n->page) {
		command->prp2 = htole64(bus);
		return;
	}
	command->prp2 = htole64(uiomap_dma_bus(n->lists) + index * n->pitch);
	for (; left; left -= left < n->page ? left : n->page, bus += n->page)
		*list++ = htole64(bus);
}

void nvme_post(struct nvme *n)
{
	while (fifo_count(&n->noted)) {
		const uint8_t index = n->noted.slot[n->noted.out];
		struct slot *slot = &n->slots[index];
		struct nvme_command command = {
			.opcode = (uint8_t)slot->io.op,
			.cid = htole16((uint16_t)nvme_id(n, index)),
			.nsid = htole32(n->identity.nsid),
		};
		struct nvme_command *entry = queue_reserve(&n->io.sq);

		if (!entry) /* never: there are more entries than slots */
			return;
		if (slot->bytes) {
			describe(n, index, &command);
			command.cdw10 = htole32((uint32_t)slot->io.block);
			command.cdw11 = htole32((uint32_t)(slot->io.block >> 32));
			command.cdw12 = htole32(slot->io.count - 1);	/* 0's based */
		}
		*entry = command;
		queue_commit(&n->io.sq);
		slot->state = SLOT_FLYING;
		fifo_take(&n->noted);
	}
	queue_doorbell(&n->io.sq);
}

static void end(struct nvme *n, uint8_t index, int error, uint32_t field)
{
	struct slot *slot = &n->slots[index];

	slot->state = SLOT_DONE;
	slot->error = error;
	slot->status = field & NVME_SF_CODE;
	slot->final = field & NVME_SF_DNR;
	fifo_put(&n->done, index);
}

static bool take(struct nvme *n)
{
	struct nvme_completion c;
	struct slot *slot;
	uint16_t status;
	uint8_t index;
	int error;

	/*
	 * The device may go at any of the loads in pair_take(), and the guard
	 * end all this. Before: what was taken earlier is noted completely. After:
	 * only memory of our own is touched.
	 */
	atomic_signal_fence(memory_order_seq_cst);
	if (!pair_take(&n->io, &c))
		return false;
	index = c.dw3 & 0xff;
	slot = &n->slots[index];
	if (!pair_valid(&n->io, &c) || index >= n->identity.depth || slot->state != SLOT_FLYING ||
	    nvme_id(n, index) != (c.dw3 & 0xffff)) {
		nvme_fail(n, EBADMSG, "a completion of queue %" PRIu32 ", command 0x%04" PRIx32 ", SQ head %" PRIu32
			  ": no such command is in flight", c.dw2 >> 16, c.dw3 & 0xffff, c.dw2 & 0xffff);
		return false;
	}
	status = NVME_SF(c.dw3) & NVME_SF_CODE;
	error = !status ? 0 : status == NVME_STATUS_ABORTED || status == NVME_STATUS_SQ_DELETED ? ECANCELED : EIO;
	n->stats.ios++;
	if (status)
		n->stats.errors++;
	else
		n->stats.bytes += slot->bytes;
	end(n, index, error, NVME_SF(c.dw3));
	return true;
}

void nvme_take(struct nvme *n)
{
	while (take(n))
		;
}

static int turn_body(void *arg)
{
	struct nvme *n = arg;

	if (n->failed)
		return 0;
	nvme_post(n);
	nvme_take(n);
	return 0;
}

int nvme_turn(struct nvme *n)
{
	return nvme_guarded(n, turn_body);
}

static int post_body(void *arg)
{
	struct nvme *n = arg;

	nvme_post(n);
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

/* ---- the program's side ------------------------------------------------------ */

void nvme_end_all(struct nvme *n, int error)
{
	const bool all = error == ENODEV;

	for (uint32_t i = 0; i < n->identity.depth; i++)
		if (n->slots[i].state == SLOT_FLYING || (all && n->slots[i].state == SLOT_NOTED))
			end(n, (uint8_t)i, error, 0);
	if (all)
		n->noted.out = n->noted.in;
}

static int check(const struct nvme *n, const struct nvme_io *io)
{
	const uint32_t most = n->identity.transfer_max / n->identity.block_size;

	if (io->op != NVME_FLUSH && io->op != NVME_WRITE && io->op != NVME_READ)
		return nvme_error_set(n->device, EINVAL, "operation %d: no such operation", (int)io->op);
	if (io->op == NVME_FLUSH)
		return 0;
	if (!io->buffer)
		return nvme_error_set(n->device, EINVAL, "no buffer given (NULL)");
	if (!io->count || io->count > most)
		return nvme_error_set(n->device, EMSGSIZE, "%" PRIu32 " blocks at once: 1 to %" PRIu32 " are possible", io->count,
				      most);
	if (io->offset % 4 || uiomap_dma_bus(io->buffer) % 4)
		return nvme_error_set(n->device, EINVAL, "data at offset %zu of its buffer: not a multiple of 4", io->offset);
	if (io->offset > uiomap_dma_size(io->buffer) ||
	    (size_t)io->count * n->identity.block_size > uiomap_dma_size(io->buffer) - io->offset)
		return nvme_error_set(n->device, ERANGE, "%" PRIu32 " blocks of %" PRIu32
				      " bytes at offset %zu are beyond the buffer's end at %zu", io->count, n->identity.block_size,
				      io->offset, uiomap_dma_size(io->buffer));
	return 0;
}

int nvme_submit(struct nvme *n, const struct nvme_io *io)
{
	struct slot *slot;
	uint8_t index;

	if (!n || !io)
		return nvme_error_set(NULL, EINVAL, "nvme_submit() of nothing, or to no controller");
	if (n->gone || n->failed)
		return nvme_stands(n);
	if (check(n, io) < 0)
		return -1;
	if (!fifo_count(&n->free))
		return nvme_error_set(n->device, EAGAIN, "%" PRIu32 " I/Os are in flight or have ended and are not given out: "
				      "nvme_reap() first", n->identity.depth);
	index = fifo_take(&n->free);
	slot = &n->slots[index];
	*slot = (struct slot){ .state = SLOT_NOTED, .generation = (uint8_t)(slot->generation + 1), .io = *io };
	if (io->op != NVME_FLUSH) {
		slot->bus = uiomap_dma_bus(io->buffer) + io->offset;
		slot->bytes = io->count * n->identity.block_size;
	}
	fifo_put(&n->noted, index);
	return (int)nvme_id(n, index);
}

int nvme_kick(struct nvme *n)
{
	if (!n)
		return nvme_error_set(NULL, EINVAL, "nvme_kick() of no controller");
	if (n->failed)
		return nvme_stands(n);
	return nvme_guarded(n, post_body);
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
		return nvme_error_set(NULL, EINVAL, "nvme_reap() of no controller, or with room for nothing");
	/* A full hand needs no look at the controller. What has gone wrong comes after what is at hand. */
	if (fifo_count(&n->done) < max && !n->gone)
		nvme_turn(n);
	if (!fifo_count(&n->done) && nvme_wait(n, any_done, 0, timeout_ns) < 0)
		return -1;
	while (count < max && fifo_count(&n->done)) {
		const uint8_t index = fifo_take(&n->done);
		struct slot *slot = &n->slots[index];

		done[count++] = (struct nvme_done){
			.cookie = slot->io.cookie, .id = nvme_id(n, index),
			.error = slot->error, .status = slot->status, .final = slot->final,
		};
		slot->state = SLOT_FREE;
		fifo_put(&n->free, index);
	}
	return (int)count;
}

static bool this_done(const struct nvme *n, uint8_t index)
{
	return n->slots[index].state == SLOT_DONE;
}

/* The end of an I/O whose waiter is here. */
static void withdraw(struct nvme *n, uint8_t index)
{
	for (uint8_t count = fifo_count(&n->done); count; count--) {
		const uint8_t other = fifo_take(&n->done);

		if (other != index)
			fifo_put(&n->done, other);
	}
	n->slots[index].state = SLOT_FREE;
	fifo_put(&n->free, index);
}

int nvme_do(struct nvme *n, const struct nvme_io *io, int64_t timeout_ns)
{
	static const char *const names[] = { "flush", "write", "read" };
	const int id = nvme_submit(n, io);
	const uint8_t index = (uint8_t)id;
	const struct slot *slot;

	if (id < 0 || nvme_wait(n, this_done, index, timeout_ns) < 0)
		return -1;
	withdraw(n, index);
	slot = &n->slots[index];
	if (n->gone && slot->error == ENODEV)
		return nvme_stands(n);
	if (slot->error)
		return nvme_error_set(n->device, slot->error, "%s of %" PRIu32 " blocks from block %" PRIu64
				      ": %s (type %Xh, code %02Xh)", names[io->op], io->op == NVME_FLUSH ? 0 : io->count,
				      io->op == NVME_FLUSH ? 0 : io->block, nvme_status_text(slot->status), slot->status >> 8,
				      slot->status & 0xff);
	return 0;
}

int nvme_abort(struct nvme *n, uint32_t id)
{
	const uint8_t index = (uint8_t)id;

	if (!n)
		return nvme_error_set(NULL, EINVAL, "nvme_abort() of no controller");
	if (!n->gone && nvme_turn(n) < 0)
		return -1;
	if (n->gone || n->failed)
		return nvme_stands(n);
	if (index >= n->identity.depth || nvme_id(n, index) != id || n->slots[index].state != SLOT_FLYING)
		return nvme_error_set(n->device, ENOENT, "I/O 0x%04" PRIx32 " is not in flight", id);
	n->abort_id = id;
	if (nvme_guarded(n, abort_body) < 0)
		return -1;
	if (n->abort_answer & NVME_ABORT_NOT)
		return nvme_error_set(n->device, EBUSY, "the controller did not abort I/O 0x%04" PRIx32
				      "; nvme_reset() would end it", id);
	return 0;
}
