/* SPDX-License-Identifier: BSD-3-Clause */
/* avx2/simd.h - the vocabulary in AVX2 + FMA + F16C, four lanes. */
#ifndef BELL_SIMD_H
#define BELL_SIMD_H

#include <immintrin.h>
#include <sleef.h>
#include "kernels/vocabulary.h"

enum { WIDTH = 4 };
typedef __m256d vec;
typedef __m256d mask;
typedef __m256i ivec;
typedef __m256 fvec;
#define INTERLEAVE_ORDER 0, 2, 1, 3

#define F static inline
F vec v_load_f32(const float *p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
F vec v_load_f64(const double *p) { return _mm256_loadu_pd(p); }
F void v_store_f32(float *p, vec a) { _mm_storeu_ps(p, _mm256_cvtpd_ps(a)); }
F void v_store_f64(double *p, vec a) { _mm256_storeu_pd(p, a); }
F void v_store_index(int32_t *p, vec a) { _mm_storeu_si128((__m128i *)p, _mm256_cvtpd_epi32(a)); }
F vec v_set1(double s) { return _mm256_set1_pd(s); }
F vec v_add(vec a, vec b) { return _mm256_add_pd(a, b); }
F vec v_sub(vec a, vec b) { return _mm256_sub_pd(a, b); }
F vec v_mul(vec a, vec b) { return _mm256_mul_pd(a, b); }
F vec v_div(vec a, vec b) { return _mm256_div_pd(a, b); }
F vec v_fma(vec a, vec b, vec c) { return _mm256_fmadd_pd(a, b, c); }
F vec v_abs(vec a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a); }
F vec v_rint(vec a) { return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
F vec v_min(vec a, vec b) { return _mm256_min_pd(a, b); }
F vec v_max(vec a, vec b) { return _mm256_max_pd(a, b); }
F mask v_lt(vec a, vec b) { return _mm256_cmp_pd(a, b, _CMP_LT_OQ); }
F mask v_le(vec a, vec b) { return _mm256_cmp_pd(a, b, _CMP_LE_OQ); }
F mask v_eq(vec a, vec b) { return _mm256_cmp_pd(a, b, _CMP_EQ_OQ); }
F mask v_and(mask m, mask n) { return _mm256_and_pd(m, n); }
F vec v_select(mask m, vec a, vec b) { return _mm256_blendv_pd(b, a, m); }
F double v_fold(vec a)
{
	__m128d two = _mm_add_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));

	return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}
F unsigned v_mask_bits(mask m) { return (unsigned)_mm256_movemask_pd(m); }
F vec v_expm1(vec a) { return Sleef_finz_expm1d4_u10avx2(a); }
F vec v_exponent(vec a)
{
	/* The exponent's bits are an integer below 2^12, which the low bits of 2^52 can hold. */
	__m256i top = _mm256_srli_epi64(_mm256_castpd_si256(a), 52);

	return v_sub(_mm256_castsi256_pd(_mm256_or_si256(top, _mm256_castpd_si256(v_set1(0x1p52)))),
		     v_set1(0x1p52 + 1023));
}

F void v_store_rows(void *r, ptrdiff_t pitch, const vec a[8])
{
	double *row = r;

	for (int j = 0; j < 8; j += 4) {
		vec p = _mm256_unpacklo_pd(a[j], a[j + 1]), q = _mm256_unpackhi_pd(a[j], a[j + 1]);
		vec s = _mm256_unpacklo_pd(a[j + 2], a[j + 3]),
		    t = _mm256_unpackhi_pd(a[j + 2], a[j + 3]);

		_mm256_storeu_pd(row + j, _mm256_permute2f128_pd(p, s, 0x20));
		_mm256_storeu_pd(row + pitch + j, _mm256_permute2f128_pd(q, t, 0x20));
		_mm256_storeu_pd(row + 2 * pitch + j, _mm256_permute2f128_pd(p, s, 0x31));
		_mm256_storeu_pd(row + 3 * pitch + j, _mm256_permute2f128_pd(q, t, 0x31));
	}
}

