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
typedef uint64x2_t ivec;
typedef float32x4_t fvec;
#define INTERLEAVE_ORDER 0, 1

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
F double v_fold(vec a) { return vgetq_lane_f64(a, 0) + vgetq_lane_f64(a, 1); }
F unsigned v_mask_bits(mask m)
{
	return (unsigned)((vgetq_lane_u64(m, 0) & 1) | (vgetq_lane_u64(m, 1) & 2));
}
F vec v_expm1(vec a) { return Sleef_finz_expm1d2_u10advsimd(a); }
F vec v_exponent(vec a)
{
	return v_sub(vcvtq_f64_u64(vshrq_n_u64(vreinterpretq_u64_f64(a), 52)), v_set1(1023));
}

F void v_store_rows(void *r, ptrdiff_t pitch, const vec a[8])
{
	double *row = r;

	for (int j = 0; j < 8; j += 2) {
		vst1q_f64(row + j, vzip1q_f64(a[j], a[j + 1]));
		vst1q_f64(row + pitch + j, vzip2q_f64(a[j], a[j + 1]));
	}
}

F ivec i_set1(uint64_t s) { return vdupq_n_u64(s); }
F ivec i_load(const uint64_t *p) { return vld1q_u64(p); }
F void i_store(uint64_t *p, ivec a) { vst1q_u64(p, a); }
F ivec i_add(ivec a, ivec b) { return vaddq_u64(a, b); }
F ivec i_sub(ivec a, ivec b) { return vsubq_u64(a, b); }
F ivec i_and(ivec a, ivec b) { return vandq_u64(a, b); }
F ivec i_xor(ivec a, ivec b) { return veorq_u64(a, b); }
F ivec i_shl(ivec a, int k) { return vshlq_u64(a, vdupq_n_s64(k)); }
F ivec i_shr(ivec a, int k) { return vshlq_u64(a, vdupq_n_s64(-k)); }
F ivec i_mul_low32(ivec a, ivec b) { return vmull_u32(vmovn_u64(a), vmovn_u64(b)); }
F ivec i_pack_low32(ivec a, ivec b) { return vsliq_n_u64(a, b, 32); }
F ivec h_add(ivec a, ivec b)
{
	return vreinterpretq_u64_u32(vaddq_u32(vreinterpretq_u32_u64(a), vreinterpretq_u32_u64(b)));
}
F ivec h_sub(ivec a, ivec b)
{
	return vreinterpretq_u64_u32(vsubq_u32(vreinterpretq_u32_u64(a), vreinterpretq_u32_u64(b)));
}
F ivec h_shl(ivec a, int k)
{
	return vreinterpretq_u64_u32(vshlq_u32(vreinterpretq_u32_u64(a), vdupq_n_s32(k)));
}
F void i_interleave(ivec a, ivec b, ivec out[2])
{
	out[0] = vzip1q_u64(a, b);
	out[1] = vzip2q_u64(a, b);
}

