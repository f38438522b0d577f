/* SPDX-License-Identifier: BSD-3-Clause */
/* test_normal_map.c - words to samples on every backend: any words, the extreme ones above all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"
#include "normal_map.h"
#include "normal_reference.h"

#define TABLE normal_map
#include "tables.inc"

/* Samples, in ulp, and their factors, in relative units: see MAX_ULPS_F32. */
enum { SAMPLES, RADII, ANGLES, RESULTS };
static const char *const result_name[RESULTS] = {"samples", "radii", "sines and cosines"};
static const int digits[TYPES] = {24, 53};
static const double bound[TYPES][RESULTS] = {{MAX_ULPS_F32, RADIUS_F32, ANGLE_F32},
					     {MAX_ULPS_F64, RADIUS_F64, ANGLE_F64}};

/* The worst of this test so far, and the bounds of |z|. */
struct worst {
	double error, sum, least, most;
	uint64_t n;
};
static struct worst worst[TYPES][RESULTS];

static void judge(int type, int result, double z, long double exact, const uint32_t words[4])
{
	struct worst *w = &worst[type][result];
	double error = (result == SAMPLES ? ulps : units)(z, exact, digits[type]);

	cr_assert(error <= bound[type][result],
		  "%s %s from %08x %08x %08x %08x: %a is %g off from %La", type_name[type],
		  result_name[result], words[0], words[1], words[2], words[3], z, error, exact);
	w->error = fmax(w->error, error);
	w->sum += error;
	w->least = w->n ? fmin(w->least, fabs(z)) : fabs(z);
	w->most = fmax(w->most, fabs(z));
	w->n++;
}

static void report(void)
{
	for (int type = 0; type < TYPES; type++)
		for (int k = 0; k < RESULTS; k++) {
			const struct worst *w = &worst[type][k];

			cr_log_info(
			    "%s %s: %.4f off at most, %.4f in the mean of %zu, %a <= |z| <= %a",
			    type_name[type], result_name[k], w->error, w->sum / (double)w->n,
			    (size_t)w->n, w->least, w->most);
		}
}

struct results {
	float f32[RESULTS][4 * MAP_N];
	double f64[RESULTS][2 * MAP_N];
};

static void run(const struct normal_map *m, const uint32_t (*words)[4], struct results *r)
{
	m->f32(words, r->f32[SAMPLES]);
	m->radius_f32(words, r->f32[RADII]);
	m->angle_f32(words, r->f32[ANGLES]);
	m->f64(words, r->f64[SAMPLES]);
	m->radius_f64(words, r->f64[RADII]);
	m->angle_f64(words, r->f64[ANGLES]);
}

/* Judges what two samples of the words a and c are made of. */
static void judge_pair(int type, struct pair p, const struct results *r, size_t i,
		       const uint32_t words[4])
{
	double angle[2];
	long double exact[RESULTS], angle64[2];

	if (type == F32)
		reference_angle_f32(p.c, angle);
	else
		reference_angle_f64(p.c, angle64);
	exact[RADII] = type == F32 ? reference_radius_f32(p.a) : reference_radius_f64(p.a);
	for (size_t j = 0; j < 2; j++) {
		exact[ANGLES] = type == F32 ? angle[j] : angle64[j];
		exact[SAMPLES] = exact[RADII] * exact[ANGLES];
		for (int k = 0; k < RESULTS; k++)
			judge(type, k, type == F32 ? (double)r->f32[k][i + j] : r->f64[k][i + j],
			      exact[k], words);
	}
}

/*
 * Judges the samples of the words of MAP_N counters on the first backend that runs here, and checks
 * that the others have its bits.
 */
static void check(const uint32_t (*words)[4])
{
	const char *first = NULL;
	struct results want, got;

	for (size_t t = 0; t < TABLES; t++) {
		if (!runs(tables[t]))
			continue;
		run(tables[t], words, first ? &got : &want);
		for (size_t i = 0; i < MAP_N && !first; i++) {
			judge_pair(F32, pair_f32(words[i], 0), &want, 4 * i, words[i]);
			judge_pair(F32, pair_f32(words[i], 1), &want, 4 * i + 2, words[i]);
			judge_pair(F64, pair_f64(words[i]), &want, 2 * i, words[i]);
		}
		cr_assert(!first || !memcmp(&want, &got, sizeof want),
			  "%s has other bits than %s, from %08x ...", tables[t]->backend, first,
			  words[0][0]);
		first = first ? first : tables[t]->backend;
	}
}

Test(normal_map, bounds_of_float32_factors_make_that_of_samples)
{
	cr_expect(RADIUS_F32 + ANGLE_F32 + 1.001 <= MAX_ULPS_F32);
}

/* ---- extreme words ---- */

/*
 * Numbers of `bits` bits: ends, powers of two and their neighbors, quarters and eighths of a turn.
 */
static size_t extremes(int bits, uint64_t *out)
{
	uint64_t mask = (UINT64_C(1) << bits) - 1;
	size_t n = 0;

	for (int k = 0; k < bits; k++)
		for (int d = -2; d <= 1; d++) {
			out[n++] = ((UINT64_C(1) << k) + (uint64_t)d) & mask;
			out[n++] = (0 - (UINT64_C(1) << k) + (uint64_t)d) & mask;
		}
	for (uint64_t e = 1; e < 16; e++)
		for (int d = -2; d <= 1; d++)
			out[n++] = ((e << (bits - 4)) + (uint64_t)d) & mask;
	return n;
}

