/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "fake-fb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct uiomap_region {
	struct uiomap_map_info info;
	struct uiomap_device *device;
	bool vram;
};

static struct uiomap_device *current;
static struct uiomap_region regions[2];
static char text[256];

/* ---- the device -------------------------------------------------------------- */

struct uiomap_device *fake_new(uint32_t width, uint32_t height, uint32_t stride, uint32_t format,
			       unsigned int page_count)
{
	struct uiomap_device *d = calloc(1, sizeof(*d));

	if (!d)
		abort();
	*fake_reg(d, UIO_DUMMY_MAGIC) = UIO_DUMMY_MAGIC_VALUE;
	*fake_reg(d, UIO_DUMMY_MODEL) = UIO_DUMMY_MODEL_FRAMEBUFFER;
	*fake_reg(d, UIO_DUMMY_FB_WIDTH) = width;
	*fake_reg(d, UIO_DUMMY_FB_HEIGHT) = height;
	*fake_reg(d, UIO_DUMMY_FB_STRIDE) = stride;
	*fake_reg(d, UIO_DUMMY_FB_FORMAT) = format;
	*fake_reg(d, UIO_DUMMY_FB_REFRESH_MHZ) = 60000;
	*fake_reg(d, UIO_DUMMY_FB_FLIP_SEQ) = *fake_reg(d, UIO_DUMMY_FB_FLIP_DONE) = UINT32_MAX - 2;
	*fake_reg(d, UIO_DUMMY_FB_VSYNC_SEQ) = UINT32_MAX - 5;
	*fake_reg(d, UIO_DUMMY_IRQ_SEQ) = *fake_reg(d, UIO_DUMMY_IRQ_ACK) = UINT32_MAX - 3;
	d->registers_size = UIO_DUMMY_REGS_SIZE;
	d->vram_size = ((size_t)stride * height + 63) / 64 * 64 * page_count;
	*fake_reg(d, UIO_DUMMY_FB_VRAM_SIZE) = (uint32_t)d->vram_size;
	d->vram = calloc(d->vram_size, 1);
	if (!d->vram)
		abort();
	d->memtype = UIOMAP_MEMTYPE_WRITE_COMBINING;
	d->irq = UIOMAP_IRQ_MASKED;
	d->vsyncs = 1;
	current = d;
	return d;
}

struct uiomap_device *fake_bochs_new(size_t vram_size)
{
	struct uiomap_device *d = calloc(1, sizeof(*d));

	if (!d)
		abort();
	d->bochs = true;
	d->vendor = 0x1234;
	d->device = 0x1111;
	for (int i = 0; i < FAKE_DISPI; i++)
		d->dispi[i] = (uint16_t)(0x7a31 * (i + 1));
	d->dispi[0] = 0xb0c5;
	d->dispi[FAKE_DISPI - 1] = (uint16_t)(vram_size / 65536);
	d->qext_size = 8;
	d->byte_order = 0xbebebebe;
	d->registers_size = 4096;
	d->vram_size = vram_size;
	d->vram = calloc(vram_size, 1);
	if (!d->vram)
		abort();
	d->memtype = UIOMAP_MEMTYPE_WRITE_COMBINING;
	current = d;
	return d;
}

void fake_free(struct uiomap_device *d)
{
	free(d->vram);
	free(d);
	current = NULL;
}

uint32_t *fake_reg(struct uiomap_device *d, size_t reg)
{
	return &d->regs[reg / 4];
}

uint32_t fake_crc(struct uiomap_device *d, uint32_t offset)
{
	uint32_t line = *fake_reg(d, UIO_DUMMY_FB_WIDTH) *
			(*fake_reg(d, UIO_DUMMY_FB_FORMAT) == UIO_DUMMY_FB_RG16 ? 2 : 4);
	uint32_t crc = 0;

	for (uint32_t y = 0; y < *fake_reg(d, UIO_DUMMY_FB_HEIGHT); y++)
		crc = (uint32_t)crc32(crc, d->vram + offset + y * *fake_reg(d, UIO_DUMMY_FB_STRIDE),
				      line);
	return crc;
}

