/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "nvme-model.h"

#define MPS(c) (UINT64_C(4096) << (nvme_model_reg(c, NVME_CC) >> 7 & 0xf))

void nvme_model_init(struct nvme_model *c, size_t memory_size, uint64_t blocks)
{
	memset(c, 0, sizeof(*c));
	c->memory_size = memory_size;
	c->memory = calloc(1, memory_size);
	c->blocks = blocks;
	c->block_shift = 9;
	c->disk = calloc(blocks, 512);
	/* MQES 255 (0's based), CQR, TO 2 s, NVM command set. */
	c->cap = 255 | 1 << 16 | 4 << 24 | NVME_CAP_CSS_NVM;
	c->version = 0x10400;
	c->namespaces = 1;
	c->mdts = 5;
	c->random = 1;
	c->regs_size = 0x4000;
	c->regs = calloc(1, c->regs_size);
	if (!c->memory || !c->disk || !c->regs)
		abort();
}

void nvme_model_fini(struct nvme_model *c)
{
	free(c->memory);
	free(c->disk);
	free(c->regs);
}

/* CPU address of [bus, bus + size), or NULL, which is a violation. */
static void *reach(struct nvme_model *c, uint64_t bus, size_t size)
{
	if (bus >= NVME_MODEL_BUS && bus - NVME_MODEL_BUS <= c->memory_size &&
	    size <= c->memory_size - (bus - NVME_MODEL_BUS))
		return c->memory + (bus - NVME_MODEL_BUS);
	c->violations++;
	return NULL;
}

static size_t doorbell(const struct nvme_model *c, unsigned int q, bool completion)
{
	return 0x1000 + (2 * q + completion) * (4u << (c->cap >> 32 & 0xf));
}

static void complete(struct nvme_model *c, unsigned int q, uint16_t cid, uint16_t status,
		     uint32_t dw0)
{
	struct nvme_model_queues *queues = &c->queues[q];
	struct nvme_completion *entry =
		reach(c, queues->cq + queues->tail * sizeof(*entry), sizeof(*entry));
	unsigned int times = 1;

	if (!entry)
		return;
	/*
	 * A driver that limits the commands in flight to the queue's room never lets it become
	 * full.
	 */
	if ((queues->tail + 1) % queues->cq_size == nvme_model_reg(c, doorbell(c, q, true)))
		c->violations++;
	for (; times; times--) {
		uint32_t sqid = q, head = queues->head;

		entry = reach(c, queues->cq + queues->tail * sizeof(*entry), sizeof(*entry));
		if (q && c->corrupt) {
			switch (c->corrupt_how) {
			case BAD_CID:
				cid ^= 0x80;
				break;
			case BAD_GENERATION:
				cid ^= 0x100;
				break;
			case BAD_SQID:
				sqid = 2;
				break;
			case BAD_HEAD:
				head = queues->sq_size;
				break;
			default:
				times = 2;
				break;
			}
			c->corrupt--;
		}
		if (!q && c->admin_cid) {
			cid ^= 1;
			c->admin_cid = false;
		}
		entry->dw0 = dw0;
		entry->dw1 = 0;
		entry->dw2 = sqid << 16 | head;
		__atomic_store_n(&entry->dw3,
				 (uint32_t)status << 17 | (queues->phase ? NVME_CQE_PHASE : 0) |
					 cid,
				 __ATOMIC_RELEASE);
		if (++queues->tail == queues->cq_size) {
			queues->tail = 0;
			queues->phase = !queues->phase;
		}
	}
	c->completed++;
	if (!queues->interrupts)
		return;
	if (c->lose_irq)
		c->lose_irq--;
	else
		atomic_fetch_add(&c->interrupts, 1);
}

static void put(unsigned char *to, uint64_t value, size_t bytes)
{
	memcpy(to, &value, bytes);
}

static void text(unsigned char *to, const char *from, size_t bytes)
{
	memset(to, ' ', bytes);
	memcpy(to, from, strlen(from));
}

