/* SPDX-License-Identifier: BSD-3-Clause */
/* cpu.c - what this CPU and its operating system offer. */
#include "cpu.h"

unsigned bell_cpu(void)
{
	unsigned bits = 0;

#if defined(__x86_64__)
	/*
	 * The compiler's run time asks XGETBV as well: a feature without saved registers is absent.
	 */
	__builtin_cpu_init();
	if (__builtin_cpu_supports("fma"))
		bits |= CPU_FMA;
	if (__builtin_cpu_supports("avx2"))
		bits |= CPU_AVX2;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512vl"))
		bits |= CPU_AVX512;
#elif defined(__aarch64__)
	bits |= CPU_FMA;
#endif
	return bits;
}
