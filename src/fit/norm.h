/* SPDX-License-Identifier: BSD-3-Clause */
/* norm.h - the length of a vector of two parts, with the same bits under every C library. */
#ifndef BELL_NORM_H
#define BELL_NORM_H

#include <math.h>

/*
 * sqrt(x * x + y * y) for y > 0, by the unfused algorithm of Borges (2019), as hypot() of glibc
 * from 2.35 on: a root h of rounded squares, and then one step of Newton, in which
 * h * h - a * a - b * b comes from differences that are exact.  The error stays below one unit in
 * the last place.  hypot() itself would tie what is built to a C library of 2022, and every C
 * library rounds it otherwise.  The scaling keeps the squares of the larger part, a, among the
 * doubles, and those of the smaller, b, where they count.
 */
static inline double norm(double x, double y)
{
	double a = fmax(fabs(x), y), b = fmin(fabs(x), y), h, d, excess;
	int exponent;

	frexp(a, &exponent);
	a = ldexp(a, -exponent);
	b = ldexp(b, -exponent);
	h = sqrt(a * a + b * b);
	if (h <= 2 * b) {
		d = h - b;
		excess = a * (2 * d - a) + (d - 2 * (a - b)) * d;
	} else {
		d = h - a;
		excess = 2 * d * (a - 2 * b) + ((4 * d - b) * b + d * d);
	}
	return ldexp(h - excess / (2 * h), exponent);
}

#endif
