/* SPDX-License-Identifier: BSD-3-Clause */
/* neon/simd.h - the vocabulary in AArch64 Advanced SIMD, two lanes. */
#ifndef BELL_SIMD_H
#define BELL_SIMD_H

#include <arm_neon.h>
#include <sleef.h>
#include "kernels/vocabulary.h"

enum { WIDTH = 2 };
typedef float64x2_t vec;
typedef uint64x2_t mask;

#define F static inline
F vec v_load_f32(const float *p) { return vcvt_f64_f32(vld1_f32(p)); }
F vec v_load_f64(const double *p) { return vld1q_f64(p); }
F void v_store_f32(float *p, vec a) { vst1_f32(p, vcvt_f32_f64(a)); }
F void v_store_f64(double *p, vec a) { vst1q_f64(p, a); }
F void v_store_index(int32_t *p, vec a) { vst1_s32(p, vmovn_s64(vcvtq_s64_f64(a))); }
F vec v_set1(double s) { return vdupq_n_f64(s); }
F vec v_add(vec a, vec b) { return vaddq_f64(a, b); }
F vec v_sub(vec a, vec b) { return vsubq_f64(a, b); }
F vec v_mul(vec a, vec b) { return vmulq_f64(a, b); }
F vec v_div(vec a, vec b) { return vdivq_f64(a, b); }
F vec v_fma(vec a, vec b, vec c) { return vfmaq_f64(c, a, b); }
F vec v_abs(vec a) { return vabsq_f64(a); }
F vec v_rint(vec a) { return vrndnq_f64(a); }
F mask v_lt(vec a, vec b) { return vcltq_f64(a, b); }
F mask v_le(vec a, vec b) { return vcleq_f64(a, b); }
F mask v_eq(vec a, vec b) { return vceqq_f64(a, b); }
F mask v_and(mask m, mask n) { return vandq_u64(m, n); }
F vec v_select(mask m, vec a, vec b) { return vbslq_f64(m, a, b); }
F vec v_min(vec a, vec b) { return v_select(vcltq_f64(a, b), a, b); }
F vec v_max(vec a, vec b) { return v_select(vcgtq_f64(a, b), a, b); }
F unsigned v_bits(mask m)
{
	return (unsigned)((vgetq_lane_u64(m, 0) & 1) | (vgetq_lane_u64(m, 1) & 2));
}
F vec v_expm1(vec a) { return Sleef_finz_expm1d2_u10advsimd(a); }
F vec v_exponent(vec a)
{
	return v_sub(vcvtq_f64_u64(vshrq_n_u64(vreinterpretq_u64_f64(a), 52)), v_set1(1023));
}
F vec v_scale(vec a, vec k)
{
	return vreinterpretq_f64_s64(
	    vaddq_s64(vreinterpretq_s64_f64(a), vshlq_n_s64(vcvtq_s64_f64(k), 52)));
}

F void v_store_rows(int64_t (*r)[8], const vec a[8])
{
	for (int j = 0; j < 8; j += 2) {
		vst1q_f64((double *)&r[0][j], vzip1q_f64(a[j], a[j + 1]));
		vst1q_f64((double *)&r[1][j], vzip2q_f64(a[j], a[j + 1]));
	}
}
#undef F

#endif
