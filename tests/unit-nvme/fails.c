/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The driver with a controller that fails, misbehaves, hangs or is removed: every I/O ends
 * once, nothing hangs, everything is released.
 */
#include "random-io.h"

static struct nvme *open_with(struct uiomap_device *device, enum nvme_mode mode, uint32_t depth)
{
	const struct nvme_config config = { .mode = mode, .depth = depth };
	struct nvme *nvme = nvme_open(device, &config);

	cr_assert_not_null(nvme, "%s", nvme_error());
	return nvme;
}

static void all_given_back(struct uiomap_device *device)
{
	cr_assert_eq(device->allocated, 0);
	cr_assert_eq(device->fake.mapped, 0);
	cr_assert_eq(device->fake.installed, 0);
}

/* Opening must fail with this errno and this piece of text. */
static void refused(struct uiomap_device *device, const struct nvme_config *config, int error,
		    const char *words)
{
	errno = 0;
	cr_assert_null(nvme_open(device, config), "%s", words);
	cr_assert_eq(errno, error, "%s: errno %d: %s", words, errno, nvme_error());
	cr_assert_not_null(strstr(nvme_error(), words), "'%s' not in: %s", words, nvme_error());
	/* The memory of a controller that can't be stopped stays allocated. */
	if (!device->c.never_stops)
		cr_assert_eq(device->allocated, 0);
	device->allocated = 0;
	device->dma_used = 0;
	all_given_back(device);
	fake_fini(device);
}

Test(fails, open)
{
	static const struct nvme_config deep = { .depth = 256 }, as_deep = { .depth = 64 },
					mode = { .mode = (enum nvme_mode)7 }, nsid = { .nsid = 4 },
					unused = { .nsid = 2 };
	struct uiomap_device d;

#define CASE(change, config, error, words)                                                         \
	do {                                                                                       \
		fake_init(&d);                                                                     \
		change;                                                                            \
		refused(&d, config, error, words);                                                 \
	} while (0)
	CASE(d.fake.irq = UIOMAP_IRQ_NONE, NULL, ENOTSUP, "NVME_POLL");
	CASE(d.region_size = 4096, NULL, EPROTO, "4096 bytes of registers");
	CASE(d.c.version = 0, NULL, EPROTO, "not an NVMe controller");
	CASE(d.c.cap &= ~UINT64_C(0xffff), NULL, EPROTO, "not an NVMe controller");
	CASE(d.c.cap = UINT64_MAX; d.c.version = UINT32_MAX, NULL, ENODEV, "gone");
	CASE(d.c.cap &= ~NVME_CAP_CSS_NVM, NULL, ENOTSUP, "no NVM command set");
	CASE(d.c.cap |= UINT64_C(9) << 48, NULL, ENOTSUP, "memory pages");
	CASE(d.c.cap |= UINT64_C(15) << 32, NULL, EPROTO, "doorbells up to");
	CASE(, &deep, EINVAL, "256 I/Os");
	CASE(d.c.cap = (d.c.cap & ~UINT64_C(0xffff)) | 63, &as_deep, EINVAL, "up to 63");
	CASE(, &mode, EINVAL, "there is no mode");
	CASE(, &nsid, ENXIO, "no namespace 4: there are up to 1");
	CASE(d.c.namespaces = 2, &unused, ENXIO, "not in use");
	CASE(d.c.admin_cid = true, NULL, EBADMSG, "Identify Controller is command");
	CASE(d.no_dma = true, NULL, ENOTSUP, "no DMA memory");
	CASE(d.c.memory_size = 20000, NULL, ENOMEM, "queues take");
	CASE(d.c.memory_size = 24576, NULL, ENOMEM, "PRP lists take");
	CASE(d.c.metadata = 8, NULL, ENOTSUP, "8 bytes of metadata");
	CASE(d.c.block_shift = 8, NULL, EPROTO, "2^8 bytes");
	CASE(d.c.block_shift = 31, NULL, EPROTO, "2^31 bytes");
	CASE(d.c.block_shift = 20, NULL, EPROTO, "longer than its longest transfer");
	CASE(d.c.never_ready = true, NULL, ETIMEDOUT,
	     "does not get ready (CC.EN = 1), status 0x0 after 2500 ms");
	CASE(d.c.fails_at_start = true, NULL, EIO, "has failed, status 0x2");
	CASE(d.c.mute = true, NULL, ETIMEDOUT, "no answer to Identify Controller");
	CASE(d.c.enabled = d.c.never_stops = true; nvme_model_set(&d.c, NVME_CC, NVME_CC_EN);
	     nvme_model_set(&d.c, NVME_CSTS, NVME_CSTS_RDY), NULL, ETIMEDOUT,
	     "does not answer the reset");
#define ADMIN(opcode, words)                                                                       \
	CASE(d.c.admin_opcode = opcode; d.c.admin_status = 0x106, NULL, EIO, words)
	ADMIN(NVME_ADMIN_IDENTIFY, "Identify Controller: unknown (type 1h, code 06h)");
	ADMIN(NVME_ADMIN_SET_FEATURES, "Set Features");
	ADMIN(NVME_ADMIN_CREATE_CQ, "Create I/O Completion Queue: unknown");
	ADMIN(NVME_ADMIN_CREATE_SQ, "Create I/O Submission Queue: unknown");
	errno = 0;
	cr_assert_null(nvme_open(NULL, NULL));
	cr_assert_eq(errno, EINVAL);
}

