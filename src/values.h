/* SPDX-License-Identifier: BSD-3-Clause */
/* values.h - an array of either element type. */
#ifndef BELL_VALUES_H
#define BELL_VALUES_H

#include <stddef.h>

/* One of f32 and f64 is NULL. */
struct values {
	const float *f32;
	const double *f64;
	size_t n;
};

static inline double value_at(const struct values *x, size_t i)
{
	return x->f32 ? x->f32[i] : x->f64[i];
}

#endif
