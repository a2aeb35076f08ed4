/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Checked accessors, and polling a register. */
#include "fake-sysfs.h"

#include <pthread.h>
#include <time.h>

static struct uiomap_device *device;
static struct uiomap_region *whole, *odd, *readonly;

static void begin(void)
{
	tree_begin();
	tree_device(1, &(struct tree_device){
			       .name = "plain",
			       .map_count = 2,
			       .maps = { { "whole", 0x1000, 0x1000, 0, false },
					 { "odd", 0x2000, 0x106 + 0x13, 0x106, false } } });
	device = uiomap_open("plain", 0);
	whole = uiomap_map(device, 0, 0);
	odd = uiomap_map(device, 1, 0);
	readonly = uiomap_map(device, 0, UIOMAP_MAP_RDONLY);
	assert_ok(device && whole && odd && readonly);
}

static void end(void)
{
	uiomap_close(device);
	tree_end();
}

TestSuite(checked, .init = begin, .fini = end);

#define REFUSED(call, error, text)                                                                 \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_eq(call, -1, "%s is done", #call);                                       \
		assert_errno(error);                                                               \
		assert_text(text);                                                                 \
	} while (0)

Test(checked, inside)
{
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	cr_assert_eq(uiomap_region_write64(whole, 0xff8, 0x1122334455667788), 0);
	cr_assert_eq(uiomap_region_read64(whole, 0xff8, &v64), 0);
	cr_assert_eq(v64, 0x1122334455667788);
	cr_assert_eq(uiomap_region_write32(whole, 0xffc, 0xa1b2c3d4), 0);
	cr_assert_eq(uiomap_region_read32(whole, 0xffc, &v32), 0);
	cr_assert_eq(v32, 0xa1b2c3d4);
	cr_assert_eq(uiomap_region_write16(whole, 0xffe, 0xbeef), 0);
	cr_assert_eq(uiomap_region_read16(whole, 0xffe, &v16), 0);
	cr_assert_eq(v16, 0xbeef);
	cr_assert_eq(uiomap_region_write8(whole, 0xfff, 0x5a), 0);
	cr_assert_eq(uiomap_region_read8(whole, 0xfff, &v8), 0);
	cr_assert_eq(v8, 0x5a);
	/* the neighbouring bytes are unchanged */
	cr_assert_eq(uiomap_region_read32(whole, 0xff8, &v32), 0);
	cr_assert_eq(v32, 0x55667788);
	cr_assert_eq(uiomap_region_read8(whole, 0xffe, &v8), 0);
	cr_assert_eq(v8, 0xef);
}

Test(checked, beyond)
{
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	REFUSED(uiomap_region_read8(whole, 0x1000, &v8), ERANGE, "uio1 \"plain\": map 0 \"whole\"");
	REFUSED(uiomap_region_read16(whole, 0xfff, &v16), ERANGE, "0xfff");
	REFUSED(uiomap_region_read32(whole, 0x1000, &v32), ERANGE, "0x1000");
	REFUSED(uiomap_region_read32(whole, 0xffd, &v32), ERANGE, "4 bytes");
	REFUSED(uiomap_region_read64(whole, 0xffc, &v64), ERANGE, "8 bytes");
	REFUSED(uiomap_region_write8(whole, 0x1000, 0), ERANGE, "beyond its end 0x1000");
	REFUSED(uiomap_region_write32(whole, SIZE_MAX, 0), ERANGE, "beyond");
	REFUSED(uiomap_region_write32(whole, SIZE_MAX - 3, 0), ERANGE, "beyond");
	REFUSED(uiomap_region_write64(whole, SIZE_MAX - 7, 0), ERANGE, "beyond");
	/* the region's size counts, not the mapping's: 0x13 bytes */
	cr_assert_eq(uiomap_region_read8(odd, 0x12, &v8), 0);
	REFUSED(uiomap_region_read8(odd, 0x13, &v8), ERANGE, "\"odd\"");
	REFUSED(uiomap_region_read32(odd, 0x12, &v32), ERANGE, "\"odd\"");
}

