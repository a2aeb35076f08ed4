/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * interrupt [DEVICE]: start a device and take five interrupts.
 *
 * The registers are those of uio_dummy's counter (kernel/uio_dummy.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <uiomap.h>

enum { MAGIC = 0x00, IRQ_ENABLE = 0x10, IRQ_SEQ = 0x14, IRQ_ACK = 0x18, CTRL = 0x40 };

static int take_five(struct uiomap_device *device, volatile void *regs)
{
	uiomap_write32(regs, IRQ_ENABLE, 1);
	uiomap_write32(regs, CTRL, 1); /* count, and interrupt, every millisecond */
	for (int i = 0; i < 5; i++) {
		uint32_t count;

		/* Enables the interrupt, then sleeps, at most one second. */
		if (uiomap_irq_wait(device, INT64_C(1000000000), &count) < 0)
			return -1;
		/* Tell the device what was handled. Else a level interrupt fires again. */
		uiomap_write32(regs, IRQ_ACK, uiomap_read32(regs, IRQ_SEQ));
		printf("interrupt, %" PRIu32 " since the last wait\n", count);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *selector = argc > 1 ? argv[1] : "counter";
	/* EXCLUSIVE: no second driver. `uiomap watch` and `uiomap read` can still look. */
	struct uiomap_device *device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	struct uiomap_region *region = device ? uiomap_map_name(device, "registers", 0) : NULL;
	int status = 0;

	if (!region) {
		fprintf(stderr, "interrupt: %s\n", uiomap_error());
		uiomap_close(device); /* NULL is fine */
		return 1;
	}
	volatile void *regs = uiomap_region_base(region);

	printf("magic 0x%08" PRIx32 "\n", uiomap_read32(regs, MAGIC));
	if (take_five(device, regs) < 0) {
		fprintf(stderr, "interrupt: %s\n", uiomap_error());
		status = 1;
	}
	/* A device that was unplugged has no registers: an access would raise SIGBUS. */
	if (!uiomap_device_removed(device)) {
		uiomap_write32(regs, CTRL, 0);
		uiomap_write32(regs, IRQ_ENABLE, 0);
	}
	uiomap_close(device);
	return status;
}