/* Remove the device at each of the first accesses: opening fails cleanly or works. */
Test(fails, open_while_it_goes)
{
	bool opened = false;

	for (uint64_t at = 1; !opened; at++) {
		struct uiomap_device d;
		struct nvme *nvme;

		cr_assert_leq(at, 50);
		fake_init(&d);
		d.fake.gone_at = at;
		errno = 0;
		nvme = nvme_open(&d, NULL);
		opened = nvme;
		if (!opened)
			cr_assert_eq(errno, ENODEV, "%d: %s", errno, nvme_error());
		nvme_close(nvme);
		all_given_back(&d);
		fake_fini(&d);
	}
}

Test(fails, a_command_with_an_error)
{
	struct uiomap_device d;
	struct uiomap_dma *buffer;
	struct nvme_done done;
	struct nvme *nvme;
	struct nvme_io io;

	fake_init(&d);
	nvme = open_with(&d, NVME_INTERRUPT, 4);
	buffer = uiomap_dma_alloc(&d, 8192, 4096);
	io = (struct nvme_io){ .op = NVME_READ,
			       .block = d.c.blocks - 1,
			       .count = 2,
			       .buffer = buffer,
			       .cookie = &io };
	cr_assert_geq(nvme_submit(nvme, &io), 0);
	cr_assert_eq(nvme_reap(nvme, &done, 1, UIOMAP_FOREVER), 1);
	cr_assert_eq(done.error, EIO);
	cr_assert_eq(done.status, 0x080);
	cr_assert(done.final);
	cr_assert_eq(done.cookie, &io);
	io.block = UINT64_MAX;
	FAILS(nvme_do(nvme, &io, UIOMAP_FOREVER), EIO);
	cr_assert_not_null(strstr(nvme_error(), "read of 2 blocks from block 18446744073709551615: "
						"LBA Out of Range (type 0h, code 80h)"),
			   "%s", nvme_error());
	/* All 64 bits of the block number count: truncated, it would be block 0. */
	io.block = UINT64_C(1) << 32;
	FAILS(nvme_do(nvme, &io, UIOMAP_FOREVER), EIO);
	/* An error ends one command, not the controller. */
	d.c.status = 0x281;
	io.block = 0;
	cr_assert_geq(nvme_submit(nvme, &io), 0);
	cr_assert_eq(nvme_reap(nvme, &done, 1, UIOMAP_FOREVER), 1);
	cr_assert(done.status == 0x281 && !done.final && done.error == EIO);
	OK(nvme_do(nvme, &io, UIOMAP_FOREVER));
	uiomap_dma_free(buffer);
	nvme_close(nvme);
	all_given_back(&d);
	fake_fini(&d);
}

