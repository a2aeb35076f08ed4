/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * hotplug [DEVICE]: drive a device whenever it is there, and survive its removal.
 * The registers are those of uio_dummy's counter (kernel/uio_dummy.h).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <uiomap.h>

enum { IRQ_ENABLE = 0x10, IRQ_SEQ = 0x14, IRQ_ACK = 0x18, CTRL = 0x40, PERIOD_NS = 0x44 };

struct driver {
	struct uiomap_device *device;
	volatile void *regs;
};

/*
 * Runs until the device is gone. If that happens during a register access, the guard
 * leaves this function at once. So it must hold nothing that has to be released.
 */
static int drive(void *arg)
{
	struct driver *driver = arg;

	uiomap_write32(driver->regs, PERIOD_NS, 100000000);
	uiomap_write32(driver->regs, IRQ_ENABLE, 1);
	uiomap_write32(driver->regs, CTRL, 1);
	while (uiomap_irq_wait(driver->device, UIOMAP_FOREVER, NULL) == 0) {
		uint32_t events = uiomap_read32(driver->regs, IRQ_SEQ);

		uiomap_write32(driver->regs, IRQ_ACK, events);
		printf("%" PRIu32 " events\n", events);
	}
	return -1; /* errno is the wait's */
}

static void device_appeared(const struct uiomap_info *info)
{
	struct driver driver = { .device = uiomap_open_info(info, UIOMAP_EXCLUSIVE) };
	struct uiomap_region *region = NULL;

	if (driver.device)
		region = uiomap_map_name(driver.device, "registers", 0);
	if (region) {
		driver.regs = uiomap_region_base(region);
		printf("%s is here\n", uiomap_info_name(info));
		uiomap_guard(driver.device, drive, &driver); /* always ends with an errno */
	}
	if (errno == ENODEV)
		printf("%s is gone\n", uiomap_info_name(info));
	else
		fprintf(stderr, "hotplug: %s\n", uiomap_error());
	uiomap_close(driver.device);
}

int main(int argc, char **argv)
{
	/* Devices that are there already are reported first. */
	struct uiomap_monitor *monitor = uiomap_monitor_open(argc > 1 ? argv[1] : "counter");
	struct uiomap_info *info;

	setvbuf(stdout, NULL, _IOLBF, 0); /* whole lines, also into a pipe */
	if (!monitor || uiomap_guard_install() < 0) {
		fprintf(stderr, "hotplug: %s\n", uiomap_error());
		return 1;
	}
	for (;;) {
		int event = uiomap_monitor_next(monitor, UIOMAP_FOREVER, &info);

		if (event == UIOMAP_EVENT_ADD)
			device_appeared(info);
		if (event > 0)
			uiomap_info_free(info);
		else if (errno != ENOBUFS && errno != EINTR)
			break; /* after those two, call again: nothing is lost */
	}
	fprintf(stderr, "hotplug: %s\n", uiomap_error());
	return 1;
}
