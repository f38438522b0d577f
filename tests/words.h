/* SPDX-License-Identifier: BSD-3-Clause */
/* words.h - the words of the vocabulary as functions on arrays. */
#ifndef BELL_WORDS_H
#define BELL_WORDS_H

#include <stdint.h>

#define WORDS_N 16 /* lanes of an array, a multiple of every WIDTH */

/* Each word of up to three operands; comparisons give 1 or 0. */
/* clang-format off */
#define EACH_WORD(W) \
	W(add) W(sub) W(mul) W(div) W(fma) W(abs) W(rint) W(min) W(max) W(exponent) \
	W(expm1) W(lt) W(le) W(eq) W(and) W(select) W(bits) W(set1) W(load_f32) W(store_f32) \
	W(sqrt) W(integer) W(significand) W(choose) W(flip) W(top) W(of)

/* Of integers: i_*, h_*, shifts by WORDS_SHIFT.  Of floats: f_*, s being the integers. */
#define EACH_INTEGER_WORD(W) W(i_add) W(i_sub) W(i_and) W(i_xor) W(i_shl) W(i_shr) W(i_mul) W(i_pair) W(h_add) W(h_sub) W(h_shl) W(i_set1)
#define EACH_FLOAT_WORD(W) \
	W(f_sub) W(f_mul) W(f_fma) W(f_sqrt) W(f_integer) W(f_significand) W(f_exponent) W(f_choose) W(f_flip) \
	W(f_set1) W(f_add) W(f_div) W(f_abs) W(f_min) W(f_top) W(f_of) W(f_widen)
/* clang-format on */

#define WORDS_SHIFT 11
#define WORDS_PITCH 19 /* of rows of 8 or 16 */

typedef void word(const double *a, const double *b, const double *c, double *out);
typedef void word_of_integers(const uint64_t *a, const uint64_t *b, uint64_t *out);
typedef void word_of_floats(const uint64_t *s, const float *a, const float *b, const float *c,
			    float *out); /* 2 WORDS_N floats */

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
	/* of c and c + 1/2 in the lanes of COUNTERS, c = 0, 1, ..., floats two a lane; integers: of c and ~c */
	int (*i_zip)(uint64_t *out);
	int (*v_zip)(double *out);
	int (*f_zip)(float *out);
	void (*store_index)(const double *a, int32_t *out);
	void (*store_rows)(const double (*a)[WORDS_N], int64_t (*rows)[WORDS_PITCH]); /* a[8] */
	void (*f_store_rows)(const float (*a)[2 * WORDS_N],
			     int32_t (*rows)[WORDS_PITCH]); /* a[16] */
};

#endif
