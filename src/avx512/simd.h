/* SPDX-License-Identifier: BSD-3-Clause */
/* avx512/simd.h - the vocabulary in AVX-512 F + DQ + VL, eight lanes. */
#ifndef BELL_SIMD_H
#define BELL_SIMD_H

#include <immintrin.h>
#include <sleef.h>
#include "kernels/vocabulary.h"

enum { WIDTH = 8 };
typedef __m512d vec;
typedef __mmask8 mask;
typedef __m512i ivec;
typedef __m512 fvec;
#define INTERLEAVE_ORDER 0, 4, 1, 5, 2, 6, 3, 7

#define F static inline
F vec v_load_f32(const float *p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
F vec v_load_f64(const double *p) { return _mm512_loadu_pd(p); }
F void v_store_f32(float *p, vec a) { _mm256_storeu_ps(p, _mm512_cvtpd_ps(a)); }
F void v_store_f64(double *p, vec a) { _mm512_storeu_pd(p, a); }
F void v_store_index(int32_t *p, vec a)
{
	_mm256_storeu_si256((__m256i *)p, _mm512_cvtpd_epi32(a));
}
F vec v_set1(double s) { return _mm512_set1_pd(s); }
F vec v_add(vec a, vec b) { return _mm512_add_pd(a, b); }
F vec v_sub(vec a, vec b) { return _mm512_sub_pd(a, b); }
F vec v_mul(vec a, vec b) { return _mm512_mul_pd(a, b); }
F vec v_div(vec a, vec b) { return _mm512_div_pd(a, b); }
F vec v_fma(vec a, vec b, vec c) { return _mm512_fmadd_pd(a, b, c); }
F vec v_abs(vec a) { return _mm512_andnot_pd(_mm512_set1_pd(-0.0), a); }
F vec v_rint(vec a)
{
	return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
F vec v_min(vec a, vec b) { return _mm512_min_pd(a, b); }
F vec v_max(vec a, vec b) { return _mm512_max_pd(a, b); }
F mask v_lt(vec a, vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
F mask v_le(vec a, vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ); }
F mask v_eq(vec a, vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ); }
F mask v_and(mask m, mask n) { return m & n; }
F vec v_select(mask m, vec a, vec b) { return _mm512_mask_blend_pd(m, b, a); }
F double v_fold(vec a)
{
	__m256d four = _mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd(a, 1));
	__m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));

	return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}
F unsigned v_mask_bits(mask m) { return m; }
F vec v_expm1(vec a) { return Sleef_finz_expm1d8_u10avx512f(a); }
F vec v_exponent(vec a)
{
	return v_sub(_mm512_cvtepi64_pd(_mm512_srli_epi64(_mm512_castpd_si512(a), 52)),
		     v_set1(1023));
}

F void v_store_rows(void *r, ptrdiff_t pitch, const vec a[8])
{
	double *row = r;
	vec p[8], q[8];

	for (int j = 0; j < 8; j += 2) { /* pairs of lanes */
		p[j] = _mm512_unpacklo_pd(a[j], a[j + 1]);
		p[j + 1] = _mm512_unpackhi_pd(a[j], a[j + 1]);
	}
	for (int j = 0; j < 8; j += 4) /* then fours */
		for (int i = 0; i < 2; i++) {
			q[j + i] = _mm512_shuffle_f64x2(p[j + i], p[j + i + 2], 0x88);
			q[j + i + 2] = _mm512_shuffle_f64x2(p[j + i], p[j + i + 2], 0xdd);
		}
	for (int i = 0; i < 4; i++) { /* then eights */
		_mm512_storeu_pd(row + i * pitch, _mm512_shuffle_f64x2(q[i], q[i + 4], 0x88));
		_mm512_storeu_pd(row + (i + 4) * pitch, _mm512_shuffle_f64x2(q[i], q[i + 4], 0xdd));
	}
}

