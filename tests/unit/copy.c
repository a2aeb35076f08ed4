/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Accessors, byte order, fields, barriers, copies. On x86-64 each access of a
 * copy is observed: the device's page is inaccessible, so each access faults;
 * the handler decodes its width from the instruction and executes it in a
 * single step.
 */
#include "fake-sysfs.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

struct access {
	size_t offset;
	unsigned int width; /* 0: not a plain load or store */
	bool store;
};

static struct access accesses[1024];
static size_t access_count;
static unsigned char *device; /* a page; inaccessible while observed */

#ifdef __x86_64__
static unsigned int width_of(const unsigned char *code)
{
	bool word = false, rex_w = false;

	for (; *code == 0x66; code++)
		word = true;
	if ((*code & 0xf0) == 0x40)
		rex_w = *code++ & 8;
	/*
	 * add, or, and, sub, xor, cmp of a register and memory: the compiler may merge the load
	 * with an operation
	 */
	if ((*code & 0xc6) == 0x02)
		return !(*code & 1) ? 1 : rex_w ? 8 : word ? 2 : 4;
	switch (*code) {
	case 0x88: /* mov, byte */
	case 0x8a:
	case 0xc6:
		return 1;
	case 0x89: /* mov */
	case 0x8b:
	case 0xc7:
		return rex_w ? 8 : word ? 2 : 4;
	case 0x0f:
		return code[1] == 0xb6 || code[1] == 0xbe ? 1 :
		       code[1] == 0xb7 || code[1] == 0xbf ? 2 :
							    0;
	}
	return 0;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	size_t offset = (size_t)((unsigned char *)info->si_addr - device);

	if (offset >= PAGE || access_count == sizeof(accesses) / sizeof(*accesses)) {
		signal(number, SIG_DFL);
		return;
	}
	accesses[access_count++] =
		(struct access){ offset, width_of((unsigned char *)uc->uc_mcontext.gregs[REG_RIP]),
				 uc->uc_mcontext.gregs[REG_ERR] & 2 };
	mprotect(device, PAGE, PROT_READ | PROT_WRITE);
	uc->uc_mcontext.gregs[REG_EFL] |= 0x100;
}

static void on_step(int number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)number;
	(void)info;
	mprotect(device, PAGE, PROT_NONE);
	uc->uc_mcontext.gregs[REG_EFL] &= ~0x100;
}

static bool can_watch(void)
{
	const char *preload = getenv("LD_PRELOAD");

	/* valgrind doesn't support single steps */
	return !preload || !strstr(preload, "vgpreload");
}

static void watch(bool on)
{
	struct sigaction fault = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	struct sigaction step = { .sa_sigaction = on_step, .sa_flags = SA_SIGINFO };

	if (!can_watch())
		return;
	if (on) {
		access_count = 0;
		sigaction(SIGSEGV, &fault, NULL);
		sigaction(SIGTRAP, &step, NULL);
		mprotect(device, PAGE, PROT_NONE);
	} else {
		mprotect(device, PAGE, PROT_READ | PROT_WRITE);
		signal(SIGSEGV, SIG_DFL);
		signal(SIGTRAP, SIG_DFL);
	}
}
#else
static bool can_watch(void)
{
	return false;
}

static void watch(bool on)
{
	(void)on;
}
#endif

/*
 * Every byte is accessed once, in ascending order, and each access is as wide as its address,
 * the remaining size and the requested width allow.
 */
static void check_accesses(size_t offset, size_t size, unsigned int width, bool store)
{
	size_t i = 0;

	if (!can_watch())
		return;
	if (width != 2 && width != 4 && width != 8)
		width = 1;
	for (; size; i++) {
		unsigned int expected = width;

		while (expected > size || offset % expected)
			expected /= 2;
		cr_assert_lt(i, access_count, "offset 0x%zx was not accessed", offset);
		cr_assert(accesses[i].offset == offset && accesses[i].width == expected &&
				  accesses[i].store == store,
			  "access %zu: %u bytes at 0x%zx, expected %u bytes at 0x%zx", i,
			  accesses[i].width, accesses[i].offset, expected, offset);
		offset += expected;
		size -= expected;
	}
	cr_assert_eq(i, access_count, "%zu accesses too many", access_count - i);
}

static void begin(void)
{
	device = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(device, MAP_FAILED);
}

enum { ROOM = 96 };
static const unsigned int widths[] = { 1, 2, 4, 8, 0, 3, 16, 1u << 31 };

