/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The NVMe driver with I/Os in flight on a slow disk: abort, reset, unplug. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "qmp.h"
#include "nvme-disk.h"

static void throttle(struct monitor *m, unsigned int ios_per_second)
{
	qmp_execute(m, "block_set_io_throttle",
		    "{\"id\": \"nvme\", \"bps\": 0, \"bps_rd\": 0, \"bps_wr\": 0, \"iops\": %u, "
		    "\"iops_rd\": 0, \"iops_wr\": 0}",
		    ios_per_second);
}

/* Abort one I/O, then reset the controller, while I/Os are in flight. */
static void abort_and_reset_in_flight(const char *driver)
{
	struct monitor *m = qmp_open();
	struct nvme_done done[32];
	struct nvme_io io;
	struct nvme_stats before, after;
	unsigned int ended;
	struct disk d;
	int n, id = 0;

	open_disk(&d, driver, NVME_INTERRUPT, 32);
	for (int round = 0; round < 3; round++) {
		throttle(m, 40);
		nvme_stats(d.nvme, &before);
		for (uint32_t i = 0; i < 32; i++) {
			io = (struct nvme_io){ .op = NVME_READ,
					       .block = i * 8,
					       .count = 8,
					       .buffer = d.buffer,
					       .offset = i * 4096 };
			id = nvme_submit(d.nvme, &io);
			NVME_OK(id);
		}
		NVME_OK(nvme_kick(d.nvme));
		/*
		 * Abort the last I/O. The others take most of a second. QEMU's controller may
		 * refuse the abort.
		 */
		if (nvme_abort(d.nvme, (uint32_t)id) < 0)
			cr_assert_eq(errno, EBUSY, "%s", nvme_error());
		NVME_FAILS(nvme_abort(d.nvme, (uint32_t)id ^ 0x8000), ENOENT);
		nvme_stats(d.nvme, &after);
		cr_assert_lt(after.ios - before.ios, 32, "nothing is in flight any more");
		/* QEMU's controller completes some and aborts others. */
		NVME_OK(nvme_reset(d.nvme));
		throttle(m, 0);
		for (ended = 0; ended < 32; ended += (unsigned int)n) {
			n = nvme_reap(d.nvme, done, 32, 20 * SECOND);
			NVME_OK(n);
			for (int i = 0; i < n; i++)
				cr_assert(!done[i].error || done[i].error == ECANCELED);
		}
		NVME_FAILS(nvme_reap(d.nvme, done, 1, UIOMAP_FOREVER), EDEADLK);
		memset(d.data, 0x40 + round, 4096);
		NVME_OK(transfer(&d, NVME_WRITE, 1000, 8, 0));
		cr_assert(on_the_host(&d, 1000 * BLOCK, d.data, 4096));
	}
	close_disk(&d);
	qmp_close(m);
}

Test(nvme, abort_and_reset_in_flight)
{
	abort_and_reset_in_flight("uio_stub");
	abort_and_reset_in_flight("uio_pci_generic");
}

/*
 * Remove a disk that answers in 0.2 s from its slot while it is busy. With port0, the kernel is
 * asked first and unbinds it. With port2, the disk is gone without notice.
 *
 * QEMU 7.2 keeps a reference to the controller for each request that was in flight at the removal:
 * it doesn't free the scatter list of a cancelled request. The controller leaves its slot, but QEMU
 * never deletes it. So each round uses its own controller and disk, and doesn't wait for
 * DEVICE_DELETED.
 */
static void unplugged_in_flight(const char *driver, unsigned int port, int rounds)
{
	struct monitor *m = qmp_open();

	for (int round = 0; round < rounds; round++) {
		unsigned int in_flight = 0, lost = 0;
		char bus[8], id[48], more[96];
		struct nvme_done done[8];
		struct disk d;
		int n;

		snprintf(bus, sizeof(bus), "port%u", port);
		snprintf(id, sizeof(id), "slow-%s-%u-%d", strrchr(driver, '_') + 1, port, round);
		snprintf(more, sizeof(more), ", \"serial\": \"slow\", \"drive\": \"disk-%s\"", id);
		qmp_execute(
			m, "blockdev-add",
			"{\"driver\": \"null-co\", \"node-name\": \"disk-%s\", \"size\": 67108864, "
			"\"read-zeroes\": true, \"latency-ns\": 200000000}",
			id);
		qmp_plug(m, "nvme", id, bus, more);
		pci_plugged(port, d.address);
		open_at(&d, driver, round % 2 ? NVME_POLL : NVME_INTERRUPT, 8);
		cr_assert_str_eq(nvme_identity(d.nvme)->serial, "slow");
		NVME_OK(transfer(&d, NVME_READ, 7, 1, 0));
		if (port == 2)
			pci_pull();
		else
			qmp_unplug(m, id);
		for (;;) {
			const struct nvme_io io = { .op = NVME_READ,
						    .block = 8,
						    .count = 8,
						    .buffer = d.buffer };

			while (in_flight < 8 && nvme_submit(d.nvme, &io) >= 0)
				in_flight++;
			if (in_flight < 8)
				cr_assert_eq(errno, ENODEV, "%s", nvme_error());
			n = nvme_reap(d.nvme, done, 8, 30 * SECOND);
			if (n < 0)
				break;
			in_flight -= (unsigned int)n;
			for (int i = 0; i < n; i++) {
				cr_assert(!done[i].error || done[i].error == ENODEV, "error %d",
					  done[i].error);
				lost += done[i].error == ENODEV;
			}
		}
		cr_assert_eq(errno, ENODEV, "%s", nvme_error());
		cr_assert_eq(in_flight, 0);
		cr_assert_gt(lost, 0, "nothing was in flight");
		NVME_FAILS(nvme_reset(d.nvme), ENODEV);
		NVME_FAILS(nvme_kick(d.nvme), ENODEV);
		nvme_close(d.nvme);
		uiomap_close(d.device);
		close(d.image);
		pci_hugepages(0);
		pci_gone(d.address);
		while (strstr(qmp_execute(m, "qom-list", "{\"path\": \"/machine/peripheral\"}"),
			      id))
			usleep(10000);
	}
	qmp_close(m);
}

Test(nvme, unplugged_in_flight)
{
	unplugged_in_flight("uio_stub", 0, 2);
	unplugged_in_flight("uio_pci_generic", 0, 2);
}

Test(nvme, pulled_in_flight)
{
	unplugged_in_flight("uio_stub", 2, 2);
	unplugged_in_flight("uio_pci_generic", 2, 2);
}
