/* SPDX-License-Identifier: BSD-3-Clause */
/* sum.h - a sum that keeps what rounding leaves. */
#ifndef BELL_SUM_H
#define BELL_SUM_H

#include <math.h>

/* high + low is the sum; both are 0 at first (Neumaier 1974, ZAMM 54). */
struct sum {
	double high, low;
};

static inline void sum_add(struct sum *s, double x)
{
	double total = s->high + x;

	s->low += fabs(s->high) >= fabs(x) ? s->high - total + x : x - total + s->high;
	s->high = total;
}

static inline double sum_value(const struct sum *s) { return s->high + s->low; }

#endif
