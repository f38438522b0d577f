/* SPDX-License-Identifier: BSD-3-Clause */
/* cpu.c - what this CPU and its operating system offer. */
#include "cpu.h"
#if defined(__x86_64__)
#include <cpuid.h>

/* Older compilers have no name for this feature.  Its registers are those of AVX2. */
static int has_f16c(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C;
}
#endif

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
	if (bits & CPU_AVX2 && has_f16c())
		bits |= CPU_F16C;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512vl"))
		bits |= CPU_AVX512;
#elif defined(__aarch64__)
	bits |= CPU_FMA;
#endif
	return bits;
}
