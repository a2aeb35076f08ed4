/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#ifndef UIOMAP_IO_H
#define UIOMAP_IO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file uiomap-io.h
 * @brief Registers and barriers: inline functions.
 *
 * The accessors take the base of a region (uiomap_region_base()) and an offset in bytes. The offset
 * must be a multiple of the width and inside the region. Nothing is checked here;
 * uiomap_region_read32() and the like do check.
 *
 * An accessor is exactly one load or store of its width; the compiler never splits, merges, repeats
 * or removes it. Accesses to the uncached memory of one device reach it in program order. The order
 * relative to ordinary memory or DMA memory needs a barrier.
 *
 * No function in this file fails, sets errno or calls a function of the library. Any thread.
 */

/*
 * Device memory has no type of its own: one register may be read as 32 bits
 * here and as 8 bits there. may_alias tells the compiler so.
 */
typedef volatile uint8_t __attribute__((__may_alias__)) uiomap_io8_t;
typedef volatile uint16_t __attribute__((__may_alias__)) uiomap_io16_t;
typedef volatile uint32_t __attribute__((__may_alias__)) uiomap_io32_t;
typedef volatile uint64_t __attribute__((__may_alias__)) uiomap_io64_t;

/** @brief 1 if the machine has 64-bit loads and stores. The 64-bit accessors exist only then. */
#if UINTPTR_MAX > 0xffffffffu || defined(__x86_64__)
#define UIOMAP_HAVE_IO64 1
#else
#define UIOMAP_HAVE_IO64 0
#endif

/**
 * @defgroup libuiomap_registers Registers
 * @{
 */

/**
 * @name Native byte order
 * @{
 */
/**
 * @brief Read a register that has the CPU's byte order.
 * @param base The base of the region.
 * @param offset Bytes from there, a multiple of the width.
 * @return The register's value.
 */
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

#if UIOMAP_HAVE_IO64
static inline uint64_t uiomap_read64(const volatile void *base, size_t offset)
{
	return *(const uiomap_io64_t *)((const volatile char *)base + offset);
}
#endif
/** @} */

/**
 * @name Native byte order, writes
 * @{
 */
/**
 * @brief Write a register that has the CPU's byte order.
 * @param base The base of the region.
 * @param offset Bytes from there, a multiple of the width.
 * @param value The value to write.
 */
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
static inline void uiomap_write64(volatile void *base, size_t offset, uint64_t value)
{
	*(uiomap_io64_t *)((volatile char *)base + offset) = value;
}
#endif
/** @} */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define UIOMAP_LE_(bits, value) __builtin_bswap##bits(value)
#define UIOMAP_BE_(bits, value) (value)
#else
#define UIOMAP_LE_(bits, value) (value)
#define UIOMAP_BE_(bits, value) __builtin_bswap##bits(value)
#endif

/**
 * @name Fixed byte order
 * @{
 */
/**
 * @brief Read a register that is little-endian (le) or big-endian (be), whatever the CPU is.
 * @param base The base of the region.
 * @param offset Bytes from there, a multiple of the width.
 * @return The register's value, in native byte order.
 */
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

#if UIOMAP_HAVE_IO64
static inline uint64_t uiomap_read64le(const volatile void *base, size_t offset)
{
	return UIOMAP_LE_(64, uiomap_read64(base, offset));
}

static inline uint64_t uiomap_read64be(const volatile void *base, size_t offset)
{
	return UIOMAP_BE_(64, uiomap_read64(base, offset));
}
#endif
/** @} */

/**
 * @name Fixed byte order, writes
 * @{
 */
/**
 * @brief Write a register that is little-endian (le) or big-endian (be), whatever the CPU is.
 * @param base The base of the region.
 * @param offset Bytes from there, a multiple of the width.
 * @param value The value to write, in native byte order.
 */
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
static inline void uiomap_write64le(volatile void *base, size_t offset, uint64_t value)
{
	uiomap_write64(base, offset, UIOMAP_LE_(64, value));
}

static inline void uiomap_write64be(volatile void *base, size_t offset, uint64_t value)
{
	uiomap_write64(base, offset, UIOMAP_BE_(64, value));
}
#endif
/** @} */

/** @} */

