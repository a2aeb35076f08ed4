/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file uiomap-io.h
 * Registers and barriers: what a driver does most, inline.
 *
 * All take the base of a region (uiomap_region_base()) and an offset in bytes,
 * which must be a multiple of the width and inside the region: nothing is
 * checked here (uiomap_region_read32() and its like do check).
 *
 * An accessor is exactly one load or store of its width, never split, merged,
 * repeated or left out by the compiler. Accesses to one device's uncached
 * memory reach it in program order. Nothing is promised against ordinary or
 * DMA memory: that is what the barriers are for.
 *
 * No function here fails, sets errno or calls anything. Any thread.
 */
#ifndef UIOMAP_IO_H
#define UIOMAP_IO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Device memory has no type of its own: one register may be read as 32 bits
 * here and as 8 bits there. may_alias tells the compiler so.
 */
typedef volatile uint8_t __attribute__((__may_alias__)) uiomap_io8_t;
typedef volatile uint16_t __attribute__((__may_alias__)) uiomap_io16_t;
typedef volatile uint32_t __attribute__((__may_alias__)) uiomap_io32_t;
typedef volatile uint64_t __attribute__((__may_alias__)) uiomap_io64_t;

/** 1 where the machine has 64-bit loads and stores; the 64-bit accessors exist only there. */
#if UINTPTR_MAX > 0xffffffffu || defined(__x86_64__)
#define UIOMAP_HAVE_IO64 1
#else
#define UIOMAP_HAVE_IO64 0
#endif

/* ---- registers ------------------------------------------------------------ */

/* Native byte order: the device's registers have the CPU's. */

static inline uint8_t uiomap_read8(const volatile void *base, size_t offset)
{
	return *(const uiomap_io8_t *)((const volatile char *)base + offset);
}

static inline uint16_t uiomap_read16(const volatile void *base, size_t offset)
{
	return *(const uiomap_io16_t *)((const volatile char *)base + offset);
}

static inline uint32_t uiomap_read32(const volatile void *base, size_t offset)
{
	return *(const uiomap_io32_t *)((const volatile char *)base + offset);
}

static inline void uiomap_write8(volatile void *base, size_t offset, uint8_t value)
{
	*(uiomap_io8_t *)((volatile char *)base + offset) = value;
}

static inline void uiomap_write16(volatile void *base, size_t offset, uint16_t value)
{
	*(uiomap_io16_t *)((volatile char *)base + offset) = value;
}

static inline void uiomap_write32(volatile void *base, size_t offset, uint32_t value)
{
	*(uiomap_io32_t *)((volatile char *)base + offset) = value;
}

#if UIOMAP_HAVE_IO64
static inline uint64_t uiomap_read64(const volatile void *base, size_t offset)
{
	return *(const uiomap_io64_t *)((const volatile char *)base + offset);
}

static inline void uiomap_write64(volatile void *base, size_t offset, uint64_t value)
{
	*(uiomap_io64_t *)((volatile char *)base + offset) = value;
}
#endif

/* Fixed byte order: the device's registers are little-endian (le) or big-endian (be) whatever the CPU is. */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define UIOMAP_LE_(bits, value) __builtin_bswap##bits(value)
#define UIOMAP_BE_(bits, value) (value)
#else
#define UIOMAP_LE_(bits, value) (value)
#define UIOMAP_BE_(bits, value) __builtin_bswap##bits(value)
#endif

static inline uint16_t uiomap_read16le(const volatile void *base, size_t offset)
{
	return UIOMAP_LE_(16, uiomap_read16(base, offset));
}

static inline uint16_t uiomap_read16be(const volatile void *base, size_t offset)
{
	return UIOMAP_BE_(16, uiomap_read16(base, offset));
}

static inline uint32_t uiomap_read32le(const volatile void *base, size_t offset)
{
	return UIOMAP_LE_(32, uiomap_read32(base, offset));
}

static inline uint32_t uiomap_read32be(const volatile void *base, size_t offset)
{
	return UIOMAP_BE_(32, uiomap_read32(base, offset));
}

static inline void uiomap_write16le(volatile void *base, size_t offset, uint16_t value)
{
	uiomap_write16(base, offset, UIOMAP_LE_(16, value));
}

static inline void uiomap_write16be(volatile void *base, size_t offset, uint16_t value)
{
	uiomap_write16(base, offset, UIOMAP_BE_(16, value));
}

static inline void uiomap_write32le(volatile void *base, size_t offset, uint32_t value)
{
	uiomap_write32(base, offset, UIOMAP_LE_(32, value));
}