static uint16_t identify(struct nvme_model *c, const struct nvme_command *command)
{
	unsigned char *page = reach(c, command->prp1, 4096);

	if (!page || command->prp1 % MPS(c))
		return 0x13;
	memset(page, 0, 4096);
	if (command->cdw10 == NVME_CNS_CONTROLLER) {
		put(page + NVME_ID_VID, 0x1b36, 2);
		text(page + NVME_ID_SN, "uiomap \x1b[2J", 20);
		text(page + NVME_ID_MN, "a controller in memory", 40);
		text(page + NVME_ID_FR, "1.0", 8);
		page[NVME_ID_MDTS] = c->mdts;
		put(page + NVME_ID_NN, c->namespaces, 4);
		page[NVME_ID_VWC] = 1;
	} else if (command->cdw10 == NVME_CNS_NAMESPACE) {
		if (!command->nsid || command->nsid > c->namespaces)
			return 0x0b;
		/* Format 1 is in use; namespace 1 is the only one. */
		put(page + NVME_NS_NSZE, command->nsid == 1 ? c->blocks : 0, 8);
		page[NVME_NS_FLBAS] = 1;
		put(page + NVME_NS_LBAF + 4, c->metadata | c->block_shift << 16, 4);
	} else {
		return 0x02;
	}
	return 0;
}

/* Execute the admin commands that the driver uses, as strictly as the specification says. */
static void admin(struct nvme_model *c, const struct nvme_command *command)
{
	const uint32_t number = command->cdw10 & 0xffff, size = (command->cdw10 >> 16) + 1;
	struct nvme_model_queues *io = &c->queues[1];
	uint32_t dw0 = 0;
	uint16_t status = 0;

	if (c->admin_status && c->admin_opcode == command->opcode) {
		complete(c, 0, command->cid, c->admin_status, 0);
		c->admin_status = 0;
		return;
	}
	switch (command->opcode) {
	case NVME_ADMIN_IDENTIFY:
		status = identify(c, command);
		break;
	case NVME_ADMIN_SET_FEATURES:
		status = command->cdw10 == NVME_FEATURE_QUEUES && !io->cq ? 0 : 0x0c;
		break;
	case NVME_ADMIN_CREATE_CQ:
		if (number != 1 || io->cq)
			status = 0x101;
		else if (size < 2 || size > (c->cap & 0xffff) + 1)
			status = 0x102;
		else if (!(command->cdw11 & NVME_QUEUE_CONTIGUOUS) || command->prp1 % MPS(c))
			status = 0x02;
		else if (command->cdw11 >> 16)
			status = 0x108;
		if (!status) {
			io->cq = command->prp1;
			io->cq_size = size;
			io->interrupts = command->cdw11 & NVME_QUEUE_INTERRUPTS;
			io->phase = true;
		}
		break;
	case NVME_ADMIN_CREATE_SQ:
		if (number != 1 || io->sq)
			status = 0x101;
		else if (size < 2 || size > (c->cap & 0xffff) + 1)
			status = 0x102;
		else if (!io->cq || command->cdw11 >> 16 != 1)
			status = 0x100;
		else if (!(command->cdw11 & NVME_QUEUE_CONTIGUOUS) || command->prp1 % MPS(c))
			status = 0x02;
		if (!status) {
			io->sq = command->prp1;
			io->sq_size = size;
		}
		break;
	case NVME_ADMIN_DELETE_SQ:
		if (number != 1 || !io->sq)
			status = 0x101;
		for (; c->held_count; c->held_count--)
			complete(c, 1, c->held[c->held_count - 1].cid, NVME_STATUS_SQ_DELETED, 0);
		io->sq = 0;
		c->deletions++;
		break;
	case NVME_ADMIN_DELETE_CQ:
		if (number != 1 || !io->cq)
			status = 0x101;
		else if (io->sq)
			status = 0x10c;
		/* The host must have consumed all completions. */
		if (io->tail != nvme_model_reg(c, doorbell(c, 1, true)))
			c->violations++;
		io->cq = 0;
		break;
	case NVME_ADMIN_ABORT:
		dw0 = NVME_ABORT_NOT;
		for (unsigned int i = 0; !c->no_abort && i < c->held_count; i++)
			if (number == 1 && c->held[i].cid == command->cdw10 >> 16) {
				c->held[i] = c->held[--c->held_count];
				complete(c, 1, (uint16_t)(command->cdw10 >> 16),
					 NVME_STATUS_ABORTED, 0);
				dw0 = 0;
				break;
			}
		break;
	default:
		status = 0x01;
	}
	if (status)
		c->violations++;
	complete(c, 0, command->cid, status, dw0);
}