Test(fails, statuses_in_words)
{
	unsigned int known = 0;

	cr_assert_eq(strcmp(nvme_status_text(0x080), "LBA Out of Range"), 0);
	cr_assert_eq(strcmp(nvme_status_text(0x007), "Command Abort Requested"), 0);
	cr_assert_eq(strcmp(nvme_status_text(0x101), "Invalid Queue Identifier"), 0);
	cr_assert_eq(strcmp(nvme_status_text(0x281), "Unrecovered Read Error"), 0);
	cr_assert_eq(strcmp(nvme_status_text(0x371), "Command Aborted By Host"), 0);
	cr_assert_eq(strcmp(nvme_status_text(0x7c0), "vendor specific"), 0);
	/* The table is searched by bisection, which finds each entry only if it is sorted. */
	for (uint16_t status = 0; status < 0x800; status++)
		known += strcmp(nvme_status_text(status), "unknown") != 0 && status < 0x700;
	cr_assert_eq(known, 69, "%u", known);
}

Test(fails, abort)
{
	struct uiomap_device d;
	struct nvme_io flush = { .op = NVME_FLUSH };
	struct nvme_done done;
	struct nvme *nvme;
	int first, second;

	fake_init(&d);
	nvme = open_with(&d, NVME_POLL, 4);
	d.c.hold = true;
	first = nvme_submit(nvme, &flush);
	second = nvme_submit(nvme, &flush);
	/* Also an I/O that was only queued. */
	OK(nvme_abort(nvme, (uint32_t)second));
	cr_assert_eq(nvme_reap(nvme, &done, 1, UIOMAP_FOREVER), 1);
	cr_assert_eq((int)done.id, second);
	cr_assert_eq(done.error, ECANCELED);
	cr_assert_eq(done.status, NVME_STATUS_ABORTED);
	FAILS(nvme_abort(nvme, (uint32_t)second), ENOENT);
	FAILS(nvme_abort(nvme, (uint32_t)first ^ 0x100), ENOENT);
	FAILS(nvme_abort(nvme, 0xffff), ENOENT);
	FAILS(nvme_abort(NULL, 0), EINVAL);
	d.c.no_abort = true;
	FAILS(nvme_abort(nvme, (uint32_t)first), EBUSY);
	d.c.hold = false;
	cr_assert_eq(nvme_reap(nvme, &done, 1, UIOMAP_FOREVER), 1);
	cr_assert((int)done.id == first && done.error == 0);
	/* Too late: the I/O has completed, but was not reaped yet. */
	first = nvme_submit(nvme, &flush);
	OK(nvme_do(nvme, &flush, UIOMAP_FOREVER));
	FAILS(nvme_abort(nvme, (uint32_t)first), ENOENT);
	nvme_close(nvme);
	all_given_back(&d);
	fake_fini(&d);
}

Test(fails, reset_ends_what_is_in_flight)
{
	struct uiomap_device d;
	struct random_io w;
	struct nvme_stats stats;

	fake_init(&d);
	d.c.reorder = true;
	random_io_begin(&w, &d, NVME_INTERRUPT, 16);
	for (int i = 0; i < 20; i++) {
		random_io_run(&w, 30);
		d.c.hold = i % 2;
		OK(random_io_fill(&w));
		/* Some are submitted, others only queued: those are submitted after the reset. */
		if (i % 4 < 2)
			OK(nvme_kick(w.nvme));
		OK(nvme_reset(w.nvme));
		d.c.hold = false;
		while (w.in_flight)
			cr_assert_gt(random_io_take(&w, i % 4 < 2 ? ECANCELED : 0), 0, "%s",
				     nvme_error());
	}
	nvme_stats(w.nvme, &stats);
	cr_assert_eq(stats.resets, 20);
	/*
	 * The reset deletes the queues first: QEMU's controller would leave an interrupt
	 * asserted otherwise.
	 */
	cr_assert_eq(d.c.deletions, 20);
	FAILS(nvme_reset(NULL), EINVAL);
	random_io_end(&w);
	fake_fini(&d);
}