Test(checked, alignment)
{
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	REFUSED(uiomap_region_read16(whole, 1, &v16), EINVAL, "0x1 is not aligned for 2");
	REFUSED(uiomap_region_read32(whole, 2, &v32), EINVAL, "aligned for 4");
	REFUSED(uiomap_region_read64(whole, 4, &v64), EINVAL, "aligned for 8");
	REFUSED(uiomap_region_write32(whole, 0xff9, 0), EINVAL, "aligned for 4");
	/* the map begins at ...106 */
	cr_assert_eq(uiomap_region_read16(odd, 0, &v16), 0);
	REFUSED(uiomap_region_read32(odd, 0, &v32), EINVAL, "begins at 0x2106");
	cr_assert_eq(uiomap_region_read32(odd, 2, &v32), 0);
}

Test(checked, read_only)
{
	uint32_t v32;

	cr_assert_eq(uiomap_region_read32(readonly, 0, &v32), 0);
	REFUSED(uiomap_region_write8(readonly, 0, 0), EACCES, "UIOMAP_MAP_RDONLY");
	REFUSED(uiomap_region_write16(readonly, 0, 0), EACCES, "UIOMAP_MAP_RDONLY");
	REFUSED(uiomap_region_write32(readonly, 0, 0), EACCES, "UIOMAP_MAP_RDONLY");
	REFUSED(uiomap_region_write64(readonly, 0, 0), EACCES, "UIOMAP_MAP_RDONLY");
	REFUSED(uiomap_region_write32(readonly, 0x1000, 0), ERANGE, "beyond");
}

Test(checked, null)
{
	uint32_t v32;

	REFUSED(uiomap_region_read32(NULL, 0, &v32), EINVAL, "no region");
	REFUSED(uiomap_region_read32(whole, 0, NULL), EINVAL, "no value");
	REFUSED(uiomap_region_write32(NULL, 0, 0), EINVAL, "no region");
	REFUSED(uiomap_region_poll32(NULL, 0, 0, 0, 0, NULL), EINVAL, "no region");
}

Test(checked, poll_at_once)
{
	uint32_t last = 0;

	uiomap_region_write32(whole, 8, 0x1234);
	cr_assert_eq(uiomap_region_poll32(whole, 8, 0xff, 0x34, 0, &last), 0);
	cr_assert_eq(last, 0x1234);
	cr_assert_eq(uiomap_region_poll32(whole, 8, 0xff, 0x34, UIOMAP_FOREVER, NULL), 0);
	REFUSED(uiomap_region_poll32(whole, 8, 0xff, 0x35, 0, &last), ETIMEDOUT,
		"offset 0x8 is 0x00001234");
	cr_assert_eq(last, 0x1234);
	/* The value has bits outside the mask, so it never matches. */
	REFUSED(uiomap_region_poll32(whole, 8, 0x0f, 0x34, 0, NULL), ETIMEDOUT,
		"waited for 0x00000034 in bits 0x0000000f");
	REFUSED(uiomap_region_poll32(whole, 8, 0xff, 0x34, -2, NULL), EINVAL, "-2");
	REFUSED(uiomap_region_poll32(whole, 0x1000, 0xff, 0x34, 0, NULL), ERANGE, "beyond");
	REFUSED(uiomap_region_poll32(whole, 9, 0xff, 0x34, 0, NULL), EINVAL, "aligned");
}

Test(checked, poll_times_out)
{
	uint32_t last = 0;
	int64_t begin_ns = uiomap_i_now(), spent;

	REFUSED(uiomap_region_poll32(whole, 8, 1, 1, 20000000, &last), ETIMEDOUT,
		"after 20 ms; waited");
	spent = uiomap_i_now() - begin_ns;
	cr_assert_geq(spent, 20000000);
	/* detects a wrong unit; a busy machine may be late */
	cr_assert_lt(spent, INT64_C(10000000000), "%ld ns", spent);
}