/* Data to or from the disk, page by page as PRPs say (base 4.1.1). */
static uint16_t transfer(struct nvme_model *c, const struct nvme_command *command,
			 unsigned char *disk, size_t bytes)
{
	const uint64_t page = MPS(c);
	const size_t first = page - command->prp1 % page;
	const size_t entries = bytes > first ? (bytes - first + page - 1) / page : 0;
	const uint64_t *list = NULL;
	uint64_t at = command->prp1;

	if (entries > 1) {
		/*
		 * A single list must not cross a page's end: the last entry of a page would be
		 * a link.
		 */
		if (command->prp2 % 8 || command->prp2 % page + entries * 8 > page)
			return 0x13;
		list = reach(c, command->prp2, entries * 8);
		if (!list)
			return 0x04;
	}
	for (size_t i = 0, step; bytes; i++, bytes -= step, disk += step) {
		unsigned char *memory;

		step = i ? page : first;
		if (step > bytes)
			step = bytes;
		if (i)
			at = list ? list[i - 1] : command->prp2;
		if (i ? at % page : at % 4)
			return 0x13;
		memory = reach(c, at, step);
		if (!memory)
			return 0x04;
		if (command->opcode == NVME_CMD_WRITE)
			memcpy(disk, memory, step);
		else
			memcpy(memory, disk, step);
	}
	return 0;
}

static void io(struct nvme_model *c, const struct nvme_command *command)
{
	const uint64_t block = command->cdw10 | (uint64_t)command->cdw11 << 32;
	const uint64_t count = (command->cdw12 & 0xffff) + 1;
	uint16_t status = c->status;

	c->status = 0;
	if (!status) {
		if (command->flags || command->nsid != 1)
			status = 0x0b | NVME_SF_DNR;
		else if (command->opcode == NVME_CMD_FLUSH)
			c->flushes++;
		else if (command->opcode != NVME_CMD_READ && command->opcode != NVME_CMD_WRITE)
			status = 0x01 | NVME_SF_DNR;
		else if (block >= c->blocks || count > c->blocks - block)
			status = 0x80 | NVME_SF_DNR;
		else if (c->mdts && count << c->block_shift > NVME_CAP_MPSMIN(c->cap) << c->mdts)
			status = 0x02 | NVME_SF_DNR;
		else
			status = transfer(c, command, c->disk + (block << c->block_shift),
					  count << c->block_shift);
	}
	if ((status & NVME_SF_CODE) == 0x13)
		c->violations++;
	complete(c, 1, command->cid, status, 0);
}

static bool fetch(struct nvme_model *c, unsigned int q)
{
	struct nvme_model_queues *queues = &c->queues[q];
	const uint32_t tail = nvme_model_reg(c, doorbell(c, q, false));
	const struct nvme_command *command;

	if (!queues->sq || tail == queues->head)
		return false;
	if (tail >= queues->sq_size || c->held_count == NVME_MODEL_HELD) {
		c->violations++;
		return false;
	}
	command = reach(c, queues->sq + queues->head * sizeof(*command), sizeof(*command));
	if (!command)
		return false;
	queues->head = (queues->head + 1) % queues->sq_size;
	if (!q) {
		if (!c->mute)
			admin(c, command);
		return true;
	}
	for (unsigned int i = 0; i < c->held_count; i++)
		if (c->held[i].cid == command->cid)
			c->violations++;
	c->held[c->held_count++] = *command;
	return true;
}

static bool work(struct nvme_model *c)
{
	struct nvme_command command;
	unsigned int which = 0;

	if (!c->held_count || c->hold)
		return false;
	if (c->reorder)
		which = random_next(&c->random) % c->held_count;
	command = c->held[which];
	memmove(c->held + which, c->held + which + 1,
		(--c->held_count - which) * sizeof(c->held[0]));
	io(c, &command);
	return true;
}

