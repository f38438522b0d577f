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
	CHECK(bell_philox4x32(seed, stream, index, 1, words, 1));
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

Test(normal_values, first_samples)
{
	static const double first[TYPES][4] = {
	    {-0x1.d96d5ep-1, 0x1.fb7662p-1, -0x1.eda362p-2, -0x1.3c373cp-1},
	    {-0x1.3dd8613bc203ep-2, -0x1.97360dc4ab0f6p-2, 0x1.511c9c2dc0cf4p-2,
	     0x1.63083a0442085p+0}};
	float f32[4];
	double f64[4];

	CHECK(bell_normal_fill_f32(0, 0, 0, 0, 1, 1, f32, 4));
	CHECK(bell_normal_fill_f64(0, 0, 0, 0, 1, 1, f64, 4));
	for (int i = 0; i < 4; i++) {
		cr_expect(sample_ulps(F32, (double)f32[i], first[F32][i]) <= MOST_F32, "%d: %a", i,
			  (double)f32[i]);
		cr_expect(sample_ulps(F64, f64[i], first[F64][i]) <= MOST_F64, "%d: %a", i, f64[i]);
	}
}

Test(normal_values, golden_samples)
{
	cJSON *file = golden_file("normal.json");
	const cJSON *o;
	size_t points = 0;

	cJSON_ArrayForEach(o, cJSON_GetObjectItem(file, "samples"))
	{
		uint64_t seed = strtoull(cJSON_GetObjectItem(o, "seed")->valuestring, NULL, 16),
			 stream = strtoull(cJSON_GetObjectItem(o, "stream")->valuestring, NULL, 16),
			 index = strtoull(cJSON_GetObjectItem(o, "index")->valuestring, NULL, 16);
		uint32_t words[4];
		float f32[4];
		double f64[2];

		words_at(seed, stream, index, words);
		for (int i = 0; i < 4; i++)
			cr_expect_eq(
			    words[i],
			    strtoull(
				cJSON_GetArrayItem(cJSON_GetObjectItem(o, "words"), i)->valuestring,
				NULL, 16));
		for (int i = 0; i < 4 && index < UINT64_MAX / 4; i++) {
			CHECK(bell_normal_fill_f32(seed, stream, 4 * index, 0, 1, 1, f32, 4));
			cr_expect(
			    sample_ulps(F32, (double)f32[i],
					strtold(cJSON_GetArrayItem(cJSON_GetObjectItem(o, "f32"), i)
						    ->valuestring,
						NULL)) <= MOST_F32,
			    "%#zx: %a", (size_t)index, (double)f32[i]);
		}
		for (int i = 0; i < 2 && index < UINT64_MAX / 2; i++) {
			CHECK(bell_normal_fill_f64(seed, stream, 2 * index, 0, 1, 1, f64, 2));
			cr_expect(
			    sample_ulps(F64, f64[i],
					strtold(cJSON_GetArrayItem(cJSON_GetObjectItem(o, "f64"), i)
						    ->valuestring,
						NULL)) <= MOST_F64,
			    "%#zx: %a", (size_t)index, f64[i]);
		}
		points++;
	}
	cr_assert_eq(points, 85);
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
				cr_assert(e <= most_ulps[type], "%s %zu: %a is %g ulp from %La",
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
