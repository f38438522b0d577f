/* SPDX-License-Identifier: BSD-3-Clause */
/* words.h - the words of the vocabulary as functions on arrays. */
#ifndef TESTS_WORDS_H
#define TESTS_WORDS_H

#include <stdint.h>

/* The doubles of an array, a multiple of every WIDTH.  Arrays of floats have twice as many. */
#define WORDS_N 16

/*
 * Every word but those with a member of their own below.  A word takes up to three arrays, of which
 * it ignores those that it has no use for; comparisons give 1 or 0.
 */
/* clang-format off */
#define EACH_WORD(W) \
	W(v_add) W(v_sub) W(v_mul) W(v_div) W(v_fma) W(v_abs) W(v_rint) W(v_min) W(v_max) \
	W(v_exponent) W(v_expm1) W(v_lt) W(v_le) W(v_eq) W(v_and) W(v_select) W(v_mask_bits) \
	W(v_set1) W(v_load_f32) W(v_store_f32) W(v_sqrt) W(v_from_int) W(v_significand) \
	W(v_select_sign) W(v_flip_sign) W(v_bits) W(v_from_bits) W(v_widen)

/* Words of integers and of their halves; those that shift do so by WORDS_SHIFT. */
#define EACH_INTEGER_WORD(W) \
	W(i_load) W(i_store) W(i_add) W(i_sub) W(i_and) W(i_xor) W(i_shl) W(i_shr) W(i_mul_low32) \
	W(i_pack_low32) W(h_add) W(h_sub) W(h_shl) W(i_set1)

/* Words of floats; s are integers, one for two floats. */
#define EACH_FLOAT_WORD(W) \
	W(f_load) W(f_store) W(f_sub) W(f_mul) W(f_fma) W(f_sqrt) W(f_from_int) W(f_significand) \
	W(f_exponent) W(f_select_sign) W(f_flip_sign) W(f_set1) W(f_add) W(f_div) W(f_abs) \
	W(f_min) W(f_max) W(f_bits) W(f_from_bits) W(f_widen)
/* clang-format on */

#define WORDS_SHIFT 11

/* The pitch of the rows that the words store_rows write, which have 8 or 16 elements. */
#define WORDS_PITCH 19

typedef void word(const double *a, const double *b, const double *c, double *out);
typedef void word_of_integers(const uint64_t *a, const uint64_t *b, uint64_t *out);
typedef void word_of_floats(const uint64_t *s, const float *a, const float *b, const float *c,
			    float *out);

struct word_table {
	const char *backend;
#define W(name) word *name;
	EACH_WORD(W)
#undef W
#define W(name) word_of_integers *name;
	EACH_INTEGER_WORD(W)
#undef W
#define W(name) word_of_floats *name;
	EACH_FLOAT_WORD(W)
#undef W
	/* of numbers of 16 bits, as many as floats */
	void (*f_load_bf16)(const uint16_t *a, float *out);
	void (*f_load_f16)(const uint16_t *a, float *out);
	void (*f_store_bf16)(const float *a, uint16_t *out);
	void (*f_store_f16)(const float *a, uint16_t *out);
	/*
	 * These interleave vectors whose lanes are in the order INTERLEAVE_ORDER, and return how
	 * many elements they wrote.  For counter c = 0, 1, ... the doubles are c and c + 1/2, the
	 * floats 2c and 2c + 1 with the same halves added, the integers c and ~c.
	 */
	int (*i_interleave)(uint64_t *out);
	int (*v_interleave)(double *out);
	int (*f_interleave)(float *out);
	/* out[i] is the sum of vector i of a[WORDS_N]; it returns how many vectors there are */
	int (*v_fold)(const double *a, double *out);
	void (*v_store_index)(const double *a, int32_t *out);
	/* of a[8] */
	void (*v_store_rows)(const double (*a)[WORDS_N], int64_t (*rows)[WORDS_PITCH]);
	/* of a[16] */
	void (*f_store_rows)(const float (*a)[2 * WORDS_N], int32_t (*rows)[WORDS_PITCH]);
};

#endif
