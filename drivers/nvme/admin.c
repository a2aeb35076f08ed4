/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Admin commands. They are few and not time-critical: they run one at a time, by polling. */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <string.h>

#include "driver-clock.h"
#include "cpu-relax.h"
#include "nvme-internal.h"

/* Timeout of an admin command; generous for each that is used here. */
#define ANSWER_NS INT64_C(10000000000)
#define POLLS	  256

static int await(struct nvme *n, const char *name, struct nvme_completion *completion)
{
	const int64_t end = clock_now_ns() + ANSWER_NS;
	bool late = false;
	uint32_t csts;

	for (;;) {
		for (int i = 0; i < POLLS; i++) {
			if (qpair_poll(&n->admin, completion))
				return 0;
			cpu_relax();
		}
		if (uiomap_region_poll32(n->region, NVME_CSTS, 0, 0, 0, &csts) < 0)
			return driver_fail_uiomap();
		if (nvme_absent(n, csts))
			return nvme_is_gone(n);
		if (le32toh(csts) & NVME_CSTS_CFS)
			return nvme_set_failed(n, EIO,
					       "the controller has failed at %s, status 0x%" PRIx32,
					       name, le32toh(csts));
		if (late) {
			nvme_set_failed(n, EIO, "no answer to %s in %d s", name,
					(int)(ANSWER_NS / 1000000000));
			nvme_failed(n);
			errno = ETIMEDOUT;
			return -1;
		}
		/* Poll once more after the timeout. */
		late = clock_now_ns() > end;
		sched_yield();
	}
}

int admin_run(struct nvme *n, const struct nvme_command *command, const char *name, uint32_t *dw0)
{
	struct nvme_command *entry = queue_reserve(&n->admin.sq);
	struct nvme_completion completion;
	uint16_t status;

	if (!entry) /* can't happen: there is one command at a time */
		return nvme_set_failed(n, EBADMSG, "the admin queue is full");
	/* FFFFh must not be used (base 3.3.3.1). */
	n->admin_cid = (n->admin_cid + 1) & 0x7fff;
	*entry = *command;
	entry->cid = htole16(n->admin_cid);
	queue_commit(&n->admin.sq);
	queue_doorbell(&n->admin.sq);
	if (await(n, name, &completion) < 0)
		return -1;
	/* Ring it at once: with a pin-based interrupt, this deasserts the line. */
	queue_doorbell(&n->admin.cq);
	if (!qpair_valid(&n->admin, &completion) || (completion.dw3 & 0xffff) != n->admin_cid)
		return nvme_set_failed(n, EBADMSG,
				       "a completion of admin queue %" PRIu32 ", command %" PRIu32
				       "; %s is command %u",
				       completion.dw2 >> 16, completion.dw3 & 0xffff, name,
				       n->admin_cid);
	status = NVME_SF(completion.dw3) & NVME_SF_CODE;
	if (status)
		return driver_fail(n->device, EIO, "%s: %s (type %Xh, code %02Xh)", name,
				   nvme_status_text(status), status >> 8, status & 0xff);
	if (dw0)
		*dw0 = completion.dw0;
	return 0;
}

static int identify(struct nvme *n, uint32_t cns, uint32_t nsid, const char *name)
{
	const struct nvme_command command = {
		.opcode = NVME_ADMIN_IDENTIFY,
		.nsid = htole32(nsid),
		.prp1 = htole64(n->page_bus),
		.cdw10 = htole32(cns),
	};

	return admin_run(n, &command, name, NULL);
}

/* A little-endian field of the Identify data. */
static uint64_t field(const struct nvme *n, size_t at, size_t bytes)
{
	uint64_t value = 0;

	memcpy(&value, n->page_cpu + at, bytes);
	return le64toh(value);
}

/*
 * Copy text that is padded with spaces (base 1.4.2) to a string. Unprintable bytes are
 * replaced: it may be printed to a terminal.
 */
static void text(const struct nvme *n, char *to, size_t at, size_t bytes)
{
	memcpy(to, n->page_cpu + at, bytes);
	for (size_t i = 0; i < bytes; i++)
		if (to[i] < ' ' || to[i] > '~')
			to[i] = '?';
	while (bytes && to[bytes - 1] == ' ')
		bytes--;
	to[bytes] = '\0';
}

/*
 * The longest transfer: limited by MDTS, a PRP list of one page and a 16-bit count; whole
 * blocks.
 */
static uint32_t transfer_max(const struct nvme *n, uint8_t mdts, uint32_t block_size)
{
	uint64_t bytes = n->page / sizeof(uint64_t) * n->page;

	if (mdts && mdts < 32 && n->page << mdts < bytes)
		bytes = n->page << mdts;
	if (bytes > UINT64_C(65536) * block_size)
		bytes = UINT64_C(65536) * block_size;
	if (bytes > UINT32_C(1) << 31)
		bytes = UINT32_C(1) << 31;
	return (uint32_t)(bytes / block_size * block_size);
}