static inline void uiomap_write32be(volatile void *base, size_t offset, uint32_t value)
{
	uiomap_write32(base, offset, UIOMAP_BE_(32, value));
}

#if UIOMAP_HAVE_IO64
static inline uint64_t uiomap_read64le(const volatile void *base, size_t offset)
{
	return UIOMAP_LE_(64, uiomap_read64(base, offset));
}

static inline uint64_t uiomap_read64be(const volatile void *base, size_t offset)
{
	return UIOMAP_BE_(64, uiomap_read64(base, offset));
}

static inline void uiomap_write64le(volatile void *base, size_t offset, uint64_t value)
{
	uiomap_write64(base, offset, UIOMAP_LE_(64, value));
}

static inline void uiomap_write64be(volatile void *base, size_t offset, uint64_t value)
{
	uiomap_write64(base, offset, UIOMAP_BE_(64, value));
}
#endif

/* ---- barriers --------------------------------------------------------------- */

/*
 * What they order is what the kernel's barriers of the same names order
 * (Documentation/memory-barriers.txt, "CPU memory barriers", "Kernel I/O
 * barrier effects"; arch/.../include/asm/barrier.h), since user space sees the
 * same buses:
 *
 *   uiomap_mb    every access before it  before  every access after it
 *   uiomap_rmb   every load before it    before  every load after it
 *   uiomap_wmb   every store before it   before  every store after it
 *	to anything: ordinary memory, DMA memory, uncached and write-combining
 *	device memory
 *   uiomap_dma_mb, uiomap_dma_rmb, uiomap_dma_wmb
 *	the same among ordinary and DMA-coherent memory only, seen from the
 *	device: cheaper, or free
 *
 * A barrier orders, it doesn't wait: a posted write has reached the device for
 * sure only when a register of the same device has been read back.
 *
 * Each is a compiler barrier too. They are instructions rather than C11 fences
 * because C11 orders threads only: not devices, not write-combining memory.
 */
#if defined(__x86_64__)
/*
 * Loads are in order among each other, stores too, and a load never passes
 * back over a later store; left are store -> later load, and write-combining
 * memory, whose stores are weakly ordered and wait in a buffer, and whose loads
 * may run early (Intel SDM volume 3, "Memory Ordering", "Write Combining").
 */
#define UIOMAP_MB_()		__asm__ __volatile__("mfence" ::: "memory")
#define UIOMAP_RMB_()		__asm__ __volatile__("lfence" ::: "memory")
#define UIOMAP_WMB_()		__asm__ __volatile__("sfence" ::: "memory")
#define UIOMAP_DMA_MB_()	__asm__ __volatile__("mfence" ::: "memory")
#define UIOMAP_DMA_RMB_()	__asm__ __volatile__("" ::: "memory")
#define UIOMAP_DMA_WMB_()	__asm__ __volatile__("" ::: "memory")
#define UIOMAP_DMA_ACQUIRE_()	__asm__ __volatile__("" ::: "memory")
#define UIOMAP_DMA_RELEASE_()	__asm__ __volatile__("" ::: "memory")
#define UIOMAP_DOORBELL_()	__asm__ __volatile__("sfence" ::: "memory")
#elif defined(__aarch64__)
/*
 * Devices are in the outer shareable domain, other CPUs in the inner one: the
 * barriers that compilers make of C11 fences (ish) don't reach the device. dmb
 * is enough for order, also of normal against device memory; dsb, as the kernel
 * uses it for mb(), also waits for completion.
 */