static void enable(struct nvme_model *c)
{
	const uint32_t aqa = nvme_model_reg(c, NVME_AQA), cc = nvme_model_reg(c, NVME_CC);
	struct nvme_model_queues *admin = &c->queues[0];

	c->enabled = true;
	*admin = (struct nvme_model_queues){
		.sq = c->regs[NVME_ASQ / 4] | (uint64_t)c->regs[NVME_ASQ / 4 + 1] << 32,
		.cq = c->regs[NVME_ACQ / 4] | (uint64_t)c->regs[NVME_ACQ / 4 + 1] << 32,
		.sq_size = (aqa & 0xfff) + 1,
		.cq_size = (aqa >> 16 & 0xfff) + 1,
		.phase = true,
		.interrupts = true,
	};
	if (admin->sq % MPS(c) || admin->cq % MPS(c) || (cc >> 16 & 0xf) != 6 ||
	    (cc >> 20 & 0xf) != 4 || MPS(c) != NVME_CAP_MPSMIN(c->cap) || cc & 0x70)
		c->violations++;
	if (!c->never_ready)
		nvme_model_set(c, NVME_CSTS, c->fails_at_start ? NVME_CSTS_CFS : NVME_CSTS_RDY);
}

static void disable(struct nvme_model *c)
{
	c->enabled = false;
	c->resets++;
	memset(c->queues, 0, sizeof(c->queues));
	c->held_count = 0;
	for (size_t reg = 0x1000; reg < c->regs_size; reg += 4)
		nvme_model_set(c, reg, 0);
	if (!c->never_stops)
		nvme_model_set(c, NVME_CSTS, 0);
}

bool nvme_model_step(struct nvme_model *c, unsigned int max)
{
	const uint32_t cc = nvme_model_reg(c, NVME_CC), csts = nvme_model_reg(c, NVME_CSTS);
	unsigned int n = 0;

	if (csts == NVME_ABSENT)
		return false;
	if (cc & NVME_CC_EN && !c->enabled) {
		enable(c);
		return true;
	}
	if (!(cc & NVME_CC_EN) && c->enabled) {
		/* Not before RDY has followed EN = 1 (base 3.1.3.5). */
		if (!(csts & (NVME_CSTS_RDY | NVME_CSTS_CFS)) && !c->never_ready)
			c->violations++;
		disable(c);
		return true;
	}
	if (cc & NVME_CC_EN && c->starting) {
		if (!--c->starting)
			nvme_model_set(c, NVME_CSTS, NVME_CSTS_RDY);
		return true;
	}
	if (!(csts & NVME_CSTS_RDY) || csts & NVME_CSTS_CFS)
		return false;
	if ((cc & NVME_CC_SHN) == NVME_CC_SHN_NORMAL && !(csts & NVME_CSTS_SHST)) {
		c->shutdowns++;
		nvme_model_set(c, NVME_CSTS, csts | NVME_CSTS_SHST_DONE);
		return true;
	}
	while (fetch(c, 0))
		n++;
	while (n < max && fetch(c, 1))
		n++;
	for (unsigned int done = 0; done < max && work(c); done++)
		n++;
	return n > 0;
}

static void *play(void *arg)
{
	struct nvme_model *c = arg;

	while (!c->stop)
		if (!nvme_model_step(c, 1 + random_next(&c->random) % 16))
			sched_yield();
	return NULL;
}

void nvme_model_spawn(struct nvme_model *c)
{
	c->stop = false;
	if (pthread_create(&c->thread, NULL, play, c))
		abort();
}

void nvme_model_join(struct nvme_model *c)
{
	c->stop = true;
	pthread_join(c->thread, NULL);
}

void nvme_model_fail(struct nvme_model *c)
{
	nvme_model_set(c, NVME_CSTS, NVME_CSTS_RDY | NVME_CSTS_CFS);
}

void nvme_model_vanish(struct nvme_model *c, uint32_t value)
{
	c->enabled = false;
	for (size_t reg = 0; reg < c->regs_size; reg += 4)
		nvme_model_set(c, reg, value);
}

void nvme_model_garbage(struct nvme_model *c, uint32_t random)
{
	static const uint32_t favourites[] = { 0,	0x10000, 0x1ffff,    0xffffffff,
					       0x10100, 0x101,	 0x80000000, 0x10001 };
	const size_t words = c->memory_size / 4;
	size_t at = (random >> 8) % words;

	/* Often hit the completion queue, and in it dw3. */
	if (random & 1 && c->queues[1].cq)
		at = (c->queues[1].cq - NVME_MODEL_BUS) / 4 +
		     (random >> 8) % (c->queues[1].cq_size * 4);
	if (random & 2)
		at |= 3;
	((uint32_t *)(void *)c->memory)[at % words] = random & 4 ? random :
								   favourites[random >> 3 & 7];
}