F fvec f_load(const float *p) { return vld1q_f32(p); }
F void f_store(float *p, fvec a) { vst1q_f32(p, a); }
F fvec f_set1(float s) { return vdupq_n_f32(s); }
F fvec f_add(fvec a, fvec b) { return vaddq_f32(a, b); }
F fvec f_sub(fvec a, fvec b) { return vsubq_f32(a, b); }
F fvec f_mul(fvec a, fvec b) { return vmulq_f32(a, b); }
F fvec f_div(fvec a, fvec b) { return vdivq_f32(a, b); }
F fvec f_fma(fvec a, fvec b, fvec c) { return vfmaq_f32(c, a, b); }
F fvec f_sqrt(fvec a) { return vsqrtq_f32(a); }
F fvec f_abs(fvec a) { return vabsq_f32(a); }
F fvec f_min(fvec a, fvec b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
F fvec f_max(fvec a, fvec b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
F void f_store_rows(void *r, ptrdiff_t pitch, const fvec a[16])
{
	float *row = r;

	for (int j = 0; j < 16; j += 4) {
		vec p = vreinterpretq_f64_f32(vtrn1q_f32(a[j], a[j + 1])),
		    q = vreinterpretq_f64_f32(vtrn2q_f32(a[j], a[j + 1])),
		    s = vreinterpretq_f64_f32(vtrn1q_f32(a[j + 2], a[j + 3])),
		    t = vreinterpretq_f64_f32(vtrn2q_f32(a[j + 2], a[j + 3]));

		vst1q_f32(row + j, vreinterpretq_f32_f64(vzip1q_f64(p, s)));
		vst1q_f32(row + pitch + j, vreinterpretq_f32_f64(vzip1q_f64(q, t)));
		vst1q_f32(row + 2 * pitch + j, vreinterpretq_f32_f64(vzip2q_f64(p, s)));
		vst1q_f32(row + 3 * pitch + j, vreinterpretq_f32_f64(vzip2q_f64(q, t)));
	}
}
F ivec f_bits(fvec a) { return vreinterpretq_u64_f32(a); }
F fvec f_from_bits(ivec a) { return vreinterpretq_f32_u64(a); }
F void f_widen(fvec a, vec out[2])
{
	out[0] = vcvt_f64_f32(vget_low_f32(a));
	out[1] = vcvt_high_f64_f32(a);
}
F fvec f_from_int(ivec a) { return vcvtq_f32_s32(vreinterpretq_s32_u64(a)); }
F fvec f_select_sign(ivec s, fvec a, fvec b)
{
	return vbslq_f32(vcltzq_s32(vreinterpretq_s32_u64(s)), a, b);
}
F fvec f_flip_sign(fvec a, ivec s)
{
	uint32x4_t top = vandq_u32(vreinterpretq_u32_u64(s), vdupq_n_u32(0x80000000));

	return vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(a), top));
}
F fvec f_exponent(fvec a)
{
	return f_sub(vcvtq_f32_u32(vshrq_n_u32(vreinterpretq_u32_f32(a), 23)), f_set1(127));
}
F fvec f_significand(fvec a) { return vbslq_f32(vdupq_n_u32(0x7fffff), a, f_set1(1)); }
F void f_interleave(fvec a, fvec b, fvec out[2])
{
	out[0] = vzip1q_f32(a, b);
	out[1] = vzip2q_f32(a, b);
}

/* a, with the one NaN of positive sign and no payload for every NaN */
static inline fvec with_nan(fvec a) { return vbslq_f32(vceqq_f32(a, a), a, f_set1(NAN)); }
F fvec f_load_bf16(const uint16_t *p)
{
	return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(p), 16));
}
F void f_store_bf16(uint16_t *p, fvec a)
{
	/* Half a unit in the last place is added, less one bit where the last digit is even. */
	uint32x4_t bits = vreinterpretq_u32_f32(with_nan(a)),
		   odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));

	vst1_u16(p, vaddhn_u32(bits, vaddq_u32(odd, vdupq_n_u32(0x7fff))));
}
F fvec f_load_f16(const uint16_t *p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p))); }
F void f_store_f16(uint16_t *p, fvec a)
{
	vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(with_nan(a))));
}

F ivec v_bits(vec a) { return vreinterpretq_u64_f64(a); }
F vec v_from_bits(ivec a) { return vreinterpretq_f64_u64(a); }
F void v_widen(vec a, vec out[1]) { out[0] = a; }
F vec v_sqrt(vec a) { return vsqrtq_f64(a); }
F vec v_from_int(ivec a) { return vcvtq_f64_s64(vreinterpretq_s64_u64(a)); }
F vec v_select_sign(ivec s, vec a, vec b)
{
	return vbslq_f64(vcltzq_s64(vreinterpretq_s64_u64(s)), a, b);
}
F vec v_flip_sign(vec a, ivec s)
{
	uint64x2_t top = vandq_u64(s, i_set1(0x8000000000000000));

	return vreinterpretq_f64_u64(veorq_u64(vreinterpretq_u64_f64(a), top));
}
F vec v_significand(vec a) { return vbslq_f64(i_set1(0xfffffffffffff), a, v_set1(1)); }
F void v_interleave(vec a, vec b, vec out[2])
{
	out[0] = vzip1q_f64(a, b);
	out[1] = vzip2q_f64(a, b);
}
#undef F

#endif