#define UIOMAP_MB_()		__asm__ __volatile__("dsb sy" ::: "memory")
#define UIOMAP_RMB_()		__asm__ __volatile__("dsb ld" ::: "memory")
#define UIOMAP_WMB_()		__asm__ __volatile__("dsb st" ::: "memory")
#define UIOMAP_DMA_MB_()	__asm__ __volatile__("dmb osh" ::: "memory")
#define UIOMAP_DMA_RMB_()	__asm__ __volatile__("dmb oshld" ::: "memory")
#define UIOMAP_DMA_WMB_()	__asm__ __volatile__("dmb oshst" ::: "memory")
/* oshld: loads before it, before loads and stores after it. There is no "everything before stores": osh. */
#define UIOMAP_DMA_ACQUIRE_()	__asm__ __volatile__("dmb oshld" ::: "memory")
#define UIOMAP_DMA_RELEASE_()	__asm__ __volatile__("dmb osh" ::: "memory")
#define UIOMAP_DOORBELL_()	__asm__ __volatile__("dmb osh" ::: "memory")
#elif defined(__riscv)
/* r, w: memory; i, o: device input and output (RISC-V unprivileged specification, FENCE). */
#define UIOMAP_MB_()		__asm__ __volatile__("fence iorw, iorw" ::: "memory")
#define UIOMAP_RMB_()		__asm__ __volatile__("fence ir, ir" ::: "memory")
#define UIOMAP_WMB_()		__asm__ __volatile__("fence ow, ow" ::: "memory")
#define UIOMAP_DMA_MB_()	__asm__ __volatile__("fence rw, rw" ::: "memory")
#define UIOMAP_DMA_RMB_()	__asm__ __volatile__("fence r, r" ::: "memory")
#define UIOMAP_DMA_WMB_()	__asm__ __volatile__("fence w, w" ::: "memory")
#define UIOMAP_DMA_ACQUIRE_()	__asm__ __volatile__("fence r, rw" ::: "memory")
#define UIOMAP_DMA_RELEASE_()	__asm__ __volatile__("fence rw, w" ::: "memory")
#define UIOMAP_DOORBELL_()	__asm__ __volatile__("fence iorw, ow" ::: "memory")
#else
/* The compiler's strongest barrier. Enough where all memory is in one order; look at the machine's manual before trusting it. */
#define UIOMAP_MB_()		__sync_synchronize()
#define UIOMAP_RMB_()		__sync_synchronize()
#define UIOMAP_WMB_()		__sync_synchronize()
#define UIOMAP_DMA_MB_()	__sync_synchronize()
#define UIOMAP_DMA_RMB_()	__sync_synchronize()
#define UIOMAP_DMA_WMB_()	__sync_synchronize()
#define UIOMAP_DMA_ACQUIRE_()	__sync_synchronize()
#define UIOMAP_DMA_RELEASE_()	__sync_synchronize()
#define UIOMAP_DOORBELL_()	__sync_synchronize()
#endif

/* ThreadSanitizer knows no barrier, only atomic accesses. */
#define UIOMAP_TSAN_ 0
#if defined(__SANITIZE_THREAD__)
#undef UIOMAP_TSAN_
#define UIOMAP_TSAN_ 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#undef UIOMAP_TSAN_
#define UIOMAP_TSAN_ 1
#endif
#endif

/** All accesses before, to whatever memory, happen before all accesses after. */
static inline void uiomap_mb(void)
{
	UIOMAP_MB_();
}

/** All loads before, from whatever memory, happen before all loads after: a status register before the buffer it tells of. */
static inline void uiomap_rmb(void)
{
	UIOMAP_RMB_();
}

/** All stores before, to whatever memory, happen before all stores after: pixels in write-combining memory before a flip register. */
static inline void uiomap_wmb(void)
{
	UIOMAP_WMB_();
}

/** All accesses to DMA-coherent memory before, before all after: own index written before the device's is looked at. */
static inline void uiomap_dma_mb(void)
{
	UIOMAP_DMA_MB_();
}

/** All loads from DMA-coherent memory before, before all loads after: a descriptor's status before its other fields. */
static inline void uiomap_dma_rmb(void)
{
	UIOMAP_DMA_RMB_();
}

/** All stores to DMA-coherent memory before, before all stores after: a descriptor's fields before its ownership bit. */
static inline void uiomap_dma_wmb(void)
{
	UIOMAP_DMA_WMB_();
}

/**
 * Write a register that makes the device look at memory. Every access before,
 * in this thread, happens before the device sees the register written:
 * descriptors and payload written to DMA or write-combining memory are there,
 * and what was read from a buffer that is given back was read. A register in
 * write-combining memory (a prefetchable BAR) takes a uiomap_mb() after it, too,
 * or the write may stay in the CPU for a while. One of another width: uiomap_mb(),
 * then uiomap_write16() and the like.
 */
static inline void uiomap_doorbell32(volatile void *base, size_t offset, uint32_t value)
{
	/* orders: descriptors, payload (stores and loads, any memory) -> the register; also for a thread that plays the device */
	UIOMAP_DOORBELL_();
#if UIOMAP_TSAN_
	__atomic_store_n((uiomap_io32_t *)((volatile char *)base + offset), value, __ATOMIC_RELEASE);
#else
	/* Not atomic: of that gcc 12 makes an exchange on RISC-V (amoswap.w), and device memory need not take one. */
	uiomap_write32(base, offset, value);
#endif
}

/** The same for a register that is little-endian (le) or big-endian (be), whatever the CPU is. */
static inline void uiomap_doorbell32le(volatile void *base, size_t offset, uint32_t value)
{
	uiomap_doorbell32(base, offset, UIOMAP_LE_(32, value));
}

