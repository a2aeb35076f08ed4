/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Turn requests into commands and process completions. No other file accesses the I/O queues
 * and PRP lists.
 */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>

#include "nvme-internal.h"

/*
 * PRP1 points to the data in its first page. PRP2 points to the second page, or
 * to a list of all pages from the second on (base 4.1.1). The buffer is
 * contiguous in bus addresses.
 */
static void set_prps(const struct nvme *n, uint8_t index, struct nvme_command *command)
{
	const struct request *request = &n->requests[index];
	const uint64_t first = n->page - (request->bus & (n->page - 1));
	uint64_t *list =
		(uint64_t *)(void *)((unsigned char *)uiomap_dma_cpu(n->lists) + index * n->pitch);
	uint64_t left, bus = request->bus + first;

	command->prp1 = htole64(request->bus);
	if (request->bytes <= first)
		return;
	left = request->bytes - first;
	if (left <= n->page) {
		command->prp2 = htole64(bus);
		return;
	}
	command->prp2 = htole64(uiomap_dma_addr(n->lists) + index * n->pitch);
	for (; left; left -= left < n->page ? left : n->page, bus += n->page)
		*list++ = htole64(bus);
}

void nvme_flush_queued(struct nvme *n)
{
	while (fifo_count(&n->queued)) {
		const uint8_t index = n->queued.index[n->queued.out];
		struct request *request = &n->requests[index];
		struct nvme_command command = {
			.opcode = (uint8_t)request->io.op,
			.cid = htole16((uint16_t)nvme_id(n, index)),
			.nsid = htole32(n->identity.nsid),
		};
		struct nvme_command *entry = queue_reserve(&n->io.sq);

		if (!entry) /* can't happen: there are more entries than requests */
			return;
		if (request->bytes) {
			set_prps(n, index, &command);
			command.cdw10 = htole32((uint32_t)request->io.block);
			command.cdw11 = htole32((uint32_t)(request->io.block >> 32));
			command.cdw12 = htole32(request->io.count - 1); /* 0's based */
		}
		*entry = command;
		queue_commit(&n->io.sq);
		request->state = REQUEST_INFLIGHT;
		fifo_take(&n->queued);
	}
	queue_doorbell(&n->io.sq);
}

static bool poll_one(struct nvme *n)
{
	struct nvme_completion c;
	struct request *request;
	uint16_t status;
	uint8_t index;
	int error;

	/*
	 * If the device is removed, the guard leaves this function at one of the
	 * loads in qpair_poll(). So the compiler must store each completion
	 * completely before the next load; the rest accesses only the driver's
	 * own memory.
	 */
	atomic_signal_fence(memory_order_seq_cst);
	if (!qpair_poll(&n->io, &c))
		return false;
	index = c.dw3 & 0xff;
	request = &n->requests[index];
	if (!qpair_valid(&n->io, &c) || index >= n->identity.depth ||
	    request->state != REQUEST_INFLIGHT || nvme_id(n, index) != (c.dw3 & 0xffff)) {
		nvme_set_failed(n, EBADMSG,
				"a completion of queue %" PRIu32 ", command 0x%04" PRIx32
				", SQ head %" PRIu32 ": no such command is in flight",
				c.dw2 >> 16, c.dw3 & 0xffff, c.dw2 & 0xffff);
		return false;
	}
	status = NVME_SF(c.dw3) & NVME_SF_CODE;
	error = !status								  ? 0 :
		status == NVME_STATUS_ABORTED || status == NVME_STATUS_SQ_DELETED ? ECANCELED :
										    EIO;
	n->stats.ios++;
	if (status)
		n->stats.errors++;
	else
		n->stats.bytes += request->bytes;
	nvme_complete(n, index, error, NVME_SF(c.dw3));
	return true;
}

void nvme_poll_completions(struct nvme *n)
{
	while (poll_one(n))
		;
}

static int process_body(void *arg)
{
	struct nvme *n = arg;

	if (n->failed)
		return 0;
	nvme_flush_queued(n);
	nvme_poll_completions(n);
	return 0;
}

int nvme_process(struct nvme *n)
{
	return nvme_guarded(n, process_body);
}
