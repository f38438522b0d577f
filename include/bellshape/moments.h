/* SPDX-License-Identifier: BSD-3-Clause */
/* moments.h - count, mean, central moments to the fourth, smallest and largest value. */
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
 * The moments of a set of values.  NaN means that a value is missing: it is counted and left out.
 * Infinities are counted and left out, too, so that the rest stays readable; a caller to whom they
 * matter checks `infinite`.  A struct of zeros, such as {0}, stands for no values.
 */
struct bell_moments {
	/* How many values are finite, how many are NaN, and how many are +infinity or -infinity. */
	uint64_t count, missing, infinite;
	/* The mean of the finite values; NaN if there are none. */
	double mean;
	/* The sums of ((x - mean)/unit)^2, ^3, ^4 over the finite values; 0 if there are none. */
	double m2, m3, m4;
	/* The smallest and the largest finite value; NaN if there are none. */
	double min, max;
	/*
	 * 1 if there are no values, if max - min is 0, or if it is at least 2^-200 and below 2^201,
	 * as in nearly all data.  Otherwise it is a power of two near max - min, so that no sum
	 * exceeds a double or becomes 0.  The plain sums are m2 unit^2, m3 unit^3 and m4 unit^4.
	 */
	double unit;
};

/*
 * bell_moments_f32() and _f64() set *out to the moments of the n elements of x.  They read x once
 * and sum in float64.  x needs no more alignment than its type, and may be NULL if n is 0.  They
 * allocate no memory.
 *
 * threads is the largest number of threads to use, 1 to BELL_MAX_THREADS (backend.h), or 0 for as
 * many as threads.h says.  The bits of *out depend on x and n alone, not on threads or the backend.
 *
 * They return BELL_OK, BELL_EINVAL (a NULL pointer; threads out of range) or BELL_EBACKEND.
 */
BELL_API enum bell_status bell_moments_f32(const float *x, size_t n, unsigned threads,
					   struct bell_moments *out);
BELL_API enum bell_status bell_moments_f64(const double *x, size_t n, unsigned threads,
					   struct bell_moments *out);

/*
 * bell_moments_merge() makes *into the moments of the values of `into` and `from` together, as if
 * all had been read in one call, but for rounding (Pebay 2008, SAND2008-6212).  `from` may be
 * `into`.
 *
 * It returns BELL_OK, or BELL_EINVAL for NULL.
 */
BELL_API enum bell_status bell_moments_merge(struct bell_moments *into,
					     const struct bell_moments *from);

/*
 * Arrays are summed in chunks of this many elements.  Each block of a stream but the last holds a
 * multiple of it.
 */
#define BELL_CHUNK 2048

/*
 * The moments of an array that comes in blocks, one after the other.  A struct of zeros, such as
 * {0}, is a stream that has seen no values.  Each block but the last must hold a multiple of
 * BELL_CHUNK elements.  Then the moments have the bits that bell_moments_*() would give for the
 * whole array.
 */
struct bell_moments_stream {
	/* The number of whole chunks so far. */
	uint64_t chunks;
	/* Whether a part of a chunk has been read: the stream has ended. */
	bool closed;
	/*
	 * The moments of 2^k chunks for each bit k that is set in `chunks`, the largest first, and
	 * then those of the part of a chunk.
	 */
	struct bell_moments tree[54];
};

/*
 * bell_moments_stream_f32() and _f64() read the next block of a stream, the n elements of x.  n = 0
 * is fine at any time, and then x may be NULL.  They work on one thread.
 *
 * They return BELL_OK, BELL_EINVAL (a NULL pointer; the stream has ended, as the last block was not
 * a multiple of BELL_CHUNK) or BELL_EBACKEND.  After an error the stream is as it was.
 */
BELL_API enum bell_status bell_moments_stream_f32(struct bell_moments_stream *s, const float *x,
						  size_t n);
BELL_API enum bell_status bell_moments_stream_f64(struct bell_moments_stream *s, const double *x,
						  size_t n);

/*
 * bell_moments_stream_end() sets *out to the moments of all that a stream has read so far.  The
 * stream is not changed, and can go on unless its last block has ended it.
 *
 * It returns BELL_OK, or BELL_EINVAL for NULL.
 */
BELL_API enum bell_status bell_moments_stream_end(const struct bell_moments_stream *s,
						  struct bell_moments *out);

/*
 * These return statistics with the names and definitions of SciPy.  bias = true is the plain
 * statistic of the sample, with divisor n.  bias = false is the one that is corrected for bias:
 * variance and sd have divisor n - 1, skewness and kurtosis are those of scipy.stats.skew and
 * kurtosis with bias=False.  Kurtosis is Fisher's, which is 0 for a normal distribution.
 *
 * A statistic is NaN where it is not defined: if m is NULL or of no values; variance and sd without
 * bias for fewer than 2 values, skewness without bias for fewer than 3, kurtosis without bias for
 * fewer than 4; skewness and kurtosis if all values are equal.  The statistics are right for x of
 * any size, but a variance or sd that is too large or too small for a double is infinite or 0.
 */
BELL_API double bell_moments_variance(const struct bell_moments *m, bool bias);
BELL_API double bell_moments_sd(const struct bell_moments *m, bool bias);
BELL_API double bell_moments_skewness(const struct bell_moments *m, bool bias);
BELL_API double bell_moments_kurtosis(const struct bell_moments *m, bool bias);

#ifdef __cplusplus
}
#endif
#endif
