/* SPDX-License-Identifier: BSD-3-Clause */
/* test_vocabulary_integers.c - every word of integers and of floats on every backend against C. */
#include <inttypes.h>
#include <math.h>
#include "common.h"
#include "hostile.h"
#include "words.h"

#define TABLE word_table
#include "tables.inc"

/* Halves that carry, overflow, change sign, and round. */
static const uint32_t halves[] = {0,          1,          2,          0x7fffffff, 0x80000000,
				  0x80000001, 0xffffffff, 0xfffffffe, 0x00800000, 0x01000001,
				  0x01000003, 0xd2511f53, 0x7fffffc0, 0x40000000, 0xc0000000};
#define HALVES (sizeof halves / sizeof *halves)

static uint64_t whole(size_t k)
{
	return halves[k % HALVES] | (uint64_t)halves[(k / HALVES + 3 * k) % HALVES] << 32;
}

static uint64_t pair_of(uint32_t low, uint32_t high) { return low | (uint64_t)high << 32; }

#define LOW(a)  ((uint32_t)(a))
#define HIGH(a) ((uint32_t)((a) >> 32))

#define INTEGER_WORD(name, expression)                                              \
	static uint64_t c_##name(uint64_t a, uint64_t b)                            \
	{                                                                           \
		(void)b;                                                            \
		return expression;                                                  \
	}                                                                           \
	Test(vocabulary_integers, name)                                             \
	{                                                                           \
		check_integers(#name, offsetof(struct word_table, name), c_##name); \
	}

static void check_integers(const char *what, size_t offset,
			   uint64_t (*expected)(uint64_t a, uint64_t b))
{
	for (size_t t = 0; t < TABLES; t++) {
		word_of_integers *f =
		    *(word_of_integers *const *)((const char *)tables[t] + offset);

		for (size_t i = 0; runs(tables[t]) && i < HALVES * HALVES * HALVES; i += WORDS_N) {
			uint64_t a[WORDS_N], b[WORDS_N], out[WORDS_N];

			for (size_t j = 0; j < WORDS_N; j++) {
				a[j] = whole(i + j);
				b[j] = whole((i + j) / HALVES + 7 * j);
			}
			f(a, b, out);
			for (size_t j = 0; j < WORDS_N; j++)
				cr_assert_eq(out[j], expected(a[j], b[j]),
					     "%s on %s: (%" PRIx64 ", %" PRIx64 ") gave %" PRIx64,
					     what, tables[t]->backend, a[j], b[j], out[j]);
		}
	}
}

INTEGER_WORD(i_load, a)
INTEGER_WORD(i_store, a)
INTEGER_WORD(i_add, a + b)
INTEGER_WORD(i_sub, a - b)
INTEGER_WORD(i_and, (a) & (b))
INTEGER_WORD(i_xor, a ^ b)
INTEGER_WORD(i_shl, a << WORDS_SHIFT)
INTEGER_WORD(i_shr, a >> WORDS_SHIFT)
INTEGER_WORD(i_mul_low32, (uint64_t)LOW(a) * LOW(b))
INTEGER_WORD(i_pack_low32, pair_of(LOW(a), LOW(b)))
INTEGER_WORD(h_sub, pair_of(LOW(a) - LOW(b), HIGH(a) - HIGH(b)))
INTEGER_WORD(h_add, pair_of(LOW(a) + LOW(b), HIGH(a) + HIGH(b)))
INTEGER_WORD(h_shl, pair_of(LOW(a) << WORDS_SHIFT, HIGH(a) << WORDS_SHIFT))

#define FLOAT_WORD(name, where, expression)                                              \
	static float c_##name(uint32_t s, float a, float b, float c)                     \
	{                                                                                \
		(void)s, (void)a, (void)b, (void)c;                                      \
		return expression;                                                       \
	}                                                                                \
	Test(vocabulary_integers, name)                                                  \
	{                                                                                \
		check_floats(#name, offsetof(struct word_table, name), c_##name, where); \
	}

/* Where `positive`, only for a that are positive and normal. */
static void check_floats(const char *what, size_t offset,
			 float (*expected)(uint32_t s, float a, float b, float c), bool positive)
{
	enum { N = 2 * WORDS_N };

	for (size_t t = 0; t < TABLES; t++) {
		word_of_floats *f = *(word_of_floats *const *)((const char *)tables[t] + offset);

		for (size_t i = 0; runs(tables[t]) && i < HOSTILE * HOSTILE * HOSTILE; i += N) {
			float a[N], b[N], c[N], out[N];
			uint64_t s[WORDS_N];

			for (size_t j = 0; j < N; j++) {
				size_t k = i + j;

				a[j] = (float)hostile[k % HOSTILE];
				b[j] = (float)hostile[(k / HOSTILE + k) % HOSTILE];
				c[j] = (float)hostile[(k / HOSTILE / HOSTILE + 2 * k) % HOSTILE];
				s[j / 2] = whole(k);
			}
			f(s, a, b, c, out);
			for (size_t j = 0; j < N; j++) {
				uint32_t half = j % 2 ? HIGH(s[j / 2]) : LOW(s[j / 2]);
				float want = expected(half, a[j], b[j], c[j]);

				cr_assert((positive && !(isnormal(a[j]) && a[j] > 0)) ||
					      same(out[j], want),
					  "%s on %s: (%x; %a, %a, %a) gave %a, not %a", what,
					  tables[t]->backend, half, a[j], b[j], c[j], out[j], want);
			}
		}
	}
}

FLOAT_WORD(f_load, false, a)
FLOAT_WORD(f_store, false, a)
FLOAT_WORD(f_sub, false, a - b)
FLOAT_WORD(f_mul, false, (a) * (b))
FLOAT_WORD(f_fma, false, fmaf(a, b, c))
FLOAT_WORD(f_sqrt, false, sqrtf(a))
FLOAT_WORD(f_from_int, false, (float)(int32_t)s)
FLOAT_WORD(f_significand, true, 2 * frexpf(a, &(int){0}))
FLOAT_WORD(f_exponent, true, logbf(a))
FLOAT_WORD(f_select_sign, false, s >> 31 ? a : b)
FLOAT_WORD(f_add, false, a + b)
FLOAT_WORD(f_div, false, a / b)
FLOAT_WORD(f_abs, false, fabsf(a))
FLOAT_WORD(f_min, false, a < b ? a : b)
FLOAT_WORD(f_max, false, a > b ? a : b)
FLOAT_WORD(f_bits, false, signbit(a) ? b : c)
FLOAT_WORD(f_from_bits, false, a)
FLOAT_WORD(f_widen, false, a)
FLOAT_WORD(f_flip_sign, false, s >> 31 ? -a : a)

Test(vocabulary_integers, set1_of_integers_and_floats_fills_every_lane)
{
	for (size_t t = 0; t < TABLES; t++)
		for (size_t k = 0; runs(tables[t]) && k < HALVES; k++) {
			uint64_t a = whole(k), out[WORDS_N];
			float x = (float)k - 3, y[2 * WORDS_N];

			tables[t]->i_set1(&a, NULL, out);
			tables[t]->f_set1(NULL, &x, NULL, NULL, y);
			for (int j = 0; j < 2 * WORDS_N; j++) {
				cr_assert_eq(out[j / 2], a, "%s", tables[t]->backend);
				cr_assert_eq(y[j], x, "%s", tables[t]->backend);
			}
		}
}

Test(vocabulary_integers, interleave_puts_what_counters_made_in_sequence)
{
	for (size_t t = 0; t < TABLES; t++) {
		double v[2 * WORDS_N] = {0};
		float f[4 * WORDS_N] = {0};
		uint64_t w[2 * WORDS_N] = {0};

		if (!runs(tables[t]))
			continue;
		for (int i = 0, n = tables[t]->i_interleave(w); i < n; i++)
			cr_assert_eq(w[i], (uint64_t)(i % 2 ? ~(i / 2) : i / 2), "%s: %d",
				     tables[t]->backend, i);
		for (int i = 0, n = tables[t]->v_interleave(v); i < n; i++)
			cr_assert_eq(v[i], i / 2.0, "%s: %d", tables[t]->backend, i);
		for (int i = 0, n = tables[t]->f_interleave(f); i < n; i++)
			cr_assert_eq(f[i], (float)i / 2, "%s: %d", tables[t]->backend, i);
	}
}
