/* SPDX-License-Identifier: BSD-3-Clause */
/* values.h - an array of float or of double. */
#ifndef BELL_VALUES_H
#define BELL_VALUES_H

#include <stddef.h>

/* n elements at f32 or at f64; the other pointer is NULL. */
struct values {
	const float *f32;
	const double *f64;
	size_t n;
};

/* Element i as a double. */
static inline double value_at(const struct values *x, size_t i)
{
	return x->f32 ? x->f32[i] : x->f64[i];
}

#endif
