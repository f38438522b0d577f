/* SPDX-License-Identifier: BSD-3-Clause */
/* scalar/simd.h - the vocabulary in plain C, one lane. */
#ifndef BELL_SIMD_H
#define BELL_SIMD_H

#include <sleef.h>
#include "kernels/vocabulary.h"

enum { WIDTH = 1 };
typedef double vec;
typedef int mask;
typedef uint64_t ivec;
typedef struct {
	float half[2];
} fvec;
#define INTERLEAVE_ORDER 0

/*
 * The finz functions of SLEEF have the bits of its vector functions, but need fused multiply-add in
 * hardware.
 */
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
F void v_store_rows(void *r, ptrdiff_t pitch, const vec a[8])
{
	(void)pitch;
	memcpy(r, a, 8 * sizeof *a);
}
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
F double v_fold(vec a) { return a; }
F unsigned v_mask_bits(mask m) { return (unsigned)m; }
F vec v_expm1(vec a) { return expm1_scalar(a); }
F uint64_t bits_of(vec a)
{
	uint64_t bits;

	memcpy(&bits, &a, sizeof bits);
	return bits;
}
F vec of_bits(uint64_t bits)
{
	vec a;

	memcpy(&a, &bits, sizeof a);
	return a;
}
F vec v_exponent(vec a) { return (double)(bits_of(a) >> 52) - 1023; }

F ivec i_set1(uint64_t s) { return s; }
F ivec i_load(const uint64_t *p) { return *p; }
F void i_store(uint64_t *p, ivec a) { *p = a; }
F ivec i_add(ivec a, ivec b) { return a + b; }
F ivec i_sub(ivec a, ivec b) { return a - b; }
F ivec i_and(ivec a, ivec b) { return a & b; }
F ivec i_xor(ivec a, ivec b) { return a ^ b; }
F ivec i_shl(ivec a, int k) { return a << k; }
F ivec i_shr(ivec a, int k) { return a >> k; }
F ivec i_mul_low32(ivec a, ivec b) { return (uint64_t)(uint32_t)a * (uint32_t)b; }
F ivec i_pack_low32(ivec a, ivec b) { return (uint32_t)a | b << 32; }
F ivec h_add(ivec a, ivec b) { return i_pack_low32(a + b, (a >> 32) + (b >> 32)); }
F ivec h_sub(ivec a, ivec b) { return i_pack_low32(a - b, (a >> 32) - (b >> 32)); }
F ivec h_shl(ivec a, int k) { return i_pack_low32(a << k, (a >> 32) << k); }
F void i_interleave(ivec a, ivec b, ivec out[2])
{
	out[0] = a;
	out[1] = b;
}

F fvec f_load(const float *p) { return (fvec){{p[0], p[1]}}; }
F void f_store(float *p, fvec a) { memcpy(p, a.half, sizeof a.half); }
F fvec f_set1(float s) { return (fvec){{s, s}}; }
F uint32_t bits_of_half(float a)
{
	uint32_t bits;

	memcpy(&bits, &a, sizeof bits);
	return bits;
}
F float half_of_bits(uint32_t bits)
{
	float a;

	memcpy(&a, &bits, sizeof a);
	return a;
}
F fvec f_add(fvec a, fvec b) { return (fvec){{a.half[0] + b.half[0], a.half[1] + b.half[1]}}; }
F fvec f_sub(fvec a, fvec b) { return (fvec){{a.half[0] - b.half[0], a.half[1] - b.half[1]}}; }
F fvec f_mul(fvec a, fvec b) { return (fvec){{a.half[0] * b.half[0], a.half[1] * b.half[1]}}; }
F fvec f_div(fvec a, fvec b) { return (fvec){{a.half[0] / b.half[0], a.half[1] / b.half[1]}}; }
F fvec f_fma(fvec a, fvec b, fvec c)
{
	return (fvec){
	    {fmaf(a.half[0], b.half[0], c.half[0]), fmaf(a.half[1], b.half[1], c.half[1])}};
}
F fvec f_sqrt(fvec a) { return (fvec){{sqrtf(a.half[0]), sqrtf(a.half[1])}}; }
F fvec f_abs(fvec a) { return (fvec){{fabsf(a.half[0]), fabsf(a.half[1])}}; }
F float least_half(float a, float b) { return a < b ? a : b; }
F fvec f_min(fvec a, fvec b)
{
	return (fvec){{least_half(a.half[0], b.half[0]), least_half(a.half[1], b.half[1])}};
}
F float greatest_half(float a, float b) { return a > b ? a : b; }
F fvec f_max(fvec a, fvec b)
{
	return (fvec){{greatest_half(a.half[0], b.half[0]), greatest_half(a.half[1], b.half[1])}};
}
F void f_store_rows(void *r, ptrdiff_t pitch, const fvec a[16])
{
	float *row = r;

	for (int j = 0; j < 16; j++) {
		row[j] = a[j].half[0];
		row[pitch + j] = a[j].half[1];
	}
}
F ivec f_bits(fvec a) { return bits_of_half(a.half[0]) | (uint64_t)bits_of_half(a.half[1]) << 32; }
F fvec f_from_bits(ivec a)
{
	return (fvec){{half_of_bits((uint32_t)a), half_of_bits((uint32_t)(a >> 32))}};
}
F void f_widen(fvec a, vec out[2])
{
	out[0] = a.half[0];
	out[1] = a.half[1];
}
F fvec f_from_int(ivec a) { return (fvec){{(float)(int32_t)a, (float)(int32_t)(a >> 32)}}; }
F fvec f_select_sign(ivec s, fvec a, fvec b)
{
	return (fvec){{s >> 31 & 1 ? a.half[0] : b.half[0], s >> 63 ? a.half[1] : b.half[1]}};
}
F float flip_half(float a, uint32_t s) { return half_of_bits(bits_of_half(a) ^ (s & 0x80000000)); }
F fvec f_flip_sign(fvec a, ivec s)
{
	return (fvec){{flip_half(a.half[0], (uint32_t)s), flip_half(a.half[1], s >> 32)}};
}
F float exponent_half(float a) { return (float)(bits_of_half(a) >> 23) - 127; }
F fvec f_exponent(fvec a) { return (fvec){{exponent_half(a.half[0]), exponent_half(a.half[1])}}; }
F float significand_half(float a)
{
	return half_of_bits((bits_of_half(a) & 0x7fffff) | 0x3f800000);
}
F fvec f_significand(fvec a)
{
	return (fvec){{significand_half(a.half[0]), significand_half(a.half[1])}};
}
F void f_interleave(fvec a, fvec b, fvec out[2])
{
	out[0] = (fvec){{a.half[0], b.half[0]}};
	out[1] = (fvec){{a.half[1], b.half[1]}};
}

