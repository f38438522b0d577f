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
 * Sample i of (seed, stream) is a pure function of these three 64-bit numbers, all of which may have
 * any value: there is no state, nothing to seed first, and any part of a stream can be made alone, in
 * any order, by any thread or machine.  The bits are the same on every backend.  Streams and seeds
 * are independent of one another for every practical purpose; float32 and float64 samples, and words,
 * of the same seed and stream share their random bits: give each purpose a stream of its own.
 *
 * Words: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011); key = seed, counter = (index in the low, stream in the high 64 bits), as in cuRAND.
 *
 * Normals: Box and Muller (1958).  For u = (a + 1/2)/2^b and v = (c + 1/2)/2^b of two words a, c of b
 * bits
 *
 *	sqrt(-2 log u) sin(2 pi v)   is a sample of even index,
 *	sqrt(-2 log u) cos(2 pi v)   the one that follows it.
 *
 * float32: b = 32; samples 4k, 4k + 1 are made of words 0, 1 of counter k, samples 4k + 2, 4k + 3 of
 * its words 2, 3.  1e-14 < |z| < 6.7638.  At most 6 ulp from the exact value of the same words.
 *
 * float64: b = 53, a = w0 ^ w1 2^21, c = w2 ^ w3 2^21; samples 2k, 2k + 1 are made of counter k.
 * 3e-24 < |z| < 8.6522.  At most 5 ulp from the exact value.
 *
 * No z is 0, infinite or NaN.  A change of any bit would change this name.
 */
#define BELL_NORMAL_ALGORITHM "philox4x32-10, box-muller, 1"

/*
 * y[j] = mean + sd z for samples offset + j, j < n, rounded once; infinite where that exceeds the type.
 * mean and sd are finite and sd >= 0; float32: finite there too, and sd not so small that it is 0 there.
 * threads: 1 to 1024, 0 for one each CPU; y does not depend on it, and needs no more
 * alignment than its type.  Allocates nothing but threads.
 *
 * BELL_EINVAL: NULL, n = 0, threads, or a mean or sd out of range.  BELL_ESIZE: n elements exceed SIZE_MAX.
 * BELL_EBACKEND.  BELL_WRAPPED: offset + n exceeds 2^64; y is written, and what follows sample 2^64 - 1 are
 * samples 0, 1, ...
 */
BELL_API enum bell_status bell_normal_fill_f32(uint64_t seed, uint64_t stream, uint64_t offset,
					       double mean, double sd, size_t n, unsigned threads,
					       float *y);
BELL_API enum bell_status bell_normal_fill_f64(uint64_t seed, uint64_t stream, uint64_t offset,
					       double mean, double sd, size_t n, unsigned threads,
					       double *y);

/*
 * Noise: y[j] = x[j] + sd z, the same samples, rounded once; infinite or NaN where x is.  y may be x, or lie
 * apart from it.  Statuses as above.
 */
BELL_API enum bell_status bell_normal_add_f32(uint64_t seed, uint64_t stream, uint64_t offset,
					      double sd, const float *x, size_t n, unsigned threads,
					      float *y);
BELL_API enum bell_status bell_normal_add_f64(uint64_t seed, uint64_t stream, uint64_t offset,
					      double sd, const double *x, size_t n,
					      unsigned threads, double *y);

/*
 * The words themselves: words[4 j .. 4 j + 3] are those of counter offset + j, j < n.  Statuses as above.
 */
BELL_API enum bell_status bell_philox4x32(uint64_t seed, uint64_t stream, uint64_t offset, size_t n,
					  unsigned threads, uint32_t *words);

#ifdef __cplusplus
}
#endif
#endif
