/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Open, close, reset: memory, and the order of steps (base 3.5.1, 3.6.1, 3.7.2). */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "nvme-internal.h"

/* One admin command runs at a time; 2 entries are the minimum (base 3.1.3.8). */
#define ADMIN_SIZE  2u
#define ADMIN_DEPTH 1u

static size_t whole_pages(size_t bytes, size_t page)
{
	return (bytes + page - 1) / page * page;
}

/* Admin SQ and CQ, a page for Identify, I/O SQ and CQ. */
static size_t queue_memory(uint32_t size, size_t page)
{
	return 3 * page + whole_pages(size * sizeof(struct nvme_command), page) +
	       whole_pages(size * sizeof(struct nvme_completion), page);
}

size_t nvme_memory(uint32_t depth)
{
	const size_t page = 4096;

	if (!depth)
		depth = 32;
	/* Queues have less than 4 * depth entries; a PRP list has at most a page. */
	return queue_memory(4 * depth, page) + page + depth * page;
}

static struct uiomap_dma *get_memory(struct nvme *n, size_t bytes, const char *what)
{
	struct uiomap_dma *dma = uiomap_dma_alloc(n->device, bytes, n->page);

	if (!dma)
		driver_fail(n->device, errno, "%s take %zu bytes of DMA memory: %s", what, bytes,
			    uiomap_error());
	return dma;
}

static int set_up_queues(struct nvme *n)
{
	const size_t sq_bytes = whole_pages(n->size * sizeof(struct nvme_command), n->page);
	unsigned char *cpu;
	uint64_t bus;

	n->dma = get_memory(n, queue_memory(n->size, n->page), "queues");
	if (!n->dma)
		return -1;
	cpu = uiomap_dma_cpu(n->dma);
	bus = uiomap_dma_addr(n->dma);
	n->page_cpu = cpu + 2 * n->page;
	n->page_bus = bus + 2 * n->page;
	n->io_sq_bus = bus + 3 * n->page;
	n->io_cq_bus = n->io_sq_bus + sq_bytes;
	qpair_init(&n->admin, 0, ADMIN_SIZE, ADMIN_DEPTH, cpu, cpu + n->page, n->regs, n->stride);
	qpair_init(&n->io, 1, n->size, n->config.depth, cpu + 3 * n->page,
		   cpu + 3 * n->page + sq_bytes, n->regs, n->stride);
	for (uint32_t i = 0; i < n->config.depth; i++)
		fifo_put(&n->free, (uint8_t)i);
	return 0;
}

/*
 * A list has one entry for each page of the longest transfer. The first page is in PRP1, but a
 * buffer that isn't page-aligned touches one page more.
 */
static int set_up_lists(struct nvme *n)
{
	const size_t entries = (n->identity.transfer_max + n->page - 1) / n->page;

	n->pitch = sizeof(uint64_t);
	while (n->pitch < entries * sizeof(uint64_t))
		n->pitch *= 2;
	n->lists = get_memory(n, n->config.depth * n->pitch, "PRP lists");
	return n->lists ? 0 : -1;
}

/* Reset the controller, enable and identify it. */
static int begin(struct nvme *n, struct nvme_identity *identity)
{
	if (nvme_disable(n) < 0)
		return -1;
	qpair_start(&n->admin);
	qpair_start(&n->io);
	if (nvme_enable(n) < 0)
		return -1;
	return admin_identify(n, identity);
}

static int map_body(void *arg)
{
	return nvme_capabilities(arg);
}

static int identify_body(void *arg)
{
	struct nvme *n = arg;

	return begin(n, &n->identity);
}

static int create_body(void *arg)
{
	return admin_create_queues(arg);
}