/**
 * @defgroup libuiomap_barriers Barriers
 *
 * The barriers order what the kernel's barriers of the same names order, since user space uses the
 * same buses (Documentation/memory-barriers.txt, "CPU memory barriers", "Kernel I/O barrier
 * effects"; arch/.../include/asm/barrier.h).
 *
 * uiomap_mb(), uiomap_rmb() and uiomap_wmb() order accesses to all memory: ordinary memory, DMA
 * memory, uncached and write-combining device memory. uiomap_dma_mb(), uiomap_dma_rmb() and
 * uiomap_dma_wmb() order accesses to ordinary and DMA-coherent memory only, as seen from the
 * device; they are cheaper, or free.
 *
 * A barrier orders accesses, it doesn't wait for them: a posted write has certainly reached the
 * device only when a register of the same device has been read afterwards.
 *
 * Each barrier is a compiler barrier too. They are instructions and not C11 fences, because C11
 * orders threads only: not devices, not write-combining memory.
 *
 * @{
 */

#if defined(__x86_64__)
/*
 * Loads stay in order, stores stay in order, and a store stays after earlier loads. Not ordered are
 * a load against earlier stores, and write-combining memory: its stores are weakly ordered and wait
 * in a buffer, and its loads may be early (Intel SDM volume 3, "Memory Ordering", "Write
 * Combining").
 */
#define UIOMAP_MB_()	      __asm__ __volatile__("mfence" ::: "memory")
#define UIOMAP_RMB_()	      __asm__ __volatile__("lfence" ::: "memory")
#define UIOMAP_WMB_()	      __asm__ __volatile__("sfence" ::: "memory")
#define UIOMAP_DMA_MB_()      __asm__ __volatile__("mfence" ::: "memory")
#define UIOMAP_DMA_RMB_()     __asm__ __volatile__("" ::: "memory")
#define UIOMAP_DMA_WMB_()     __asm__ __volatile__("" ::: "memory")
#define UIOMAP_DMA_ACQUIRE_() __asm__ __volatile__("" ::: "memory")
#define UIOMAP_DMA_RELEASE_() __asm__ __volatile__("" ::: "memory")
#define UIOMAP_DOORBELL_()    __asm__ __volatile__("sfence" ::: "memory")
#elif defined(__aarch64__)
/*
 * Devices are in the outer shareable domain, other CPUs in the inner one: the barriers that
 * compilers generate for C11 fences (ish) don't affect the device. dmb is enough for order, also of
 * normal memory against device memory; dsb, which the kernel uses for mb(), also waits for
 * completion.
 */
#define UIOMAP_MB_()	      __asm__ __volatile__("dsb sy" ::: "memory")
#define UIOMAP_RMB_()	      __asm__ __volatile__("dsb ld" ::: "memory")
#define UIOMAP_WMB_()	      __asm__ __volatile__("dsb st" ::: "memory")
#define UIOMAP_DMA_MB_()      __asm__ __volatile__("dmb osh" ::: "memory")
#define UIOMAP_DMA_RMB_()     __asm__ __volatile__("dmb oshld" ::: "memory")
#define UIOMAP_DMA_WMB_()     __asm__ __volatile__("dmb oshst" ::: "memory")
/*
 * oshld orders loads before it against all accesses after it. No dmb orders all accesses before it
 * against stores after it only: so osh.
 */
#define UIOMAP_DMA_ACQUIRE_() __asm__ __volatile__("dmb oshld" ::: "memory")
#define UIOMAP_DMA_RELEASE_() __asm__ __volatile__("dmb osh" ::: "memory")
#define UIOMAP_DOORBELL_()    __asm__ __volatile__("dmb osh" ::: "memory")
#elif defined(__riscv)
/* r, w: memory; i, o: device input and output (RISC-V unprivileged specification, FENCE). */
#define UIOMAP_MB_()	      __asm__ __volatile__("fence iorw, iorw" ::: "memory")
#define UIOMAP_RMB_()	      __asm__ __volatile__("fence ir, ir" ::: "memory")
#define UIOMAP_WMB_()	      __asm__ __volatile__("fence ow, ow" ::: "memory")
#define UIOMAP_DMA_MB_()      __asm__ __volatile__("fence rw, rw" ::: "memory")
#define UIOMAP_DMA_RMB_()     __asm__ __volatile__("fence r, r" ::: "memory")
#define UIOMAP_DMA_WMB_()     __asm__ __volatile__("fence w, w" ::: "memory")
#define UIOMAP_DMA_ACQUIRE_() __asm__ __volatile__("fence r, rw" ::: "memory")
#define UIOMAP_DMA_RELEASE_() __asm__ __volatile__("fence rw, w" ::: "memory")
#define UIOMAP_DOORBELL_()    __asm__ __volatile__("fence iorw, ow" ::: "memory")
#else
/*
 * The compiler's strongest barrier. It is enough on machines that have one order for all memory:
 * check the machine's manual before you rely on it.
 */
