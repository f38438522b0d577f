/* SPDX-License-Identifier: BSD-3-Clause */
/* test_normal_values.c - words and normal samples: known answers, exact values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"
#include "normal_reference.h"

static bool plain(void) { return !strcmp(bell_backend(), "plain"); }

static void words_at(uint64_t seed, uint64_t stream, uint64_t index, uint32_t words[4])
{
	CHECK(bell_philox4x32(&(struct bell_normal_stream){seed, stream, index}, 1, 1, words));
}

Test(normal_values, philox_known_answers)
{
	static const struct {
		uint64_t seed, stream, index;
		uint32_t words[4];
	} known[] = {
	    {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
	    {UINT64_MAX, UINT64_MAX, UINT64_MAX, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
	    {0x299f31d0a4093822,
	     0x0370734413198a2e,
	     0x85a308d3243f6a88,
	     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	};

	for (size_t i = 0; i < COUNT(known); i++) {
		uint32_t words[4], reference[4];

		words_at(known[i].seed, known[i].stream, known[i].index, words);
		reference_philox(known[i].seed, known[i].stream, known[i].index, reference);
		cr_expect_arr_eq(words, known[i].words, sizeof words, "%zu", i);
		cr_expect_arr_eq(reference, known[i].words, sizeof words, "reference %zu", i);
	}
}

/* ---- values ---- */

/* Number i of an array of them, as text. */
static const char *text(const cJSON *o, const char *name, size_t i)
{
	return cJSON_GetArrayItem(cJSON_GetObjectItem(o, name), (int)i)->valuestring;
}

static uint64_t whole(const cJSON *o, const char *name)
{
	return strtoull(cJSON_GetObjectItem(o, name)->valuestring, NULL, 16);
}

/* Samples 0 to 3 among them. */
Test(normal_values, golden_samples)
{
	static const char *const name[TYPES] = {"f32", "f64"};
	cJSON *file = golden_file("normal.json");
	const cJSON *o;
	size_t points = 0, compared[TYPES] = {0};

	cJSON_ArrayForEach(o, cJSON_GetObjectItem(file, "samples"))
	{
		uint64_t seed = whole(o, "seed"), stream = whole(o, "stream"),
			 index = whole(o, "index");
		uint32_t words[4];
		double y[4];

		words_at(seed, stream, index, words);
		for (size_t i = 0; i < 4; i++)
			cr_expect_eq(words[i], strtoull(text(o, "words", i), NULL, 16));
		for (int type = 0; type < TYPES; type++) {
			size_t n = per_counter[type];

			if (index > UINT64_MAX / n) /* of words alone */
				continue;
			CHECK(type == F32
				  ? bell_normal_fill_f32(
					&(struct bell_normal_stream){seed, stream, n * index}, 0, 1,
					n, 1, (float *)(void *)y)
				  : bell_normal_fill_f64(
					&(struct bell_normal_stream){seed, stream, n * index}, 0, 1,
					n, 1, y));
			for (size_t i = 0; i < n; i++)
				cr_expect(sample_ulps(type, element(type, y, i),
						      strtold(text(o, name[type], i), NULL)) <=
					      max_ulps[type],
					  "%s, %#zx: %a", type_name[type], (size_t)index,
					  element(type, y, i));
			compared[type]++;
		}
		points++;
	}
	cr_assert_eq(points, 85);
	cr_assert_eq(compared[F32], 69, "%zu", compared[F32]);
	cr_assert_eq(compared[F64], 77, "%zu", compared[F64]);
	cJSON_Delete(file);
}

Test(normal_values, exact_at_a_million)
{
	enum { n = 1 << 20, part = 1 << 12 };
	static double y[part];
	double worst[TYPES] = {0};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < (plain() ? n / 8 : n); i += part) {
			CHECK(fill_samples(type, i, 0, 1, 1, y, part));
			for (size_t j = 0; j < part; j++) {
				long double value = exact_sample(type, SEED, STREAM, i + j);
				double e = sample_ulps(type, element(type, y, j), value);

				worst[type] = fmax(worst[type], e);
				cr_assert(e <= max_ulps[type], "%s %zu: %a is %g ulp from %La",
					  type_name[type], i + j, element(type, y, j), e, value);
			}
		}
	cr_log_info("float32 %.3f ulp, float64 %.3f ulp at most", worst[F32], worst[F64]);
}

/* The formula of cuRAND as its header has it, in double: what a GPU's samples are nearly. */
Test(normal_values, agrees_with_curand)
{
	enum { n = 100000 };
	static const double tolerance[TYPES] = {1e-6, 1e-10};
	const double pi = 0x1.921fb54442d18p1;
	double *y = malloc(n * sizeof *y);

	for (int type = 0; type < TYPES; type++) {
		CHECK(fill_samples(type, 0, 0, 1, 1, y, n));
		for (size_t i = 0; i < n; i += 2) {
			uint32_t w[4];
			double u, v, s;

			words_at(SEED, STREAM, i / per_counter[type], w);
			if (type == F32) {
				u = w[i % 4] * 0x1p-32 + 0x1p-33;
				v = w[i % 4 + 1] * (0x1p-32 * 2 * pi) + 0x1p-32 * pi;
			} else {
				u = (double)(w[0] ^ (uint64_t)w[1] << 21) * 0x1p-53 + 0x1p-54;
				v = ((double)(w[2] ^ (uint64_t)w[3] << 21) * 0x1p-52 + 0x1p-53) *
				    pi;
			}
			s = sqrt(-2 * log(u));
			cr_assert(near(element(type, y, i), s * sin(v), tolerance[type]) &&
				      near(element(type, y, i + 1), s * cos(v), tolerance[type]),
				  "%s %zu", type_name[type], i);
		}
	}
	free(y);
}
