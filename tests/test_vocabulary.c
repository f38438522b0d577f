/* SPDX-License-Identifier: BSD-3-Clause */
/* test_vocabulary.c - every word of doubles on every backend against plain C. */
#include <math.h>
#include <string.h>
#include "common.h"
#include "hostile.h"
#include "words.h"

#define TABLE word_table
#include "tables.inc"

/*
 * Calls a word of every backend that runs here on every triple of operands and asks for what C
 * says.
 */
static void check(const char *what, size_t offset, double (*expected)(double a, double b, double c),
		  bool (*defined)(double a, double b))
{
	for (size_t t = 0; t < TABLES; t++) {
		word *f = *(word *const *)((const char *)tables[t] + offset);

		if (!runs(tables[t]))
			continue;
		for (size_t i = 0; i < HOSTILE * HOSTILE * HOSTILE; i += WORDS_N) {
			double a[WORDS_N], b[WORDS_N], c[WORDS_N], out[WORDS_N];

			for (size_t j = 0; j < WORDS_N;
			     j++) { /* neighbors differ in every operand */
				size_t k = i + j;

				a[j] = hostile[k % HOSTILE];
				b[j] = hostile[(k / HOSTILE + k) % HOSTILE];
				c[j] = hostile[(k / HOSTILE / HOSTILE + 2 * k) % HOSTILE];
			}
			f(a, b, c, out);
			for (size_t j = 0; j < WORDS_N; j++) {
				double want = expected(a[j], b[j], c[j]);

				cr_assert((defined && !defined(a[j], b[j])) || same(out[j], want),
					  "%s on %s: (%a, %a, %a) gave %a, not %a", what,
					  tables[t]->backend, a[j], b[j], c[j], out[j], want);
			}
		}
	}
}

