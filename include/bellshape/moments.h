/* SPDX-License-Identifier: BSD-3-Clause */
/* moments.h - count, mean, central moments to order 4, extremes. */
#ifndef BELLSHAPE_MOMENTS_H
#define BELLSHAPE_MOMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * NaN means missing: it is counted and left out.  Infinities are counted and left out too, so that
 * the rest stays readable; a caller to whom they matter looks at `infinite`.
 */
struct bell_moments {
	uint64_t count;    /* finite values */
	uint64_t missing;  /* NaN */
	uint64_t infinite; /* +infinity and -infinity */
	double mean;       /* of the finite values; NaN if there are none */
	double m2, m3, m4; /* sums of ((x - mean)/unit)^2, ^3, ^4 */
	double min, max;   /* of the finite values; NaN if there are none */
	double unit;       /* 1; beyond max - min = 2^200 or 2^-200 the power of two near it, so
			      that no sum exceeds a double or fades to 0 */
};

/*
 * Reads the n elements of x once from memory; sums run in float64.  x needs no more alignment than its type.
 * The bits of *out depend on x and n alone, not on the backend or on `threads` (1 to 1024; 0 means
 * one for each CPU).  BELL_EINVAL: NULL or n = 0.  Allocates nothing.
 */
BELL_API enum bell_status bell_moments_f32(const float *x, size_t n, unsigned threads,
					   struct bell_moments *out);
BELL_API enum bell_status bell_moments_f64(const double *x, size_t n, unsigned threads,
					   struct bell_moments *out);

/*
 * The moments of two sets of values together: *into becomes the union.  Exact in the counts and
 * extremes, stable in the sums (Pebay 2008, SAND2008-6212).  An all-zero struct is the empty set.
 */
BELL_API enum bell_status bell_moments_merge(struct bell_moments *into,
					     const struct bell_moments *from);

/*
 * The same moments from a stream.  Start with an all-zero struct.  Each block but the last must
 * hold a multiple of BELL_CHUNK elements; then the result has the bits of bell_moments_*() on the
 * whole. BELL_EINVAL: NULL, n = 0, or a block after one that was no multiple of BELL_CHUNK.
 */
#define BELL_CHUNK 2048

struct bell_moments_stream {
	uint64_t chunks; /* whole chunks so far */
	bool closed;     /* a part of a chunk has been seen: the stream has ended */
	struct bell_moments
	    tree[54]; /* one complete subtree for each set bit of `chunks`, then the rest */
};

BELL_API enum bell_status bell_moments_stream_f32(struct bell_moments_stream *s, const float *x,
						  size_t n);
BELL_API enum bell_status bell_moments_stream_f64(struct bell_moments_stream *s, const double *x,
						  size_t n);
BELL_API enum bell_status bell_moments_stream_end(const struct bell_moments_stream *s,
						  struct bell_moments *out);

/*
 * Statistics, named and defined as in SciPy.  bias = true: the plain sample statistic; bias =
 * false: with its correction (divisor n - 1 for variance and sd, scipy.stats.skew and kurtosis with
 * bias=False). Kurtosis is Fisher's: 0 for a normal distribution. NaN where not defined: no values;
 * variance without bias for n = 1; skewness and kurtosis of a constant; skewness without bias for n
 * < 3, kurtosis without bias for n < 4.  They hold at every scale of x; a variance or sd that is no double is
 * infinite or 0.
 */
BELL_API double bell_moments_variance(const struct bell_moments *m, bool bias);
BELL_API double bell_moments_sd(const struct bell_moments *m, bool bias);
BELL_API double bell_moments_skewness(const struct bell_moments *m, bool bias);
BELL_API double bell_moments_kurtosis(const struct bell_moments *m, bool bias);

#ifdef __cplusplus
}
#endif
#endif