Test(fails, a_controller_that_fails_and_is_reset)
{
	struct uiomap_device d;
	struct random_io w;
	struct nvme_done done;
	struct nvme_io flush = { .op = NVME_FLUSH };

	fake_init(&d);
	random_io_begin(&w, &d, NVME_POLL, 8);
	for (int how = 0; how < 3; how++) {
		random_io_run(&w, 20);
		d.c.hold = true;
		OK(random_io_fill(&w));
		OK(nvme_kick(w.nvme));
		if (how == 0)
			nvme_model_fail(&d.c);
		else if (how == 1)
			nvme_model_set(&d.c, NVME_CSTS, 0);
		else
			d.c.mute = true;
		if (how == 2)
			FAILS(nvme_abort(w.nvme, (uint32_t)w.ios[0].id), ETIMEDOUT);
		else
			FAILS(random_io_take(&w, 0), EIO);
		cr_assert_not_null(strstr(nvme_error(), "nvme_reset()"), "%s", nvme_error());
		/* The failure persists until the reset. */
		FAILS(nvme_reap(w.nvme, &done, 1, UIOMAP_FOREVER), EIO);
		FAILS(nvme_submit(w.nvme, &flush), EIO);
		FAILS(nvme_kick(w.nvme), EIO);
		FAILS(nvme_abort(w.nvme, 1), EIO);
		if (how == 1)
			nvme_model_set(&d.c, NVME_CSTS, NVME_CSTS_RDY);
		d.c.hold = d.c.mute = false;
		/*
		 * After a reset that fails, the failure persists, whether or not the I/Os in
		 * flight have ended.
		 */
		d.c.never_ready = true;
		FAILS(nvme_reset(w.nvme), ETIMEDOUT);
		d.c.never_ready = false;
		FAILS(nvme_submit(w.nvme, &flush), EIO);
		OK(nvme_reset(w.nvme));
		while (w.in_flight)
			cr_assert_gt(random_io_take(&w, ECANCELED), 0, "%s", nvme_error());
	}
	/* Another disk in its place. */
	d.c.blocks--;
	FAILS(nvme_reset(w.nvme), EPROTO);
	d.c.blocks++;
	OK(nvme_reset(w.nvme));
	random_io_run(&w, 20);
	d.c.violations = 0;
	random_io_end(&w);
	fake_fini(&d);
}

/*
 * A completion of an I/O that isn't in flight fails the driver; earlier completions are still
 * reaped.
 */
Test(fails, a_completion_that_is_wrong)
{
	for (int how = 0; how < BAD_KINDS; how++) {
		struct uiomap_device d;
		struct nvme_io flush = { .op = NVME_FLUSH };
		struct nvme_done done[4];
		struct nvme *nvme;
		int ended;

		fake_init(&d);
		nvme = open_with(&d, NVME_INTERRUPT, 8);
		d.c.corrupt_how = how;
		d.c.hold = true;
		d.steps = 1;
		for (int i = 0; i < 4; i++)
			cr_assert_geq(nvme_submit(nvme, &flush), 0);
		for (int i = 0; i < 4; i++)
			OK(nvme_kick(nvme));
		d.c.hold = false;
		nvme_model_step(&d.c, 2);
		d.c.corrupt = 1;
		nvme_model_step(&d.c, 2);
		ended = nvme_reap(nvme, done, 4, UIOMAP_FOREVER);
		cr_assert_eq(ended, how == BAD_TWICE ? 3 : 2, "%d ended, kind %d", ended, how);
		FAILS(nvme_reap(nvme, done, 4, UIOMAP_FOREVER), EBADMSG);
		FAILS(nvme_submit(nvme, &flush), EBADMSG);
		OK(nvme_reset(nvme));
		cr_assert_eq(nvme_reap(nvme, done, 4, UIOMAP_FOREVER), how == BAD_TWICE ? 1 : 2);
		cr_assert_eq(done[0].error, ECANCELED);
		OK(nvme_do(nvme, &flush, UIOMAP_FOREVER));
		nvme_close(nvme);
		all_given_back(&d);
		fake_fini(&d);
	}
}

/*
 * Remove the device at the Nth access, for every N: each I/O ends once, and then every call
 * fails with ENODEV.
 */
