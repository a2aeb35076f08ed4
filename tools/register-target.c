/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "register-target.h"

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "as JSON", 0 },
	{ "map", 'm', "MAP", 0, "region by name or number (0)", 0 },
	{ "width", 'w', "BITS", 0, "8, 16, 32 or 64 (32)", 0 },
	{ "endian", 'e', "ORDER", 0, "byte order of the device: native, little or big (native)",
	  0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static const char * const orders
		[] = { [ORDER_NATIVE] = "native", [ORDER_LITTLE] = "little", [ORDER_BIG] = "big" };
	struct target *t = state->input;
	uint64_t width;

	switch (key) {
	case 'j':
		t->json = true;
		return 0;
	case 'm':
		t->map = arg;
		return 0;
	case 'w':
		if (!uiomap_i_parse_number(arg, true, 64, &width) || width < 8 ||
		    (width & (width - 1)))
			argp_error(state, "--width %s: 8, 16, 32 or 64", arg);
		t->width = (unsigned int)width;
		return 0;
	case 'e':
		for (unsigned int i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
			if (!strcmp(arg, orders[i])) {
				t->order = (enum order)i;
				return 0;
			}
		}
		argp_error(state, "--endian %s: native, little or big", arg);
		return 0;
	case ARGP_KEY_ARG:
		/* The commands have parsed the arguments after the first two. */
		if (t->arguments == 2)
			argp_error(state, "too many arguments");
		if (!t->arguments++)
			t->selector = arg;
		else if (!uiomap_i_parse_number(arg, true, SIZE_MAX, &t->offset))
			argp_error(state, "offset %s: bytes, decimal or 0x…", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp target_argp = { options, parse, NULL, NULL, NULL, NULL, NULL };

int target_open(struct target *t, bool writable)
{
	unsigned int flags = writable ? 0 : UIOMAP_MAP_RDONLY;
	uint64_t index = 0;

	t->device = uiomap_open(t->selector, writable ? 0 : UIOMAP_RDONLY);
	if (!t->device)
		return complain_uiomap();
	if (!t->map || uiomap_i_parse_number(t->map, true, UINT32_MAX, &index))
		t->region = uiomap_map(t->device, (unsigned int)index, flags);
	else
		t->region = uiomap_map_name(t->device, t->map, flags);
	if (!t->region || uiomap_guard_install() < 0) {
		int status = complain_uiomap();

		uiomap_close(t->device);
		return status;
	}
	return TOOL_OK;
}

void target_close(struct target *t)
{
	uiomap_guard_remove();
	uiomap_close(t->device);
}

const char *target_label(const struct target *t)
{
	static char label[2048];
	const struct uiomap_info *info = uiomap_device_info(t->device);
	const struct uiomap_map_info *map = uiomap_region_info(t->region);
	unsigned int index = 0;

	while (index < uiomap_info_map_count(info) && uiomap_info_map(info, index) != map)
		index++;
	snprintf(label, sizeof(label), "uio%u \"%s\" map %u \"%s\"", uiomap_info_number(info),
		 printable(uiomap_info_name(info)), index, printable(map->name));
	return label;
}

int target_check(const struct target *t, uint64_t offset, uint64_t bytes)
{
	uint64_t size = uiomap_region_size(t->region), step = t->width / 8;

	/* Check the address, not the offset: a map may begin anywhere in a page. */
	if (((uintptr_t)uiomap_region_base(t->region) + offset) % step)
		return complain(TOOL_USAGE,
				"%s: offset 0x%" PRIx64 " is not aligned for registers of %u bits",
				target_label(t), offset, t->width);
	if (offset >= size)
		return complain(TOOL_USAGE,
				"%s: offset 0x%" PRIx64 " is beyond its end: it has 0x%" PRIx64
				" bytes",
				target_label(t), offset, size);
	if (bytes > size - offset)
		return complain(TOOL_USAGE,
				"%s: 0x%" PRIx64 " bytes from 0x%" PRIx64
				" on are more than the 0x%" PRIx64 " it has",
				target_label(t), bytes, offset, size);
	return TOOL_OK;
}

uint64_t target_max(const struct target *t)
{
	return UINT64_MAX >> (64 - t->width);
}

/* Convert between the device's byte order and the CPU's; its own inverse. */
static uint64_t swapped(const struct target *t, uint64_t value)
{
	bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	if (t->order == ORDER_NATIVE || (t->order == ORDER_BIG) == big)
		return value;
	return __builtin_bswap64(value) >> (64 - t->width);
}

struct access {
	struct target *t;
	size_t offset;
	uint64_t value;
};

static int do_read(void *arg)
{
	struct access *a = arg;
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;
	int rc;

	switch (a->t->width) {
	case 8:
		rc = uiomap_region_read8(a->t->region, a->offset, &v8);
		a->value = v8;
		return rc;
	case 16:
		rc = uiomap_region_read16(a->t->region, a->offset, &v16);
		a->value = v16;
		return rc;
	case 32:
		rc = uiomap_region_read32(a->t->region, a->offset, &v32);
		a->value = v32;
		return rc;
	default:
		return uiomap_region_read64(a->t->region, a->offset, &a->value);
	}
}

static int do_write(void *arg)
{
	struct access *a = arg;

	switch (a->t->width) {
	case 8:
		return uiomap_region_write8(a->t->region, a->offset, (uint8_t)a->value);
	case 16:
		return uiomap_region_write16(a->t->region, a->offset, (uint16_t)a->value);
	case 32:
		return uiomap_region_write32(a->t->region, a->offset, (uint32_t)a->value);
	default:
		return uiomap_region_write64(a->t->region, a->offset, a->value);
	}
}

int target_read(struct target *t, uint64_t offset, uint64_t *value)
{
	struct access a = { t, offset, 0 };

	if (uiomap_guard(t->device, do_read, &a) < 0)
		return complain_uiomap();
	*value = swapped(t, a.value);
	return TOOL_OK;
}

int target_write(struct target *t, uint64_t offset, uint64_t value)
{
	struct access a = { t, offset, swapped(t, value) };

	return uiomap_guard(t->device, do_write, &a) < 0 ? complain_uiomap() : TOOL_OK;
}
