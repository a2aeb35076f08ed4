/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The controller's registers: capabilities, enable, disable, shut down, check. */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>

#include "driver-clock.h"
#include "nvme-internal.h"

#define DEPTH_DEFAULT 32u
/* The unit of CAP.TO. One more is added, since it may be rounded down, or be 0. */
#define READY_NS      INT64_C(500000000)
/* The largest alignment that uiomap_dma_alloc() supports. */
#define PAGE_MAX      (UINT64_C(1) << 20)

static uint32_t read_reg(const struct nvme *n, size_t reg)
{
	return uiomap_read32le(n->regs, reg);
}

/* 64-bit properties may be accessed as two aligned halves (pcie 3.1). */
static void write_reg64(struct nvme *n, size_t reg, uint64_t value)
{
	uiomap_write32le(n->regs, reg, (uint32_t)value);
	uiomap_write32le(n->regs, reg + 4, (uint32_t)(value >> 32));
}

/* Orders: earlier stores -> CC. */
static void write_cc(struct nvme *n, uint32_t value)
{
	uiomap_doorbell32(n->regs, NVME_CC, htole32(value));
}

static uint32_t power_of_two_up_to(uint32_t value)
{
	return 1u << (31 - __builtin_clz(value));
}

int nvme_capabilities(struct nvme *n)
{
	const uint64_t cap = read_reg(n, NVME_CAP) | (uint64_t)read_reg(n, NVME_CAP + 4) << 32;
	const uint32_t stride = NVME_CAP_DSTRD(cap),
		       largest = power_of_two_up_to(NVME_CAP_MQES(cap));
	struct nvme_config *c = &n->config;

	n->identity.version = read_reg(n, NVME_VS);
	if ((uint32_t)cap == NVME_ABSENT && n->identity.version == NVME_ABSENT)
		return nvme_is_gone(n);
	/* There is no version 0; MQES is at least 1, two entries (base 3.1.3.1). */
	if (!(n->identity.version >> 16) || largest < 2)
		return driver_fail(n->device, EPROTO,
				   "not an NVMe controller: version 0x%08" PRIx32
				   ", capabilities 0x%016" PRIx64,
				   n->identity.version, cap);
	if (!(cap & NVME_CAP_CSS_NVM))
		return driver_fail(
			n->device, ENOTSUP,
			"the controller has no NVM command set, capabilities 0x%016" PRIx64, cap);
	n->page = NVME_CAP_MPSMIN(cap);
	if (n->page > PAGE_MAX)
		return driver_fail(n->device, ENOTSUP,
				   "its memory pages are at least %" PRIu64
				   " bytes; this driver supports up to %" PRIu64,
				   n->page, PAGE_MAX);
	n->ready_ns = (NVME_CAP_TO(cap) + 1) * READY_NS;

	if (c->mode > NVME_POLL)
		return driver_fail(n->device, EINVAL, "there is no mode %d", (int)c->mode);
	if (!c->nsid)
		c->nsid = 1;
	if (!c->depth)
		c->depth = largest > DEPTH_DEFAULT ? DEPTH_DEFAULT : largest - 1;
	if (c->depth > NVME_DEPTH_MAX || c->depth >= largest)
		return driver_fail(n->device, EINVAL,
				   "%" PRIu32 " I/Os in flight: up to %" PRIu32 " are possible",
				   c->depth,
				   largest > NVME_DEPTH_MAX ? NVME_DEPTH_MAX : largest - 1);
	/* Twice the depth, if the controller supports it: saves completion doorbells. */
	n->size = power_of_two_up_to(4 * c->depth - 1);
	if (n->size > largest)
		n->size = largest;
	if (uiomap_region_size(n->region) < NVME_CQHDBL(1, stride) + 4)
		return driver_fail(
			n->device, EPROTO,
			"not an NVMe controller: %zu bytes of registers, doorbells up to %" PRIu32,
			uiomap_region_size(n->region), NVME_CQHDBL(1, stride) + 4);
	n->stride = stride;
	return 0;
}

bool nvme_absent(const struct nvme *n, uint32_t csts)
{
	return csts == NVME_ABSENT || (csts == 0 && read_reg(n, NVME_VS) == 0);
}

