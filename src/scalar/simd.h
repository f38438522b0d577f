/* SPDX-License-Identifier: BSD-3-Clause */
/* scalar/simd.h - the vocabulary in plain C, one lane. */
#ifndef BELL_SIMD_H
#define BELL_SIMD_H

#include <sleef.h>
#include "kernels/vocabulary.h"

enum { WIDTH = 1 };
typedef double vec;
typedef int mask;

/* With fused multiply-add in hardware SLEEF's scalar functions have the bits of its vector functions. */
#ifdef FP_FAST_FMA
#define expm1_scalar Sleef_finz_expm1d1_u10purecfma
#else
#define expm1_scalar Sleef_cinz_expm1d1_u10purec
#endif

#define F static inline
F vec v_load_f32(const float *p) { return *p; }
F vec v_load_f64(const double *p) { return *p; }
F void v_store_f32(float *p, vec a) { *p = (float)a; }
F void v_store_f64(double *p, vec a) { *p = a; }
F void v_store_index(int32_t *p, vec a) { *p = (int32_t)a; }
F void v_store_rows(int64_t (*r)[8], const vec a[8]) { memcpy(*r, a, sizeof *r); }
F vec v_set1(double s) { return s; }
F vec v_add(vec a, vec b) { return a + b; }
F vec v_sub(vec a, vec b) { return a - b; }
F vec v_mul(vec a, vec b) { return a * b; }
F vec v_div(vec a, vec b) { return a / b; }
F vec v_fma(vec a, vec b, vec c) { return fma(a, b, c); }
F vec v_abs(vec a) { return fabs(a); }
F vec v_rint(vec a) { return rint(a); }
F vec v_min(vec a, vec b) { return a < b ? a : b; }
F vec v_max(vec a, vec b) { return a > b ? a : b; }
F mask v_lt(vec a, vec b) { return a < b; }
F mask v_le(vec a, vec b) { return a <= b; }
F mask v_eq(vec a, vec b) { return a == b; }
F mask v_and(mask m, mask n) { return m & n; }
F vec v_select(mask m, vec a, vec b) { return m ? a : b; }
F unsigned v_bits(mask m) { return (unsigned)m; }
F vec v_expm1(vec a) { return expm1_scalar(a); }
F vec v_exponent(vec a)
{
	uint64_t bits;

	memcpy(&bits, &a, sizeof bits);
	return (double)(bits >> 52) - 1023;
}
F vec v_scale(vec a, vec k)
{
	uint64_t bits;

	memcpy(&bits, &a, sizeof bits);
	bits += (uint64_t)(int64_t)(k == k ? k : 0) << 52;
	memcpy(&a, &bits, sizeof a);
	return a;
}
#undef F

#endif