static void to(size_t offset, size_t size, unsigned int width, unsigned int skew)
{
	unsigned char src[ROOM + 8];

	for (size_t i = 0; i < sizeof(src); i++)
		src[i] = (unsigned char)(3 * i + 1);
	memset(device, 0xee, ROOM);
	watch(true);
	uiomap_copy_to(device, offset, src + skew, size, width);
	watch(false);
	check_accesses(offset, size, width, true);
	for (size_t i = 0; i < ROOM; i++)
		cr_assert_eq(device[i],
			     i < offset || i >= offset + size ? 0xee : src[i - offset + skew]);
}

static void from(size_t offset, size_t size, unsigned int width, unsigned int skew)
{
	unsigned char dst[ROOM + 8];

	for (size_t i = 0; i < ROOM; i++)
		device[i] = (unsigned char)(5 * i + 1);
	memset(dst, 0xee, sizeof(dst));
	watch(true);
	uiomap_copy_from(device, offset, dst + skew, size, width);
	watch(false);
	check_accesses(offset, size, width, false);
	for (size_t i = 0; i < sizeof(dst); i++)
		cr_assert_eq(dst[i],
			     i < skew || i >= skew + size ? 0xee : device[i - skew + offset]);
}

static void fill(size_t offset, size_t size, unsigned int width)
{
	memset(device, 0xee, ROOM);
	watch(true);
	uiomap_fill(device, offset, 0xa7, size, width);
	watch(false);
	check_accesses(offset, size, width, true);
	for (size_t i = 0; i < ROOM; i++)
		cr_assert_eq(device[i], i < offset || i >= offset + size ? 0xee : 0xa7);
}

Test(copy, to_device)
{
	begin();
	for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); w++)
		for (size_t offset = 0; offset < 9; offset++)
			for (size_t size = 0; size < 36; size++)
				to(offset, size, widths[w], (unsigned int)(size % 3));
}

Test(copy, from_device)
{
	begin();
	for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); w++)
		for (size_t offset = 0; offset < 9; offset++)
			for (size_t size = 0; size < 36; size++)
				from(offset, size, widths[w], (unsigned int)(size % 3));
}

Test(copy, fill)
{
	begin();
	for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); w++)
		for (size_t offset = 0; offset < 9; offset++)
			for (size_t size = 0; size < 36; size++)
				fill(offset, size, widths[w]);
}

/* Alignment is that of the address, not the offset: a region may begin anywhere in a page. */
Test(copy, base_that_is_not_aligned)
{
	static const unsigned char src[16] = {
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
	};

	begin();
	watch(true);
	uiomap_copy_to(device + 2, 0, src, 16, 4);
	watch(false);
	check_accesses(2, 16, 4, true);
	cr_assert_eq(memcmp(device + 2, src, 16), 0);
}

Test(copy, accessors_are_one_access_each)
{
	begin();
	watch(true);
	uiomap_write8(device, 1, 1);
	uiomap_write16(device, 2, 2);
	uiomap_write32(device, 4, 3);
	uiomap_write64(device, 8, 4);
	(void)uiomap_read8(device, 1);
	(void)uiomap_read16(device, 2);
	(void)uiomap_read32(device, 4);
	(void)uiomap_read64(device, 8);
	uiomap_update32(device, 4, 0xf0, 0xa);
	uiomap_doorbell32(device, 16, 7);
	watch(false);
	if (can_watch()) {
		static const struct access expected[] = {
			{ 1, 1, true },	 { 2, 2, true },  { 4, 4, true },  { 8, 8, true },
			{ 1, 1, false }, { 2, 2, false }, { 4, 4, false }, { 8, 8, false },
			{ 4, 4, false }, { 4, 4, true },  { 16, 4, true }
		};

		cr_assert_eq(access_count, sizeof(expected) / sizeof(*expected));
		for (size_t i = 0; i < access_count; i++)
			cr_assert(accesses[i].offset == expected[i].offset &&
					  accesses[i].width == expected[i].width &&
					  accesses[i].store == expected[i].store,
				  "access %zu", i);
	}
	cr_assert_eq(uiomap_read32(device, 4), 0xa3);
	cr_assert_eq(uiomap_read32(device, 16), 7);
}

