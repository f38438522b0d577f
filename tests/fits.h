/* SPDX-License-Identifier: BSD-3-Clause */
/* fits.h - fits, for the suites that look at them. */
#ifndef TESTS_FITS_H
#define TESTS_FITS_H

#include "common.h"

static inline struct bell_fit fit_of(const double *x, const double *weights, size_t n,
				     const struct bell_fit_options *options)
{
	struct bell_fit fit;

	CHECK(bell_fit_f64(x, weights, n, options, 1, &fit));
	return fit;
}

static inline bool same_fit(const struct bell_fit *a, const struct bell_fit *b)
{
	return same_words(a, b, sizeof *a);
}

#endif
