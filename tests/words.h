/* SPDX-License-Identifier: BSD-3-Clause */
/* words.h - the words of the vocabulary as functions on arrays. */
#ifndef BELL_WORDS_H
#define BELL_WORDS_H

#include <stdint.h>

#define WORDS_N 16 /* lanes of an array, a multiple of every WIDTH */

/* Each word of up to three operands; comparisons give 1 or 0. */
/* clang-format off */
#define EACH_WORD(W) \
	W(add) W(sub) W(mul) W(div) W(fma) W(abs) W(rint) W(min) W(max) W(exponent) W(scale) \
	W(expm1) W(lt) W(le) W(eq) W(and) W(select) W(bits) W(set1) W(load_f32) W(store_f32)
/* clang-format on */

typedef void word(const double *a, const double *b, const double *c, double *out);

struct word_table {
	const char *backend;
#define W(name) word *name;
	EACH_WORD(W)
#undef W
	void (*store_index)(const double *a, int32_t *out);
	void (*store_rows)(const double (*a)[WORDS_N], int64_t (*rows)[8]); /* a[8] */
};

#endif
