/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * words.c - one backend's vocabulary, made callable: built once a backend with SIMD and BACKEND
 * set.
 */
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

static vec widened(vec a)
{
	vec out[1];

	v_widen(a, out);
	return out[0];
}

WORD(v_add, v_add(A, B))
WORD(v_sub, v_sub(A, B))
WORD(v_mul, v_mul(A, B))
WORD(v_div, v_div(A, B))
WORD(v_fma, v_fma(A, B, C))
WORD(v_abs, v_abs(A))
WORD(v_rint, v_rint(A))
WORD(v_min, v_min(A, B))
WORD(v_max, v_max(A, B))
WORD(v_exponent, v_exponent(A))
WORD(v_expm1, v_expm1(A))
WORD(v_lt, TRUTH(v_lt(A, B)))
WORD(v_le, TRUTH(v_le(A, B)))
WORD(v_eq, TRUTH(v_eq(A, B)))
WORD(v_and, TRUTH(v_and(v_lt(A, B), v_lt(B, C))))
WORD(v_select, v_select(v_lt(A, B), B, C))
WORD(v_set1, v_set1(a[0]))

WORD(v_sqrt, v_sqrt(A))
WORD(v_widen, widened(A))
WORD(v_significand, v_significand(A))

/* The bits of WIDTH doubles. */
static ivec bits_at(const double *p)
{
	uint64_t bits[WIDTH];

	memcpy(bits, p, sizeof bits);
	return i_load(bits);
}
WORD(v_from_int, v_from_int(bits_at(a + i)))
WORD(v_select_sign, v_select_sign(bits_at(c + i), A, B))
WORD(v_flip_sign, v_flip_sign(A, bits_at(b + i)))
WORD(v_bits, v_select_sign(v_bits(A), B, C))
WORD(v_from_bits, v_from_bits(v_bits(A)))

#define INTEGER_WORD(name, expression)                                               \
	static void name##_word(const uint64_t *a, const uint64_t *b, uint64_t *out) \
	{                                                                            \
		(void)b;                                                             \
		for (int i = 0; i < WORDS_N; i += WIDTH)                             \
			i_store(out + i, expression);                                \
	}
#define IA i_load(a + i)
#define IB i_load(b + i)

INTEGER_WORD(i_load, IA)
INTEGER_WORD(i_store, IA)
INTEGER_WORD(i_add, i_add(IA, IB))
INTEGER_WORD(i_sub, i_sub(IA, IB))
INTEGER_WORD(i_and, i_and(IA, IB))
INTEGER_WORD(i_xor, i_xor(IA, IB))
INTEGER_WORD(i_shl, i_shl(IA, WORDS_SHIFT))
INTEGER_WORD(i_shr, i_shr(IA, WORDS_SHIFT))
INTEGER_WORD(i_mul_low32, i_mul_low32(IA, IB))
INTEGER_WORD(i_pack_low32, i_pack_low32(IA, IB))
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

FLOAT_WORD(f_load, FA)
FLOAT_WORD(f_store, FA)
FLOAT_WORD(f_sub, f_sub(FA, FB))
FLOAT_WORD(f_mul, f_mul(FA, FB))
FLOAT_WORD(f_fma, f_fma(FA, FB, FC))
FLOAT_WORD(f_sqrt, f_sqrt(FA))
FLOAT_WORD(f_from_int, f_from_int(FS))
FLOAT_WORD(f_significand, f_significand(FA))
FLOAT_WORD(f_exponent, f_exponent(FA))
FLOAT_WORD(f_select_sign, f_select_sign(FS, FA, FB))
FLOAT_WORD(f_flip_sign, f_flip_sign(FA, FS))
FLOAT_WORD(f_add, f_add(FA, FB))
FLOAT_WORD(f_div, f_div(FA, FB))
FLOAT_WORD(f_abs, f_abs(FA))
FLOAT_WORD(f_min, f_min(FA, FB))
FLOAT_WORD(f_max, f_max(FA, FB))
FLOAT_WORD(f_bits, f_select_sign(f_bits(FA), FB, FC))
FLOAT_WORD(f_from_bits, f_from_bits(f_bits(FA)))

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