/* Each width compares and returns only its own bits. */
Test(checked, poll_in_every_width)
{
	uint8_t v8 = 0;
	uint16_t v16 = 0;
	uint64_t v64 = 0;

	uiomap_region_write64(whole, 8, 0x8899aabbccddeeff);
	cr_assert_eq(uiomap_region_poll8(whole, 9, 0xf0, 0xe0, 0, &v8), 0);
	cr_assert_eq(v8, 0xee);
	cr_assert_eq(uiomap_region_poll16(whole, 10, 0xff00, 0xcc00, 0, &v16), 0);
	cr_assert_eq(v16, 0xccdd);
	cr_assert_eq(uiomap_region_poll64(whole, 8, UINT64_C(1) << 63, UINT64_C(1) << 63, 0, &v64),
		     0);
	cr_assert_eq(v64, 0x8899aabbccddeeff);
	v64 = 0;
	REFUSED(uiomap_region_poll8(whole, 8, 0x01, 0, 0, &v8), ETIMEDOUT,
		"offset 0x8 is 0xff after 0 s; waited for 0x00 in bits 0x01");
	cr_assert_eq(v8, 0xff);
	REFUSED(uiomap_region_poll16(whole, 8, 0x100, 0x100, 0, NULL), ETIMEDOUT,
		"is 0xeeff after 0 s; waited for 0x0100 in bits 0x0100");
	REFUSED(uiomap_region_poll64(whole, 8, 1, 0, 0, &v64), ETIMEDOUT,
		"is 0x8899aabbccddeeff after");
	cr_assert_eq(v64, 0x8899aabbccddeeff);
	REFUSED(uiomap_region_poll64(whole, 12, 1, 0, 0, NULL), EINVAL, "aligned for 8");
	REFUSED(uiomap_region_poll16(whole, 9, 1, 0, 0, NULL), EINVAL, "aligned for 2");
	REFUSED(uiomap_region_poll8(whole, 0x1000, 1, 0, 0, NULL), ERANGE, "beyond");
}

static int still_goes_on(void *arg)
{
	uint32_t v32;

	(void)arg;
	REFUSED(uiomap_region_read32(whole, 0, &v32), ENODEV, "an access failed: it is gone");
	return 42;
}

/*
 * If the SIGBUS handler is installed, they fail with ENODEV, inside and outside a guard of the
 * program.
 */
Test(checked, guard_themselves)
{
	uint8_t v8 = 77;
	uint64_t v64;

	cr_assert_eq(uiomap_guard_install(), 0);
	cr_assert_eq(truncate(core_map_file(1, 0), 0), 0);
	REFUSED(uiomap_region_read8(whole, 0, &v8), ENODEV,
		"uio1 \"plain\": an access failed: it is gone");
	REFUSED(uiomap_region_read64(whole, 8, &v64), ENODEV, "gone");
	REFUSED(uiomap_region_write16(whole, 2, 1), ENODEV, "gone");
	REFUSED(uiomap_region_write32(whole, 4, 1), ENODEV, "gone");
	REFUSED(uiomap_region_poll8(whole, 0, 1, 1, UIOMAP_FOREVER, &v8), ENODEV, "gone");
	cr_assert_eq(v8, 77);
	cr_assert_eq(uiomap_guard(device, still_goes_on, NULL), 42);
	/* the other map still works */
	cr_assert_eq(uiomap_region_read8(odd, 0, &v8), 0);
	uiomap_guard_remove();
}

static void *set_later(void *arg)
{
	struct timespec t = { .tv_nsec = 20000000 };

	nanosleep(&t, NULL);
	uiomap_write32(uiomap_region_base(arg), 8, 0x81);
	return NULL;
}

Test(checked, poll_sees_a_change)
{
	uint32_t last = 0;
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, set_later, whole), 0);
	cr_assert_eq(uiomap_region_poll32(whole, 8, 0x80, 0x80, INT64_C(20000000000), &last), 0);
	cr_assert_eq(last, 0x81);
	pthread_join(thread, NULL);
}

static void set_now(void)
{
	uiomap_write32(uiomap_region_base(whole), 8, 0x81);
}

/* Timeout 0: one read; a later change doesn't count. */
Test(checked, poll_without_time_looks_once)
{
	int result;

	core_clock(1, set_now);
	result = uiomap_region_poll32(whole, 8, 0x80, 0x80, 0, NULL);
	core_clock(0, NULL);
	cr_assert_eq(result, -1);
	assert_errno(ETIMEDOUT);
}

/* The register changes just as the time is over: it is read once more. */
Test(checked, poll_looks_once_more)
{
	for (unsigned int reading = 1; reading < 10; reading++) {
		int result;

		uiomap_write32(uiomap_region_base(whole), 8, 0);
		core_clock(reading, set_now);
		result = uiomap_region_poll32(whole, 8, 0x80, 0x80, 500000000, NULL);
		core_clock(0, NULL);
		cr_assert_eq(result, 0, "reading %u of the clock: %s", reading, uiomap_error());
	}
}