F ivec i_set1(uint64_t s) { return _mm256_set1_epi64x((int64_t)s); }
F ivec i_load(const uint64_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
F void i_store(uint64_t *p, ivec a) { _mm256_storeu_si256((__m256i *)p, a); }
F ivec i_add(ivec a, ivec b) { return _mm256_add_epi64(a, b); }
F ivec i_sub(ivec a, ivec b) { return _mm256_sub_epi64(a, b); }
F ivec i_and(ivec a, ivec b) { return _mm256_and_si256(a, b); }
F ivec i_xor(ivec a, ivec b) { return _mm256_xor_si256(a, b); }
F ivec i_shl(ivec a, int k) { return _mm256_slli_epi64(a, k); }
F ivec i_shr(ivec a, int k) { return _mm256_srli_epi64(a, k); }
F ivec i_mul_low32(ivec a, ivec b) { return _mm256_mul_epu32(a, b); }
F ivec i_pack_low32(ivec a, ivec b) { return _mm256_blend_epi32(a, i_shl(b, 32), 0xaa); }
F ivec h_add(ivec a, ivec b) { return _mm256_add_epi32(a, b); }
F ivec h_sub(ivec a, ivec b) { return _mm256_sub_epi32(a, b); }
F ivec h_shl(ivec a, int k) { return _mm256_slli_epi32(a, k); }
F void i_interleave(ivec a, ivec b, ivec out[2])
{
	out[0] = _mm256_unpacklo_epi64(a, b);
	out[1] = _mm256_unpackhi_epi64(a, b);
}

F fvec f_load(const float *p) { return _mm256_loadu_ps(p); }
F void f_store(float *p, fvec a) { _mm256_storeu_ps(p, a); }
F fvec f_set1(float s) { return _mm256_set1_ps(s); }
F fvec f_add(fvec a, fvec b) { return _mm256_add_ps(a, b); }
F fvec f_sub(fvec a, fvec b) { return _mm256_sub_ps(a, b); }
F fvec f_mul(fvec a, fvec b) { return _mm256_mul_ps(a, b); }
F fvec f_div(fvec a, fvec b) { return _mm256_div_ps(a, b); }
F fvec f_fma(fvec a, fvec b, fvec c) { return _mm256_fmadd_ps(a, b, c); }
F fvec f_sqrt(fvec a) { return _mm256_sqrt_ps(a); }
F fvec f_abs(fvec a) { return _mm256_andnot_ps(f_set1(-0.0f), a); }
F fvec f_min(fvec a, fvec b) { return _mm256_min_ps(a, b); }
F fvec f_max(fvec a, fvec b) { return _mm256_max_ps(a, b); }
F void f_store_rows(void *r, ptrdiff_t pitch, const fvec a[16])
{
	float *row = r;

	for (int j = 0; j < 16; j += 8) {
		fvec p[8], q[8];

		for (int i = 0; i < 8; i += 2) { /* pairs of lanes */
			p[i] = _mm256_unpacklo_ps(a[j + i], a[j + i + 1]);
			p[i + 1] = _mm256_unpackhi_ps(a[j + i], a[j + i + 1]);
		}
		/* fours: q[i + k] has lanes k and k + 4 */
		for (int i = 0; i < 8; i += 4)
			for (int k = 0; k < 2; k++) {
				q[i + 2 * k] = _mm256_shuffle_ps(p[i + k], p[i + k + 2], 0x44);
				q[i + 2 * k + 1] = _mm256_shuffle_ps(p[i + k], p[i + k + 2], 0xee);
			}
		for (int k = 0; k < 4; k++) { /* eights */
			_mm256_storeu_ps(row + k * pitch + j,
					 _mm256_permute2f128_ps(q[k], q[k + 4], 0x20));
			_mm256_storeu_ps(row + (k + 4) * pitch + j,
					 _mm256_permute2f128_ps(q[k], q[k + 4], 0x31));
		}
	}
}
F ivec f_bits(fvec a) { return _mm256_castps_si256(a); }
F fvec f_from_bits(ivec a) { return _mm256_castsi256_ps(a); }
F void f_widen(fvec a, vec out[2])
{
	out[0] = _mm256_cvtps_pd(_mm256_castps256_ps128(a));
	out[1] = _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1));
}
F fvec f_from_int(ivec a) { return _mm256_cvtepi32_ps(a); }
F fvec f_select_sign(ivec s, fvec a, fvec b)
{
	return _mm256_blendv_ps(b, a, _mm256_castsi256_ps(s));
}
F fvec f_flip_sign(fvec a, ivec s)
{
	return _mm256_xor_ps(a, _mm256_and_ps(_mm256_castsi256_ps(s), f_set1(-0.0f)));
}
F fvec f_exponent(fvec a)
{
	return f_sub(_mm256_cvtepi32_ps(_mm256_srli_epi32(_mm256_castps_si256(a), 23)),
		     f_set1(127));
}
F fvec f_significand(fvec a)
{
	fvec digits = _mm256_and_ps(a, _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffff)));

	return _mm256_or_ps(digits, f_set1(1));
}
F void f_interleave(fvec a, fvec b, fvec out[2])
{
	out[0] = _mm256_unpacklo_ps(a, b);
	out[1] = _mm256_unpackhi_ps(a, b);
}