static int v_interleave_word(double *out)
{
	static const uint64_t counters[WIDTH] = {INTERLEAVE_ORDER};
	vec a = v_from_int(i_load(counters)), z[2];

	v_interleave(a, v_add(a, v_set1(0.5)), z);
	v_store(out, z[0]);
	v_store(out + WIDTH, z[1]);
	return 2 * WIDTH;
}

static int i_interleave_word(uint64_t *out)
{
	static const uint64_t counters[WIDTH] = {INTERLEAVE_ORDER};
	ivec a = i_load(counters), z[2];

	i_interleave(a, i_xor(a, i_set1(UINT64_MAX)), z);
	i_store(out, z[0]);
	i_store(out + WIDTH, z[1]);
	return 2 * WIDTH;
}

static int f_interleave_word(float *out)
{
	static const uint64_t counters[WIDTH] = {INTERLEAVE_ORDER};
	ivec c = i_shl(i_load(counters), 1);
	fvec a = f_from_int(i_pack_low32(c, i_add(c, i_set1(1)))), z[2];

	f_interleave(a, f_sub(a, f_set1(-0.5f)), z);
	f_store(out, z[0]);
	f_store(out + 2 * WIDTH, z[1]);
	return 4 * WIDTH;
}

/* One bit a lane: bit i of the number for each group of lanes, spread out again. */
static void v_mask_bits_word(const double *a, const double *b, const double *c, double *out)
{
	(void)c;
	for (int i = 0; i < WORDS_N; i += WIDTH) {
		unsigned bits = v_mask_bits(v_lt(A, B));

		for (int j = 0; j < WIDTH; j++)
			out[i + j] = bits >> j & 1;
		if (bits >> WIDTH)
			out[i] = -1;
	}
}

static int v_fold_word(const double *a, double *out)
{
	for (int i = 0; i < WORDS_N; i += WIDTH)
		out[i / WIDTH] = v_fold(A);
	return WORDS_N / WIDTH;
}

static void v_load_f32_word(const double *a, const double *b, const double *c, double *out)
{
	float x[WORDS_N];

	(void)b, (void)c;
	for (int i = 0; i < WORDS_N; i++)
		x[i] = (float)a[i];
	for (int i = 0; i < WORDS_N; i += WIDTH)
		v_store(out + i, v_load(x + i));
}

static void v_store_f32_word(const double *a, const double *b, const double *c, double *out)
{
	float x[WORDS_N];

	(void)b, (void)c;
	for (int i = 0; i < WORDS_N; i += WIDTH)
		v_store(x + i, A);
	for (int i = 0; i < WORDS_N; i++)
		out[i] = x[i];
}

static void v_store_index_word(const double *a, int32_t *out)
{
	for (int i = 0; i < WORDS_N; i += WIDTH)
		v_store_index(out + i, A);
}

static void v_store_rows_word(const double (*a)[WORDS_N], int64_t (*rows)[WORDS_PITCH])
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

#define NARROW_WORDS(type)                                               \
	static void f_load_##type##_word(const uint16_t *a, float *out)  \
	{                                                                \
		for (int i = 0; i < 2 * WORDS_N; i += 2 * WIDTH)         \
			f_store(out + i, f_load_##type(a + i));          \
	}                                                                \
	static void f_store_##type##_word(const float *a, uint16_t *out) \
	{                                                                \
		for (int i = 0; i < 2 * WORDS_N; i += 2 * WIDTH)         \
			f_store_##type(out + i, FA);                     \
	}
NARROW_WORDS(bf16)
NARROW_WORDS(f16)

/* clang-format off */
#define W(name) .name = name##_word,
const struct word_table JOIN(word_table, BACKEND) = {
    .backend = TEXT(BACKEND),
    EACH_WORD(W)
    EACH_INTEGER_WORD(W)
    EACH_FLOAT_WORD(W)
    .i_interleave = i_interleave_word,
    .v_interleave = v_interleave_word,
    .f_interleave = f_interleave_word,
    .v_fold = v_fold_word,
    .v_store_index = v_store_index_word,
    .v_store_rows = v_store_rows_word,
    .f_store_rows = f_store_rows_word,
    .f_load_bf16 = f_load_bf16_word,
    .f_load_f16 = f_load_f16_word,
    .f_store_bf16 = f_store_bf16_word,
    .f_store_f16 = f_store_f16_word,
};
#undef W
/* clang-format on */
