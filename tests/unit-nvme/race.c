/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The driver with a thread as the controller. Under ThreadSanitizer, an access
 * that is not ordered by a doorbell or a phase tag is a data race and ends the
 * program.
 */
#include "random-io.h"

static void begin(struct uiomap_device *device, struct random_io *w, enum nvme_mode mode,
		  uint32_t depth)
{
	fake_init(device);
	device->fake.threaded = true;
	device->c.reorder = true;
	/* Set the properties before the thread starts, which may read them. */
	device->c.regs[NVME_VS / 4] = device->c.version;
	nvme_model_spawn(&device->c);
	random_io_begin(w, device, mode, depth);
}

static void end(struct uiomap_device *device, struct random_io *w)
{
	/*
	 * The thread must run until the driver has shut the controller down; then the test may
	 * read its state.
	 */
	nvme_close(w->nvme);
	w->nvme = NULL;
	nvme_model_join(&device->c);
	random_io_end(w);
	fake_fini(device);
}

static void run(enum nvme_mode mode, uint32_t depth, unsigned int ios)
{
	struct uiomap_device device;
	struct random_io w;

	begin(&device, &w, mode, depth);
	random_io_run(&w, ios);
	end(&device, &w);
}

Test(race, polling)
{
	run(NVME_POLL, 32, 10000);
}

Test(race, interrupts)
{
	run(NVME_INTERRUPT, 32, 10000);
}

Test(race, one_at_a_time)
{
	run(NVME_POLL, 1, 3000);
}

Test(race, a_reset_in_the_middle_again_and_again)
{
	struct uiomap_device device;
	struct random_io w;

	begin(&device, &w, NVME_POLL, 32);
	for (int i = 0; i < 30; i++) {
		OK(random_io_fill(&w));
		OK(nvme_kick(w.nvme));
		OK(nvme_reset(w.nvme));
		while (w.in_flight)
			cr_assert_gt(random_io_take(&w, ECANCELED), 0, "%s", nvme_error());
		random_io_run(&w, 50);
	}
	end(&device, &w);
}

static void vanish(enum nvme_mode mode)
{
	struct uiomap_device device;
	struct random_io w;
	struct nvme_done done;

	begin(&device, &w, mode, 32);
	random_io_run(&w, 100);
	nvme_model_join(&device.c);
	OK(random_io_fill(&w));
	OK(nvme_kick(w.nvme));
	nvme_model_vanish(&device.c, UINT32_MAX);
	while (w.in_flight)
		cr_assert_gt(random_io_take(&w, ENODEV), 0, "%s", nvme_error());
	FAILS(nvme_reap(w.nvme, &done, 1, UIOMAP_FOREVER), ENODEV);
	random_io_end(&w);
	fake_fini(&device);
}

Test(race, it_vanishes)
{
	vanish(NVME_POLL);
	vanish(NVME_INTERRUPT);
}