/* a, with the one NaN of positive sign and no payload for every NaN */
static inline fvec with_nan(fvec a)
{
	return _mm256_blendv_ps(a, f_set1(NAN), _mm256_cmp_ps(a, a, _CMP_UNORD_Q));
}
F fvec f_load_bf16(const uint16_t *p)
{
	__m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p));

	return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}
F void f_store_bf16(uint16_t *p, fvec a)
{
	/* Half a unit in the last place is added, less one bit where the last digit is even. */
	__m256i bits = _mm256_castps_si256(with_nan(a)), top = _mm256_srli_epi32(bits, 16),
		odd = _mm256_and_si256(top, _mm256_set1_epi32(1));

	bits = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
	top = _mm256_srli_epi32(bits, 16);
	_mm_storeu_si128((__m128i *)p, _mm_packus_epi32(_mm256_castsi256_si128(top),
							_mm256_extracti128_si256(top, 1)));
}
F fvec f_load_f16(const uint16_t *p)
{
	return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}
F void f_store_f16(uint16_t *p, fvec a)
{
	_mm_storeu_si128((__m128i *)p, _mm256_cvtps_ph(with_nan(a), _MM_FROUND_TO_NEAREST_INT));
}

F ivec v_bits(vec a) { return _mm256_castpd_si256(a); }
F vec v_from_bits(ivec a) { return _mm256_castsi256_pd(a); }
F void v_widen(vec a, vec out[1]) { out[0] = a; }
F vec v_sqrt(vec a) { return _mm256_sqrt_pd(a); }
F vec v_from_int(ivec a)
{
	/*
	 * Each half becomes the low bits of a double: 2^52 + low and 2^84 + 2^63 + 2^32 high.  The
	 * constant is 2^84 + 2^63 + 2^52.
	 */
	vec low =
	    _mm256_castsi256_pd(_mm256_blend_epi32(a, _mm256_castpd_si256(v_set1(0x1p52)), 0xaa));
	vec high = _mm256_castsi256_pd(i_xor(i_shr(a, 32), i_set1(0x4530000080000000)));

	return v_add(v_sub(high, v_set1(0x1.00000801p84)), low);
}
F vec v_select_sign(ivec s, vec a, vec b) { return _mm256_blendv_pd(b, a, _mm256_castsi256_pd(s)); }
F vec v_flip_sign(vec a, ivec s)
{
	return _mm256_xor_pd(a, _mm256_and_pd(_mm256_castsi256_pd(s), v_set1(-0.0)));
}
F vec v_significand(vec a)
{
	vec digits = _mm256_and_pd(a, _mm256_castsi256_pd(i_set1(0xfffffffffffff)));

	return _mm256_or_pd(digits, v_set1(1));
}
F void v_interleave(vec a, vec b, vec out[2])
{
	out[0] = _mm256_unpacklo_pd(a, b);
	out[1] = _mm256_unpackhi_pd(a, b);
}
#undef F

#endif
