/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * elementary_f32.h - log1p and expm1 of elementary.inc in float32, taken out of the kernels of
 * layers, and their errors against the C library's in double.
 */
#ifndef TESTS_ELEMENTARY_F32_H
#define TESTS_ELEMENTARY_F32_H

#include <math.h>
#include <stddef.h>
#include "dispatch.h"

/*
 * The worst errors in ulp, over all floats from 0 to 2^100, and from -87 to 88: long/elementary.c.
 */
#define LOG1P_F32 1.523
#define EXPM1_F32 1.440

enum { ELEMENTARY_N = 256 };

/* log1p, for a >= 0: layer_center makes h = (a - 0) 1 and the logarithm of 1 + |h|. */
static inline void log1p_of(const struct backend *b, const float a[ELEMENTARY_N],
			    float y[ELEMENTARY_N])
{
	float h[ELEMENTARY_N];

	b->layer_center_f32(a, ELEMENTARY_N, 0, 1, h, y);
}

/* expm1: psi with power 1, where h is positive, is expm1(1 x)/1. */
static inline void expm1_of(const struct backend *b, const float x[ELEMENTARY_N],
			    float y[ELEMENTARY_N])
{
	static const struct layer_psi psi[2] = {{1, 1, 1, 0, 1}, {1, 1, 1, 0, 1}};
	static const float positive[ELEMENTARY_N];
	double sum[1];

	b->layer_psi_f32(psi, positive, x, ELEMENTARY_N, y, sum);
}

/* Distance from the exact value in units of the last place of a float there. */
static inline double ulps_f32(float got, double exact)
{
	int exponent;

	frexp(exact, &exponent);
	return fabs((double)got - exact) / ldexp(1, (exponent > -125 ? exponent : -125) - 24);
}

#endif
