/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * QEMU's bochs-display, a PCI card of 1234:1111. Its data sheet is QEMU's
 * docs/specs/standard-vga, "PCI spec" and "Memory mapped areas": BAR0 is VRAM;
 * in BAR2 there are the EDID at 0, the "bochs dispi" registers, 16 bits each, at
 * 0x500, and QEMU's own ("qext") at 0x600. The dispi registers are described in
 * Bochs's vbe_display_api.txt. All are little-endian.
 *
 * It has no interrupt and no vsync: the offset registers take effect at QEMU's
 * next refresh, which the driver can't observe.
 */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fb-internal.h"

#define VENDOR 0x1234
#define DEVICE 0x1111

/* BAR2 */
#define EDID	       0x000
#define DISPI(index)   (0x500 + 2 * (size_t)(index))
#define QEXT_SIZE      0x600 /* bytes from offset 0 that exist */
#define QEXT_BYTEORDER 0x604
#define QEXT_LITTLE    0x1e1e1e1eu

enum dispi {
	DISPI_ID, /* 0xb0c0 … 0xb0c5: version of the interface */
	DISPI_XRES,
	DISPI_YRES,
	DISPI_BPP,
	DISPI_ENABLE,
	DISPI_BANK,
	DISPI_VIRT_WIDTH, /* pixels from line to line */
	DISPI_VIRT_HEIGHT,
	DISPI_X_OFFSET,
	DISPI_Y_OFFSET, /* first line shown */
	DISPI_VIDEO_MEMORY_64K,
};

/* DISPI_ENABLE */
#define ENABLED	   0x01
#define LFB	   0x40 /* linear framebuffer, not banked */
#define NOCLEARMEM 0x80

#define EDID_SIZE 128
/* QEMU's minimum for width and height. */
#define MIN_SIDE  64

static int get(const struct fb *fb, enum dispi reg)
{
	uint16_t value;

	return uiomap_region_read16(fb->registers, DISPI(reg), &value) < 0 ? driver_fail_uiomap() :
									     le16toh(value);
}

static int put(struct fb *fb, enum dispi reg, uint32_t value)
{
	return uiomap_region_write16(fb->registers, DISPI(reg), htole16((uint16_t)value)) < 0 ?
		       driver_fail_uiomap() :
		       0;
}

static bool bochs_recognise(struct fb *fb)
{
	uint16_t vendor, device;

	return !strcmp(uiomap_info_bus(uiomap_device_info(fb->device)), "pci") &&
	       uiomap_config_read16(fb->device, 0, &vendor) == 0 && vendor == VENDOR &&
	       uiomap_config_read16(fb->device, 2, &device) == 0 && device == DEVICE;
}

static int bochs_map(struct fb *fb)
{
	fb->registers = uiomap_map_name(fb->device, "BAR2", 0);
	fb->vram = fb->registers ? uiomap_map_name(fb->device, "BAR0", 0) : NULL;
	return fb->vram ? 0 : driver_fail_uiomap();
}

/*
 * The display's preferred mode: the first detailed timing of its EDID (VESA E-EDID release A2,
 * section 3.10.2).
 */
static int preferred(struct fb *fb, uint32_t *width, uint32_t *height)
{
	static const uint8_t header[8] = { 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00 };
	uint8_t edid[EDID_SIZE], sum = 0;

	/* A display can have no EDID (edid=off). No mode is preferred then. */
	*width = 1024;
	*height = 768;
	for (size_t i = 0; i < EDID_SIZE; i++) {
		if (uiomap_region_read8(fb->registers, EDID + i, &edid[i]) < 0)
			return driver_fail_uiomap();
		sum = (uint8_t)(sum + edid[i]);
	}
	/* A descriptor without a pixel clock is not a timing. */
	if (memcmp(edid, header, sizeof(header)) != 0 || sum || !(edid[54] | edid[55]))
		return 0;
	*width = edid[56] | (edid[58] & 0xf0u) << 4;
	*height = edid[59] | (edid[61] & 0xf0u) << 4;
	return 0;
}

static int bochs_mode(struct fb *fb, const struct fb_mode *requested, uint64_t *vram)
{
	struct fb_mode *m = &fb->mode;
	uint32_t width, height, pixel;
	int id = get(fb, DISPI_ID), blocks;

	if (id < 0)
		return -1;
	if ((id & 0xfff0) != 0xb0c0)
		return driver_fail(fb->device, ENOTSUP,
				   "its display interface has version 0x%04x, not 0xb0c0 to 0xb0cf",
				   (unsigned int)id);
	blocks = get(fb, DISPI_VIDEO_MEMORY_64K);
	if (blocks < 0 || preferred(fb, &width, &height) < 0)
		return -1;
	*vram = (uint64_t)blocks * 65536;
	m->width = requested->width ? requested->width : width;
	m->height = requested->height ? requested->height : height;
	m->format = requested->format ? requested->format : SURFACE_XR24;
	pixel = surface_pixel_size(m->format);
	/*
	 * Make each line a multiple of the cache line, so that pages are aligned to one: a page
	 * begins at the start of a line.
	 */
	m->stride = (m->width * pixel + 63) / 64 * 64;
	/* All registers have 16 bits. */
	if (m->width < MIN_SIDE || m->height < MIN_SIDE || m->width > UINT16_MAX - 63 ||
	    m->height > UINT16_MAX)
		return driver_fail(fb->device, ENOTSUP,
				   "it has no mode of %" PRIu32 " x %" PRIu32
				   ": %d x %d is the smallest, %d x %d the largest",
				   m->width, m->height, MIN_SIDE, MIN_SIDE, UINT16_MAX - 63,
				   UINT16_MAX);
	if (pixel && (uint64_t)m->stride * m->height > *vram)
		return driver_fail(fb->device, ENOTSUP,
				   "a frame of %" PRIu32 " x %" PRIu32 " takes %" PRIu64
				   " bytes, its VRAM has %" PRIu64 "; set a smaller mode",
				   m->width, m->height, (uint64_t)m->stride * m->height, *vram);
	return 0;
}