F ivec i_set1(uint64_t s) { return _mm512_set1_epi64((int64_t)s); }
F ivec i_load(const uint64_t *p) { return _mm512_loadu_si512(p); }
F void i_store(uint64_t *p, ivec a) { _mm512_storeu_si512(p, a); }
F ivec i_add(ivec a, ivec b) { return _mm512_add_epi64(a, b); }
F ivec i_sub(ivec a, ivec b) { return _mm512_sub_epi64(a, b); }
F ivec i_and(ivec a, ivec b) { return _mm512_and_si512(a, b); }
F ivec i_xor(ivec a, ivec b) { return _mm512_xor_si512(a, b); }
F ivec i_shl(ivec a, int k) { return _mm512_slli_epi64(a, (unsigned)k); }
F ivec i_shr(ivec a, int k) { return _mm512_srli_epi64(a, (unsigned)k); }
F ivec i_mul_low32(ivec a, ivec b) { return _mm512_mul_epu32(a, b); }
F ivec i_pack_low32(ivec a, ivec b)
{
	return _mm512_mask_shuffle_epi32(a, 0xaaaa, b, _MM_PERM_CCAA);
}
F ivec h_add(ivec a, ivec b) { return _mm512_add_epi32(a, b); }
F ivec h_sub(ivec a, ivec b) { return _mm512_sub_epi32(a, b); }
F ivec h_shl(ivec a, int k) { return _mm512_slli_epi32(a, (unsigned)k); }
F void i_interleave(ivec a, ivec b, ivec out[2])
{
	out[0] = _mm512_unpacklo_epi64(a, b);
	out[1] = _mm512_unpackhi_epi64(a, b);
}

F fvec f_load(const float *p) { return _mm512_loadu_ps(p); }
F void f_store(float *p, fvec a) { _mm512_storeu_ps(p, a); }
F fvec f_set1(float s) { return _mm512_set1_ps(s); }
F fvec f_add(fvec a, fvec b) { return _mm512_add_ps(a, b); }
F fvec f_sub(fvec a, fvec b) { return _mm512_sub_ps(a, b); }
F fvec f_mul(fvec a, fvec b) { return _mm512_mul_ps(a, b); }
F fvec f_div(fvec a, fvec b) { return _mm512_div_ps(a, b); }
F fvec f_fma(fvec a, fvec b, fvec c) { return _mm512_fmadd_ps(a, b, c); }
F fvec f_sqrt(fvec a) { return _mm512_sqrt_ps(a); }
F fvec f_abs(fvec a) { return _mm512_andnot_ps(f_set1(-0.0f), a); }
F fvec f_min(fvec a, fvec b) { return _mm512_min_ps(a, b); }
F fvec f_max(fvec a, fvec b) { return _mm512_max_ps(a, b); }
F void f_store_rows(void *r, ptrdiff_t pitch, const fvec a[16])
{
	float *row = r;
	fvec p[16], q[16];

	for (int j = 0; j < 16; j += 2) { /* pairs of lanes */
		p[j] = _mm512_unpacklo_ps(a[j], a[j + 1]);
		p[j + 1] = _mm512_unpackhi_ps(a[j], a[j + 1]);
	}
	/* then fours: q[j + i] has lanes i, i + 4, i + 8, i + 12 */
	for (int j = 0; j < 16; j += 4)
		for (int i = 0; i < 2; i++) {
			q[j + 2 * i] = _mm512_shuffle_ps(p[j + i], p[j + i + 2], 0x44);
			q[j + 2 * i + 1] = _mm512_shuffle_ps(p[j + i], p[j + i + 2], 0xee);
		}
	for (int i = 0; i < 4; i++) { /* then all */
		fvec low[2], high[2];

		for (int k = 0; k < 2; k++) {
			low[k] = _mm512_shuffle_f32x4(q[8 * k + i], q[8 * k + i + 4], 0x88);
			high[k] = _mm512_shuffle_f32x4(q[8 * k + i], q[8 * k + i + 4], 0xdd);
		}
		_mm512_storeu_ps(row + i * pitch, _mm512_shuffle_f32x4(low[0], low[1], 0x88));
		_mm512_storeu_ps(row + (i + 4) * pitch,
				 _mm512_shuffle_f32x4(high[0], high[1], 0x88));
		_mm512_storeu_ps(row + (i + 8) * pitch, _mm512_shuffle_f32x4(low[0], low[1], 0xdd));
		_mm512_storeu_ps(row + (i + 12) * pitch,
				 _mm512_shuffle_f32x4(high[0], high[1], 0xdd));
	}
}
F ivec f_bits(fvec a) { return _mm512_castps_si512(a); }
F fvec f_from_bits(ivec a) { return _mm512_castsi512_ps(a); }
F void f_widen(fvec a, vec out[2])
{
	out[0] = _mm512_cvtps_pd(_mm512_castps512_ps256(a));
	out[1] = _mm512_cvtps_pd(_mm512_extractf32x8_ps(a, 1));
}
F fvec f_from_int(ivec a) { return _mm512_cvtepi32_ps(a); }
F fvec f_select_sign(ivec s, fvec a, fvec b)
{
	return _mm512_mask_blend_ps(_mm512_movepi32_mask(s), b, a);
}
/* 0x78 is the truth table of a ^ (s & top). */
F fvec f_flip_sign(fvec a, ivec s)
{
	return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(_mm512_castps_si512(a), s,
							     _mm512_set1_epi32(INT32_MIN), 0x78));
}
F fvec f_exponent(fvec a) { return _mm512_getexp_ps(a); }
F fvec f_significand(fvec a) { return _mm512_getmant_ps(a, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src); }
F void f_interleave(fvec a, fvec b, fvec out[2])
{
	out[0] = _mm512_unpacklo_ps(a, b);
	out[1] = _mm512_unpackhi_ps(a, b);
}