Test(copy, byte_order)
{
	static const unsigned char le[8] = { 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11 };
	static const unsigned char be[8] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
	uint64_t memory[1];

	memset(memory, 0, 8);
	uiomap_write64le(memory, 0, 0x1122334455667788);
	cr_assert_eq(memcmp(memory, le, 8), 0);
	cr_assert_eq(uiomap_read64le(memory, 0), 0x1122334455667788);
	cr_assert_eq(uiomap_read64be(memory, 0), 0x8877665544332211);
	cr_assert_eq(uiomap_read32le(memory, 0), 0x55667788);
	cr_assert_eq(uiomap_read32be(memory, 0), 0x88776655);
	cr_assert_eq(uiomap_read16le(memory, 0), 0x7788);
	cr_assert_eq(uiomap_read16be(memory, 0), 0x8877);
	uiomap_write64be(memory, 0, 0x1122334455667788);
	cr_assert_eq(memcmp(memory, be, 8), 0);
	uiomap_write32le(memory, 4, 0x55667788);
	cr_assert_eq(memcmp((char *)memory + 4, le, 4), 0);
	uiomap_write32be(memory, 4, 0x11223344);
	cr_assert_eq(memcmp((char *)memory + 4, be, 4), 0);
	uiomap_write16le(memory, 6, 0x7788);
	cr_assert_eq(memcmp((char *)memory + 6, le, 2), 0);
	uiomap_write16be(memory, 6, 0x1122);
	cr_assert_eq(memcmp((char *)memory + 6, be, 2), 0);
}

Test(copy, fields)
{
	cr_assert_eq(uiomap_get32(0x12345678, 0x00ff0000), 0x34);
	cr_assert_eq(uiomap_get32(0x80000000, 0x80000000), 1);
	cr_assert_eq(uiomap_get32(0x12345678, 0xffffffff), 0x12345678);
	cr_assert_eq(uiomap_get32(0x12345678, 0), 0);
	cr_assert_eq(uiomap_set32(0x12345678, 0x00ff0000, 0xab), 0x12ab5678);
	cr_assert_eq(uiomap_set32(0x12345678, 0x00ff0000, 0xfab), 0x12ab5678);
	cr_assert_eq(uiomap_set32(0, 0x80000000, 1), 0x80000000);
	cr_assert_eq(uiomap_set32(0x12345678, 0xffffffff, 7), 7);
	cr_assert_eq(uiomap_set32(0x12345678, 0, 7), 0x12345678);
}

Test(copy, barriers_and_shared_words)
{
	uint32_t word = 5;

	uiomap_mb();
	uiomap_rmb();
	uiomap_wmb();
	uiomap_dma_mb();
	uiomap_dma_rmb();
	uiomap_dma_wmb();
	cr_assert_eq(uiomap_dma_load32(&word), 5);
	uiomap_dma_store32(&word, 9);
	cr_assert_eq(word, 9);
}

/* Each width and each byte order, independent of the machine's. */
Test(copy, shared_words_of_each_kind)
{
	uint8_t b[8] __attribute__((__aligned__(8))) = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint64_t native;

	memcpy(&native, b, 8);
	cr_assert_eq(uiomap_dma_load8(b + 1), 2);
	cr_assert_eq(uiomap_dma_load16le(b + 2), 0x0403);
	cr_assert_eq(uiomap_dma_load16be(b + 2), 0x0304);
	cr_assert_eq(uiomap_dma_load32le(b + 4), 0x08070605);
	cr_assert_eq(uiomap_dma_load32be(b + 4), 0x05060708);
	cr_assert_eq(uiomap_dma_load64le(b), 0x0807060504030201);
	cr_assert_eq(uiomap_dma_load64be(b), 0x0102030405060708);
	cr_assert_eq(uiomap_dma_load64(b), native);
	uiomap_dma_store64be(b, 0x1112131415161718);
	cr_assert_arr_eq(b, ((uint8_t[]){ 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18 }), 8);
	uiomap_dma_store64le(b, 0x1112131415161718);
	cr_assert_arr_eq(b, ((uint8_t[]){ 0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11 }), 8);
	uiomap_dma_store32be(b, 0x21222324);
	uiomap_dma_store32le(b + 4, 0x21222324);
	cr_assert_arr_eq(b, ((uint8_t[]){ 0x21, 0x22, 0x23, 0x24, 0x24, 0x23, 0x22, 0x21 }), 8);
	uiomap_dma_store16be(b, 0x3132);
	uiomap_dma_store16le(b + 2, 0x3132);
	uiomap_dma_store8(b + 4, 0x33);
	cr_assert_arr_eq(b, ((uint8_t[]){ 0x31, 0x32, 0x32, 0x31, 0x33, 0x23, 0x22, 0x21 }), 8);
	uiomap_doorbell32be(b, 0, 0x51525354);
	uiomap_doorbell32le(b, 4, 0x51525354);
	cr_assert_arr_eq(b, ((uint8_t[]){ 0x51, 0x52, 0x53, 0x54, 0x54, 0x53, 0x52, 0x51 }), 8);
	uiomap_dma_store16(b, 0x4142);
	uiomap_dma_store32(b + 4, uiomap_dma_load16(b));
	cr_assert_eq(uiomap_dma_load32(b + 4), 0x4142);
}