/*
 * Set it on every machine: the default depends on the machine, and an earlier user may have
 * changed it. Older devices don't have this register.
 */
static int set_byte_order(struct fb *fb)
{
	uint32_t size;

	if (uiomap_region_read32(fb->registers, QEXT_SIZE, &size) < 0)
		return driver_fail_uiomap();
	size = le32toh(size);
	if (size < QEXT_BYTEORDER + 4 - QEXT_SIZE || size == UINT32_MAX)
		return 0;
	if (uiomap_region_write32(fb->registers, QEXT_BYTEORDER, htole32(QEXT_LITTLE)) < 0)
		return driver_fail_uiomap();
	return 0;
}

static int bochs_start(struct fb *fb)
{
	const struct fb_mode *m = &fb->mode;
	const uint32_t pixel = surface_pixel_size(m->format);
	const struct {
		enum dispi reg;
		uint32_t value;
	} mode[] = {
		{ DISPI_ENABLE, 0 }, /* modes can be set only while it is off */
		{ DISPI_XRES, m->width }, { DISPI_YRES, m->height },
		{ DISPI_BPP, pixel * 8 }, { DISPI_VIRT_WIDTH, m->stride / pixel },
		{ DISPI_X_OFFSET, 0 },	  { DISPI_Y_OFFSET, 0 },
	};
	const size_t count = sizeof(mode) / sizeof(mode[0]);
	int value;

	for (size_t i = 0; i < count; i++)
		if (put(fb, mode[i].reg, mode[i].value) < 0)
			return -1;
	/* A device that doesn't support a value may round it or keep the old one. */
	for (size_t i = 0; i < count; i++) {
		value = get(fb, mode[i].reg);
		if (value < 0)
			return -1;
		if ((uint32_t)value != mode[i].value)
			return driver_fail(fb->device, ENOTSUP,
					   "it doesn't accept the mode %" PRIu32 " x %" PRIu32
					   " with %" PRIu32
					   " bits a pixel: register %d is %d, not %" PRIu32,
					   m->width, m->height, pixel * 8, (int)mode[i].reg, value,
					   mode[i].value);
	}
	/*
	 * While disabled, QEMU still shows the memory at the last mode's offset. So either page
	 * serves as the first.
	 */
	fb->back = 0;
	return set_byte_order(fb);
}

static uint32_t line(const struct fb *fb)
{
	return fb->page[fb->back] / fb->mode.stride;
}

static int bochs_flip(struct fb *fb)
{
	/*
	 * Orders: pixels, including those in write-combining buffers -> the offset, which makes
	 * them visible.
	 */
	uiomap_wmb();
	if (put(fb, DISPI_Y_OFFSET, line(fb)) < 0)
		return -1;
	if (fb->bochs.on)
		return 0;
	fb->bochs.on = true;
	return put(fb, DISPI_ENABLE, ENABLED | LFB | NOCLEARMEM);
}

/* Nothing to wait for: the device takes the offset at once or never. */
static int bochs_wait(struct fb *fb, const struct fb_deadline *deadline)
{
	/* The read also flushes the posted writes before it. */
	int offset = get(fb, DISPI_Y_OFFSET), enable = get(fb, DISPI_ENABLE),
	    id = get(fb, DISPI_ID);

	(void)deadline;
	fb->pending = false;
	if (offset < 0 || enable < 0 || id < 0)
		return -1;
	/*
	 * There is no interrupt that reports removal, and the kernel's own drivers leave
	 * mappings in place. A device that was unplugged reads as all ones.
	 */
	if (id == UINT16_MAX || uiomap_device_removed(fb->device))
		return driver_fail(fb->device, ENODEV, "it is gone (unbound or unplugged)");
	if ((uint32_t)offset == line(fb) && (enable & ENABLED))
		return 0;
	fb->bochs.on = false;
	return driver_fail(fb->device, EIO,
			   "it doesn't show the page at line %" PRIu32
			   ": Y_OFFSET is %d, ENABLE 0x%04x; does another program use it?",
			   line(fb), offset, (unsigned int)enable);
}

static void bochs_stop(struct fb *fb)
{
	put(fb, DISPI_ENABLE, 0);
}

const struct fb_backend fb_bochs = {
	.recognise = bochs_recognise,
	.map = bochs_map,
	.mode = bochs_mode,
	.start = bochs_start,
	.flip = bochs_flip,
	.wait = bochs_wait,
	.stop = bochs_stop,
};