static int set_up(struct nvme *n)
{
	if (n->config.mode == NVME_INTERRUPT &&
	    uiomap_info_irq(uiomap_device_info(n->device)) == UIOMAP_IRQ_NONE)
		return driver_fail(n->device, ENOTSUP, "it has no interrupt: use NVME_POLL");
	n->region = uiomap_map_name(n->device, "BAR0", 0);
	if (!n->region)
		return driver_fail_uiomap();
	/* Check before the first access that all properties and the admin doorbells fit. */
	if (uiomap_region_size(n->region) < 0x2000)
		return driver_fail(n->device, EPROTO,
				   "not an NVMe controller: %zu bytes of registers",
				   uiomap_region_size(n->region));
	n->regs = uiomap_region_base(n->region);
	if (nvme_guarded(n, map_body) < 0 || set_up_queues(n) < 0 ||
	    nvme_guarded(n, identify_body) < 0)
		return -1;
	if (set_up_lists(n) < 0)
		return -1;
	return nvme_guarded(n, create_body);
}

struct nvme *nvme_open(struct uiomap_device *device, const struct nvme_config *config)
{
	struct nvme *n;

	if (!device) {
		driver_fail(NULL, EINVAL, "nvme_open(): device is NULL");
		return NULL;
	}
	n = calloc(1, sizeof(*n));
	if (!n) {
		driver_fail(device, ENOMEM, "no memory");
		return NULL;
	}
	n->device = device;
	if (config)
		n->config = *config;
	if (uiomap_guard_install() < 0) {
		driver_fail_uiomap();
		free(n);
		return NULL;
	}
	if (set_up(n) < 0) {
		nvme_close(n);
		return NULL;
	}
	return n;
}

static int halt_body(void *arg)
{
	struct nvme *n = arg;

	/* A controller that has failed can't delete queues. */
	if (n->queues && !n->failed)
		admin_delete_queues(n);
	if (!n->gone && !n->failed)
		nvme_shutdown(n);
	return n->gone ? -1 : nvme_disable(n);
}

void nvme_close(struct nvme *n)
{
	struct driver_error saved;

	if (!n)
		return;
	/* nvme_open() calls this when it fails: keep its errno and text. */
	saved = driver_error_save();
	/*
	 * Memory that the controller may still write to stays allocated until the device is closed.
	 */
	if (!n->running || n->gone || nvme_guarded(n, halt_body) == 0 || n->gone) {
		uiomap_dma_free(n->lists);
		uiomap_dma_free(n->dma);
	}
	uiomap_unmap(n->region);
	uiomap_guard_remove();
	free(n);
	driver_error_restore(&saved);
}

static int reset_body(void *arg)
{
	struct nvme *n = arg;
	struct nvme_identity now = { .version = n->identity.version };

	if (n->queues && !n->failed)
		admin_delete_queues(n);
	if (n->gone || nvme_disable(n) < 0)
		return -1;
	/* The controller has forgotten all I/Os. */
	nvme_complete_all(n, ECANCELED);
	n->failed = 0;
	if (begin(n, &now) < 0)
		return -1;
	if (strcmp(now.serial, n->identity.serial) != 0 || now.blocks != n->identity.blocks ||
	    now.block_size != n->identity.block_size || now.transfer_max < n->identity.transfer_max)
		return driver_fail(n->device, EPROTO,
				   "after the reset it is another disk: %.20s, %" PRIu64
				   " blocks of %" PRIu32 " bytes; it was %.20s, %" PRIu64
				   " of %" PRIu32,
				   now.serial, now.blocks, now.block_size, n->identity.serial,
				   n->identity.blocks, n->identity.block_size);
	return admin_create_queues(n);
}

int nvme_reset(struct nvme *n)
{
	int rc;

	if (!n)
		return driver_fail(NULL, EINVAL, "nvme_reset(): controller is NULL");
	n->stats.resets++;
	rc = nvme_guarded(n, reset_body);
	if (rc < 0 && !n->gone) {
		/* A controller whose start failed can't be used; report the first error. */
		const struct driver_error saved = driver_error_save();

		nvme_set_failed(n, EIO, "the reset has failed");
		driver_error_restore(&saved);
	}
	return rc;
}

const struct nvme_identity *nvme_identity(const struct nvme *n)
{
	return &n->identity;
}

void nvme_stats(const struct nvme *n, struct nvme_stats *stats)
{
	*stats = n->stats;
	stats->doorbells = n->admin.sq.doorbells + n->admin.cq.doorbells + n->io.sq.doorbells +
			   n->io.cq.doorbells;
}