#define UIOMAP_MB_()	      __sync_synchronize()
#define UIOMAP_RMB_()	      __sync_synchronize()
#define UIOMAP_WMB_()	      __sync_synchronize()
#define UIOMAP_DMA_MB_()      __sync_synchronize()
#define UIOMAP_DMA_RMB_()     __sync_synchronize()
#define UIOMAP_DMA_WMB_()     __sync_synchronize()
#define UIOMAP_DMA_ACQUIRE_() __sync_synchronize()
#define UIOMAP_DMA_RELEASE_() __sync_synchronize()
#define UIOMAP_DOORBELL_()    __sync_synchronize()
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

/** @brief Order all accesses before it against all accesses after it. */
static inline void uiomap_mb(void)
{
	UIOMAP_MB_();
}

/**
 * @brief Order all loads before it against all loads after it.
 *
 * Use it between a status register and the buffer that the status is about.
 */
static inline void uiomap_rmb(void)
{
	UIOMAP_RMB_();
}

/**
 * @brief Order all stores before it against all stores after it.
 *
 * Use it between pixels in write-combining memory and the register that shows them.
 */
static inline void uiomap_wmb(void)
{
	UIOMAP_WMB_();
}

/**
 * @brief uiomap_mb() for DMA-coherent and ordinary memory only.
 *
 * Use it between writing the driver's index and reading the device's index.
 */
static inline void uiomap_dma_mb(void)
{
	UIOMAP_DMA_MB_();
}

/**
 * @brief uiomap_rmb() for DMA-coherent and ordinary memory only.
 *
 * Use it between reading a descriptor's status and reading its other fields.
 */
static inline void uiomap_dma_rmb(void)
{
	UIOMAP_DMA_RMB_();
}

/**
 * @brief uiomap_wmb() for DMA-coherent and ordinary memory only.
 *
 * Use it between writing a descriptor's fields and setting its ownership bit.
 */
static inline void uiomap_dma_wmb(void)
{
	UIOMAP_DMA_WMB_();
}

/**
 * @brief Write a register that makes the device look at memory (a doorbell).
 *
 * All accesses of this thread before it happen before the device sees the new value: descriptors
 * and payload in DMA or write-combining memory have been written, and buffers that are given back
 * to the device have been read. After a doorbell in write-combining memory (a prefetchable BAR)
 * call uiomap_mb(), or the CPU may delay the write. For a register of another width call
 * uiomap_mb(), then uiomap_write16() or the like.
 *
 * @param base The base of the region.
 * @param offset Bytes from there, a multiple of 4.
 * @param value The value to write.
 */
static inline void uiomap_doorbell32(volatile void *base, size_t offset, uint32_t value)
{
	/* Orders descriptors and payload (loads and stores, any memory) before the register. */
	UIOMAP_DOORBELL_();
#if UIOMAP_TSAN_
	/* For a thread that plays the device. */
	__atomic_store_n((uiomap_io32_t *)((volatile char *)base + offset), value,
			 __ATOMIC_RELEASE);
#else
	/*
	 * Not atomic: gcc 12 makes an atomic store an exchange on RISC-V (amoswap.w), which device
	 * memory need not support.
	 */
	uiomap_write32(base, offset, value);
#endif
}

/**
 * @brief uiomap_doorbell32() for a little-endian register.
 * @param base The base of the region.
 * @param offset Bytes from there, a multiple of 4.
 * @param value The value to write, in native byte order.
 */
static inline void uiomap_doorbell32le(volatile void *base, size_t offset, uint32_t value)
{
	uiomap_doorbell32(base, offset, UIOMAP_LE_(32, value));
}

