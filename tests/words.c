/* SPDX-License-Identifier: BSD-3-Clause */
/* words.c - one backend's vocabulary, made callable: built once a backend with SIMD and BACKEND set. */
#include SIMD
#include "join.h"
#include "words.h"

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
WORD(expm1, v_expm1(A))
WORD(lt, TRUTH(v_lt(A, B)))
WORD(le, TRUTH(v_le(A, B)))
WORD(eq, TRUTH(v_eq(A, B)))
WORD(and, TRUTH(v_and(v_lt(A, B), v_lt(B, C))))
WORD(select, v_select(v_lt(A, B), B, C))
WORD(set1, v_set1(a[0]))

WORD(sqrt, v_sqrt(A))
WORD(significand, v_significand(A))

/* The bits of WIDTH doubles. */
static ivec bits_at(const double *p)
{
	uint64_t bits[WIDTH];

	memcpy(bits, p, sizeof bits);
	return i_load(bits);
}
WORD(integer, v_integer(bits_at(a + i)))
WORD(choose, v_choose(bits_at(c + i), A, B))
WORD(flip, v_flip(A, bits_at(b + i)))
WORD(top, v_choose(v_top(A), B, C))
WORD(of, v_of(v_top(A)))

#define INTEGER_WORD(name, expression)                                               \
	static void name##_word(const uint64_t *a, const uint64_t *b, uint64_t *out) \
	{                                                                            \
		(void)b;                                                             \
		for (int i = 0; i < WORDS_N; i += WIDTH)                             \
			i_store(out + i, expression);                                \
	}
#define IA i_load(a + i)
#define IB i_load(b + i)

INTEGER_WORD(i_add, i_add(IA, IB))
INTEGER_WORD(i_sub, i_sub(IA, IB))
INTEGER_WORD(i_and, i_and(IA, IB))
INTEGER_WORD(i_xor, i_xor(IA, IB))
INTEGER_WORD(i_shl, i_shl(IA, WORDS_SHIFT))
INTEGER_WORD(i_shr, i_shr(IA, WORDS_SHIFT))
INTEGER_WORD(i_mul, i_mul(IA, IB))
INTEGER_WORD(i_pair, i_pair(IA, IB))
INTEGER_WORD(h_add, h_add(IA, IB))
INTEGER_WORD(h_sub, h_sub(IA, IB))
INTEGER_WORD(h_shl, h_shl(IA, WORDS_SHIFT))
INTEGER_WORD(i_set1, i_set1(a[0]))

#define FLOAT_WORD(name, expression)                                                               \
	static void name##_word(const uint64_t *s, const float *a, const float *b, const float *c, \
				float *out)                                                        \
	{                                                                                          \
		(void)s, (void)a, (void)b, (void)c;                                                \
		for (int i = 0; i < 2 * WORDS_N; i += 2 * WIDTH)                                   \
			f_store(out + i, expression);                                              \
	}
#define FA f_load(a + i)
#define FB f_load(b + i)
#define FC f_load(c + i)
#define FS i_load(s + i / 2)

FLOAT_WORD(f_sub, f_sub(FA, FB))
FLOAT_WORD(f_mul, f_mul(FA, FB))
FLOAT_WORD(f_fma, f_fma(FA, FB, FC))
FLOAT_WORD(f_sqrt, f_sqrt(FA))
FLOAT_WORD(f_integer, f_integer(FS))
FLOAT_WORD(f_significand, f_significand(FA))
FLOAT_WORD(f_exponent, f_exponent(FA))
FLOAT_WORD(f_choose, f_choose(FS, FA, FB))
FLOAT_WORD(f_flip, f_flip(FA, FS))
FLOAT_WORD(f_add, f_add(FA, FB))
FLOAT_WORD(f_div, f_div(FA, FB))
FLOAT_WORD(f_abs, f_abs(FA))
FLOAT_WORD(f_min, f_min(FA, FB))
FLOAT_WORD(f_top, f_choose(f_top(FA), FB, FC))
FLOAT_WORD(f_of, f_of(f_top(FA)))

static void f_widen_word(const uint64_t *s, const float *a, const float *b, const float *c,
			 float *out)
{
	(void)s, (void)b, (void)c;
	for (int i = 0; i < 2 * WORDS_N; i += 2 * WIDTH) {
		vec part[2];

		f_widen(FA, part);
		v_store(out + i, part[0]);
		v_store(out + i + WIDTH, part[1]);
	}
}
FLOAT_WORD(f_set1, f_set1(a[0]))

static int v_zip_word(double *out)
{
	static const uint64_t counters[WIDTH] = {COUNTERS};
	vec a = v_integer(i_load(counters)), z[2];

	v_zip(a, v_add(a, v_set1(0.5)), z);
	v_store(out, z[0]);
	v_store(out + WIDTH, z[1]);
	return 2 * WIDTH;
}

static int i_zip_word(uint64_t *out)
{
	static const uint64_t counters[WIDTH] = {COUNTERS};
	ivec a = i_load(counters), z[2];

	i_zip(a, i_xor(a, i_set1(UINT64_MAX)), z);
	i_store(out, z[0]);
	i_store(out + WIDTH, z[1]);
	return 2 * WIDTH;
}

static int f_zip_word(float *out)
{
	static const uint64_t counters[WIDTH] = {COUNTERS};
	ivec c = i_shl(i_load(counters), 1);
	fvec a = f_integer(i_pair(c, i_add(c, i_set1(1)))), z[2];

	f_zip(a, f_sub(a, f_set1(-0.5f)), z);
	f_store(out, z[0]);
	f_store(out + 2 * WIDTH, z[1]);
	return 4 * WIDTH;
}

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

static void store_rows(const double (*a)[WORDS_N], int64_t (*rows)[WORDS_PITCH])
{
	for (int i = 0; i < WORDS_N; i += WIDTH) {
		vec v[8];

		for (int j = 0; j < 8; j++)
			v[j] = v_load(a[j] + i);
		v_store_rows(rows + i, WORDS_PITCH, v);
	}
}

static void f_store_rows_word(const float (*a)[2 * WORDS_N], int32_t (*rows)[WORDS_PITCH])
{
	for (int i = 0; i < 2 * WORDS_N; i += 2 * WIDTH) {
		fvec v[16];

		for (int j = 0; j < 16; j++)
			v[j] = f_load(a[j] + i);
		f_store_rows(rows + i, WORDS_PITCH, v);
	}
}

/* clang-format off */
#define W(name) .name = name##_word,
const struct word_table JOIN(word_table, BACKEND) = {
    .backend = TEXT(BACKEND),
    EACH_WORD(W)
    EACH_INTEGER_WORD(W)
    EACH_FLOAT_WORD(W)
    .i_zip = i_zip_word,
    .v_zip = v_zip_word,
    .f_zip = f_zip_word,
    .store_index = store_index,
    .store_rows = store_rows,
    .f_store_rows = f_store_rows_word,
};
#undef W
/* clang-format on */