/* a, with the one NaN of positive sign and no payload for every NaN */
static inline fvec with_nan(fvec a)
{
	return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q), a, f_set1(NAN));
}
F fvec f_load_bf16(const uint16_t *p)
{
	__m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p));

	return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}
/* The instruction of AVX-512 BF16 takes denormal numbers for 0. */
F void f_store_bf16(uint16_t *p, fvec a)
{
	/* Half a unit in the last place is added, less one bit where the last digit is even. */
	__m512i bits = _mm512_castps_si512(with_nan(a)),
		odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));

	bits = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
	_mm256_storeu_si256((__m256i *)p, _mm512_cvtepi32_epi16(_mm512_srli_epi32(bits, 16)));
}
F fvec f_load_f16(const uint16_t *p)
{
	return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}
F void f_store_f16(uint16_t *p, fvec a)
{
	_mm256_storeu_si256((__m256i *)p, _mm512_cvtps_ph(with_nan(a), _MM_FROUND_TO_NEAREST_INT));
}

F ivec v_bits(vec a) { return _mm512_castpd_si512(a); }
F vec v_from_bits(ivec a) { return _mm512_castsi512_pd(a); }
F void v_widen(vec a, vec out[1]) { out[0] = a; }
F vec v_sqrt(vec a) { return _mm512_sqrt_pd(a); }
F vec v_from_int(ivec a) { return _mm512_cvtepi64_pd(a); }
F vec v_select_sign(ivec s, vec a, vec b)
{
	return _mm512_mask_blend_pd(_mm512_movepi64_mask(s), b, a);
}
F vec v_flip_sign(vec a, ivec s)
{
	return _mm512_castsi512_pd(_mm512_ternarylogic_epi64(_mm512_castpd_si512(a), s,
							     _mm512_set1_epi64(INT64_MIN), 0x78));
}
F vec v_significand(vec a) { return _mm512_getmant_pd(a, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src); }
F void v_interleave(vec a, vec b, vec out[2])
{
	out[0] = _mm512_unpacklo_pd(a, b);
	out[1] = _mm512_unpackhi_pd(a, b);
}
#undef F

#endif
