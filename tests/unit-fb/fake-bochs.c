/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* bochs-display's registers, as in QEMU's docs/specs/standard-vga and in its model. */
#include "fake-fb.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ID, XRES, YRES, BPP, ENABLE, BANK, VIRT_WIDTH, VIRT_HEIGHT, X_OFFSET, Y_OFFSET, MEMORY };

/* ENABLE */
#define ENABLED	   0x01
#define LFB	   0x40
#define NOCLEARMEM 0x80

static bool pulled(struct uiomap_device *d)
{
	if (d->pulled_in && --d->pulled_in == 0)
		d->pulled_in = 1;
	return d->pulled_in == 1;
}

uint32_t fake_bochs_read(struct uiomap_device *d, size_t offset, unsigned int width)
{
	if (pulled(d))
		return UINT32_MAX;
	if (offset < sizeof(d->edid) && width == 1)
		return d->edid[offset];
	if (offset >= 0x500 && offset < 0x500 + sizeof(d->dispi) && width == 2)
		return d->dispi[(offset - 0x500) / 2];
	if (offset == 0x600 && width == 4)
		return d->qext_size;
	abort();
}

void fake_bochs_write(struct uiomap_device *d, size_t offset, uint32_t value, unsigned int width)
{
	if (pulled(d))
		return;
	if (offset == 0x604 && width == 4 && d->qext_size == 8) {
		d->byte_order = value;
	} else if (offset >= 0x500 + 2 * XRES && offset < 0x500 + 2 * MEMORY && width == 2) {
		size_t reg = (offset - 0x500) / 2;

		/* bochs-display never clears VRAM, but the VGA card with the same ids does. */
		if (reg == ENABLE && (value & ENABLED) && !(value & NOCLEARMEM))
			memset(d->vram, 0, d->vram_size);
		if (!(d->stuck & 1u << reg))
			d->dispi[reg] = (uint16_t)value;
	} else {
		abort();
	}
}

bool fake_bochs_shows(struct uiomap_device *d, uint32_t *width, uint32_t *height, uint32_t *crc)
{
	const uint16_t *r = d->dispi;
	const uint32_t pixel = r[BPP] / 8u;
	const size_t stride = (size_t)(r[VIRT_WIDTH] < r[XRES] ? r[XRES] : r[VIRT_WIDTH]) * pixel;
	const size_t begin = r[X_OFFSET] * (size_t)pixel + r[Y_OFFSET] * stride;

	if ((r[ENABLE] & (ENABLED | LFB)) != (ENABLED | LFB) || (r[BPP] != 16 && r[BPP] != 32) ||
	    r[XRES] < 64 || r[YRES] < 64 || begin + stride * r[YRES] > d->vram_size ||
	    d->byte_order != 0x1e1e1e1e)
		return false;
	*width = r[XRES];
	*height = r[YRES];
	*crc = 0;
	for (uint32_t y = 0; y < *height; y++)
		*crc = (uint32_t)crc32(*crc, d->vram + begin + y * stride, *width * pixel);
	return true;
}