static void latch(struct uiomap_device *d)
{
	uint32_t seq = *fake_reg(d, UIO_DUMMY_FB_FLIP_SEQ);

	if (seq == *fake_reg(d, UIO_DUMMY_FB_FLIP_DONE))
		return;
	if (d->skip) {
		d->skip--;
		return;
	}
	*fake_reg(d, UIO_DUMMY_FB_STATUS) &= ~UIO_DUMMY_FB_BAD_FLIP;
	if (d->refuse) {
		d->refuse--;
		*fake_reg(d, UIO_DUMMY_FB_STATUS) |= UIO_DUMMY_FB_BAD_FLIP;
	} else {
		*fake_reg(d, UIO_DUMMY_FB_FRONT) = *fake_reg(d, UIO_DUMMY_FB_FLIP_OFFSET);
		if (d->logged < FAKE_LOG) {
			d->log_vsync[d->logged] = *fake_reg(d, UIO_DUMMY_FB_VSYNC_SEQ) + 1;
			d->log_crc[d->logged++] = fake_crc(d, *fake_reg(d, UIO_DUMMY_FB_FRONT));
		}
	}
	*fake_reg(d, UIO_DUMMY_FB_FLIP_DONE) = seq;
}

void fake_vsync(struct uiomap_device *d)
{
	if (d->stall)
		return;
	/* The page on screen must not have changed while it was shown. */
	d->torn += d->scanning && fake_crc(d, *fake_reg(d, UIO_DUMMY_FB_FRONT)) != d->front_crc;
	d->scanning = *fake_reg(d, UIO_DUMMY_FB_CTRL) & UIO_DUMMY_FB_SCANOUT;
	*fake_reg(d, UIO_DUMMY_FB_STATUS) &= ~UIO_DUMMY_FB_ACTIVE;
	if (!d->scanning)
		return;
	*fake_reg(d, UIO_DUMMY_FB_STATUS) |= UIO_DUMMY_FB_ACTIVE;
	latch(d);
	++*fake_reg(d, UIO_DUMMY_FB_VSYNC_SEQ);
	d->front_crc = fake_crc(d, *fake_reg(d, UIO_DUMMY_FB_FRONT));
	if (*fake_reg(d, UIO_DUMMY_IRQ_ENABLE) != 1)
		return;
	++*fake_reg(d, UIO_DUMMY_IRQ_SEQ);
	if (d->lose)
		d->lose--;
	else
		d->interrupts++;
}

/* ---- libuiomap ----------------------------------------------------------------- */

static int fail(int error, const char *why)
{
	snprintf(text, sizeof(text), "fake: %s", why);
	errno = error;
	return -1;
}

const char *uiomap_error(void)
{
	return text;
}

struct uiomap_device *uiomap_open(const char *selector, unsigned int flags)
{
	if (!selector || strcmp(selector, "fake") != 0) {
		fail(ENODEV, "no such device");
		return NULL;
	}
	current->opened++;
	current->flags = flags;
	return current;
}

void uiomap_close(struct uiomap_device *d)
{
	if (d)
		d->opened--;
}

const struct uiomap_info *uiomap_device_info(const struct uiomap_device *d)
{
	/* The driver only passes this pointer back. */
	return (const struct uiomap_info *)d;
}

const char *uiomap_info_name(const struct uiomap_info *info)
{
	(void)info;
	return "fake";
}

const char *uiomap_info_device(const struct uiomap_info *info)
{
	(void)info;
	return "fake.0";
}

unsigned int uiomap_info_number(const struct uiomap_info *info)
{
	(void)info;
	return 7;
}

const char *uiomap_info_bus(const struct uiomap_info *info)
{
	return ((const struct uiomap_device *)info)->bochs ? "pci" : "platform";
}

unsigned int uiomap_info_map_count(const struct uiomap_info *info)
{
	const struct uiomap_device *d = (const struct uiomap_device *)info;

	return (unsigned int)!!d->registers_size + !!d->vram_size;
}

const struct uiomap_map_info *uiomap_info_map(const struct uiomap_info *info, unsigned int index)
{
	static const struct uiomap_map_info maps[2][2] = {
		{ { .name = "vram" }, { .name = "registers" } },
		{ { .name = "BAR0" }, { .name = "BAR2" } }
	};
	const struct uiomap_device *d = (const struct uiomap_device *)info;

	return &maps[d->bochs][d->vram_size ? index : 1];
}

int uiomap_config_read16(struct uiomap_device *d, size_t offset, uint16_t *value)
{
	if (!d->bochs || offset > 2)
		abort();
	*value = offset ? d->device : d->vendor;
	return 0;
}

bool uiomap_device_removed(const struct uiomap_device *d)
{
	return d->gone;
}

struct uiomap_region *uiomap_map_name(struct uiomap_device *d, const char *name, unsigned int flags)
{
	bool vram = !strcmp(name, d->bochs ? "BAR0" : "vram");
	struct uiomap_region *r = &regions[vram];