/* Words of a and c, of 53 bits each; what xors away is anything. */
static void split(uint64_t a, uint64_t c, uint64_t anything, uint32_t words[4])
{
	words[0] = (uint32_t)(a & 0x1fffff) | (uint32_t)(anything & 0xffe00000);
	words[1] = (uint32_t)((a ^ words[0]) >> 21);
	words[2] = (uint32_t)(c & 0x1fffff) | (uint32_t)(anything >> 32 & 0xffe00000);
	words[3] = (uint32_t)((c ^ words[2]) >> 21);
}

/* Every two of the extremes. */
static void check_extremes(int bits)
{
	struct rng rng = {5};
	uint64_t extreme[600];
	size_t n = extremes(bits, extreme);
	uint32_t words[MAP_N][4] = {{0}};

	for (size_t i = 0; i < n * n; i++) {
		uint64_t a = extreme[i / n], c = extreme[i % n];

		if (bits == 53)
			split(a, c, rng_bits(&rng), words[i % MAP_N]);
		else
			memcpy(words[i % MAP_N],
			       (uint32_t[]){(uint32_t)a, (uint32_t)c, (uint32_t)c,
					    (uint32_t)extreme[(i / n + i) % n]},
			       sizeof *words);
		if (i % MAP_N == MAP_N - 1 || i == n * n - 1)
			check((const uint32_t(*)[4])words);
	}
	report();
}

Test(normal_map, extreme_words_f32)
{
	const struct worst *w = &worst[F32][SAMPLES];

	check_extremes(32);
	cr_expect(1.1e-14 < w->least && w->least < 1.2e-14, "%a", w->least);
	cr_expect(6.7637 < w->most && w->most < 6.7638, "%a", w->most);
}

Test(normal_map, extreme_words_f64)
{
	const struct worst *w = &worst[F64][SAMPLES];

	check_extremes(53);
	cr_expect(3.6e-24 < w->least && w->least < 3.7e-24, "%a", w->least);
	cr_expect(8.6521 < w->most && w->most < 8.6522, "%a", w->most);
}

/* ---- all over ---- */

Test(normal_map, strided_words)
{
	struct rng rng = {6};
	uint32_t words[MAP_N][4];

	for (uint64_t w = 0; w < UINT64_C(1) << 32; w += 8191 * MAP_N) {
		for (uint64_t i = 0; i < MAP_N; i++) {
			uint64_t other = rng_bits(&rng);

			words[i][0] = (uint32_t)(w + 8191 * i);
			words[i][1] = (uint32_t)other;
			words[i][2] = (uint32_t)(other >> 32);
			words[i][3] = (uint32_t)(w + 8191 * i);
		}
		check((const uint32_t(*)[4])words);
	}
	report();
}

/*
 * Random bits after random leading bits: each scale of u next to 0 and 1, and of v next to a
 * quarter's end.
 */
Test(normal_map, words_of_every_scale)
{
	struct rng rng = {7};
	uint32_t words[MAP_N][4];

	for (int n = 0; n < 20000; n++) {
		for (int i = 0; i < MAP_N; i++) {
			uint64_t b[2], at = rng_bits(&rng);

			for (int k = 0; k < 2; k++, at >>= 16) {
				b[k] = rng_bits(&rng) >> 11 >> at % 53;
				b[k] = at >> 8 & 1 ? ~b[k] : b[k];
				b[k] = (b[k] ^ (at >> 9 & 7) << 50) & 0x1fffffffffffff;
			}
			split(b[0], b[1], n % 2 ? 0 : rng_bits(&rng), words[i]);
			if (n % 4 > 1)
				for (int k = 0; k < 4; k++)
					words[i][k] = (uint32_t)(b[k / 2] >> (k % 2 ? 0 : 21));
		}
		check((const uint32_t(*)[4])words);
	}
	report();
}

/* ---- against 60 digits ---- */

static long double number(const cJSON *o, const char *name, int i)
{
	return strtold(cJSON_GetArrayItem(cJSON_GetObjectItem(o, name), i)->valuestring, NULL);
}

Test(normal_map, golden_words)
{
	cJSON *file = golden_file("normal.json");
	const cJSON *o;
	size_t points = 0;

	cJSON_ArrayForEach(o, cJSON_GetObjectItem(file, "words"))
	{
		uint32_t words[MAP_N][4];
		struct results r;
		long double reference[2];

		for (int i = 0; i < 4 * MAP_N; i++)
			words[i / 4][i % 4] = (uint32_t)strtoull(
			    cJSON_GetArrayItem(cJSON_GetObjectItem(o, "words"), i % 4)->valuestring,
			    NULL, 16);
		reference_f64(pair_f64(words[0]), reference);
		for (int i = 0; i < 2; i++) {
			long double exact = number(o, "f64", i);

			cr_assert(!reference_is_precise() ||
				      fabsl(reference[i] - exact) <= 0x1p-60L * fabsl(exact),
				  "the reference: %La not %La", reference[i], exact);
		}
		for (size_t t = 0; t < TABLES; t++) {
			if (!runs(tables[t]))
				continue;
			run(tables[t], (const uint32_t(*)[4])words, &r);
			for (int i = 0; i < 4 * MAP_N; i++)
				judge(F32, SAMPLES, (double)r.f32[SAMPLES][i],
				      number(o, "f32", i % 4), words[0]);
			for (int i = 0; i < 2 * MAP_N; i++)
				judge(F64, SAMPLES, r.f64[SAMPLES][i], number(o, "f64", i % 2),
				      words[0]);
		}
		points++;
	}
	cr_assert_eq(points, 131);
	cJSON_Delete(file);
}