F fvec f_load_bf16(const uint16_t *p)
{
	return (fvec){{half_of_bits((uint32_t)p[0] << 16), half_of_bits((uint32_t)p[1] << 16)}};
}
/* Adds half a unit in the last place, less one bit where the last digit is even. */
F uint16_t to_bf16(float a)
{
	uint32_t bits = bits_of_half(a);

	return a != a ? 0x7fc0 : (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
F void f_store_bf16(uint16_t *p, fvec a)
{
	p[0] = to_bf16(a.half[0]);
	p[1] = to_bf16(a.half[1]);
}
/*
 * binary16 has five bits of exponent, biased by 15, and ten more digits.  The difference to a
 * float's bias of 127, in place, is 112 << 23.
 */
F float of_f16(uint16_t h)
{
	uint32_t sign = (uint32_t)(h & 0x8000) << 16, size = (uint32_t)(h & 0x7fff) << 13;

	if (size >= 0x1f << 23) /* infinite or NaN */
		return half_of_bits(sign | 0xff << 23 | size);
	if (size < 1 << 23) /* denormal: its digits, after a leading 1 that is taken away */
		return half_of_bits(
		    sign | bits_of_half(half_of_bits(113 << 23 | size) - half_of_bits(113 << 23)));
	return half_of_bits(sign | (size + (112 << 23)));
}
F uint16_t to_f16(float a)
{
	uint32_t bits = bits_of_half(a), sign = bits >> 16 & 0x8000, size = bits & 0x7fffffff;

	if (a != a)
		return 0x7e00;
	if (size >= bits_of_half(0x1.ffep15f)) /* halfway from the largest number to the next */
		return (uint16_t)(sign | 0x7c00);
	if (size < bits_of_half(0x1p-14f)) /* denormal: the last digits of 1/2 are of its units */
		return (uint16_t)(sign |
				  (bits_of_half(half_of_bits(size) + 0.5f) - bits_of_half(0.5f)));
	return (uint16_t)(sign | (size + 0xfff + (size >> 13 & 1) - (112 << 23)) >> 13);
}
F fvec f_load_f16(const uint16_t *p) { return (fvec){{of_f16(p[0]), of_f16(p[1])}}; }
F void f_store_f16(uint16_t *p, fvec a)
{
	p[0] = to_f16(a.half[0]);
	p[1] = to_f16(a.half[1]);
}

F ivec v_bits(vec a) { return bits_of(a); }
F vec v_from_bits(ivec a) { return of_bits(a); }
F void v_widen(vec a, vec out[1]) { out[0] = a; }
F vec v_sqrt(vec a) { return sqrt(a); }
F vec v_from_int(ivec a) { return (double)(int64_t)a; }
F vec v_select_sign(ivec s, vec a, vec b) { return s >> 63 ? a : b; }
F vec v_flip_sign(vec a, ivec s) { return of_bits(bits_of(a) ^ (s & 0x8000000000000000)); }
F vec v_significand(vec a) { return of_bits((bits_of(a) & 0xfffffffffffff) | 0x3ff0000000000000); }
F void v_interleave(vec a, vec b, vec out[2])
{
	out[0] = a;
	out[1] = b;
}
#undef F

#endif