/* Read CSTS. */
static int status(struct nvme *n, uint32_t *csts)
{
	if (uiomap_region_poll32(n->region, NVME_CSTS, 0, 0, 0, csts) < 0)
		return driver_fail_uiomap();
	*csts = le32toh(*csts);
	return nvme_absent(n, *csts) ? nvme_is_gone(n) : 0;
}

/* Wait until (CSTS & mask) == want. A controller that fails meanwhile never gets ready. */
static int await(struct nvme *n, uint32_t mask, uint32_t want, const char *what)
{
	const int64_t end = clock_now_ns() + n->ready_ns;
	uint32_t csts;

	for (;;) {
		const int rc = uiomap_region_poll32(n->region, NVME_CSTS, htole32(mask),
						    htole32(want), NVME_CHECK_NS, &csts);

		if (rc < 0 && errno != ETIMEDOUT)
			return driver_fail_uiomap();
		csts = le32toh(csts);
		if (nvme_absent(n, csts))
			return nvme_is_gone(n);
		if (rc == 0)
			return 0;
		if (want && csts & NVME_CSTS_CFS)
			return driver_fail(n->device, EIO,
					   "the controller has failed, status 0x%" PRIx32 ": it %s",
					   csts, what);
		if (clock_now_ns() > end)
			return driver_fail(n->device, ETIMEDOUT,
					   "the controller %s, status 0x%" PRIx32 " after %" PRId64
					   " ms",
					   what, csts, n->ready_ns / 1000000);
	}
}

int nvme_disable(struct nvme *n)
{
	const uint32_t cc = read_reg(n, NVME_CC);

	if (cc == NVME_ABSENT)
		return nvme_is_gone(n);
	if (cc & NVME_CC_EN) {
		/*
		 * Clearing EN before RDY is set is undefined (base 3.1.3.5). A controller that
		 * has failed never sets RDY, so go on in that case.
		 */
		if (await(n, NVME_CSTS_RDY, NVME_CSTS_RDY, "does not get ready") < 0 && n->gone)
			return -1;
		write_cc(n, cc & ~(NVME_CC_EN | NVME_CC_SHN));
	}
	if (await(n, NVME_CSTS_RDY, 0, "does not answer the reset (CC.EN = 0)") < 0)
		return -1;
	/* Orders: RDY = 0 (it does no more DMA) -> all accesses to the memory that it had. */
	uiomap_mb();
	n->running = n->queues = false;
	return 0;
}

int nvme_enable(struct nvme *n)
{
	const uint32_t entries = n->admin.sq.size - 1;
	const uint64_t bus = uiomap_dma_addr(n->dma);

	uiomap_write32le(n->regs, NVME_AQA, entries << 16 | entries);
	write_reg64(n, NVME_ASQ, bus);
	write_reg64(n, NVME_ACQ, bus + n->page);
	n->running = true;
	/*
	 * CSS 0: the NVM command set; AMS 0: round robin. Orders: queues and their addresses -> EN.
	 */
	write_cc(n, NVME_CC_IOCQES(NVME_CQE_LOG2) | NVME_CC_IOSQES(NVME_SQE_LOG2) |
			    NVME_CC_MPS(n->page) | NVME_CC_EN);
	return await(n, NVME_CSTS_RDY, NVME_CSTS_RDY, "does not get ready (CC.EN = 1)");
}

int nvme_shutdown(struct nvme *n)
{
	const uint32_t cc = read_reg(n, NVME_CC);

	write_cc(n, (cc & ~NVME_CC_SHN) | NVME_CC_SHN_NORMAL);
	return await(n, NVME_CSTS_SHST, NVME_CSTS_SHST_DONE, "does not shut down");
}

static int check_body(void *arg)
{
	struct nvme *n = arg;
	uint32_t csts;

	if (status(n, &csts) < 0)
		return -1;
	if (csts & NVME_CSTS_CFS)
		nvme_set_failed(n, EIO, "the controller has failed, status 0x%" PRIx32, csts);
	else if (!(csts & NVME_CSTS_RDY))
		nvme_set_failed(n, EIO,
				"another program has reset the controller, status 0x%" PRIx32,
				csts);
	return 0;
}

int nvme_check(struct nvme *n)
{
	int rc = nvme_guarded(n, check_body);

	/* Some kernel drivers leave mappings in place after removal, so an access doesn't fail. */
	if (rc == 0 && uiomap_device_removed(n->device))
		return nvme_is_gone(n);
	return rc;
}
