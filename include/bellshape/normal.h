/* SPDX-License-Identifier: BSD-3-Clause */
/* normal.h - samples of the normal distribution, each a function of its index. */
#ifndef BELLSHAPE_NORMAL_H
#define BELLSHAPE_NORMAL_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Sample i of (seed, stream) is a function of these three numbers alone, each of which may be any
 * 64-bit number.  There is no generator to set up and no state: any part of a stream can be made
 * alone, in any order, by any thread or machine, and has the same bits on every backend.  Samples
 * of different streams or seeds are independent for every practical purpose.  float32 samples,
 * float64 samples and words of the same seed and stream are made of the same random bits, so give
 * each purpose a stream of its own.
 *
 * Words are made by Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011).  The key is the seed; the counter holds the index in its low and the stream
 * in its high 64 bits, as in cuRAND.  Each counter gives four words of 32 bits, w0 to w3.
 *
 * Normal samples are made by the map of Box and Muller (1958).  Two numbers of b bits, r and c,
 * give u = (r + 1/2)/2^b and v = (c + 1/2)/2^b, and these give two samples:
 *
 *	sqrt(-2 log u) sin(2 pi v)	the sample of even index
 *	sqrt(-2 log u) cos(2 pi v)	the one that follows it
 *
 * In float32 b is 32.  Of counter k, r = w0 and c = w1 give samples 4k and 4k + 1, and r = w2 and c
 * = w3 give samples 4k + 2 and 4k + 3.  1e-14 < |z| < 6.7638, and z is at most 6 ulp from the exact
 * value for the same words.
 *
 * In float64 b is 53.  Of counter k, r = w0 ^ (w1 << 21) and c = w2 ^ (w3 << 21) give samples 2k
 * and 2k + 1.  3e-24 < |z| < 8.6522, and z is at most 5 ulp from the exact value.
 *
 * So no sample is 0, infinite or NaN.  If any bit of any sample ever changes, this name does too:
 */
#define BELL_NORMAL_ALGORITHM "philox4x32-10, box-muller, 1"

/* Where samples start: with number `offset` of a stream of a seed. */
struct bell_normal_stream {
	uint64_t seed, stream, offset;
};

/*
 * bell_normal_fill_f32() and _f64() set y[j] = mean + sd z for j < n, where z is sample offset + j
 * of the stream.  The result is rounded once, and infinite where it exceeds the type.  mean and sd
 * must be finite and sd >= 0.  _f32 first rounds mean and sd to float32; both must then still be
 * finite, and sd must not become 0 unless it is 0.  y needs no more alignment than its type, and
 * may be NULL if n is 0.
 *
 * threads is the largest number of threads to use, 1 to BELL_MAX_THREADS, or 0 for as many as
 * threads.h says.  y does not depend on it.
 *
 * They return BELL_OK, BELL_WRAPPED (offset + n exceeds 2^64: y is written, and sample 2^64 - 1 is
 * followed by samples 0, 1, ...), BELL_EINVAL (a NULL pointer; threads, mean or sd out of range),
 * BELL_ESIZE (y would exceed SIZE_MAX bytes) or BELL_EBACKEND.  After an error nothing is written.
 */
BELL_API enum bell_status bell_normal_fill_f32(const struct bell_normal_stream *from, double mean,
					       double sd, size_t n, unsigned threads, float *y);
BELL_API enum bell_status bell_normal_fill_f64(const struct bell_normal_stream *from, double mean,
					       double sd, size_t n, unsigned threads, double *y);

/*
 * bell_normal_add_f32() and _f64() add noise: y[j] = x[j] + sd z for j < n, with the same z as
 * bell_normal_fill_*(), rounded once (for _f32 after sd was rounded to float32), infinite where it
 * exceeds the type, and infinite or NaN where x[j] is.  y may be x; otherwise the two must not
 * overlap.  Both may be NULL if n is 0.  sd and threads are as in bell_normal_fill_*().
 *
 * They return BELL_OK, BELL_WRAPPED (offset + n exceeds 2^64: y is written, and sample 2^64 - 1 is
 * followed by samples 0, 1, ...), BELL_EINVAL (a NULL pointer; threads or sd out of range),
 * BELL_ESIZE (y would exceed SIZE_MAX bytes) or BELL_EBACKEND.  After an error nothing is written.
 */
BELL_API enum bell_status bell_normal_add_f32(const struct bell_normal_stream *from, double sd,
					      const float *x, size_t n, unsigned threads, float *y);
BELL_API enum bell_status bell_normal_add_f64(const struct bell_normal_stream *from, double sd,
					      const double *x, size_t n, unsigned threads,
					      double *y);

/*
 * bell_philox4x32() writes the words themselves: words[4 j] to words[4 j + 3] are w0 to w3 of
 * counter offset + j, for j < n.  words holds 4 n numbers, and may be NULL if n is 0.  threads is
 * as in bell_normal_fill_*().
 *
 * It returns BELL_OK, BELL_WRAPPED (offset + n exceeds 2^64: words are written, and counter 2^64 -
 * 1 is followed by counters 0, 1, ...), BELL_EINVAL (a NULL pointer; threads out of range),
 * BELL_ESIZE (words would exceed SIZE_MAX bytes) or BELL_EBACKEND.  After an error nothing is
 * written.
 */
BELL_API enum bell_status bell_philox4x32(const struct bell_normal_stream *from, size_t n,
					  unsigned threads, uint32_t *words);

#ifdef __cplusplus
}
#endif
#endif
