/* SPDX-License-Identifier: BSD-3-Clause */
/* avx2/simd.h - the vocabulary in AVX2 + FMA, four lanes. */
#ifndef BELL_SIMD_H
#define BELL_SIMD_H

#include <immintrin.h>
#include <sleef.h>
#include "kernels/vocabulary.h"

enum { WIDTH = 4 };
typedef __m256d vec;
typedef __m256d mask;

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
F unsigned v_bits(mask m) { return (unsigned)_mm256_movemask_pd(m); }
F vec v_expm1(vec a) { return Sleef_finz_expm1d4_u10avx2(a); }
F vec v_exponent(vec a)
{
	__m256i top =
	    _mm256_srli_epi64(_mm256_castpd_si256(a), 52); /* below 2^12: in the low bits of 2^52 */

	return v_sub(_mm256_castsi256_pd(_mm256_or_si256(top, _mm256_castpd_si256(v_set1(0x1p52)))),
		     v_set1(0x1p52 + 1023));
}
F vec v_scale(vec a, vec k)
{
	__m256i shift = _mm256_slli_epi64(_mm256_castpd_si256(v_add(k, v_set1(0x1.8p52))), 52);

	return _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(a), shift));
}

F void transpose_half(int64_t (*r)[8], int j, const vec a[8])
{
	vec p = _mm256_unpacklo_pd(a[j], a[j + 1]), q = _mm256_unpackhi_pd(a[j], a[j + 1]);
	vec s = _mm256_unpacklo_pd(a[j + 2], a[j + 3]), t = _mm256_unpackhi_pd(a[j + 2], a[j + 3]);

	_mm256_storeu_pd((double *)&r[0][j], _mm256_permute2f128_pd(p, s, 0x20));
	_mm256_storeu_pd((double *)&r[1][j], _mm256_permute2f128_pd(q, t, 0x20));
	_mm256_storeu_pd((double *)&r[2][j], _mm256_permute2f128_pd(p, s, 0x31));
	_mm256_storeu_pd((double *)&r[3][j], _mm256_permute2f128_pd(q, t, 0x31));
}
F void v_store_rows(int64_t (*r)[8], const vec a[8])
{
	transpose_half(r, 0, a);
	transpose_half(r, 4, a);
}
#undef F

#endif