static void goes(enum nvme_mode mode)
{
	for (uint64_t at = 1; at < 120; at++) {
		struct uiomap_device d;
		struct nvme_io flush = { .op = NVME_FLUSH };
		struct nvme_done done;
		struct random_io w;

		fake_init(&d);
		d.c.reorder = true;
		d.steps = 1 + at % 3;
		random_io_begin(&w, &d, mode, 8);
		d.fake.gone_at = d.fake.guards + at;
		while (random_io_fill(&w) == 0 && random_io_take(&w, ENODEV) > 0)
			;
		cr_assert_eq(errno, ENODEV, "%d: %s", errno, nvme_error());
		while (w.in_flight)
			cr_assert_gt(random_io_take(&w, ENODEV), 0, "%s", nvme_error());
		FAILS(nvme_reap(w.nvme, &done, 1, UIOMAP_FOREVER), ENODEV);
		FAILS(nvme_reap(w.nvme, &done, 1, 0), ENODEV);
		FAILS(nvme_submit(w.nvme, &flush), ENODEV);
		FAILS(nvme_do(w.nvme, &flush, UIOMAP_FOREVER), ENODEV);
		FAILS(nvme_kick(w.nvme), ENODEV);
		FAILS(nvme_abort(w.nvme, 0), ENODEV);
		FAILS(nvme_reset(w.nvme), ENODEV);
		random_io_end(&w);
		fake_fini(&d);
	}
}

Test(fails, it_goes_at_any_moment)
{
	goes(NVME_POLL);
	goes(NVME_INTERRUPT);
}

/*
 * If mappings stay in place after removal, registers read all ones, or 0 behind QEMU's ports,
 * and nothing ever completes.
 */
static void registers_read(uint32_t value)
{
	for (int mode = NVME_INTERRUPT; mode <= NVME_POLL; mode++) {
		struct uiomap_device d;
		struct nvme_done done;
		struct random_io w;

		fake_init(&d);
		random_io_begin(&w, &d, (enum nvme_mode)mode, 8);
		random_io_run(&w, 20);
		d.c.hold = true;
		OK(random_io_fill(&w));
		OK(nvme_kick(w.nvme));
		nvme_model_vanish(&d.c, value);
		if (mode == NVME_POLL)
			FAILS(nvme_abort(w.nvme, (uint32_t)w.ios[0].id), ENODEV);
		while (w.in_flight)
			cr_assert_gt(random_io_take(&w, ENODEV), 0, "%s", nvme_error());
		FAILS(nvme_reap(w.nvme, &done, 1, UIOMAP_FOREVER), ENODEV);
		FAILS(nvme_reset(w.nvme), ENODEV);
		random_io_end(&w);
		fake_fini(&d);
	}
}

Test(fails, registers_read_all_ones)
{
	registers_read(UINT32_MAX);
}

Test(fails, registers_read_zero)
{
	registers_read(0);
}

/*
 * Random data in all of the shared memory may cause errors and resets, but no access out of
 * bounds and no endless loop.
 */
Test(fails, garbage)
{
	for (uint32_t seed = 1; seed < 60; seed++) {
		struct uiomap_device d;
		struct nvme_io flush = { .op = NVME_FLUSH };
		struct nvme_done done[3];
		struct nvme *nvme;

		fake_init(&d);
		nvme = open_with(&d, seed % 2 ? NVME_POLL : NVME_INTERRUPT, 8);
		d.garbage = seed * 2654435761u;
		for (int i = 0; i < 200; i++) {
			while (nvme_submit(nvme, &flush) >= 0)
				;
			if (nvme_reap(nvme, done, 3, 20000000) < 0 && errno != ETIMEDOUT) {
				cr_assert(errno == EBADMSG || errno == EIO, "%d: %s", errno,
					  nvme_error());
				if (nvme_reset(nvme) < 0)
					cr_assert(errno == EIO || errno == EBADMSG ||
							  errno == EPROTO || errno == ENXIO ||
							  errno == ENOTSUP || errno == ETIMEDOUT,
						  "%d: %s", errno, nvme_error());
			}
		}
		d.garbage = 0;
		OK(nvme_reset(nvme));
		nvme_close(nvme);
		all_given_back(&d);
		fake_fini(&d);
	}
}
