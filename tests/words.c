/* SPDX-License-Identifier: BSD-3-Clause */
/* words.c - one backend's vocabulary, made callable: built once a backend with SIMD and BACKEND set. */
#include SIMD
#include "words.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b)  JOIN_(a, b)
#define TEXT_(a)    #a
#define TEXT(a)     TEXT_(a)

#define A        v_load(a + i)
#define B        v_load(b + i)
#define C        v_load(c + i)
#define TRUTH(m) v_select(m, v_set1(1), v_set1(0))

#define WORD(name, expression)                                                                  \
	static void name##_word(const double *a, const double *b, const double *c, double *out) \
	{                                                                                       \
		(void)a, (void)b, (void)c;                                                      \
		for (int i = 0; i < WORDS_N; i += WIDTH)                                        \
			v_store(out + i, expression);                                           \
	}

WORD(add, v_add(A, B))
WORD(sub, v_sub(A, B))
WORD(mul, v_mul(A, B))
WORD(div, v_div(A, B))
WORD(fma, v_fma(A, B, C))
WORD(abs, v_abs(A))
WORD(rint, v_rint(A))
WORD(min, v_min(A, B))
WORD(max, v_max(A, B))
WORD(exponent, v_exponent(A))
WORD(scale, v_scale(A, B))
WORD(expm1, v_expm1(A))
WORD(lt, TRUTH(v_lt(A, B)))
WORD(le, TRUTH(v_le(A, B)))
WORD(eq, TRUTH(v_eq(A, B)))
WORD(and, TRUTH(v_and(v_lt(A, B), v_lt(B, C))))
WORD(select, v_select(v_lt(A, B), B, C))
WORD(set1, v_set1(a[0]))

/* One bit a lane: bit i of the number for each group of lanes, spread out again. */
static void bits_word(const double *a, const double *b, const double *c, double *out)
{
	(void)c;
	for (int i = 0; i < WORDS_N; i += WIDTH) {
		unsigned bits = v_bits(v_lt(A, B));

		for (int j = 0; j < WIDTH; j++)
			out[i + j] = bits >> j & 1;
		if (bits >> WIDTH)
			out[i] = -1;
	}
}

static void load_f32_word(const double *a, const double *b, const double *c, double *out)
{
	float x[WORDS_N];

	(void)b, (void)c;
	for (int i = 0; i < WORDS_N; i++)
		x[i] = (float)a[i];
	for (int i = 0; i < WORDS_N; i += WIDTH)
		v_store(out + i, v_load(x + i));
}

static void store_f32_word(const double *a, const double *b, const double *c, double *out)
{
	float x[WORDS_N];

	(void)b, (void)c;
	for (int i = 0; i < WORDS_N; i += WIDTH)
		v_store(x + i, A);
	for (int i = 0; i < WORDS_N; i++)
		out[i] = x[i];
}

static void store_index(const double *a, int32_t *out)
{
	for (int i = 0; i < WORDS_N; i += WIDTH)
		v_store_index(out + i, A);
}

static void store_rows(const double (*a)[WORDS_N], int64_t (*rows)[8])
{
	for (int i = 0; i < WORDS_N; i += WIDTH) {
		vec v[8];

		for (int j = 0; j < 8; j++)
			v[j] = v_load(a[j] + i);
		v_store_rows(rows + i, v);
	}
}

const struct word_table JOIN(bell_words, BACKEND) = {
    .backend = TEXT(BACKEND),
#define W(name) .name = name##_word,
    EACH_WORD(W)
#undef W
	.store_index = store_index,
    .store_rows = store_rows,
};
