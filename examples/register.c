/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * register [DEVICE]: open a device, write and read its registers.
 *
 * The registers are those of uio_dummy's counter (kernel/uio_dummy.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <uiomap.h>

/* Offsets in bytes, as the data sheet gives them. */
enum { MAGIC = 0x00, SCRATCH = 0x60 };

int main(int argc, char **argv)
{
	/* A selector: "uio0", the UIO name, "pci:1234:11e8", "platform:40000000.block", ... */
	const char *selector = argc > 1 ? argv[1] : "counter";
	struct uiomap_device *device = uiomap_open(selector, 0);
	struct uiomap_region *region;
	volatile void *regs;

	if (!device) {
		/* The text says what failed, for which device, and what to do. */
		fprintf(stderr, "register: %s\n", uiomap_error());
		return 1;
	}
	/* `uiomap info DEVICE` lists the names. Of a PCI device they are BAR0 ... BAR5. */
	region = uiomap_map_name(device, "registers", 0);
	if (!region) {
		fprintf(stderr, "register: %s\n", uiomap_error());
		uiomap_close(device);
		return 1;
	}
	regs = uiomap_region_base(region);

	/* One load or store each, of exactly 32 bits. */
	printf("magic 0x%08" PRIx32 "\n", uiomap_read32(regs, MAGIC));
	uiomap_write32(regs, SCRATCH, 0x1234);
	printf("scratch 0x%08" PRIx32 "\n", uiomap_read32(regs, SCRATCH));

	uiomap_close(device); /* this also unmaps the region: regs is invalid now */
	return 0;
}