#define UNUSED (void)a, (void)b, (void)c
#define C_WORD(name, expression)                             \
	static double c_##name(double a, double b, double c) \
	{                                                    \
		UNUSED;                                      \
		return expression;                           \
	}                                                    \
	Test(vocabulary, name) { check(#name, offsetof(struct word_table, name), c_##name, NULL); }

C_WORD(v_add, a + b)
C_WORD(v_sub, a - b)
C_WORD(v_mul, (a) * (b))
C_WORD(v_div, a / b)
C_WORD(v_fma, fma(a, b, c))
C_WORD(v_abs, fabs(a))
C_WORD(v_rint, rint(a))
C_WORD(v_min, a < b ? a : b)
C_WORD(v_max, a > b ? a : b)
C_WORD(v_lt, a < b)
C_WORD(v_le, a <= b)
C_WORD(v_eq, a == b)
C_WORD(v_and, a < b && b < c)
C_WORD(v_select, a < b ? b : c)
C_WORD(v_mask_bits, a < b)
C_WORD(v_load_f32, (float)a)
C_WORD(v_store_f32, (float)a)

C_WORD(v_sqrt, sqrt(a))
C_WORD(v_widen, a)
C_WORD(v_select_sign, signbit(c) ? a : b)
C_WORD(v_flip_sign, signbit(b) ? -a : a)
C_WORD(v_bits, signbit(a) ? b : c)
C_WORD(v_from_bits, a)

static double c_v_from_int(double a, double b, double c)
{
	int64_t bits;

	UNUSED;
	memcpy(&bits, &a, sizeof bits);
	return (double)bits;
}
Test(vocabulary, v_from_int)
{
	check("v_from_int", offsetof(struct word_table, v_from_int), c_v_from_int, NULL);
}

static double c_v_exponent(double a, double b, double c)
{
	UNUSED;
	return logb(a);
}
static bool positive_normal(double a, double b)
{
	(void)b;
	return isnormal(a) && a > 0;
}
Test(vocabulary, v_exponent)
{
	check("v_exponent", offsetof(struct word_table, v_exponent), c_v_exponent, positive_normal);
}

static double c_v_significand(double a, double b, double c)
{
	UNUSED;
	return 2 * frexp(a, &(int){0});
}
Test(vocabulary, v_significand)
{
	check("v_significand", offsetof(struct word_table, v_significand), c_v_significand,
	      positive_normal);
}

Test(vocabulary, expm1_is_the_same_everywhere_and_within_one_ulp)
{
	for (size_t i = 0; i < HOSTILE; i += 1)
		for (size_t t = 0; t < TABLES; t++) {
			double a[WORDS_N], first[WORDS_N], out[WORDS_N],
			    want = (double)expm1l(hostile[i]);

			for (int j = 0; j < WORDS_N; j++)
				a[j] = hostile[(i + (size_t)j) % HOSTILE];
			if (!runs(tables[t]))
				continue;
			tables[TABLES - 1]->v_expm1(a, a, a, first); /* scalar or plain */
			tables[t]->v_expm1(a, a, a, out);
			cr_assert(same(out[0], want) || fabs(out[0] - want) <= 0x1p-52 * fabs(want),
				  "%s: expm1(%a) = %a", tables[t]->backend, a[0], out[0]);
			for (int j = 0; j < WORDS_N; j++)
				cr_assert(same(out[j], first[j]), "%s: expm1(%a) = %a, not %a",
					  tables[t]->backend, a[j], out[j], first[j]);
		}
}

Test(vocabulary, set1_fills_every_lane)
{
	for (size_t t = 0; t < TABLES; t++)
		for (size_t i = 0; runs(tables[t]) && i < HOSTILE; i++) {
			double out[WORDS_N];

			tables[t]->v_set1(&hostile[i], NULL, NULL, out);
			for (int j = 0; j < WORDS_N; j++)
				cr_assert(same(out[j], hostile[i]), "%s", tables[t]->backend);
		}
}

/* The values are such that every other order of additions gives another sum. */
Test(vocabulary, v_fold_adds_halves)
{
	double a[WORDS_N], out[WORDS_N];

	for (int j = 0; j < WORDS_N; j++)
		a[j] = (j % 3 ? -1 : 1) * ldexp(1 + j / 7.0, j * 29 % 17);
	for (size_t t = 0; t < TABLES; t++) {
		int vectors, width;

		if (!runs(tables[t]))
			continue;
		vectors = tables[t]->v_fold(a, out);
		width = WORDS_N / vectors;
		for (int i = 0; i < vectors; i++) {
			double lane[WORDS_N];

			memcpy(lane, a + i * width, (size_t)width * sizeof *lane);
			for (int half = width / 2; half; half /= 2)
				for (int j = 0; j < half; j++)
					lane[j] += lane[j + half];
			cr_assert_eq(out[i], lane[0], "%s: %a, not %a", tables[t]->backend, out[i],
				     lane[0]);
		}
	}
}

Test(vocabulary, v_store_index)
{
	double a[WORDS_N];
	int32_t out[WORDS_N];

	for (int j = 0; j < WORDS_N; j++)
		a[j] = j % 2 ? 2147483647 - j : -j * 1000003.0;
	for (size_t t = 0; t < TABLES; t++) {
		if (!runs(tables[t]))
			continue;
		tables[t]->v_store_index(a, out);
		for (int j = 0; j < WORDS_N; j++)
			cr_assert_eq(out[j], (int32_t)a[j], "%s", tables[t]->backend);
	}
}

Test(vocabulary, v_store_rows_transposes_bits)
{
	double a[8][WORDS_N];
	int64_t rows[WORDS_N][WORDS_PITCH], want;

	for (int j = 0; j < 8; j++)
		for (int i = 0; i < WORDS_N; i++)
			a[j][i] = i == 3 && j == 5 ? NAN : i == 2 ? 0x1p-1074 * j : 100 * j + i;
	for (size_t t = 0; t < TABLES; t++) {
		if (!runs(tables[t]))
			continue;
		memset(rows, 0x5a, sizeof rows);
		tables[t]->v_store_rows((const double(*)[WORDS_N])a, rows);
		for (int j = 0; j < WORDS_PITCH; j++)
			for (int i = 0; i < WORDS_N; i++) {
				memset(&want, 0x5a, sizeof want);
				if (j < 8)
					memcpy(&want, &a[j][i], sizeof want);
				cr_assert_eq(rows[i][j], want, "%s: row %d, power %d",
					     tables[t]->backend, i, j);
			}
	}
}

Test(vocabulary, f_store_rows_transposes_bits)
{
	float a[16][2 * WORDS_N];
	int32_t rows[2 * WORDS_N][WORDS_PITCH], want;

	for (int j = 0; j < 16; j++)
		for (int i = 0; i < 2 * WORDS_N; i++)
			a[j][i] = i == 3 && j == 5 ? NAN
				  : i == 2         ? 0x1p-149f * (float)j
						   : 100 * (float)j + (float)i;
	for (size_t t = 0; t < TABLES; t++) {
		if (!runs(tables[t]))
			continue;
		memset(rows, 0x5a, sizeof rows);
		tables[t]->f_store_rows((const float(*)[2 * WORDS_N]) a, rows);
		for (int j = 0; j < WORDS_PITCH; j++)
			for (int i = 0; i < 2 * WORDS_N; i++) {
				memset(&want, 0x5a, sizeof want);
				if (j < 16)
					memcpy(&want, &a[j][i], sizeof want);
				cr_assert_eq(rows[i][j], want, "%s: row %d, column %d",
					     tables[t]->backend, i, j);
			}
	}
}
