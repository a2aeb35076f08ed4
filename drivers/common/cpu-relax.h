/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#ifndef CPU_RELAX_H
#define CPU_RELAX_H

/*
 * Tell the CPU that this loop polls memory, so that it can save power or give the core's other
 * thread its resources.
 */
static inline void cpu_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield" ::: "memory");
#endif
}

#endif /* CPU_RELAX_H */
