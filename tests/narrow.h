/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * narrow.h - numbers of 16 bits by their definition: sign, exponent, and `digits` after the leading
 * one.
 */
#ifndef TESTS_NARROW_H
#define TESTS_NARROW_H

#include <math.h>
#include <stdint.h>

enum { DIGITS_BF16 = 7, DIGITS_F16 = 10 };

/* The exponent of 1, which is also that of the largest numbers. */
static inline int narrow_bias(int digits) { return (1 << (14 - digits)) - 1; }

static inline double narrow_value(uint16_t bits, int digits)
{
	int bias = narrow_bias(digits), exponent = (bits & 0x7fff) >> digits;
	double last = bits & ((1 << digits) - 1), sign = bits & 0x8000 ? -1 : 1;

	if (exponent == 2 * bias + 1)
		return last > 0 ? NAN : sign * INFINITY;
	if (exponent)
		last += 1 << digits;
	return sign * ldexp(last, (exponent ? exponent : 1) - bias - digits);
}

/* The number that is nearest to x, the even one of two; NaN is that without sign and payload. */
static inline uint16_t narrow_nearest(double x, int digits)
{
	int bias = narrow_bias(digits), exponent = 1 - bias;
	uint16_t sign = signbit(x) ? 0x8000 : 0, infinite = (uint16_t)((2 * bias + 1) << digits);

	if (isnan(x))
		return (uint16_t)(infinite | 1 << (digits - 1));
	if (isinf(x) || fabs(x) >= ldexp(2, bias))
		return sign | infinite;
	if (fabs(x) >= ldexp(1, exponent))
		exponent = ilogb(x);
	/* a leading one is counted with the exponent, and so is what it becomes in rounding up */
	return (uint16_t)(sign | (((exponent + bias - 1) << digits) +
				  (int)nearbyint(ldexp(fabs(x), digits - exponent))));
}

#endif