	if (flags || (!vram && strcmp(name, d->bochs ? "BAR2" : "registers") != 0))
		abort();
	if (vram ? !d->vram_size : !d->registers_size) {
		fail(ERANGE, "no such map");
		return NULL;
	}
	*r = (struct uiomap_region){ .device = d,
				     .vram = vram,
				     .info.memtype = vram ? d->memtype : UIOMAP_MEMTYPE_UNCACHED };
	return r;
}

volatile void *uiomap_region_base(const struct uiomap_region *r)
{
	/* The registers of bochs-display are accessed only by calls. */
	if (!r->vram && r->device->bochs)
		abort();
	if (r->vram)
		return r->device->vram;
	/* The driver gets the base before each access. */
	if (r->device->vsync_at && --r->device->vsync_at == 0)
		fake_vsync(r->device);
	return r->device->regs;
}

size_t uiomap_region_size(const struct uiomap_region *r)
{
	return r->vram ? r->device->vram_size : r->device->registers_size;
}

const struct uiomap_map_info *uiomap_region_info(const struct uiomap_region *r)
{
	return &r->info;
}

static int reach(const struct uiomap_region *r, size_t offset, size_t width)
{
	if (!r->device->bochs || r->vram || offset % width)
		abort();
	return offset + width <= r->device->registers_size ? 0 :
							     fail(ERANGE, "BAR2: beyond its end");
}

int uiomap_region_read8(const struct uiomap_region *r, size_t offset, uint8_t *value)
{
	if (reach(r, offset, sizeof(*value)) < 0)
		return -1;
	*value = (uint8_t)fake_bochs_read(r->device, offset, sizeof(*value));
	return 0;
}

int uiomap_region_read16(const struct uiomap_region *r, size_t offset, uint16_t *value)
{
	if (reach(r, offset, sizeof(*value)) < 0)
		return -1;
	*value = (uint16_t)fake_bochs_read(r->device, offset, sizeof(*value));
	return 0;
}

int uiomap_region_read32(const struct uiomap_region *r, size_t offset, uint32_t *value)
{
	if (reach(r, offset, sizeof(*value)) < 0)
		return -1;
	*value = fake_bochs_read(r->device, offset, sizeof(*value));
	return 0;
}

int uiomap_region_write16(struct uiomap_region *r, size_t offset, uint16_t value)
{
	if (reach(r, offset, sizeof(value)) < 0)
		return -1;
	fake_bochs_write(r->device, offset, value, sizeof(value));
	return 0;
}

int uiomap_region_write32(struct uiomap_region *r, size_t offset, uint32_t value)
{
	if (reach(r, offset, sizeof(value)) < 0)
		return -1;
	fake_bochs_write(r->device, offset, value, sizeof(value));
	return 0;
}

int uiomap_region_poll32(const struct uiomap_region *r, size_t offset, uint32_t mask, uint32_t want,
			 int64_t timeout_ns, uint32_t *last)
{
	if (timeout_ns <= 0)
		abort();
	for (int i = 0; i < 10; i++, fake_vsync(r->device)) {
		*last = *fake_reg(r->device, offset);
		if ((*last & mask) == want)
			return 0;
	}
	return fail(ETIMEDOUT, "poll32: not in time");
}

int uiomap_irq_wait(struct uiomap_device *d, int64_t timeout_ns, uint32_t *count)
{
	if (timeout_ns <= 0)
		abort();
	if (d->gone_in && --d->gone_in == 0)
		d->gone = true;
	if (d->gone)
		return fail(ENODEV, "gone");
	d->unacknowledged += *fake_reg(d, UIO_DUMMY_IRQ_SEQ) != *fake_reg(d, UIO_DUMMY_IRQ_ACK);
	if (d->interrupt) {
		d->interrupt--;
		return fail(EINTR, "a signal");
	}
	for (unsigned int i = 0; i < d->vsyncs; i++)
		fake_vsync(d);
	if (d->irq == UIOMAP_IRQ_NONE)
		return fail(ENOTSUP, "no interrupt");
	if (d->interrupts == d->told)
		return fail(ETIMEDOUT, "no interrupt in time");
	*count = d->interrupts - d->told;
	d->told = d->interrupts;
	return 0;
}

int uiomap_guard_install(void)
{
	current->installed++;
	return 0;
}

void uiomap_guard_remove(void)
{
	current->installed--;
}

int uiomap_guard(struct uiomap_device *d, int (*body)(void *arg), void *arg)
{
	if (d->gone && !d->stale) {
		fail(ENODEV, "an access failed: it is gone");
		return UIOMAP_GUARD_FAILED;
	}
	return body(arg);
}
