/* SPDX-License-Identifier: BSD-3-Clause */
/* test_narrow.c - the words that load and store bfloat16 and binary16, on every number there is. */
#include <math.h>
#include <string.h>
#include "common.h"
#include "narrow.h"
#include "words.h"

#define TABLE word_table
#include "tables.inc"

/* Each number is the float of its value, and becomes itself again; NaN becomes the one NaN. */
static void check_loads(const char *type, const struct word_table *t, int digits, uint16_t nan,
			void (*load)(const uint16_t *a, float *out),
			void (*store)(const float *a, uint16_t *out))
{
	enum { N = 2 * WORDS_N };

	for (uint32_t first = 0; first <= UINT16_MAX; first += N) {
		uint16_t a[N], back[N];
		float out[N];

		for (uint32_t j = 0; j < N; j++)
			a[j] = (uint16_t)(first + j);
		load(a, out);
		store(out, back);
		for (int j = 0; j < N; j++) {
			double want = narrow_value(a[j], digits);

			cr_assert(same(out[j], want), "%s on %s: %04x is %a, not %a", type,
				  t->backend, a[j], out[j], want);
			cr_assert_eq(back[j], isnan(want) ? nan : a[j], "%s on %s: %04x, not %04x",
				     type, t->backend, back[j], a[j]);
		}
	}
}

/*
 * Between each two neighbors: what lies halfway goes to the even one, and what lies beside that to
 * the nearer.  Beyond the largest number the next one would be 2^exponent, which is infinite.
 */
static void check_stores(const char *type, const struct word_table *t, int digits,
			 void (*store)(const float *a, uint16_t *out))
{
	uint32_t infinite = 0x7fff >> digits << digits;

	for (uint32_t i = 0; i < infinite; i++) {
		double low = narrow_value((uint16_t)i, digits),
		       high = i + 1 < infinite ? narrow_value((uint16_t)(i + 1), digits)
					       : 2 * low - narrow_value((uint16_t)(i - 1), digits);
		float half = (float)((low + high) / 2), a[2 * WORDS_N] = {0};
		uint16_t out[2 * WORDS_N];

		a[0] = half;
		a[1] = nextafterf(half, 0);
		a[2] = nextafterf(half, INFINITY);
		a[2 * WORDS_N - 1] = -half;
		store(a, out);
		cr_assert(out[0] == i + (i & 1) && out[1] == i && out[2] == i + 1 &&
			      out[2 * WORDS_N - 1] == (0x8000 | (i + (i & 1))),
			  "%s on %s: beside %a: %04x %04x %04x %04x", type, t->backend, half,
			  out[0], out[1], out[2], out[2 * WORDS_N - 1]);
	}
}

Test(narrow, every_number_of_16_bits)
{
	for (size_t i = 0; i < TABLES; i++) {
		const struct word_table *t = tables[i];

		if (!runs(t))
			continue;
		check_loads("bf16", t, 7, 0x7fc0, t->f_load_bf16, t->f_store_bf16);
		check_loads("f16", t, 10, 0x7e00, t->f_load_f16, t->f_store_f16);
		check_stores("bf16", t, 7, t->f_store_bf16);
		check_stores("f16", t, 10, t->f_store_f16);
	}
}
