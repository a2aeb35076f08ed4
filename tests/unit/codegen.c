/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Compiled, not run: each lib_X must become the same instructions as raw_X, a plain volatile
 * access. See codegen.
 */
#include <uiomap-io.h>

#define PAIR(bits)                                                                                 \
	uint##bits##_t lib_read##bits(const volatile void *base, size_t offset);                   \
	uint##bits##_t raw_read##bits(const volatile void *base, size_t offset);                   \
	void lib_write##bits(volatile void *base, size_t offset, uint##bits##_t value);            \
	void raw_write##bits(volatile void *base, size_t offset, uint##bits##_t value);            \
	uint##bits##_t lib_read##bits##_fixed(const volatile void *base);                          \
	uint##bits##_t raw_read##bits##_fixed(const volatile void *base);                          \
	void lib_write##bits##_fixed(volatile void *base, uint##bits##_t value);                   \
	void raw_write##bits##_fixed(volatile void *base, uint##bits##_t value);                   \
                                                                                                   \
	uint##bits##_t lib_read##bits(const volatile void *base, size_t offset)                    \
	{                                                                                          \
		return uiomap_read##bits(base, offset);                                            \
	}                                                                                          \
	uint##bits##_t raw_read##bits(const volatile void *base, size_t offset)                    \
	{                                                                                          \
		return *(const volatile uint##bits##_t *)((const volatile char *)base + offset);   \
	}                                                                                          \
	void lib_write##bits(volatile void *base, size_t offset, uint##bits##_t value)             \
	{                                                                                          \
		uiomap_write##bits(base, offset, value);                                           \
	}                                                                                          \
	void raw_write##bits(volatile void *base, size_t offset, uint##bits##_t value)             \
	{                                                                                          \
		*(volatile uint##bits##_t *)((volatile char *)base + offset) = value;              \
	}                                                                                          \
	uint##bits##_t lib_read##bits##_fixed(const volatile void *base)                           \
	{                                                                                          \
		return uiomap_read##bits(base, 0x40);                                              \
	}                                                                                          \
	uint##bits##_t raw_read##bits##_fixed(const volatile void *base)                           \
	{                                                                                          \
		return ((const volatile uint##bits##_t *)base)[0x40 / (bits / 8)];                 \
	}                                                                                          \
	void lib_write##bits##_fixed(volatile void *base, uint##bits##_t value)                    \
	{                                                                                          \
		uiomap_write##bits(base, 0x40, value);                                             \
	}                                                                                          \
	void raw_write##bits##_fixed(volatile void *base, uint##bits##_t value)                    \
	{                                                                                          \
		((volatile uint##bits##_t *)base)[0x40 / (bits / 8)] = value;                      \
	}

PAIR(8)
PAIR(16)
PAIR(32)
PAIR(64)

/*
 * In DMA memory: one load or store, its barrier, and a swap if the byte order isn't the
 * machine's.
 */
#if defined(__x86_64__) || defined(__i386__)
/*
 * x86 needs no barriers here. clang merges a volatile access and a swap into movbe, but not an
 * atomic access.
 */
#define RAW_LOAD(bits, p)	  __atomic_load_n((const uint##bits##_t *)(p), __ATOMIC_RELAXED)
#define RAW_STORE(bits, p, value) __atomic_store_n((uint##bits##_t *)(p), value, __ATOMIC_RELAXED)
#else
#define RAW_LOAD(bits, p) raw_acquire##bits(p)
#define RAW_STORE(bits, p, value)                                                                  \
	do {                                                                                       \
		UIOMAP_DMA_RELEASE_();                                                             \
		__atomic_store_n((uint##bits##_t *)(p), value, __ATOMIC_RELEASE);                  \
	} while (0)
#define RAW_ACQUIRE(bits)                                                                          \
	static inline uint##bits##_t raw_acquire##bits(const void *p)                              \
	{                                                                                          \
		uint##bits##_t value =                                                             \
			__atomic_load_n((const uint##bits##_t *)p, __ATOMIC_ACQUIRE);              \
                                                                                                   \
		UIOMAP_DMA_ACQUIRE_();                                                             \
		return value;                                                                      \
	}
RAW_ACQUIRE(8)
RAW_ACQUIRE(16)
RAW_ACQUIRE(32)
RAW_ACQUIRE(64)
#endif

/* gcc would merge functions with the same code. */
#ifdef __clang__
#define NOT_ONE
#else
#define NOT_ONE __attribute__((__no_icf__))
#endif

#define DMA(bits, order, swap)                                                                     \
	uint##bits##_t lib_dma_load##bits##order(const void *p);                                   \
	NOT_ONE uint##bits##_t raw_dma_load##bits##order(const void *p);                           \
	void lib_dma_store##bits##order(void *p, uint##bits##_t value);                            \
	NOT_ONE void raw_dma_store##bits##order(void *p, uint##bits##_t value);                    \
                                                                                                   \
	uint##bits##_t lib_dma_load##bits##order(const void *p)                                    \
	{                                                                                          \
		return uiomap_dma_load##bits##order(p);                                            \
	}                                                                                          \
	uint##bits##_t raw_dma_load##bits##order(const void *p)                                    \
	{                                                                                          \
		return swap(RAW_LOAD(bits, p));                                                    \
	}                                                                                          \
	void lib_dma_store##bits##order(void *p, uint##bits##_t value)                             \
	{                                                                                          \
		uiomap_dma_store##bits##order(p, value);                                           \
	}                                                                                          \
	void raw_dma_store##bits##order(void *p, uint##bits##_t value)                             \
	{                                                                                          \
		RAW_STORE(bits, p, swap(value));                                                   \
	}

DMA(8, , )
DMA(16, , )
DMA(16, le, )
DMA(16, be, __builtin_bswap16)
DMA(32, , )
DMA(32, le, )
DMA(32, be, __builtin_bswap32)
DMA(64, , )
DMA(64, le, )
DMA(64, be, __builtin_bswap64)

/* Two reads of a register stay two, and a read whose value is unused remains. */
uint32_t lib_twice(const volatile void *base);
uint32_t raw_twice(const volatile void *base);

uint32_t lib_twice(const volatile void *base)
{
	(void)uiomap_read32(base, 4);
	return uiomap_read32(base, 4);
}

uint32_t raw_twice(const volatile void *base)
{
	(void)((const volatile uint32_t *)base)[1];
	return ((const volatile uint32_t *)base)[1];
}

/* No vector, pair or string instruction, and no call: checked by codegen. */
void loop_to(volatile void *base, const void *src, size_t size);
void loop_from(const volatile void *base, void *dst, size_t size);
void loop_fill(volatile void *base, size_t size);

void loop_to(volatile void *base, const void *src, size_t size)
{
	uiomap_copy_to(base, 0, src, size, 4);
	uiomap_copy_to(base, 0, src, 64, 8);
}

void loop_from(const volatile void *base, void *dst, size_t size)
{
	uiomap_copy_from(base, 0, dst, size, 4);
	uiomap_copy_from(base, 0, dst, 64, 8);
}

void loop_fill(volatile void *base, size_t size)
{
	uiomap_fill(base, 0, 0, size, 4);
	uiomap_fill(base, 0, 0, 64, 8);
}

/* Each begins with the machine's barrier instruction: checked by codegen. */
#define FENCE(name)                                                                                \
	void fence_##name(void);                                                                   \
	void fence_##name(void)                                                                    \
	{                                                                                          \
		uiomap_##name();                                                                   \
	}

FENCE(mb)
FENCE(rmb)
FENCE(wmb)
FENCE(dma_mb)
FENCE(dma_rmb)
FENCE(dma_wmb)

void fence_doorbell(volatile void *base, uint32_t value);
void fence_doorbell(volatile void *base, uint32_t value)
{
	uiomap_doorbell32(base, 0x40, value);
}