static inline void uiomap_doorbell32be(volatile void *base, size_t offset, uint32_t value)
{
	uiomap_doorbell32(base, offset, UIOMAP_BE_(32, value));
}

/*
 * uiomap_dma_load8 ... uiomap_dma_load64: load-acquire of something that the
 * device writes in DMA memory (an index, a status): all later accesses happen
 * after it, so that the data that the index stands for is read as it is now.
 *
 * uiomap_dma_store8 ... uiomap_dma_store64: store-release of something that the
 * device reads in DMA memory (an index, an ownership bit): all earlier accesses
 * happen before it.
 *
 * They are acquire and release for the threads of the program as well. Each is one
 * load or store of exactly this width; p must be aligned to it. As with registers:
 * native byte order, or little-endian (le) or big-endian (be) if the device has a
 * fixed one; 64 bits only where UIOMAP_HAVE_IO64 is 1.
 */
#define UIOMAP_DMA_(bits)                                                                           \
	static inline uint##bits##_t uiomap_dma_load##bits(const void *p)                           \
	{                                                                                           \
		/* The built-in orders CPUs and is what ThreadSanitizer understands ... */          \
		uint##bits##_t value = __atomic_load_n((const uint##bits##_t *)p, __ATOMIC_ACQUIRE); \
                                                                                                    \
		/* ... this orders the device: index, status -> what they tell of */                \
		UIOMAP_DMA_ACQUIRE_();                                                              \
		return value;                                                                       \
	}                                                                                           \
                                                                                                    \
	static inline void uiomap_dma_store##bits(void *p, uint##bits##_t value)                    \
	{                                                                                           \
		/* orders: what is handed over -> the store that hands it over */                   \
		UIOMAP_DMA_RELEASE_();                                                              \
		__atomic_store_n((uint##bits##_t *)p, value, __ATOMIC_RELEASE);                     \
	}

#define UIOMAP_DMA_ORDERED_(bits)                                                                   \
	UIOMAP_DMA_(bits)                                                                           \
                                                                                                    \
	static inline uint##bits##_t uiomap_dma_load##bits##le(const void *p)                       \
	{                                                                                           \
		return UIOMAP_LE_(bits, uiomap_dma_load##bits(p));                                  \
	}                                                                                           \
                                                                                                    \
	static inline uint##bits##_t uiomap_dma_load##bits##be(const void *p)                       \
	{                                                                                           \
		return UIOMAP_BE_(bits, uiomap_dma_load##bits(p));                                  \
	}                                                                                           \
                                                                                                    \
	static inline void uiomap_dma_store##bits##le(void *p, uint##bits##_t value)                \
	{                                                                                           \
		uiomap_dma_store##bits(p, UIOMAP_LE_(bits, value));                                 \
	}                                                                                           \
                                                                                                    \
	static inline void uiomap_dma_store##bits##be(void *p, uint##bits##_t value)                \
	{                                                                                           \
		uiomap_dma_store##bits(p, UIOMAP_BE_(bits, value));                                 \
	}

UIOMAP_DMA_(8)
UIOMAP_DMA_ORDERED_(16)
UIOMAP_DMA_ORDERED_(32)
#if UIOMAP_HAVE_IO64
UIOMAP_DMA_ORDERED_(64)
#endif
#undef UIOMAP_DMA_
#undef UIOMAP_DMA_ORDERED_

/* ---- fields ------------------------------------------------------------------- */

/** The field of value that mask covers, shifted down; 0 if mask is 0. With a constant mask: a shift and an and. */
static inline uint32_t uiomap_get32(uint32_t value, uint32_t mask)
{
	return mask ? (value & mask) >> __builtin_ctz(mask) : 0;
}

/** old with the field that mask covers set to field; bits of field that don't fit are dropped. */
static inline uint32_t uiomap_set32(uint32_t old, uint32_t mask, uint32_t field)
{
	return mask ? (old & ~mask) | ((field << __builtin_ctz(mask)) & mask) : old;
}

/** Set one field of a register: one load, then one store. Another writer, or the device, may come between. */
static inline void uiomap_update32(volatile void *base, size_t offset, uint32_t mask, uint32_t field)
{
	uiomap_write32(base, offset, uiomap_set32(uiomap_read32(base, offset), mask, field));
}

/* ---- copies -------------------------------------------------------------------- */

/*
 * Copy to, copy from and fill device memory, in rising order, with accesses of
 * `width` bytes: 1, 2, 4 or 8 (4 where there are no 64-bit accesses); anything
 * else is taken as 1. An offset that is no multiple of the width begins, and a
 * size that is none ends, with narrower accesses, each aligned to its own
 * width; none is ever wider, and each byte is accessed once. The other side
 * (src, dst) is ordinary memory of any alignment.
 *
 * memcpy() is not for uncached device memory: it may touch bytes twice, and on
 * arm64 its unaligned and vector accesses end in SIGBUS. These loops go through
 * volatile, which no compiler vectorises. Write-combining, cached and DMA
 * memory is made for memcpy() and faster with it, for bytes whose order and
 * width don't matter to the device.
 *
 * No barrier: call uiomap_wmb() or uiomap_doorbell32() after, uiomap_rmb() before.
 */

/* The widest access, up to width, that offset is aligned to and size has room for. */
static inline unsigned int uiomap_step_(size_t address, size_t size, unsigned int width)
{
	unsigned int step = 1;

#if UIOMAP_HAVE_IO64
	if (width == 8)
		step = 8;
	else
#endif
	if (width == 4 || width == 8)
		step = 4;
	else if (width == 2)
		step = 2;
	while (step > size || address % step)
		step /= 2;
	return step;
}

/** Copy size bytes from src to the device. */
static inline void uiomap_copy_to(volatile void *base, size_t offset, const void *src, size_t size, unsigned int width)
{
	const char *from = (const char *)src;

	while (size) {
		unsigned int step = uiomap_step_((uintptr_t)base + offset, size, width);
		size_t end = offset + (size - size % step);

		/* the head and the tail: one access, then look again */
		if (step < width)
			end = offset + step;
		size -= end - offset;
		switch (step) {
#if UIOMAP_HAVE_IO64
		case 8:
			for (uint64_t value; offset < end; offset += 8, from += 8) {
				__builtin_memcpy(&value, from, 8);
				uiomap_write64(base, offset, value);
			}
			break;
#endif
		case 4:
			for (uint32_t value; offset < end; offset += 4, from += 4) {
				__builtin_memcpy(&value, from, 4);
				uiomap_write32(base, offset, value);
			}
			break;
		case 2:
			for (uint16_t value; offset < end; offset += 2, from += 2) {
				__builtin_memcpy(&value, from, 2);
				uiomap_write16(base, offset, value);
			}
			break;
		default:
			for (; offset < end; offset++, from++)
				uiomap_write8(base, offset, (uint8_t)*from);
		}
	}
}

/** Copy size bytes from the device to dst. */
static inline void uiomap_copy_from(const volatile void *base, size_t offset, void *dst, size_t size,
				    unsigned int width)
{
	char *to = (char *)dst;

	while (size) {
		unsigned int step = uiomap_step_((uintptr_t)base + offset, size, width);
		size_t end = offset + (size - size % step);

		if (step < width)
			end = offset + step;
		size -= end - offset;
		switch (step) {
#if UIOMAP_HAVE_IO64
		case 8:
			for (uint64_t value; offset < end; offset += 8, to += 8) {
				value = uiomap_read64(base, offset);
				__builtin_memcpy(to, &value, 8);
			}
			break;
#endif
		case 4:
			for (uint32_t value; offset < end; offset += 4, to += 4) {
				value = uiomap_read32(base, offset);
				__builtin_memcpy(to, &value, 4);
			}
			break;
		case 2:
			for (uint16_t value; offset < end; offset += 2, to += 2) {
				value = uiomap_read16(base, offset);
				__builtin_memcpy(to, &value, 2);
			}
			break;
		default:
			for (; offset < end; offset++, to++)
				*to = (char)uiomap_read8(base, offset);
		}
	}
}

/** Set size bytes of the device to value. */
static inline void uiomap_fill(volatile void *base, size_t offset, uint8_t value, size_t size, unsigned int width)
{
	const uint64_t pattern = UINT64_C(0x0101010101010101) * value;

	while (size) {
		unsigned int step = uiomap_step_((uintptr_t)base + offset, size, width);
		size_t end = offset + (size - size % step);

		if (step < width)
			end = offset + step;
		size -= end - offset;
		for (; offset < end; offset += step)
			switch (step) {
#if UIOMAP_HAVE_IO64
			case 8:
				uiomap_write64(base, offset, pattern);
				break;
#endif
			case 4:
				uiomap_write32(base, offset, (uint32_t)pattern);
				break;
			case 2:
				uiomap_write16(base, offset, (uint16_t)pattern);
				break;
			default:
				uiomap_write8(base, offset, value);
			}
	}
}

#undef UIOMAP_LE_
#undef UIOMAP_BE_

#ifdef __cplusplus
}
#endif

#endif /* UIOMAP_IO_H */