int admin_identify(struct nvme *n, struct nvme_identity *identity)
{
	uint32_t format, namespaces;
	uint8_t mdts, shift;

	if (identify(n, NVME_CNS_CONTROLLER, 0, "Identify Controller") < 0)
		return -1;
	text(n, identity->serial, NVME_ID_SN, 20);
	text(n, identity->model, NVME_ID_MN, 40);
	text(n, identity->firmware, NVME_ID_FR, 8);
	identity->vendor = (uint16_t)field(n, NVME_ID_VID, 2);
	identity->write_cache = field(n, NVME_ID_VWC, 1) & 1;
	identity->depth = n->config.depth;
	identity->nsid = n->config.nsid;
	mdts = (uint8_t)field(n, NVME_ID_MDTS, 1);
	namespaces = (uint32_t)field(n, NVME_ID_NN, 4);
	if (identity->nsid > namespaces)
		return driver_fail(n->device, ENXIO,
				   "no namespace %" PRIu32 ": there are up to %" PRIu32,
				   identity->nsid, namespaces);

	if (identify(n, NVME_CNS_NAMESPACE, identity->nsid, "Identify Namespace") < 0)
		return -1;
	identity->blocks = field(n, NVME_NS_NSZE, 8);
	if (!identity->blocks)
		return driver_fail(n->device, ENXIO,
				   "no namespace %" PRIu32 ": that identifier is not in use",
				   identity->nsid);
	format = (uint32_t)field(n, NVME_NS_LBAF + 4 * (field(n, NVME_NS_FLBAS, 1) & 0xf), 4);
	if (format & 0xffff)
		return driver_fail(n->device, ENOTSUP,
				   "namespace %" PRIu32 " has %" PRIu32
				   " bytes of metadata with each block; this driver supports none",
				   identity->nsid, format & 0xffff);
	shift = format >> 16 & 0xff;
	/*
	 * At least 512 bytes (nvm 4.1.5.1). A block that is longer than the longest transfer
	 * can't be read.
	 */
	if (shift < 9 || shift > 30)
		return driver_fail(n->device, EPROTO,
				   "namespace %" PRIu32 " has blocks of 2^%u bytes", identity->nsid,
				   shift);
	identity->block_size = 1u << shift;
	identity->transfer_max = transfer_max(n, mdts, identity->block_size);
	if (!identity->transfer_max)
		return driver_fail(n->device, EPROTO,
				   "blocks of %" PRIu32
				   " bytes are longer than its longest transfer (MDTS %u)",
				   identity->block_size, mdts);
	return 0;
}

int admin_create_queues(struct nvme *n)
{
	/* Request one queue of each kind (0's based), before they are created (base 3.5.1). */
	const struct nvme_command number = {
		.opcode = NVME_ADMIN_SET_FEATURES,
		.cdw10 = htole32(NVME_FEATURE_QUEUES),
	};
	/* There is one vector: both completion queues have vector 0. */
	const struct nvme_command cq = {
		.opcode = NVME_ADMIN_CREATE_CQ,
		.prp1 = htole64(n->io_cq_bus),
		.cdw10 = htole32((n->size - 1) << 16 | n->io.number),
		.cdw11 = htole32(NVME_QUEUE_CONTIGUOUS |
				 (n->config.mode == NVME_INTERRUPT ? NVME_QUEUE_INTERRUPTS : 0)),
	};
	const struct nvme_command sq = {
		.opcode = NVME_ADMIN_CREATE_SQ,
		.prp1 = htole64(n->io_sq_bus),
		.cdw10 = htole32((n->size - 1) << 16 | n->io.number),
		.cdw11 = htole32((uint32_t)n->io.number << 16 | NVME_QUEUE_CONTIGUOUS),
	};

	if (admin_run(n, &number, "Set Features, Number of Queues", NULL) < 0 ||
	    admin_run(n, &cq, "Create I/O Completion Queue", NULL) < 0)
		return -1;
	if (admin_run(n, &sq, "Create I/O Submission Queue", NULL) < 0)
		return -1;
	n->queues = true;
	return 0;
}

int admin_delete_queues(struct nvme *n)
{
	const struct nvme_command sq = { .opcode = NVME_ADMIN_DELETE_SQ,
					 .cdw10 = htole32(n->io.number) };
	const struct nvme_command cq = { .opcode = NVME_ADMIN_DELETE_CQ,
					 .cdw10 = htole32(n->io.number) };

	n->queues = false;
	if (admin_run(n, &sq, "Delete I/O Submission Queue", NULL) < 0)
		return -1;
	/* Deleting the queue has completed or aborted all commands in flight. */
	nvme_poll_completions(n);
	queue_doorbell(&n->io.cq);
	return admin_run(n, &cq, "Delete I/O Completion Queue", NULL);
}
