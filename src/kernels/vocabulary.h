/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * vocabulary.h - the words that a kernel may use.
 *
 * Each backend's simd.h defines these words for its instruction set.  Equal input gives equal bits
 * on every backend, where any NaN counts as equal to any other.  tests/test_vocabulary.c holds each
 * word against plain C, and tests/vocabulary.py holds this list against every simd.h.
 *
 *	vec	WIDTH doubles.  WIDTH is a power of two, 1 to 8.
 *	mask	one truth value for each double of a vec
 *	ivec	WIDTH integers of 64 bits, each of which is also two halves of 32 bits
 *	fvec	2 WIDTH floats, one for each half of an ivec, low half first
 *
 * A float or an integer has its sign in its top bit.  All rounding is to nearest, halfway to even.
 *
 * ---- Doubles and floats: a kernel for both types says E(add) for v_add and f_add ----
 *
 * Here `etype` is double or float and evec is vec or fvec.  E() takes these words and no others.
 *
 *   evec E(load)(const etype *p)           the elements at p, of any alignment
 *   E(store)(etype *p, evec a)             writes the elements of a to p, of any alignment
 *   E(store_rows)(void *r, ptrdiff_t pitch, const evec a[])
 *                                          transposes bits, a cache line a row, of 8 vecs or 16
 *                                          fvecs: r[i pitch + j] becomes lane i of a[j]
 *   evec E(set1)(etype s)                  s in every lane
 *   evec E(add)(evec a, evec b)            a + b
 *   evec E(sub)(evec a, evec b)            a - b
 *   evec E(mul)(evec a, evec b)            a b
 *   evec E(div)(evec a, evec b)            a/b
 *   evec E(fma)(evec a, evec b, evec c)    a b + c, rounded once
 *   evec E(sqrt)(evec a)                   the square root
 *   evec E(abs)(evec a)                    a without its sign bit, also where a is NaN
 *   evec E(min)(evec a, evec b)            a < b ? a : b, which is b if either is NaN
 *   evec E(max)(evec a, evec b)            a > b ? a : b, which is b if either is NaN
 *   ivec E(bits)(evec a)                   the bits of a, whose top bit is its sign
 *   evec E(from_bits)(ivec a)              the numbers that have these bits
 *   evec E(from_int)(ivec a)               signed integers, of 64 bits for vec and of 32 for fvec,
 *                                          as numbers
 *   evec E(select_sign)(ivec s, evec a, evec b)
 *                                          a where the top bit of s is 1, elsewhere b
 *   evec E(flip_sign)(evec a, ivec s)      a with its sign changed where the top bit of s is 1
 *   evec E(exponent)(evec a)               floor(log2(a)) of a positive normal number; of other
 *                                          bits any number, infinity or NaN, which may differ among
 *                                          backends
 *   evec E(significand)(evec a)            a 2^-floor(log2(a)) of a positive normal number; of
 *                                          other bits any number or NaN, which may differ among
 *                                          backends
 *   E(interleave)(evec a, evec b, evec out[2])
 *                                          for lanes i of a and b that belong to counter
 *                                          INTERLEAVE_ORDER[i] (fvec: two lanes a counter), writes
 *                                          a, b, a, b, ... in ascending order of the counters
 *   E(widen)(evec a, vec out[])            the elements of a as doubles in their order: two vecs of
 *                                          an fvec, and of a vec itself
 *
 * ---- Floats only: numbers of 16 bits, which are kept as integers and computed as floats ----
 *
 *   fvec f_load_bf16(const uint16_t *p)    2 WIDTH numbers of bfloat16 at p, as floats
 *   f_store_bf16(uint16_t *p, fvec a)      writes 2 WIDTH numbers of bfloat16 to p, rounded; where
 *                                          a is NaN, 0x7fc0
 *   fvec f_load_f16(const uint16_t *p)     the same of IEEE's binary16
 *   f_store_f16(uint16_t *p, fvec a)       the same of IEEE's binary16; where a is NaN, 0x7e00
 *
 * ---- Doubles only: sums, coordinates and bins are float64 whatever the element type ----
 *
 *   vec v_load(const float *p)             v_load also takes floats, WIDTH of them, and widens them
 *   v_store(float *p, vec a)               v_store also writes floats, rounded
 *   v_store_index(int32_t *p, vec a)       WIDTH integers to p; a holds integers below 2^31 in size
 *   vec v_rint(vec a)                      the nearest integer, halfway to even
 *   vec v_expm1(vec a)                     exp(a) - 1 within 1 ulp, by SLEEF (finz, u10), for the
 *                                          nodes of a likelihood; values go through elementary.inc,
 *                                          which is faster
 *   mask v_lt(vec a, vec b)                a < b, false if either is NaN
 *   mask v_le(vec a, vec b)                a <= b, false if either is NaN
 *   mask v_eq(vec a, vec b)                a == b, false if either is NaN
 *   mask v_and(mask m, mask n)             where both are true
 *   vec v_select(mask m, vec a, vec b)     a where m is true, elsewhere b
 *   double v_fold(vec a)                   the sum of the lanes by halves: lane i + WIDTH/2 is
 *                                          added to lane i, and so on with the lower half
 *   unsigned v_mask_bits(mask m)           bit i is 1 where lane i of m is true, other bits are 0
 *
 * ---- Integers: random numbers, and the exponents of numbers ----
 *
 *   INTERLEAVE_ORDER                       a list, a permutation of 0 .. WIDTH - 1: the order of
 *                                          counters in lanes that makes `interleave` cheap on this
 *                                          instruction set
 *   ivec i_load(const uint64_t *p)         WIDTH integers at p
 *   i_store(uint64_t *p, ivec a)           WIDTH integers to p
 *   ivec i_set1(uint64_t s)                s in every lane
 *   ivec i_add(ivec a, ivec b)             a + b modulo 2^64
 *   ivec i_sub(ivec a, ivec b)             a - b modulo 2^64
 *   ivec i_and(ivec a, ivec b)             the bits that both have
 *   ivec i_xor(ivec a, ivec b)             the bits that one of them has
 *   ivec i_shl(ivec a, int k)              a 2^k modulo 2^64; k is a constant, 0 < k < 64
 *   ivec i_shr(ivec a, int k)              the integer part of a/2^k, a unsigned; k as for i_shl
 *   ivec i_mul_low32(ivec a, ivec b)       the 64-bit products of the low halves, unsigned
 *   ivec i_pack_low32(ivec a, ivec b)      the low half of a, and above it the low half of b
 *   i_interleave(ivec a, ivec b, ivec out[2])
 *                                          as E(interleave), of integers of 64 bits
 *   ivec h_add(ivec a, ivec b)             sums of halves, each modulo 2^32
 *   ivec h_sub(ivec a, ivec b)             differences of halves, each modulo 2^32
 *   ivec h_shl(ivec a, int k)              halves times 2^k, each modulo 2^32; k is a constant, 0 <
 *                                          k < 32
 */
#ifndef BELL_VOCABULARY_H
#define BELL_VOCABULARY_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One name for both element types: a template says v_load(x) whatever x points to. */
#define v_load(p) \
	_Generic((p), float *: v_load_f32, const float *: v_load_f32, double *: v_load_f64,        \
		 const double *: v_load_f64)(p)
#define v_store(p, a) _Generic((p), float * : v_store_f32, double * : v_store_f64)(p, a)

/*
 * A stripe is LANES consecutive elements.  Element i of a chunk is summed in lane i % LANES,
 * whatever WIDTH is, and the lanes are added in one fixed tree (lanes.inc): so all backends round
 * alike.
 */
#define LANES 16
/* vectors of a stripe */
#define VECS (LANES / WIDTH)

#endif