/**
 * @brief uiomap_doorbell32() for a big-endian register.
 * @param base The base of the region.
 * @param offset Bytes from there, a multiple of 4.
 * @param value The value to write, in native byte order.
 */
static inline void uiomap_doorbell32be(volatile void *base, size_t offset, uint32_t value)
{
	uiomap_doorbell32(base, offset, UIOMAP_BE_(32, value));
}

#define UIOMAP_DMA_LOAD_(bits)                                                                     \
	static inline uint##bits##_t uiomap_dma_load##bits(const void *p)                          \
	{                                                                                          \
		/* Orders CPUs, and is what ThreadSanitizer understands ... */                     \
		uint##bits##_t value =                                                             \
			__atomic_load_n((const uint##bits##_t *)p, __ATOMIC_ACQUIRE);              \
                                                                                                   \
		/* ... and this orders the device: index or status before what it is about. */     \
		UIOMAP_DMA_ACQUIRE_();                                                             \
		return value;                                                                      \
	}
#define UIOMAP_DMA_LOAD_ORDERED_(bits)                                                             \
	UIOMAP_DMA_LOAD_(bits)                                                                     \
                                                                                                   \
	static inline uint##bits##_t uiomap_dma_load##bits##le(const void *p)                      \
	{                                                                                          \
		return UIOMAP_LE_(bits, uiomap_dma_load##bits(p));                                 \
	}                                                                                          \
                                                                                                   \
	static inline uint##bits##_t uiomap_dma_load##bits##be(const void *p)                      \
	{                                                                                          \
		return UIOMAP_BE_(bits, uiomap_dma_load##bits(p));                                 \
	}
#define UIOMAP_DMA_STORE_(bits)                                                                    \
	static inline void uiomap_dma_store##bits(void *p, uint##bits##_t value)                   \
	{                                                                                          \
		/* Orders what is handed over before the store that hands it over. */              \
		UIOMAP_DMA_RELEASE_();                                                             \
		__atomic_store_n((uint##bits##_t *)p, value, __ATOMIC_RELEASE);                    \
	}
#define UIOMAP_DMA_STORE_ORDERED_(bits)                                                            \
	UIOMAP_DMA_STORE_(bits)                                                                    \
                                                                                                   \
	static inline void uiomap_dma_store##bits##le(void *p, uint##bits##_t value)               \
	{                                                                                          \
		uiomap_dma_store##bits(p, UIOMAP_LE_(bits, value));                                \
	}                                                                                          \
                                                                                                   \
	static inline void uiomap_dma_store##bits##be(void *p, uint##bits##_t value)               \
	{                                                                                          \
		uiomap_dma_store##bits(p, UIOMAP_BE_(bits, value));                                \
	}

/**
 * @name Load-acquire
 * @{
 */
/**
 * @brief Read an index or a status that the device writes in DMA memory.
 *
 * A load-acquire: all later accesses happen after it, so the data that the index is about is read
 * as it is now. It is an acquire for the program's threads as well. One load of exactly this width.
 * As for registers: native byte order, or little-endian (le) or big-endian (be) if the device has a
 * fixed one; 64 bits only if UIOMAP_HAVE_IO64 is 1.
 *
 * @param p The address, a multiple of the width.
 * @return The value, in native byte order.
 */
UIOMAP_DMA_LOAD_(8)
UIOMAP_DMA_LOAD_ORDERED_(16)
UIOMAP_DMA_LOAD_ORDERED_(32)
#if UIOMAP_HAVE_IO64
UIOMAP_DMA_LOAD_ORDERED_(64)
#endif
/** @} */

/**
 * @name Store-release
 * @{
 */
/**
 * @brief Write an index or an ownership bit that the device reads in DMA memory.
 *
 * A store-release: all earlier accesses happen before it. It is a release for the program's threads
 * as well. One store of exactly this width; byte orders as for uiomap_dma_load8().
 *
 * @param p The address, a multiple of the width.
 * @param value The value to write, in native byte order.
 */
UIOMAP_DMA_STORE_(8)
UIOMAP_DMA_STORE_ORDERED_(16)
UIOMAP_DMA_STORE_ORDERED_(32)
#if UIOMAP_HAVE_IO64
UIOMAP_DMA_STORE_ORDERED_(64)
#endif
/** @} */
#undef UIOMAP_DMA_LOAD_
#undef UIOMAP_DMA_LOAD_ORDERED_
#undef UIOMAP_DMA_STORE_
#undef UIOMAP_DMA_STORE_ORDERED_

/** @} */

/**
 * @defgroup libuiomap_fields Bit fields of registers
 * @{
 */

/**
 * @brief Extract a field. With a constant mask this is a shift and an and.
 * @param value The register's value.
 * @param mask The bits of the field.
 * @return The field, shifted down; 0 if mask is 0.
 */
static inline uint32_t uiomap_get32(uint32_t value, uint32_t mask)
{
	return mask ? (value & mask) >> __builtin_ctz(mask) : 0;
}

/**
 * @brief Replace a field.
 * @param old The register's value.
 * @param mask The bits of the field.
 * @param field The field's new value; bits that don't fit are dropped.
 * @return old with the field replaced; old if mask is 0.
 */
static inline uint32_t uiomap_set32(uint32_t old, uint32_t mask, uint32_t field)
{
	return mask ? (old & ~mask) | ((field << __builtin_ctz(mask)) & mask) : old;
}

/**
 * @brief Replace a field of a register: one load, then one store.
 *
 * This is not atomic: another thread or the device may change the register in between.
 *
 * @param base The base of the region.
 * @param offset Bytes from there, a multiple of 4.
 * @param mask The bits of the field.
 * @param field The field's new value.
 */
static inline void uiomap_update32(volatile void *base, size_t offset, uint32_t mask,
				   uint32_t field)
{
	uiomap_write32(base, offset, uiomap_set32(uiomap_read32(base, offset), mask, field));
}

/** @} */

/**
 * @defgroup libuiomap_copies Copies
 *
 * Copy to, copy from and fill device memory, in rising order, with accesses of `width` bytes: 1, 2,
 * 4 or 8 (4 on machines without 64-bit accesses); any other width means 1. If the offset is not a
 * multiple of the width, the copy begins with narrower accesses; if the size is not a multiple, it
 * ends with narrower ones. Each access is aligned to its own width, none is wider than `width`, and
 * each byte is accessed once. The ordinary memory (src, dst) may have any alignment.
 *
 * Don't use memcpy() for uncached device memory: it may access bytes twice, and on arm64 its
 * unaligned and vector accesses raise SIGBUS. These functions use volatile accesses, which no
 * compiler vectorises. For write-combining, cached and DMA memory memcpy() is faster, where order
 * and width of the accesses don't matter to the device.
 *
 * They contain no barrier: call uiomap_wmb() or uiomap_doorbell32() after a copy to the device,
 * uiomap_rmb() before a copy from it.
 *
 * @{
 */

/* The widest access, up to width, that address is aligned to and size has room for. */
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

/**
 * @brief Copy to device memory.
 * @param base The base of the region.
 * @param offset Bytes from there.
 * @param src The data.
 * @param size Bytes.
 * @param width Bytes of each access: 1, 2, 4 or 8.
 */
static inline void uiomap_copy_to(volatile void *base, size_t offset, const void *src, size_t size,
				  unsigned int width)
{
	const char *from = (const char *)src;

	while (size) {
		unsigned int step = uiomap_step_((uintptr_t)base + offset, size, width);
		size_t end = offset + (size - size % step);

		/* The first and last bytes: one access, then decide again. */
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

/**
 * @brief Copy from device memory.
 * @param base The base of the region.
 * @param offset Bytes from there.
 * @param[out] dst Where to put the data.
 * @param size Bytes.
 * @param width Bytes of each access: 1, 2, 4 or 8.
 */
static inline void uiomap_copy_from(const volatile void *base, size_t offset, void *dst,
				    size_t size, unsigned int width)
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

/**
 * @brief Set all bytes of device memory to one value.
 * @param base The base of the region.
 * @param offset Bytes from there.
 * @param value The value of each byte.
 * @param size Bytes.
 * @param width Bytes of each access: 1, 2, 4 or 8.
 */
static inline void uiomap_fill(volatile void *base, size_t offset, uint8_t value, size_t size,
			       unsigned int width)
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

/** @} */

#undef UIOMAP_LE_
#undef UIOMAP_BE_

#ifdef __cplusplus
}
#endif

#endif /* UIOMAP_IO_H */
