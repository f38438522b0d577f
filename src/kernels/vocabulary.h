/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * vocabulary.h - the words that a kernel may use.
 *
 * Each backend's simd.h defines them for its instruction set with the same bits for
 * the same input (a NaN is equal to a NaN).  Statistics run in float64 whatever the element type:
 * a vec holds WIDTH doubles, a mask one truth value for each of them.
 *
 *	vec v_load(p)           WIDTH elements at p, const float * (widened, exact) or const double *
 *	v_store(p, a)           WIDTH elements to p, float * (rounded to nearest even) or double *
 *	v_store_index(p, a)     WIDTH int32_t to p; a holds integers below 2^31 in size
 *	v_store_rows(r, pitch, a)               the bits of a[0..7], transposed: lane i of a[j] is element i pitch + j
 *	                        of r, which are of 8 bytes
 *	vec v_set1(s)           s in every lane
 *	vec v_add, v_sub, v_mul, v_div (a, b)   IEEE 754, round to nearest even
 *	vec v_fma(a, b, c)      a*b + c, rounded once
 *	vec v_abs(a)            sign bit cleared, NaN too
 *	vec v_rint(a)           nearest integer, halfway to even
 *	vec v_min(a, b)         a < b ? a : b, hence b if either is NaN
 *	vec v_max(a, b)         a > b ? a : b, likewise
 *	vec v_exponent(a)       floor(log2(a)) for a positive normal a; of other bits some finite number
 *	vec v_expm1(a)          exp(a) - 1 within 1 ulp (SLEEF, finz u10): for nodes, of which there are few; values
 *	                        go through elementary.inc
 *	mask v_lt, v_le, v_eq (a, b)            false if either is NaN
 *	mask v_and(m, n)        both
 *	vec v_select(m, a, b)   m ? a : b
 *	unsigned v_bits(m)      bit i = lane i of m
 *
 * Random numbers are made of integers, and those in float32 of floats.  An ivec holds WIDTH integers
 * of 64 bits, each two halves of 32; an fvec one float for each half.
 *
 *	ivec i_set1(s)          s in every lane
 *	ivec i_load(p), i_store(p, a)           WIDTH uint64_t at p
 *	ivec i_add, i_sub, i_and, i_xor (a, b)  of 64 bits, modulo 2^64
 *	ivec i_shl, i_shr (a, k)                logical, 0 < k < 64, a constant
 *	ivec i_mul(a, b)        product of the low halves, 64 bits
 *	ivec i_pair(a, b)       low half of a, and above it low half of b
 *	ivec h_add(a, b), h_sub(a, b), h_shl(a, k)      halves as numbers of their own, modulo 2^32; 0 < k < 32
 *	fvec f_load(p), f_store(p, a), f_set1(s), f_add, f_sub, f_mul, f_div, f_fma, f_sqrt, f_abs, f_min
 *	                        as those of vec
 *	vec v_sqrt(a)           IEEE 754
 *	fvec f_integer(a)       signed halves, rounded to nearest even; vec v_integer(a) likewise of 64 bits
 *	fvec f_significand(a)   a * 2^-floor(log2(a)) for a positive normal a; v_significand likewise
 *	fvec f_exponent(a)      as v_exponent
 *	fvec f_choose(s, a, b)  top bit of the half in s ? a : b; v_choose likewise of 64 bits
 *	ivec f_top(a), v_top(a) the bits of a, whose top ones are its signs; fvec f_of(i), vec v_of(i) back
 *	f_widen(a, out[2])      the floats of a as doubles, in their order
 *	f_store_rows(r, pitch, a)               as v_store_rows, of a[0..15], elements of 4 bytes
 *	fvec f_flip(a, s)       sign of a changed where the top bit in s is 1; v_flip likewise
 *	COUNTERS                a permutation of 0 .. WIDTH - 1, the one for which the next is cheap
 *	i_zip, v_zip, f_zip (a, b, out[2])      with lane i of a and b made from counter COUNTERS[i] (floats: two of
 *	                        each, low half first), out holds a, b, a, b, ... in the order of the counters
 */
#ifndef BELL_VOCABULARY_H
#define BELL_VOCABULARY_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define v_load(p) \
	_Generic((p), float *: v_load_f32, const float *: v_load_f32, double *: v_load_f64,        \
		 const double *: v_load_f64)(p)
#define v_store(p, a) _Generic((p), float * : v_store_f32, double * : v_store_f64)(p, a)

/* Lanes of a stripe: element i of a chunk is summed in lane i % LANES on every backend. */
#define LANES 16
#define VECS  (LANES / WIDTH) /* vectors of a stripe */

#endif
